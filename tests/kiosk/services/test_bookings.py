"""Bookings: a promised time becomes a number that stands where the time puts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.errors import InputError, RuleError
from kiosk.model.booking import BookingState
from kiosk.model.ticket import LinePlace

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Where the clock of the hall stands: Monday, 09:00 at the centre."""


def book(hall, minutes, category="101", who=None):
    return hall.services.bookings.book(NINE + timedelta(minutes=minutes), category, who, hall.desk)


def check_in(hall, booking, visit=None):
    return hall.services.bookings.check_in(booking.code, (visit or hall.visit()).id, hall.visitor)


def code_of(kind, verb, *arguments):
    with pytest.raises(kind) as error:
        verb(*arguments)
    return error.value.code


def states(hall):
    return [booking.state for booking in hall.services.bookings.of_day(hall.clock.today())]


def test_who_checks_in_early_stands_behind_those_who_come_before_the_time(hall):
    booking = book(hall, 10)
    number = check_in(hall, booking)
    assert (number.label, number.queue, number.wait_high_min >= 10) == ("Y001", "A", True)
    hall.clock.advance(minutes=9)
    before = hall.ticket()
    hall.clock.advance(minutes=2)
    after = hall.ticket()
    line = [row.label for row in hall.services.calling.queue("1")]
    assert line == [before.label, number.label, after.label]


def test_who_comes_late_but_within_the_window_stands_where_they_came(hall):
    booking = book(hall, 1)
    hall.clock.advance(minutes=5)
    first = hall.ticket()
    hall.clock.advance(minutes=5)
    number = check_in(hall, booking)
    assert [row.label for row in hall.services.calling.queue("1")] == [first.label, number.label]


def test_a_booked_number_is_called_when_nobody_else_waits(hall):
    number = check_in(hall, book(hall, 10))
    assert hall.services.calling.next("1", hall.desk).id == number.id


def test_who_reports_again_does_not_fall_behind_a_booked_time(hall):
    passed = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    check_in(hall, book(hall, 14))
    check_in(hall, book(hall, 15))
    hall.services.tickets.recheck(passed.id, passed.query_code, hall.visitor)
    hall.clock.advance(minutes=1)
    hall.ticket()
    assert [row.label for row in hall.services.calling.queue("1")] == ["A001", "A002", "Y001", "Y002"]


@pytest.mark.parametrize(("minutes", "code"), [(-16, "booking_early"), (-15, ""), (15, ""), (16, "booking_late")])
def test_checking_in_has_a_window(hall, minutes, code):
    booking = book(hall, 60)
    hall.clock.advance(minutes=60 + minutes)
    if code:
        assert code_of(RuleError, check_in, hall, booking) == code
    else:
        assert check_in(hall, booking).letter == "Y"


def test_the_same_visit_gets_the_same_number_and_another_visit_none(hall):
    booking, visit = book(hall, 5), hall.visit()
    assert check_in(hall, booking, visit) == check_in(hall, booking, visit)
    assert code_of(RuleError, check_in, hall, booking) == "booking_over"


def test_a_code_that_is_not_one_or_of_somebody_else_is_not_found(hall):
    mine = book(hall, 5, who=hall.people[0].id)
    assert code_of(InputError, hall.services.bookings.check_in, "00000000", hall.visit().id, hall.visitor) == (
        "booking_not_found"
    )
    assert code_of(InputError, check_in, hall, mine, hall.visit(hall.people[1])) == "booking_not_found"
    assert check_in(hall, mine, hall.visit(hall.people[0])).letter == "Y"


def test_a_promised_time_holds_although_no_numbers_are_given(hall):
    booking = book(hall, 5)
    hall.services.days.stop_intake("今天人多", hall.desk)
    assert check_in(hall, booking).letter == "Y"


def test_times_are_promised_within_the_hours_of_working_days_only(hall):
    assert code_of(RuleError, book, hall, -1) == "booking_past"
    assert code_of(RuleError, book, hall, 8 * 60) == "booking_hours"
    assert code_of(RuleError, book, hall, 5 * 24 * 60) == "booking_hours", "a Saturday"
    assert code_of(RuleError, book, hall, 5, "999") == "category_unknown"


def test_nobody_came_is_noted_by_the_clock_and_by_the_end_of_the_day(hall):
    book(hall, 5)
    book(hall, 300)
    hall.clock.advance(minutes=20)
    assert hall.services.housekeeping.run(hall.desk) == 0, "the last minute still counts"
    hall.clock.advance(minutes=1)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.housekeeping.run(hall.desk)
    assert states(hall) == [BookingState.MISSED, BookingState.BOOKED]
    assert hall.services.days.ending().booked == 1
    hall.services.days.close(hall.desk)
    assert states(hall) == [BookingState.MISSED, BookingState.MISSED]


def test_a_booking_given_back_is_over(hall):
    booking = book(hall, 5)
    hall.services.bookings.cancel(booking.id, hall.desk)
    assert code_of(RuleError, check_in, hall, booking) == "booking_over"
    assert code_of(RuleError, hall.services.bookings.cancel, booking.id, hall.desk) == "booking_over"


def test_events_of_a_booking_say_neither_who_nor_why(hall):
    booking = book(hall, 5, "403", hall.people[0].id)
    with hall.installation.store.read() as work:
        (event,) = work.journal.of("booking", booking.id)
    assert set(event.data) == {"service_date", "state"} and not event.personal


def test_the_head_of_the_line_is_not_in_its_future(hall):
    sent = hall.serve(category="701").ticket
    check_in(hall, book(hall, 10))
    hall.services.calling.transfer("1", "A", LinePlace.HEAD, hall.desk)
    hall.clock.advance(minutes=1)
    hall.ticket()
    assert [row.label for row in hall.services.calling.queue("1")] == [sent.label, "A001", "Y001"]

"""Opening hours, holidays, and the word of the staff: when numbers are given, and what is said when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.errors import RuleError
from kiosk.model.hall import BusinessDay
from kiosk.services.intake import closing_of, intake_of, next_opening

CLOSING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""17:00 at the centre; the last number is given at 16:45."""


def refused(verb, *arguments):
    with pytest.raises(RuleError) as error:
        verb(*arguments)
    return error.value.code


def test_a_day_opened_within_the_hours_ends_by_the_plan(hall):
    assert hall.services.days.current().closes_at == CLOSING
    assert hall.services.days.intake().open


def test_numbers_end_before_the_day_and_whoever_has_one_is_received(hall):
    waiting = hall.ticket()
    hall.clock.advance(hours=7, minutes=44)
    late = hall.visit()
    hall.clock.advance(minutes=1)
    assert refused(hall.services.tickets.issue, late.id, "101", False, hall.visitor) == "intake_over"
    intake = hall.services.days.intake()
    assert (intake.open, intake.code) == (False, "intake_over")
    assert intake.opens_at == datetime(2026, 3, 3, 0, 30, tzinfo=UTC), "tomorrow, half past eight"
    assert hall.services.calling.next("1", hall.desk).id == waiting.id
    assert hall.services.tickets.issue(late.id, "101", False, hall.desk).label == "A002", "staff may give one"


def test_urgent_people_get_a_number_as_long_as_the_day_is_open(hall):
    hall.services.days.stop_intake("停电", hall.desk)
    urgent = hall.services.tickets.issue(hall.visit().id, None, False, hall.visitor, urgent=True)
    assert urgent.label == "A001"


def test_the_clock_tells_every_screen_once_that_numbers_end(hall):
    hall.clock.advance(hours=7, minutes=45)
    for _ in range(3):
        hall.services.counters.keep_alive("1", hall.desk)
        hall.services.housekeeping.run(hall.desk)
    with hall.installation.store.read() as work:
        told = [event.type for event in work.journal.since(0, entities=("day",))]
    assert told == ["opened", "intake_over"]


def test_staff_stop_numbers_with_a_sentence_and_give_them_again(hall):
    days = hall.services.days
    assert refused(days.stop_intake, " ", hall.desk) == "reason_missing"
    days.stop_intake("系统检修，预计半小时", hall.desk)
    assert (days.intake().code, days.intake().reason) == ("intake_stopped", "系统检修，预计半小时")
    visit = hall.visit()
    assert refused(hall.services.tickets.issue, visit.id, "101", False, hall.visitor) == "intake_stopped"
    days.resume_intake(hall.desk)
    assert hall.services.tickets.issue(visit.id, "101", False, hall.visitor).label == "A001"


def test_an_extended_day_gives_numbers_again(hall):
    days = hall.services.days
    hall.clock.advance(hours=7, minutes=50)
    hall.services.housekeeping.run(hall.desk)
    assert refused(days.resume_intake, hall.desk) == "intake_over"
    assert days.extend(30, hall.desk).closes_at == CLOSING + timedelta(minutes=30)
    assert days.intake().open
    for minutes in (-5, 0, 60 * 24):
        assert refused(days.extend, minutes, hall.desk) == "day_extension"


def test_what_staff_stopped_stays_stopped_when_the_day_is_extended(hall):
    hall.services.days.stop_intake("人手不足", hall.desk)
    hall.services.days.extend(30, hall.desk)
    assert hall.services.days.intake().code == "intake_stopped"


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        (datetime(2026, 3, 2, 8, 44, tzinfo=UTC), CLOSING),
        (datetime(2026, 3, 2, 8, 45, tzinfo=UTC), None),
        (datetime(2026, 3, 1, 2, 0, tzinfo=UTC), None),
        (datetime(2026, 2, 28, 2, 0, tzinfo=UTC), datetime(2026, 2, 28, 9, 0, tzinfo=UTC)),
    ],
    ids=["before the last number", "after it", "a Sunday", "a Saturday worked for the Spring Festival"],
)
def test_a_day_opened_outside_the_hours_ends_by_hand(hall, now, closes):
    context = hall.services.context
    day = context.day_of(now)
    assert closing_of(context, day, now) == closes
    assert intake_of(context, BusinessDay(day, now, closes_at=closes), now).open


def test_the_next_opening_passes_over_holidays(hall):
    eve = datetime(2026, 9, 30, 10, 0, tzinfo=UTC)
    assert next_opening(hall.services.context, eve) == datetime(2026, 10, 8, 0, 30, tzinfo=UTC)


def test_what_closing_would_end_is_told_before(hall):
    for _ in range(3):
        hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    hall.services.calling.next("1", hall.desk)
    ending = hall.services.days.ending()
    assert (ending.waiting, ending.called, ending.passed, ending.serving, ending.held) == (1, 1, 1, 0, 0)
    hall.services.days.close(hall.desk)
    assert hall.services.days.ending() == replace(ending, waiting=0, called=0, passed=0)
    assert hall.services.days.intake().code == "day_closed"

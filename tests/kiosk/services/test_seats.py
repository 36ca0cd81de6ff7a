"""Seats go to one number at a time, by rules kept as data; groups sit together; what staff see counts."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import load_catalog
from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.model.hall import SeatState
from kiosk.model.staff import Actor, Role
from kiosk.model.ticket import CallClass
from kiosk.services.seats import nearly_together, seat_in_words, together, zones_for

GUIDE = Actor("staff", None, frozenset({Role.GUIDE}), "G1")
ADMIN = Actor("staff", None, frozenset({Role.ADMIN}), "T9")


@pytest.fixture
def taken(hall):
    """What the map says of the seats that are not free."""
    return lambda: {row.code: (row.state, row.label) for row in hall.services.seats.map() if row.state != "free"}


def later(hall, **delta):
    """Time passes; the desk is alive and the clock's work is done."""
    hall.clock.advance(**delta)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.housekeeping.run(hall.desk)


def group(hall, party, category="101"):
    return hall.services.tickets.issue(hall.visit().id, category, False, hall.visitor, party=party)


@pytest.mark.parametrize(
    ("call_class", "queue", "zone"),
    [
        (CallClass.ORDINARY, "A", "Z1"),
        (CallClass.ORDINARY, "C", "Z2"),
        (CallClass.PRIORITY, "A", "Z3"),
        (CallClass.URGENT, "C", "Z3"),
    ],
)
def test_the_rules_of_the_file_say_who_sits_where(call_class, queue, zone):
    zones = zones_for(load_catalog(), call_class, queue)
    assert zones[0] == zone
    assert not {"Z4", "Z5", "Z6"} & set(zones), "nobody is sent to a place that is only for who asks"


@given(free=st.sets(st.integers(1, 24)), row=st.integers(1, 8), party=st.integers(1, 5))
def test_a_group_sits_side_by_side_whenever_it_can(free, row, party):
    found = together(sorted(free), row, party)
    runs = [range(a, a + party) for a in range(1, 25)]
    possible = [tuple(r) for r in runs if set(r) <= free and (r[0] - 1) // row == (r[-1] - 1) // row]
    assert found == (possible[0] if possible else None)


@given(free=st.sets(st.integers(1, 24)), party=st.integers(1, 5))
def test_else_it_sits_as_close_as_it_can(free, party):
    found = nearly_together(sorted(free), party)
    if len(free) < party:
        assert found is None
    else:
        assert found is not None and set(found) <= free and len(set(found)) == party
        spans = [sorted(free)[i + party - 1] - sorted(free)[i] for i in range(len(free) - party + 1)]
        assert found[-1] - found[0] == min(spans)


def test_a_group_reserves_neighbours_and_reads_them_as_one_place(hall, taken):
    hall.ticket()
    ticket = group(hall, 3)
    assert ticket.seat == "Z1-02 Z1-03 Z1-04"
    assert hall.services.tickets.slip(ticket.id).seat == "等候区 02–04"
    assert [label for _, label in taken().values()].count(ticket.label) == 3
    other = group(hall, 3)
    assert other.seat == "Z1-07 Z1-08 Z1-09", "two seats are left in the first row: it is not torn apart"


def test_words_of_scattered_seats():
    assert seat_in_words(load_catalog(), "Z1-02 Z1-05", "en") == "Waiting area 02, 05"
    assert seat_in_words(load_catalog(), None, "en") == ""


def test_a_seat_belongs_to_its_number_until_it_is_called_away(hall, taken):
    ticket = hall.ticket()
    assert taken() == {"Z1-01": (SeatState.RESERVED, ticket.label)}
    later(hall, minutes=10)
    assert taken() == {"Z1-01": (SeatState.OCCUPIED, ticket.label)}, "nobody saw whether the visitor sat down"
    assert hall.ticket().seat == "Z1-02"
    hall.services.calling.next("1", hall.desk)
    for _ in range(2):
        later(hall, seconds=20)  # called again; the time to stand up runs from the last call
    later(hall, minutes=4)
    assert "Z1-01" in taken()
    later(hall, minutes=1)
    assert "Z1-01" not in taken()


def test_whoever_reports_again_gets_a_seat_again(hall, taken):
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    later(hall, minutes=6)
    assert hall.ticket().seat == "Z1-01"
    again = hall.services.tickets.recheck(ticket.id, ticket.query_code, hall.visitor)
    assert again.seat == "Z1-02"
    assert taken()["Z1-02"] == (SeatState.RESERVED, ticket.label)


def test_the_end_of_a_number_frees_its_seat(hall, taken):
    ticket = hall.ticket()
    hall.services.tickets.cancel(ticket.id, hall.visitor)
    assert taken() == {}


def test_a_full_hall_gives_no_seat_and_still_a_number(hall):
    with hall.installation.store.write() as work:
        for seat in work.seats.all():
            if seat.zone in ("Z1", "Z2"):
                work.seats.put(type(seat)(seat.code, seat.zone, SeatState.OUT_OF_USE))
    ticket = hall.ticket()
    assert ticket.seat is None
    assert hall.services.tickets.slip(ticket.id).seat == ""
    assert hall.ticket(priority=True).seat == "Z3-01", "places of others are not given away"


def test_what_the_guide_sees_counts(hall, taken):
    ticket = hall.ticket()
    hall.services.seats.set_state("Z1-01", SeatState.CLEANING, GUIDE)
    assert taken() == {"Z1-01": (SeatState.CLEANING, "")}
    moved = hall.services.seats.move(ticket.id, "Z5-03", GUIDE)
    assert moved.seat == "Z5-03"
    hall.services.seats.set_state("Z1-01", SeatState.FREE, GUIDE)
    assert taken() == {"Z5-03": (SeatState.RESERVED, ticket.label)}


def test_moving_refuses_what_is_not_free(hall):
    first, second = hall.ticket(), hall.ticket()
    with pytest.raises(ConflictError, match="Z1-01"):
        hall.services.seats.move(second.id, first.seat, GUIDE)
    with pytest.raises(RuleError):
        hall.services.seats.set_state("Z1-09", SeatState.RESERVED, GUIDE)
    with pytest.raises(AccessError):
        hall.services.seats.set_state("Z1-09", SeatState.CLEANING, ADMIN)
    with pytest.raises(AccessError):
        hall.services.seats.move(second.id, "Z1-09", hall.visitor)


def test_anybody_may_sit_anywhere_on_wish(hall, taken):
    ticket = hall.ticket()
    assert hall.services.seats.wish(ticket.id, "Z4", hall.visitor).seat == "Z4-01"
    assert set(taken()) == {"Z4-01"}
    for number in ("Z4-02",):
        hall.services.seats.set_state(number, SeatState.OUT_OF_USE, GUIDE)
    other = hall.ticket()
    with pytest.raises(RuleError) as full:
        hall.services.seats.wish(other.id, "Z4", hall.visitor)
    assert full.value.code == "zone_full"
    assert taken()["Z1-01"] == (SeatState.RESERVED, other.label), "the seat one has is kept"


def test_eight_kiosks_at_once_give_no_seat_twice(hall):
    visits = [hall.visit().id for _ in range(24)]
    failures = []

    def kiosk(mine):
        try:
            for number, visit in enumerate(mine):
                hall.services.tickets.issue(visit, "101", False, hall.visitor, party=1 + number % 2)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=kiosk, args=(visits[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with hall.installation.store.read() as work:
        tickets = work.tickets.open(hall.clock.today())
        held = {seat.code: seat.ticket_id for seat in work.seats.all() if seat.ticket_id}
    said = [(code, ticket.id) for ticket in tickets for code in (ticket.seat or "").split()]
    assert max(Counter(code for code, _ in said).values()) == 1
    assert dict(said) == held
    assert sorted(len(t.seat.split()) for t in tickets if t.seat) == sorted(t.party for t in tickets if t.seat)

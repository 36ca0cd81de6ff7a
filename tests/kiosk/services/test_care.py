"""Small services: asked once, taken by one, never forgotten; offered to those in need first, and no screen says why."""

from __future__ import annotations

import pytest

from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.model.hall import CareKind, CareState
from kiosk.model.staff import Actor, Role

GUIDE = Actor("staff", None, frozenset({Role.GUIDE}), "G1")
LEADER = Actor("staff", None, frozenset({Role.LEADER}), "T9")


@pytest.fixture
def care(hall):
    return hall.services.care


def kept(hall, task):
    with hall.installation.store.read() as work:
        return work.care.get(task.id)


def test_asked_twice_is_one_task_and_after_it_was_brought_another(hall, care):
    ticket = hall.ticket()
    first = care.ask(ticket.id, CareKind.WATER, hall.visitor)
    assert care.ask(ticket.id, CareKind.WATER, hall.visitor).id == first.id
    care.done(first.id, hall.desk)
    assert care.ask(ticket.id, CareKind.WATER, hall.visitor).id != first.id


def test_the_floor_sees_number_seat_and_lateness_and_nothing_else(hall, care):
    ticket = hall.ticket(hall.people[0])
    care.ask(ticket.id, CareKind.GLASSES, hall.visitor)
    (row,) = care.open()
    assert (row.label, row.seat, row.late, row.task.state) == (ticket.label, "Z1-01", False, CareState.NEW)
    hall.clock.advance(minutes=5)
    assert care.open()[0].late
    assert hall.people[0].name not in repr(row)


def test_one_person_takes_it_and_says_how_it_ended(hall, care):
    task = care.ask(hall.ticket().id, CareKind.ESCORT, hall.visitor)
    assert care.take(task.id, GUIDE).owner == "G1"
    assert care.take(task.id, GUIDE).owner == "G1", "pressed twice"
    with pytest.raises(ConflictError) as taken:
        care.take(task.id, hall.desk)
    assert taken.value.code == "care_taken"
    care.done(task.id, GUIDE)
    care.done(task.id, GUIDE)
    ended = kept(hall, task)
    assert (ended.state, ended.owner, ended.done_at) == (CareState.DONE, "G1", hall.clock.now())
    with pytest.raises(ConflictError) as over:
        care.fail(task.id, "none left", GUIDE)
    assert over.value.code == "care_closed"


def test_giving_up_needs_a_reason(hall, care):
    task = care.ask(hall.ticket().id, CareKind.GLASSES, hall.visitor)
    with pytest.raises(RuleError):
        care.fail(task.id, " ", GUIDE)
    care.fail(task.id, "none_left", GUIDE)
    assert (kept(hall, task).state, kept(hall, task).reason) == (CareState.FAILED, "none_left")
    assert care.open() == ()


def test_only_the_floor_works_the_queue_and_the_visitor_may_only_cancel(hall, care):
    task = care.ask(hall.ticket().id, CareKind.WATER, hall.visitor)
    for actor in (LEADER, hall.visitor):
        for verb in (care.take, care.done):
            with pytest.raises(AccessError):
                verb(task.id, actor)
    care.cancel(task.id, hall.visitor)
    assert kept(hall, task).state is CareState.CANCELLED


def test_it_ends_with_the_number(hall, care):
    ticket = hall.ticket()
    task = care.ask(ticket.id, CareKind.WATER, hall.visitor)
    hall.services.tickets.cancel(ticket.id, hall.visitor)
    assert (kept(hall, task).state, kept(hall, task).reason) == (CareState.CANCELLED, "cancel")
    with pytest.raises(RuleError) as over:
        care.ask(ticket.id, CareKind.WATER, hall.visitor)
    assert over.value.code == "care_over"


def test_a_quiet_seat_is_given_at_once_or_looked_for(hall, care):
    first = hall.ticket()
    assert care.ask(first.id, CareKind.QUIET_SEAT, hall.visitor).state is CareState.DONE
    assert care.comfort(first.id).seat == "Z2-01"
    with hall.installation.store.write() as work:
        for seat in work.seats.all():
            if seat.zone == "Z2" and seat.ticket_id is None:
                work.seats.put(type(seat)(seat.code, seat.zone, "out_of_use"))
    second = hall.ticket()
    assert care.ask(second.id, CareKind.QUIET_SEAT, hall.visitor).state is CareState.NEW
    assert care.comfort(second.id).seat == "Z1-01"


def test_a_priority_number_that_wants_it_quiet_leaves_the_first_row(hall, care):
    ticket = hall.ticket(priority=True)
    assert care.comfort(ticket.id).seat == "Z3-01"
    assert care.ask(ticket.id, CareKind.QUIET_SEAT, hall.visitor).state is CareState.DONE
    assert care.comfort(ticket.id).seat == "Z2-01"


def test_after_a_long_wait_somebody_goes_and_asks_those_in_need_first(hall, care):
    early = [hall.ticket() for _ in range(3)]
    hall.clock.advance(minutes=1)
    in_need = hall.ticket(priority=True)
    hall.clock.advance(minutes=8)
    hall.services.housekeeping.run(hall.desk)
    assert care.open() == ()
    hall.clock.advance(minutes=1)
    hall.services.housekeeping.run(hall.desk)
    assert [row.label for row in care.open()] == [early[0].label, early[1].label], "two at once, no more"
    care.done(care.open()[0].task.id, GUIDE)
    hall.clock.advance(minutes=1)
    hall.services.housekeeping.run(hall.desk)
    assert [row.label for row in care.open()] == [early[1].label, in_need.label], "before one who waited longer"
    assert {row.task.kind for row in care.open()} == {CareKind.OFFER}
    assert care.comfort(in_need.id).tasks == (), "the visitor is not shown why somebody comes"
    asked = care.ask(early[2].id, CareKind.WATER, hall.visitor)
    assert care.open()[0].task.id == asked.id, "who asked comes before whom we ask"


def test_nobody_is_asked_twice(hall, care):
    hall.ticket()
    hall.clock.advance(minutes=10)
    hall.services.housekeeping.run(hall.desk)
    care.done(care.open()[0].task.id, GUIDE)
    hall.clock.advance(minutes=30)
    hall.services.housekeeping.run(hall.desk)
    assert care.open() == ()

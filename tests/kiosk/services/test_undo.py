"""Undo takes back the last step of a window, whatever it was, unless somebody else has gone on from there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import RuleError
from kiosk.model.ticket import LinePlace, TicketState
from kiosk.model.visit import VisitState

STEPS = {
    "next": (TicketState.WAITING, lambda s, a: s.calling.next("1", a)),
    "arrived": (TicketState.CALLED, lambda s, a: s.serving.arrived("1", a)),
    "no_show": (TicketState.CALLED, lambda s, a: s.serving.no_show("1", a)),
    "abandoned": (TicketState.CALLED, lambda s, a: s.serving.left("1", a)),
    "transfer of a call": (TicketState.CALLED, lambda s, a: s.calling.transfer("1", "C", LinePlace.HEAD, a)),
    "left": (TicketState.SERVING, lambda s, a: s.serving.left("1", a)),
    "finish": (TicketState.SERVING, lambda s, a: s.serving.finish("1", a)),
    "hold": (TicketState.SERVING, lambda s, a: s.serving.hold("1", "papers", a)),
    "transfer of a talk": (TicketState.SERVING, lambda s, a: s.calling.transfer("1", "C", LinePlace.HEAD, a)),
}
VISITS = {
    TicketState.WAITING: VisitState.TICKETED,
    TicketState.CALLED: VisitState.TICKETED,
    TicketState.SERVING: VisitState.SERVED,
}


def at_state(hall, state):
    ticket = hall.ticket()
    hall.clock.advance(seconds=1)
    hall.ticket()
    if state is not TicketState.WAITING:
        hall.services.calling.next("1", hall.desk)
    if state is TicketState.SERVING:
        hall.services.serving.arrived("1", hall.desk)
    return stored(hall, ticket)


def stored(hall, ticket):
    with hall.installation.store.read() as work:
        return work.tickets.get(ticket.id)


def undo_refused(hall):
    with pytest.raises(RuleError) as error:
        hall.services.serving.undo("1", hall.desk)
    return error.value.code


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_taken_back_as_it_was(hall, step):
    state, verb = STEPS[step]
    before = at_state(hall, state)
    hall.clock.advance(seconds=30)
    verb(hall.services, hall.desk)
    hall.clock.advance(minutes=4)
    back = hall.services.serving.undo("1", hall.desk)
    same = ("state", "queue", "position", "counter", "calls", "passes", "ended_at", "first_called_at", "line_fence")
    assert [getattr(back, name) for name in same] == [getattr(before, name) for name in same]
    with hall.installation.store.read() as work:
        visit = work.visits.get(back.visit_id)
        assert (visit.state, visit.ended_at) == (VISITS[state], None)
        counter = work.counters.get("1")
    assert counter.state.value == {"waiting": "free", "called": "calling", "serving": "serving"}[state]


@pytest.mark.parametrize("step", ["no_show", "finish", "hold", "transfer of a call", "left", "arrived"])
def test_steps_older_than_five_minutes_stand(hall, step):
    state, verb = STEPS[step]
    at_state(hall, state)
    verb(hall.services, hall.desk)
    hall.clock.advance(minutes=5, seconds=1)
    assert undo_refused(hall) == "nothing_to_undo"


def test_a_number_called_elsewhere_is_not_taken_back(hall):
    hall.services.counters.open("3", hall.desk)
    at_state(hall, TicketState.SERVING)
    hall.services.calling.transfer("1", "C", LinePlace.HEAD, hall.desk)
    hall.services.calling.next("3", hall.desk)
    assert undo_refused(hall) == "nothing_to_undo", "the number is another window's now"


def test_a_number_that_reported_again_is_not_taken_back(hall):
    ticket = at_state(hall, TicketState.CALLED)
    hall.services.serving.no_show("1", hall.desk)
    hall.services.tickets.recheck(ticket.id, ticket.query_code, hall.visitor)
    assert undo_refused(hall) == "touched_since"


def test_the_step_before_the_last_follows(hall):
    first = at_state(hall, TicketState.SERVING)
    hall.services.serving.finish("1", hall.desk)
    hall.services.calling.next("1", hall.desk)
    assert hall.services.serving.undo("1", hall.desk).state is TicketState.WAITING
    again = hall.services.serving.undo("1", hall.desk)
    assert (again.id, again.state) == (first.id, TicketState.SERVING)
    assert hall.services.serving.undo("1", hall.desk).state is TicketState.CALLED
    assert hall.services.serving.undo("1", hall.desk).state is TicketState.WAITING
    assert undo_refused(hall) == "nothing_to_undo"


def test_an_older_number_that_came_back_does_not_hide_the_last_step(hall):
    passed = at_state(hall, TicketState.CALLED)
    hall.services.serving.no_show("1", hall.desk)
    hall.clock.advance(seconds=5)
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.arrived("1", hall.desk)
    done = hall.services.serving.finish("1", hall.desk)
    hall.clock.advance(seconds=5)
    hall.services.tickets.recheck(passed.id, passed.query_code, hall.visitor)
    assert hall.services.serving.undo("1", hall.desk).id == done.id


def test_the_pass_that_ended_a_number_is_taken_back_too(hall):
    ticket = hall.ticket()
    for _ in range(2):
        hall.services.calling.next("1", hall.desk)
        hall.services.serving.no_show("1", hall.desk)
        hall.services.tickets.recheck(ticket.id, ticket.query_code, hall.visitor)
    hall.services.calling.next("1", hall.desk)
    assert hall.services.serving.no_show("1", hall.desk).state is TicketState.EXPIRED
    back = hall.services.serving.undo("1", hall.desk)
    assert (back.state, back.passes) == (TicketState.CALLED, 2)
    with hall.installation.store.read() as work:
        assert work.visits.get(back.visit_id).state is VisitState.TICKETED


def test_what_the_clock_ended_is_not_a_step_of_the_window(hall):
    hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    hall.clock.advance(minutes=61)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.housekeeping.run(hall.desk)
    assert undo_refused(hall) == "nothing_to_undo"


def test_an_undone_call_does_not_start_the_wait_for_a_window_again(hall):
    hall.services.counters.open("2", hall.desk)
    wishes = hall.services.tickets.issue(hall.visit().id, "101", False, hall.visitor, wish="1")
    hall.clock.advance(minutes=8)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.undo("1", hall.desk)
    assert replace(stored(hall, wishes), fence=0) == wishes
    hall.clock.advance(minutes=2)
    assert hall.services.calling.next("2", hall.desk).id == wishes.id


def test_what_ended_with_its_day_stays_ended(hall):
    hall.serve()
    finished = hall.services.serving.finish("1", hall.desk)
    hall.services.days.close(hall.head)
    hall.services.counters.open("1", hall.desk)
    with pytest.raises(RuleError) as refused:
        hall.services.serving.undo("1", hall.desk)
    assert refused.value.code == "nothing_to_undo"
    assert stored(hall, finished).state is TicketState.DONE
    assert hall.services.serving.undoable("1") is None

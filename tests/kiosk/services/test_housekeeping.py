"""What the clock does to numbers: called again, passed, expired; nobody held by a desk that died."""

from __future__ import annotations

from kiosk.model.ticket import CounterState, TicketState
from kiosk.model.visit import VisitState


def run(hall, **later):
    hall.clock.advance(**later)
    return hall.services.housekeeping.run(hall.desk)


def state(hall, ticket):
    with hall.installation.store.read() as work:
        return work.tickets.get(ticket.id)


def alive(hall):
    hall.services.counters.keep_alive("1", hall.desk)


def test_nothing_due_writes_nothing(hall):
    hall.ticket()
    before = hall.installation.store.last_seq()
    assert run(hall, seconds=5) == 0
    assert hall.installation.store.last_seq() == before


def test_three_calls_by_itself_then_passed_ninety_seconds_after_the_last(hall):
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    for calls in (2, 3):
        alive(hall)
        run(hall, seconds=20)
        assert state(hall, ticket).calls == calls
    alive(hall)
    run(hall, seconds=59)
    alive(hall)
    run(hall, seconds=30)
    assert state(hall, ticket).state is TicketState.CALLED
    alive(hall)
    run(hall, seconds=1)
    assert state(hall, ticket).state is TicketState.PASSED
    assert hall.services.calling.next("1", hall.desk) is None, "the window is free again"


def test_a_passed_number_expires_after_an_hour_and_its_visit_ends(hall):
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    run(hall, minutes=60)
    assert state(hall, ticket).state is TicketState.EXPIRED
    with hall.installation.store.read() as work:
        assert work.visits.get(ticket.visit_id).state is VisitState.CLOSED


def test_a_passed_visitor_comes_back_three_places_behind_and_only_twice(hall):
    ticket = hall.ticket()
    for again in range(3):
        hall.services.calling.next("1", hall.desk)
        hall.services.serving.no_show("1", hall.desk)
        if again < 2:
            hall.services.tickets.recheck(ticket.id, ticket.query_code, hall.visitor)
    assert state(hall, ticket).state is TicketState.EXPIRED


def test_a_number_held_too_long_is_next_again(hall):
    held, other = hall.ticket(), None
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.arrived("1", hall.desk)
    hall.services.serving.hold("1", "papers", hall.desk)
    other = hall.ticket()
    alive(hall)
    run(hall, minutes=30)
    assert state(hall, held).state is TicketState.WAITING
    hall.services.counters.open("1", hall.desk)
    assert hall.services.calling.next("1", hall.desk).id == held.id
    assert state(hall, other).state is TicketState.WAITING


def test_a_dead_desk_gives_its_called_number_back_to_the_head_of_the_line(hall):
    called, later = hall.ticket(), hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.clock.advance(seconds=15)
    alive(hall)
    run(hall, seconds=61)
    assert state(hall, called).state is TicketState.WAITING
    assert not hall.services.counters.keep_alive("1", hall.desk), "the desk learns that it lost its window"
    hall.services.counters.open("2", hall.desk)
    assert hall.services.calling.next("2", hall.desk).id == called.id
    assert state(hall, later).state is TicketState.WAITING


def test_a_talk_at_a_dead_desk_is_kept_as_held(hall):
    served = hall.serve(hall.people[0])
    run(hall, seconds=61)
    assert state(hall, served.ticket).state is TicketState.HELD
    window = next(counter for counter in hall.services.counters.all() if counter.code == "1")
    assert (window.state, window.staff_id) == (CounterState.OFFLINE, None)
    hall.services.counters.open("1", hall.desk)
    hall.services.calling.call_back("1", served.ticket.id, hall.desk)
    assert hall.services.serving.arrived("1", hall.desk).card.name == "林演示"


def passed_by_the_clock(hall):
    """A number called three times in vain."""
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    for wait in (20, 20, 45, 45):
        hall.clock.advance(seconds=wait)
        alive(hall)
        hall.services.housekeeping.run(hall.desk)
    assert state(hall, ticket).state is TicketState.PASSED
    return ticket


def test_a_pass_that_was_taken_back_gives_the_visitor_time_to_come(hall):
    ticket = passed_by_the_clock(hall)
    hall.services.serving.undo("1", hall.desk)
    assert run(hall, seconds=2) == 0, "not passed again at once"
    alive(hall)
    run(hall, seconds=30)
    assert hall.services.serving.arrived("1", hall.desk).ticket.id == ticket.id


def test_an_arrival_that_was_taken_back_gives_the_right_visitor_time_to_come(hall):
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    for _ in range(2):
        alive(hall)
        run(hall, seconds=20)
    hall.services.serving.arrived("1", hall.desk)
    alive(hall)
    hall.clock.advance(seconds=50)
    alive(hall)
    hall.clock.advance(seconds=50)
    hall.services.serving.undo("1", hall.desk)
    assert run(hall, seconds=2) == 0
    assert state(hall, ticket).state is TicketState.CALLED


def test_the_clock_does_not_overrule_a_desk_that_was_quicker(hall, monkeypatch):
    """What was read before the lock is looked at again behind it (PostgreSQL lets several write at once)."""
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    seen, windows = state(hall, ticket), list(hall.services.counters.all())
    hall.services.serving.arrived("1", hall.desk)
    hall.clock.advance(seconds=61)
    alive(hall)
    monkeypatch.setattr(hall.services.housekeeping, "_watched", lambda work: [seen])
    monkeypatch.setattr(hall.services.housekeeping, "_silent", lambda work: [windows[0]])
    assert run(hall, seconds=1) == 0
    assert state(hall, ticket).state is TicketState.SERVING

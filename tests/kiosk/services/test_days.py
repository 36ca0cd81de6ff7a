"""Closing the day leaves nothing behind, and says of everything it ended that the day ended it."""

from __future__ import annotations

import pytest

from kiosk.model.hall import CareKind
from kiosk.model.ticket import CounterState


@pytest.fixture
def closed(hall):
    """A day that ended in the middle of everything."""
    ticket = hall.ticket()
    services = hall.services
    care = services.care.ask(ticket.id, CareKind.WATER, hall.visitor)
    done = services.care.ask(ticket.id, CareKind.GLASSES, hall.visitor)
    services.care.done(done.id, hall.desk)
    services.arrivals.call_help(None, False, hall.visitor)
    services.arrivals.call_help(None, True, hall.visitor)
    calls = services.staff.help_calls()
    services.staff.answer_help(calls[1].id, hall.desk)
    services.counters.open("2", hall.desk)
    services.counters.pause("2", "lunch", hall.desk)
    services.days.close(hall.head)
    return care, done, calls


def last_event(hall, entity, entity_id):
    with hall.installation.store.read() as work:
        return work.journal.of(entity, entity_id)[-1]


def test_calls_and_services_nobody_ended_end_with_the_day_and_say_so(hall, closed):
    care, done, calls = closed
    assert (hall.services.staff.help_calls(), hall.services.care.open()) == ((), ())
    assert [last_event(hall, "help", call.id).type for call in calls] == ["day_end", "answered"]
    assert [last_event(hall, "care", task.id).type for task in (care, done)] == ["cancelled", "done"]
    with hall.installation.store.read() as work:
        assert work.help.get(calls[0].id).answered_by is None, "nobody is said to have gone there"
        assert (work.care.get(care.id).owner, work.care.get(care.id).reason) == ("", "day_end")


def test_the_next_day_starts_with_free_windows(hall, closed):
    assert {(c.state, c.staff_id) for c in hall.services.counters.all()} == {(CounterState.OFFLINE, None)}
    with hall.installation.store.read() as work:
        events = [e for e in work.journal.since(0, entities=("counter",)) if e.data["reason"] == "day_end"]
    assert sorted(str(event.data["counter"]) for event in events) == ["1", "2"]
    hall.clock.advance(days=1)
    hall.services.days.open(hall.desk)
    colleague = type(hall.desk)("staff", hall.head.id, hall.desk.roles, "D2")
    assert hall.services.counters.open("1", colleague).staff_id == colleague.id

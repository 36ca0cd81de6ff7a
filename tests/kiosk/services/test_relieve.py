"""The head frees a window whose clerk left it locked: with a reason, in the record, and nobody in it is lost."""

from __future__ import annotations

import pytest

from kiosk.errors import AccessError, RuleError
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, TicketState


def audit_of(hall):
    with hall.installation.store.read() as work:
        return [row for row in work.audit.since(0) if row.action.startswith("counter.")]


def state(hall, ticket):
    with hall.installation.store.read() as work:
        return work.tickets.get(ticket.id).state


def test_the_head_frees_a_window_and_its_talk_is_held_there(hall):
    served = hall.serve(hall.people[0])
    assert hall.services.calling.relieve("1", "gone home ill", hall.head) == 1
    window = hall.services.counters.all()[0]
    assert (window.state, window.staff_id) == (CounterState.OFFLINE, None)
    assert state(hall, served.ticket) is TicketState.HELD
    (row,) = audit_of(hall)
    assert (row.action, row.subject_id, row.reason) == ("counter.given_up", hall.desk.id, "gone home ill")
    assert row.actor_id == hall.head.id
    colleague = Actor("staff", hall.head.id, hall.desk.roles, "D2")
    hall.services.counters.open("1", colleague)
    hall.services.calling.call_back("1", served.ticket.id, colleague)
    assert hall.services.serving.arrived("1", colleague).card.name == "林演示"


def test_a_called_number_is_first_in_line_again(hall):
    called, later = hall.ticket(), hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.calling.relieve("1", "gone", hall.head)
    hall.services.counters.open("2", hall.desk)
    assert hall.services.calling.next("2", hall.desk).id == called.id
    assert state(hall, later) is TicketState.WAITING


def test_nobody_but_the_head_frees_a_colleague_s_window(hall):
    with pytest.raises(AccessError):
        hall.services.calling.relieve("1", "mine now", hall.desk)
    assert hall.services.counters.all()[0].staff_id == hall.desk.id
    assert [(row.action, row.actor_id) for row in audit_of(hall)] == [("counter.relieve_refused", hall.desk.id)]


@pytest.mark.parametrize(("window", "reason", "code"), [("1", " ", "reason_missing"), ("2", "why", "window_free")])
def test_a_window_is_freed_for_a_reason_and_only_when_held(hall, window, reason, code):
    with pytest.raises(RuleError) as refused:
        hall.services.calling.relieve(window, reason, hall.head)
    assert refused.value.code == code

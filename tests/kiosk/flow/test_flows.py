"""Every flow as a machine: all states reachable and leavable, and random walks obey the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import RuleError
from kiosk.flow.appeal_flow import APPEAL_FLOW, AppealEvent
from kiosk.flow.machine import Edge, Flow
from kiosk.flow.ticket_flow import TICKET_FLOW, TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW
from kiosk.model.appeal import AppealState
from kiosk.model.staff import Role
from kiosk.model.ticket import TicketState
from kiosk.model.visit import VisitState

FLOWS = [
    pytest.param(TICKET_FLOW, {"done", "expired", "abandoned", "cancelled", "voided"}, id="ticket"),
    pytest.param(VISIT_FLOW, {"closed", "left", "reset"}, id="visit"),
    pytest.param(APPEAL_FLOW, {"archived", "withdrawn"}, id="appeal"),
]


def reachable(flow: Flow, start) -> set:
    seen, todo = set(), [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += [edge.target for edge in flow.edges if edge.source == state]
    return seen


@pytest.mark.parametrize(("flow", "ends"), FLOWS)
def test_every_state_can_be_reached_and_leads_to_an_end(flow, ends):
    states = set(type(flow.initial))
    assert reachable(flow, flow.initial) == states
    for state in states:
        assert {s.value for s in reachable(flow, state)} & ends, f"{state} is a dead state (件件有着落)"


@pytest.mark.parametrize(("flow", "ends"), FLOWS)
def test_every_edge_names_its_rule(flow, ends):
    assert all(edge.why for edge in flow.edges)


def test_two_edges_with_one_source_and_event_are_refused():
    edge = Edge(TicketState.WAITING, TicketEvent.CALL, TicketState.CALLED, "x")
    with pytest.raises(ValueError, match="share"):
        Flow("double", TicketState.WAITING, [edge, edge])


@given(st.lists(st.sampled_from(list(TicketEvent)), max_size=25))
def test_a_ticket_never_leaves_its_table(events):
    state = TICKET_FLOW.initial
    for event in events:
        if TICKET_FLOW.allows(state, event):
            state = TICKET_FLOW.move(state, event)
        else:
            with pytest.raises(RuleError) as refused:
                TICKET_FLOW.move(state, event)
            assert refused.value.code == "illegal_step"


@given(st.lists(st.sampled_from(list(AppealEvent)), max_size=40), st.sets(st.sampled_from(list(Role))))
def test_an_appeal_moves_only_by_those_who_may(events, roles):
    state = APPEAL_FLOW.initial
    by_key = {(edge.source, edge.event): edge for edge in APPEAL_FLOW.edges}
    for event in events:
        edge = by_key.get((state, event))
        allowed = edge is not None and (not edge.roles or edge.roles & roles)
        if allowed:
            state = APPEAL_FLOW.move(state, event, frozenset(roles))
        else:
            with pytest.raises(RuleError):
                APPEAL_FLOW.move(state, event, frozenset(roles))


def test_closing_stays_with_the_head():
    with pytest.raises(RuleError, match="roles"):
        APPEAL_FLOW.move(AppealState.RATED, AppealEvent.CLOSE, frozenset({Role.DESK}))
    assert APPEAL_FLOW.move(AppealState.RATED, AppealEvent.CLOSE, frozenset({Role.HEAD})) is AppealState.CLOSED


def test_every_open_ticket_state_ends_with_the_day():
    for state in (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD, TicketState.PASSED):
        assert TICKET_FLOW.move(state, TicketEvent.DAY_END) is TicketState.EXPIRED


def test_a_visit_that_has_its_number_cannot_be_wiped():
    from kiosk.flow.visit_flow import VisitEvent

    assert not VISIT_FLOW.allows(VisitState.TICKETED, VisitEvent.RESET)

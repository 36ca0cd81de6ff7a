"""Serving: the visitor is at the window; the card opens, the talk ends, and the last step can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kiosk.errors import RuleError
from kiosk.flow.ticket_flow import TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.appeal import StaffCard
from kiosk.model.people import EmployeeStatus
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, Ticket, TicketState
from kiosk.model.visit import Proof, Visit
from kiosk.services.access import no_card_reason, open_card
from kiosk.services.context import Context, one_transaction
from kiosk.services.counters import AT_DESK, set_counter, state_for, ticket_at
from kiosk.services.leaving import free_seats_of
from kiosk.services.moves import load_visit, move_ticket, move_visit, record_visit
from kiosk.store import Work

UNDO_WINDOW = timedelta(minutes=5)
UNDO = {
    TicketState.SERVING: TicketEvent.UNDO_ARRIVE,
    TicketState.PASSED: TicketEvent.UNDO_PASS,
    TicketState.DONE: TicketEvent.UNDO_FINISH,
}
UNDO_CALL_BACK = {
    TicketState.HELD: TicketEvent.UNDO_CALL_HELD,
    TicketState.PASSED: TicketEvent.UNDO_CALL_PASSED,
}
CALLS = frozenset({TicketEvent.CALL, TicketEvent.RECALL, TicketEvent.CALL_BACK})


@dataclass(frozen=True, slots=True)
class Served:
    """What the desk gets when the visitor has arrived: a card, or the locale key of why there is none."""

    ticket: Ticket
    visit: Visit
    card: StaffCard | None
    no_card: str


def pass_ticket(context: Context, work: Work, ticket: Ticket, event: TicketEvent, actor: Actor) -> Ticket:
    """Nobody came (过号). The last pass allowed by the settings expires the number."""
    passed = move_ticket(work, ticket, event, actor, passes=ticket.passes + 1)
    if passed.passes > context.settings.calling.recheck_max:
        return expire_ticket(work, passed, actor)
    return passed


def expire_ticket(work: Work, ticket: Ticket, actor: Actor) -> Ticket:
    """The number is worth nothing any more; seat and visit end with it."""
    ended = move_ticket(work, ticket, TicketEvent.EXPIRE, actor)
    visit = load_visit(work, ticket.visit_id)
    if VISIT_FLOW.allows(visit.state, VisitEvent.CLOSE):
        move_visit(work, visit, VisitEvent.CLOSE, actor)
    return ended


def undo_call(work: Work, ticket: Ticket) -> tuple[TicketEvent, dict[str, Any]]:
    """How a call is taken back. Who was called from the line stands there again; who was called back from apart is
    held or passed as before: by that window and since that instant, so that no time is won or lost by it.
    """
    moves = [event for event in work.journal.of("ticket", ticket.id, personal=False) if "before" in event.data]
    called = max(i for i, event in enumerate(moves) if event.type in (TicketEvent.CALL, TicketEvent.CALL_BACK))
    if moves[called].type == TicketEvent.CALL:
        first = not any(event.type == TicketEvent.CALL for event in moves[:called])
        back: dict[str, Any] = {"counter": None, "calls": 0, "called_at": None}
        return TicketEvent.UNDO_CALL, back | ({"first_called_at": None} if first else {})
    apart = TicketState(str(moves[called].data["before"]))
    undone = UNDO_CALL_BACK.values()
    went = max(i for i in range(called) if moves[i].data["state"] == apart and moves[i].type not in undone)
    last_call = max((event.at for event in moves[:went] if event.type in CALLS), default=None)
    then = moves[went].data
    return UNDO_CALL_BACK[apart], {
        "counter": then["counter"], "calls": then["calls"], "since": moves[went].at, "called_at": last_call,
    }  # fmt: skip


class Serving:
    """Verbs of a desk with a visitor. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def arrived(self, work: Work, code: str, actor: Actor) -> Served:
        """The visitor stands at the window: service starts, and the card opens if the proof allows it."""
        ticket = ticket_at(work, code, TicketState.CALLED)
        visit = move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.SERVE, actor)
        ticket = move_ticket(work, ticket, TicketEvent.ARRIVE, actor, served_at=ticket.served_at or work.now)
        free_seats_of(work, ticket.id)
        set_counter(self._context, work, code, CounterState.SERVING, actor)
        return self._served(work, ticket, visit, actor)

    def _served(self, work: Work, ticket: Ticket, visit: Visit, actor: Actor) -> Served:
        reason = no_card_reason(visit)
        card = None if reason else open_card(self._context, work, visit, ticket.label, actor)
        return Served(ticket, visit, card, reason)

    @one_transaction
    def serving(self, work: Work, code: str, actor: Actor) -> Served | None:
        """The talk in progress at this window, after a restart of the desk; opening the card is audited again."""
        tickets = work.tickets.at_counter(code, (TicketState.SERVING,))
        if not tickets:
            return None
        return self._served(work, tickets[0], load_visit(work, tickets[0].visit_id), actor)

    @one_transaction
    def check_identity(self, work: Work, code: str, actor: Actor) -> Served:
        """The clerk has looked at a number-only visitor's card or face: the card may open now."""
        ticket = ticket_at(work, code, TicketState.SERVING)
        visit = load_visit(work, ticket.visit_id)
        if visit.employee_id is None:
            raise RuleError("nobody_named", "This visitor gave no name.", "Enter a staff number if they wish.")
        visit = record_visit(work, replace(visit, identity_checked=True), "identity_checked", actor)
        work.audit.add(actor, "identity.checked", visit.employee_id, f"serving {ticket.label}")
        return self._served(work, ticket, visit, actor)

    @one_transaction
    def name_visitor(self, work: Work, code: str, staff_number: str, actor: Actor) -> Served:
        """The clerk vouches for a visitor who came without a name (the 'clerk' way)."""
        ticket = ticket_at(work, code, TicketState.SERVING)
        employee = work.people.by_number(staff_number)
        if employee is None or employee.status is EmployeeStatus.LEFT:
            raise RuleError("no_employee", "Nobody has this staff number.", "Check the digits.")
        visit = load_visit(work, ticket.visit_id)
        if visit.employee_id is not None:
            raise RuleError("already_named", "This visitor is already identified.", "Go on.")
        named = replace(visit, employee_id=employee.id, proof=Proof.VOUCHED, identity_checked=True)
        visit = record_visit(work, named, "vouched", actor)
        work.audit.add(actor, "identity.vouched", employee.id, f"serving {ticket.label}")
        return self._served(work, ticket, visit, actor)

    @one_transaction
    def finish(self, work: Work, code: str, actor: Actor) -> Ticket:
        """The talk is over."""
        ticket = ticket_at(work, code, TicketState.SERVING)
        return self._end(work, ticket, TicketEvent.FINISH, VisitEvent.CLOSE, actor)

    @one_transaction
    def left(self, work: Work, code: str, actor: Actor) -> Ticket:
        """The visitor walked away while called or served."""
        ticket = ticket_at(work, code)
        event = TicketEvent.LEAVE if ticket.state is TicketState.SERVING else TicketEvent.ABANDON
        return self._end(work, ticket, event, VisitEvent.LEAVE, actor)

    @one_transaction
    def no_show(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Nobody comes: passed (过号); the third pass expires the number."""
        ticket = ticket_at(work, code, TicketState.CALLED)
        passed = pass_ticket(self._context, work, ticket, TicketEvent.ABSENT, actor)
        set_counter(self._context, work, code, CounterState.FREE, actor)
        return passed

    @one_transaction
    def hold(self, work: Work, code: str, reason: str, actor: Actor) -> Ticket:
        """Park the talk (to fetch papers); the desk is free meanwhile."""
        ticket = ticket_at(work, code, TicketState.SERVING)
        move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.UNDO_SERVE, actor)
        held = move_ticket(work, ticket, TicketEvent.HOLD, actor)
        set_counter(self._context, work, code, CounterState.FREE, actor, reason=reason)
        return held

    def _end(self, work: Work, ticket: Ticket, event: TicketEvent, visit_event: VisitEvent, actor: Actor) -> Ticket:
        ended = move_ticket(work, ticket, event, actor)
        move_visit(work, load_visit(work, ticket.visit_id), visit_event, actor)
        if ticket.counter:
            set_counter(self._context, work, ticket.counter, CounterState.FREE, actor)
        return ended

    @one_transaction
    def undo(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Take back this window's last step, within five minutes. A number that is called again by it has its full
        time to come: without that the clock would pass it once more at once.
        """
        ticket = self._last_touched(work, code)
        if ticket.state is TicketState.CALLED:
            event, changes = undo_call(work, ticket)
        else:
            event, changes = UNDO[ticket.state], {"ended_at": None}
        visit = load_visit(work, ticket.visit_id)
        if event is TicketEvent.UNDO_ARRIVE:
            move_visit(work, visit, VisitEvent.UNDO_SERVE, actor)
        elif event is TicketEvent.UNDO_FINISH:
            move_visit(work, visit, VisitEvent.REOPEN, actor, ended_at=None)
        if event is TicketEvent.UNDO_PASS:
            changes |= {"passes": ticket.passes - 1, "called_at": work.now}
        elif event is TicketEvent.UNDO_ARRIVE:
            changes |= {"called_at": work.now}
        undone = move_ticket(work, ticket, event, actor, **changes)
        set_counter(self._context, work, code, state_for(undone), actor)
        return undone

    def _last_touched(self, work: Work, code: str) -> Ticket:
        present = work.tickets.at_counter(code, AT_DESK)
        if present:
            return present[0]
        recent = [
            t
            for t in work.tickets.at_counter(code, (TicketState.PASSED, TicketState.DONE))
            if t.since and work.now - t.since <= UNDO_WINDOW
        ]
        if not recent:
            raise RuleError("nothing_to_undo", "There is nothing to take back.", "Steps older than five minutes stand.")
        return max(recent, key=lambda t: t.since or work.now)

"""Serving: the visitor is at the window; the card opens, the talk ends, and the last step can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from kiosk.services.counters import held_counter, release_counter, set_counter, state_for, ticket_at
from kiosk.services.leaving import free_seats_of
from kiosk.services.moves import load_visit, move_ticket, move_visit, record_visit
from kiosk.services.undoing import Undo, undo_of
from kiosk.store import Work


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


def begin_service(context: Context, work: Work, ticket: Ticket, actor: Actor) -> Served:
    """The visitor called to the window is there: service starts, and the card opens if the proof allows it."""
    visit = move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.SERVE, actor)
    ticket = move_ticket(work, ticket, TicketEvent.ARRIVE, actor, served_at=ticket.served_at or work.now)
    free_seats_of(work, ticket.id)
    if ticket.counter:
        set_counter(context, work, ticket.counter, CounterState.SERVING, actor)
    return served(context, work, ticket, visit, actor)


def served(context: Context, work: Work, ticket: Ticket, visit: Visit, actor: Actor) -> Served:
    """What the desk may know of whom it serves; opening the card is audited."""
    reason = no_card_reason(visit)
    card = None if reason else open_card(context, work, visit, ticket.label, actor)
    return Served(ticket, visit, card, reason)


class Serving:
    """Verbs of a desk with a visitor. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def arrived(self, work: Work, code: str, actor: Actor) -> Served:
        """The visitor stands at the window (``begin_service``)."""
        held_counter(work, code, actor)
        return begin_service(self._context, work, ticket_at(work, code, TicketState.CALLED), actor)

    @one_transaction
    def serving(self, work: Work, code: str, actor: Actor) -> Served | None:
        """The talk in progress at this window, after a restart of the desk; opening the card is audited again."""
        held_counter(work, code, actor)
        tickets = work.tickets.at_counter(code, (TicketState.SERVING,))
        if not tickets:
            return None
        return served(self._context, work, tickets[0], load_visit(work, tickets[0].visit_id), actor)

    @one_transaction
    def check_identity(self, work: Work, code: str, actor: Actor) -> Served:
        """The clerk has looked at a number-only visitor's card or face: the card may open now."""
        held_counter(work, code, actor)
        ticket = ticket_at(work, code, TicketState.SERVING)
        visit = load_visit(work, ticket.visit_id)
        if visit.employee_id is None:
            raise RuleError("nobody_named", "This visitor gave no name.", "Enter a staff number if they wish.")
        visit = record_visit(work, replace(visit, identity_checked=True), "identity_checked", actor)
        work.audit.add(actor, "identity.checked", visit.employee_id, f"serving {ticket.label}")
        return served(self._context, work, ticket, visit, actor)

    @one_transaction
    def name_visitor(self, work: Work, code: str, staff_number: str, actor: Actor) -> Served:
        """The clerk vouches for a visitor who came without a name (the 'clerk' way)."""
        held_counter(work, code, actor)
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
        return served(self._context, work, ticket, visit, actor)

    @one_transaction
    def finish(self, work: Work, code: str, actor: Actor) -> Ticket:
        """The talk is over."""
        held_counter(work, code, actor)
        ticket = ticket_at(work, code, TicketState.SERVING)
        return self._end(work, ticket, TicketEvent.FINISH, VisitEvent.CLOSE, actor)

    @one_transaction
    def left(self, work: Work, code: str, actor: Actor) -> Ticket:
        """The visitor walked away while called or served."""
        held_counter(work, code, actor)
        ticket = ticket_at(work, code)
        event = TicketEvent.LEAVE if ticket.state is TicketState.SERVING else TicketEvent.ABANDON
        return self._end(work, ticket, event, VisitEvent.LEAVE, actor)

    @one_transaction
    def no_show(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Nobody comes: passed (过号); the third pass expires the number."""
        held_counter(work, code, actor)
        ticket = ticket_at(work, code, TicketState.CALLED)
        passed = pass_ticket(self._context, work, ticket, TicketEvent.ABSENT, actor)
        release_counter(self._context, work, code, actor)
        return passed

    @one_transaction
    def hold(self, work: Work, code: str, reason: str, actor: Actor) -> Ticket:
        """Park the talk (to fetch papers); the desk is free meanwhile."""
        held_counter(work, code, actor)
        ticket = ticket_at(work, code, TicketState.SERVING)
        move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.UNDO_SERVE, actor)
        held = move_ticket(work, ticket, TicketEvent.HOLD, actor)
        release_counter(self._context, work, code, actor, reason=reason)
        return held

    def _end(self, work: Work, ticket: Ticket, event: TicketEvent, visit_event: VisitEvent, actor: Actor) -> Ticket:
        ended = move_ticket(work, ticket, event, actor)
        move_visit(work, load_visit(work, ticket.visit_id), visit_event, actor)
        if ticket.counter:
            release_counter(self._context, work, ticket.counter, actor)
        return ended

    def undoable(self, code: str) -> Undo | None:
        """What ``undo`` would take back now, so that the desk can say it beforehand; nothing of a day that is over."""
        with self._context.store.read() as work:
            if work.days.open_day() is None:
                return None
            try:
                return undo_of(work, code)
            except RuleError:
                return None

    @one_transaction
    def undo(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Take back this window's last step, whatever it was, within five minutes (``undoing``).

        Raises RuleError when there is none, or when somebody else has touched the number since.
        """
        held_counter(work, code, actor)
        undo = undo_of(work, code)
        if undo.visit_event is not None:
            changes = {} if undo.visit_event in (VisitEvent.SERVE, VisitEvent.UNDO_SERVE) else {"ended_at": None}
            move_visit(work, load_visit(work, undo.ticket.visit_id), undo.visit_event, actor, **changes)
        undone = move_ticket(work, undo.ticket, undo.event, actor, **undo.changes)
        set_counter(self._context, work, code, state_for(undone), actor)
        return undone

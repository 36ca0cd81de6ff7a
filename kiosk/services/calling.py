"""Calling: which desk gets whom, and whether the call was seen and heard.

A claim has an owner and a fencing token; two desks can never hold the same person, and a desk that comes back
after its claim was returned is refused (SYNC 1.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.flow.ticket_flow import OPEN, TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.board import Call
from kiosk.model.staff import Actor, Role
from kiosk.model.ticket import (
    CallClass,
    CallMark,
    Counter,
    CounterState,
    LinePlace,
    MarkKind,
    Ticket,
    TicketState,
)
from kiosk.services.access import CARD_ROLES
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.counters import (
    AT_DESK,
    held_counter,
    load_counter,
    refuse_busy,
    release_counter,
    set_counter,
    ticket_at,
)
from kiosk.services.issuing import Request, issue_ticket, refuse_wish, unnamed_visit
from kiosk.services.line import Claim, claim, head_position, next_for, position_at, turns
from kiosk.services.moves import load_ticket, load_visit, move_ticket, move_visit, record_ticket
from kiosk.services.policy import AT_WORK
from kiosk.services.staff import answer_call
from kiosk.store import Work

RECLASS_ROLES = CARD_ROLES | {Role.HEAD, Role.GUIDE}
"""Who may say that somebody goes first: whoever looks after the hall."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the desk's queue. No name: the card opens only after 'arrived'."""

    ticket_id: UUID
    label: str
    state: TicketState
    identified: bool
    assisted: bool
    priority: bool
    waited_minutes: int
    urgent: bool = False
    party: int = 1
    wish: str = ""
    """The window it waits for first."""
    counter: str = ""
    """The window that holds it, or passed it."""


def call_again(work: Work, ticket: Ticket, actor: Actor) -> Ticket:
    """One more call of a called number."""
    return move_ticket(work, ticket, TicketEvent.RECALL, actor, calls=ticket.calls + 1, called_at=work.now)


def give_up_window(context: Context, work: Work, counter: Counter, reason: str, actor: Actor) -> int:
    """Nobody is at the window any more. It holds nobody: a called number goes back to the head of its line, a talk
    becomes a held one of this window; how many. The audit names whose window it was.
    """
    tickets = work.tickets.at_counter(counter.code, AT_DESK)
    for ticket in tickets:
        if ticket.state is TicketState.SERVING:
            move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.UNDO_SERVE, actor)
            move_ticket(work, ticket, TicketEvent.DESK_LOST, actor)
        else:
            head = head_position(work, ticket, ticket.queue)
            move_ticket(work, ticket, TicketEvent.DESK_LOST, actor, position=head, counter=None, calls=0)
    work.audit.add(actor, "counter.given_up", counter.staff_id, reason, {"counter": counter.code})
    set_counter(context, work, counter.code, CounterState.OFFLINE, actor, reason=reason, staff_id=None)
    return len(tickets)


def _need_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise RuleError("reason_missing", f"{what} needs a reason.", "Say why.")


def _refuse_foreign(counter: Counter, ticket: Ticket) -> None:
    if ticket.queue not in counter.queues:
        raise RuleError(
            "queue_elsewhere", f"Window {counter.code} does not serve {ticket.queue}.", "Let another window call it.",
            queue=ticket.queue,
        )  # fmt: skip


class Calling:
    """Verbs of a desk before the visitor is there. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def next(self, work: Work, code: str, actor: Actor) -> Ticket | None:
        """Call the next person by the rules; None when nobody waits for this window. One press is one call."""
        counter = held_counter(work, code, actor)
        refuse_busy(work, code)
        ticket = next_for(self._context, work, counter, open_day(work).service_date)
        return claim(self._context, work, counter, ticket, actor, Claim(in_turn=True)) if ticket else None

    @one_transaction
    def pick(self, work: Work, code: str, ticket_id: UUID, reason: str, actor: Actor) -> Ticket:
        """Call somebody of this window's queues out of order; the reason is compulsory and stays in the record."""
        _need_reason(reason, "Calling out of order")
        counter = held_counter(work, code, actor)
        refuse_busy(work, code)
        ticket = load_ticket(work, ticket_id)
        if ticket.state is not TicketState.WAITING:
            raise ConflictError("already_called", f"{ticket.label} was just called elsewhere.", "Call the next one.")
        _refuse_foreign(counter, ticket)
        self._note(work, "ticket.picked", ticket, reason, actor)
        return claim(self._context, work, counter, ticket, actor, Claim())

    @one_transaction
    def recall(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Call again: not sooner than 20 s, five times at most."""
        settings = self._context.settings
        held_counter(work, code, actor)
        ticket = ticket_at(work, code, TicketState.CALLED)
        since = work.now - (ticket.called_at or work.now)
        if since < timedelta(seconds=settings.calling.recall_seconds):
            raise RuleError(
                "recall_too_soon", "The last call was a moment ago.", "Give the visitor time to come.",
                seconds=settings.calling.recall_seconds,
            )  # fmt: skip
        if ticket.calls >= settings.calling.recall_max:
            raise RuleError("recall_limit", "This number was called often enough.", "Pass it.")
        return call_again(work, ticket, actor)

    @one_transaction
    def call_back(self, work: Work, code: str, ticket_id: UUID, actor: Actor) -> Ticket:
        """Call a held or passed number to this desk. A held talk belongs to its own desk first: to another one only
        while that is paused or closed, or when it has waited for it as long as numbers wait for a window.
        """
        counter = held_counter(work, code, actor)
        refuse_busy(work, code)
        ticket = load_ticket(work, ticket_id)
        if ticket.counter != code:
            _refuse_foreign(counter, ticket)
            self._refuse_held(work, ticket)
        return claim(self._context, work, counter, ticket, actor, Claim(TicketEvent.CALL_BACK))

    def _refuse_held(self, work: Work, ticket: Ticket) -> None:
        held = timedelta(minutes=self._context.settings.calling.wish_minutes)
        own = work.counters.get(ticket.counter) if ticket.counter and ticket.state is TicketState.HELD else None
        if own and own.state in AT_WORK and work.now - (ticket.since or work.now) < held:
            raise RuleError(
                "held_elsewhere", f"{ticket.label} is held at window {own.code}.", "Let that window call it.",
                counter=own.code,
            )  # fmt: skip

    @one_transaction
    def transfer(
        self, work: Work, code: str, queue: str, place: LinePlace, actor: Actor, *, window: str | None = None
    ) -> Ticket:
        """Send the visitor to another queue, to ``place`` in its line, for ``window`` first if one is named.

        Raises RuleError ``queue_unserved`` for a queue that no window serves, ``wish_elsewhere`` for a window that
        does not serve it.
        """
        if not any(queue in counter.queues for counter in work.counters.all()):
            raise RuleError("queue_unserved", f"No window serves {queue}.", "Choose another queue.", queue=queue)
        held_counter(work, code, actor)
        refuse_wish(work, window, queue)
        ticket = ticket_at(work, code)
        if ticket.state is TicketState.SERVING:
            move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.UNDO_SERVE, actor)
        position = position_at(work, ticket, queue, place)
        changes = {"queue": queue, "counter": None, "calls": 0, "position": position, "wish": window}
        moved = move_ticket(work, ticket, TicketEvent.TRANSFER, actor, **changes)
        release_counter(self._context, work, code, actor)
        return moved

    @one_transaction
    def reclass(self, work: Work, ticket_id: UUID, call_class: CallClass, reason: str, actor: Actor) -> Ticket:
        """Make a waiting number urgent, priority or ordinary; its letter and its arrival stay. The reason is
        compulsory and stands in the audit only.
        """
        _need_reason(reason, "Another class")
        ticket = load_ticket(work, ticket_id)
        if ticket.state is not TicketState.WAITING:
            raise RuleError("not_waiting", f"{ticket.label} does not wait.", "Reload the queue.")
        return self._reclass(work, ticket, call_class, reason, actor)

    @one_transaction
    def urgent_from_help(self, work: Work, call_id: UUID, reason: str, actor: Actor) -> Ticket:
        """Somebody who called for help is received first: their number becomes urgent, or they get one that is.

        The call counts as answered. Raises RuleError ``no_help_call``, ``not_waiting`` when they are called already.
        """
        _need_reason(reason, "An urgent number")
        answer_call(work, call_id, actor)
        visit_id = work.help.need(call_id).visit_id
        visit = work.visits.get(visit_id) if visit_id else None
        known = work.tickets.of_visit(visit.id)[-1:] if visit else []
        if known and known[0].state is TicketState.WAITING:
            return self._reclass(work, load_ticket(work, known[0].id), CallClass.URGENT, reason, actor)
        if known and known[0].state in OPEN:
            raise RuleError("not_waiting", f"{known[0].label} does not wait.", "Reload the queue.")
        if visit is None or not VISIT_FLOW.allows(visit.state, VisitEvent.TICKET):
            visit = unnamed_visit(self._context, work, actor)
        ticket = issue_ticket(self._context, work, visit, Request(None, urgent=True), actor)
        self._note(work, "ticket.reclassed", ticket, reason, actor)
        return ticket

    def _reclass(self, work: Work, ticket: Ticket, call_class: CallClass, reason: str, actor: Actor) -> Ticket:
        if not actor.roles & RECLASS_ROLES:
            raise AccessError("reclass_role", "This role does not change the order.", "Ask a receptionist.")
        self._note(work, "ticket.reclassed", ticket, reason, actor)
        changed = replace(ticket, call_class=call_class)
        return record_ticket(work, changed, "reclassed", actor, call_class=call_class.value)

    def _note(self, work: Work, action: str, ticket: Ticket, reason: str, actor: Actor) -> None:
        """Why somebody goes out of turn: words of a clerk, for the audit only."""
        person = load_visit(work, ticket.visit_id).employee_id
        work.audit.add(actor, action, person, reason, {"ticket": ticket.label})

    @one_transaction
    def relieve(self, work: Work, code: str, reason: str, actor: Actor) -> int:
        """The head frees a window whose clerk left it locked; how many numbers it held (``give_up_window``).

        Raises AccessError for anybody else, RuleError without a reason or for a window nobody holds.
        """
        if Role.HEAD not in actor.roles:
            work.audit.add(actor, "counter.relieve_refused", None, reason, {"counter": code}, keep=True)
            raise AccessError("relieve_role", "Only the head frees a colleague's window.", "Ask the head.")
        _need_reason(reason, "Freeing a window")
        counter = load_counter(work, code)
        if counter.state is CounterState.OFFLINE:
            raise RuleError("window_free", f"Nobody holds window {code}.", "Sign in there.", counter=code)
        return give_up_window(self._context, work, counter, reason, actor)

    def current(self, code: str) -> Ticket | None:
        """The number called to or served at this window."""
        with self._context.store.read() as work:
            tickets = work.tickets.at_counter(code, AT_DESK)
            return tickets[0] if tickets else None

    def queue(self, code: str) -> tuple[QueueRow, ...]:
        """Who waits for this window in the order of calling (those kept for another window last), then who is held or
        passed."""
        apart = (TicketState.HELD, TicketState.PASSED)
        with self._context.store.read() as work:
            day = work.days.open_day()
            if day is None:
                return ()
            counter = load_counter(work, code)
            waiting = work.tickets.in_states(day.service_date, (TicketState.WAITING,), counter.queues)
            others = work.tickets.in_states(day.service_date, apart, counter.queues)
            others.sort(key=lambda t: (apart.index(t.state), t.position))
            return tuple(self._row(work, t) for t in (*turns(self._context, work, counter, waiting), *others))

    def _row(self, work: Work, ticket: Ticket) -> QueueRow:
        visit = load_visit(work, ticket.visit_id)
        return QueueRow(
            ticket_id=ticket.id,
            label=ticket.label,
            state=ticket.state,
            identified=visit.employee_id is not None,
            assisted=visit.method is not None and visit.method.value == "assisted",
            priority=ticket.call_class is CallClass.PRIORITY,
            waited_minutes=int((work.now - ticket.queued_at).total_seconds() // 60),
            urgent=ticket.call_class is CallClass.URGENT,
            party=ticket.party,
            wish=ticket.wish or "",
            counter=ticket.counter or "",
        )

    @one_transaction
    def mark(self, work: Work, call: Call, kind: MarkKind, actor: Actor) -> None:
        """A wall painted, or a loudspeaker said, this call. No event: only the desk that called waits for it."""
        work.call_marks.add(CallMark(call.ticket_id, call.fence, call.times, kind, actor.terminal, work.now))

    def marks(self, code: str) -> tuple[CallMark, ...]:
        """What walls and loudspeakers reported of the present call of this window, oldest first."""
        with self._context.store.read() as work:
            tickets = work.tickets.at_counter(code, AT_DESK)
            return tuple(work.call_marks.of(tickets[0])) if tickets else ()

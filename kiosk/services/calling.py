"""Calling: which desk gets whom, and whether the call was seen and heard.

A claim has an owner and a fencing token; two desks can never hold the same person, and a desk that comes back
after its claim was returned is refused (SYNC 1.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.flow.ticket_flow import TicketEvent
from kiosk.flow.visit_flow import VisitEvent
from kiosk.model.board import Call
from kiosk.model.staff import Actor, Role
from kiosk.model.ticket import CallClass, CallMark, Counter, CounterState, MarkKind, Ticket, TicketState
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.counters import AT_DESK, load_counter, refuse_busy, set_counter, ticket_at
from kiosk.services.moves import load_ticket, load_visit, move_ticket, move_visit
from kiosk.services.policy import choose_next
from kiosk.store import Work

STREAK_LOOK = 50
"""Calls looked back at for the rule of priority; urgent calls in between do not count."""


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


def head_position(work: Work, ticket: Ticket, queue: str) -> int:
    """A position before everybody who waits in ``queue``."""
    waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (queue,))
    return min((t.position for t in waiting), default=ticket.position) - 1


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


class Calling:
    """Verbs of a desk before the visitor is there. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def next(self, work: Work, code: str, actor: Actor) -> Ticket | None:
        """Call the next person by the rules; None when nobody waits. One press is one call."""
        counter = load_counter(work, code)
        refuse_busy(work, code)
        day = open_day(work)
        waiting = work.tickets.lock_waiting(day.service_date, counter.queues)
        before = work.tickets.classes_called(day.service_date, counter.queues, STREAK_LOOK) if waiting else []
        run = self._context.settings.calling.priority_run
        while chosen := choose_next(waiting, before, run):
            ticket = load_ticket(work, chosen.id)
            if ticket.state is TicketState.WAITING:
                return self._claim(work, counter, ticket, actor)
            waiting.remove(chosen)  # it was given back in this instant
        return None

    @one_transaction
    def pick(self, work: Work, code: str, ticket_id: UUID, reason: str, actor: Actor) -> Ticket:
        """Call somebody out of order; the reason is compulsory and stays in the record."""
        if not reason.strip():
            raise RuleError("reason_missing", "Calling out of order needs a reason.", "Say why.")
        counter = load_counter(work, code)
        refuse_busy(work, code)
        ticket = load_ticket(work, ticket_id)
        if ticket.state is not TicketState.WAITING:
            raise ConflictError("already_called", f"{ticket.label} was just called elsewhere.", "Call the next one.")
        return self._claim(work, counter, ticket, actor, reason=reason)

    def _claim(self, work: Work, counter: Counter, ticket: Ticket, actor: Actor, reason: str = "") -> Ticket:
        """Give ``ticket``, which waits and is locked, to the window. Locks are taken in one order everywhere: window,
        line, number, fence.
        """
        fence = work.counters.next_fence()
        called = move_ticket(
            work,
            ticket,
            TicketEvent.CALL,
            actor,
            counter=counter.code,
            fence=fence,
            calls=1,
            called_at=work.now,
            first_called_at=ticket.first_called_at or work.now,
        )
        set_counter(self._context, work, counter.code, CounterState.CALLING, actor, reason=reason)
        return called

    @one_transaction
    def recall(self, work: Work, code: str, actor: Actor) -> Ticket:
        """Call again: not sooner than 20 s, five times at most."""
        settings = self._context.settings
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
        """Call a held or passed number to this desk."""
        load_counter(work, code)
        refuse_busy(work, code)
        ticket = load_ticket(work, ticket_id)
        changes = {"counter": code, "fence": work.counters.next_fence(), "calls": 1, "called_at": work.now}
        ticket = move_ticket(work, ticket, TicketEvent.CALL_BACK, actor, **changes)
        set_counter(self._context, work, code, CounterState.CALLING, actor)
        return ticket

    @one_transaction
    def transfer(self, work: Work, code: str, queue: str, head: bool, actor: Actor) -> Ticket:
        """Send the visitor to another queue; the time of arrival is kept, or the head of the line is given.

        Raises RuleError for a queue that no window serves.
        """
        if not any(queue in counter.queues for counter in work.counters.all()):
            raise RuleError("queue_unserved", f"No window serves {queue}.", "Choose another queue.", queue=queue)
        ticket = ticket_at(work, code)
        if ticket.state is TicketState.SERVING:
            move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.UNDO_SERVE, actor)
        changes: dict[str, Any] = {"queue": queue, "counter": None, "calls": 0}
        if head:
            changes["position"] = head_position(work, ticket, queue)
        moved = move_ticket(work, ticket, TicketEvent.TRANSFER, actor, **changes)
        set_counter(self._context, work, code, CounterState.FREE, actor)
        return moved

    @one_transaction
    def relieve(self, work: Work, code: str, reason: str, actor: Actor) -> int:
        """The head frees a window whose clerk left it locked; how many numbers it held (``give_up_window``).

        Raises AccessError for anybody else, RuleError without a reason or for a window nobody holds.
        """
        if Role.HEAD not in actor.roles:
            work.audit.add(actor, "counter.relieve_refused", None, reason, {"counter": code}, keep=True)
            raise AccessError("relieve_role", "Only the head frees a colleague's window.", "Ask the head.")
        if not reason.strip():
            raise RuleError("reason_missing", "Freeing a window needs a reason.", "Say why.")
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
        """Who waits for this window (in the order of arrival), then who is held or passed."""
        states = (TicketState.WAITING, TicketState.HELD, TicketState.PASSED)
        with self._context.store.read() as work:
            day = work.days.open_day()
            if day is None:
                return ()
            tickets = work.tickets.in_states(day.service_date, states, load_counter(work, code).queues)
            tickets.sort(key=lambda t: (states.index(t.state), t.call_class is not CallClass.PRIORITY, t.position))
            return tuple(self._row(work, ticket) for ticket in tickets)

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

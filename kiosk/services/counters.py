"""Windows (counters): sitting down, pausing, leaving; and the two things every desk verb asks of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.model.staff import Actor
from kiosk.model.ticket import Counter, CounterState, Ticket, TicketState
from kiosk.services.access import CARD_ROLES
from kiosk.services.context import Context, one_transaction, reason_code
from kiosk.store import Work

AT_DESK = (TicketState.CALLED, TicketState.SERVING)


def load_counter(work: Work, code: str) -> Counter:
    """The window. Raises RuleError when the settings name none."""
    counter = work.counters.get(code)
    if counter is None:
        raise RuleError("no_counter", f"There is no window {code}.", "Check the settings.", counter=code)
    return counter


def held_counter(work: Work, code: str, actor: Actor) -> Counter:
    """The window, locked, at which ``actor`` sits. Raises RuleError when there is none, AccessError (audited) when
    somebody else or nobody sits there: a verb of a desk is for who works at it.
    """
    counter = load_counter(work, code)
    if counter.staff_id is None or counter.staff_id != actor.id:
        work.audit.add(actor, "counter.not_held", counter.staff_id, "desk verb", {"counter": code}, keep=True)
        raise AccessError("not_your_window", f"You do not sit at window {code}.", "Sign in there.", counter=code)
    return counter


def set_counter(
    context: Context, work: Work, code: str, state: CounterState, actor: Actor, reason: str = "", **changes: Any
) -> Counter:
    """Store the window's new state and its event."""
    changed = replace(load_counter(work, code), state=state, seen_at=work.now, **changes)
    work.counters.put(changed)
    data = {"counter": code, "state": state.value, "reason": reason_code(reason)}
    work.journal.record("counter", context.ids.new(), state.value, actor, data)
    return changed


def release_counter(context: Context, work: Work, code: str, actor: Actor, reason: str = "") -> Counter:
    """Nobody is at the window any more: it is free, or on the break that was asked for meanwhile."""
    paused = load_counter(work, code).state is CounterState.PAUSED
    return set_counter(context, work, code, CounterState.PAUSED if paused else CounterState.FREE, actor, reason=reason)


def ticket_at(work: Work, code: str, *states: TicketState) -> Ticket:
    """The number called to or served at the window. Raises RuleError when there is none."""
    tickets = work.tickets.at_counter(code, states or AT_DESK)
    if not tickets:
        raise RuleError("nobody_here", "Nobody is called to this window.", "Call the next number first.")
    return tickets[0]


def refuse_busy(work: Work, code: str) -> None:
    """Raise RuleError while somebody is called or served at the window."""
    if work.tickets.at_counter(code, AT_DESK):
        raise RuleError("finish_first", "Somebody is still at this window.", "Finish or pass the number first.")


def state_for(ticket: Ticket | None) -> CounterState:
    """What a window does while it holds ``ticket``."""
    if ticket is None:
        return CounterState.FREE
    states = {TicketState.CALLED: CounterState.CALLING, TicketState.SERVING: CounterState.SERVING}
    return states.get(ticket.state, CounterState.FREE)


class Counters:
    """Verbs on windows. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> tuple[Counter, ...]:
        """Every window of the centre."""
        with self._context.store.read() as work:
            return tuple(work.counters.all())

    @one_transaction
    def open(self, work: Work, code: str, actor: Actor) -> Counter:
        """Sit down at a window, or come back from a break.

        Raises ConflictError when a colleague works there, AccessError for somebody who may not receive visitors: a
        visitor called by them would stand before a clerk who cannot open the card.
        """
        if not actor.roles & CARD_ROLES:
            raise AccessError("desk_role", "This account does not receive visitors.", "Sign in as a receptionist.")
        counter = load_counter(work, code)
        if counter.state is not CounterState.OFFLINE and counter.staff_id not in (None, actor.id):
            raise ConflictError("counter_taken", f"Window {code} is in use.", "Choose another window.", counter=code)
        present = next(iter(work.tickets.at_counter(code, AT_DESK)), None)
        return set_counter(self._context, work, code, state_for(present), actor, staff_id=actor.id)

    @one_transaction
    def pause(self, work: Work, code: str, reason: str, actor: Actor) -> Counter:
        """A break; a called number stays (DOMAIN 4.2)."""
        held_counter(work, code, actor)
        return set_counter(self._context, work, code, CounterState.PAUSED, actor, reason=reason)

    @one_transaction
    def keep_alive(self, work: Work, code: str, actor: Actor) -> bool:
        """The desk is still there; False when the window was given up meanwhile and must be opened again.

        Leaves no event: nobody else has to know.
        """
        counter = load_counter(work, code)
        if counter.state is CounterState.OFFLINE or counter.staff_id != actor.id:
            return False
        work.counters.put(replace(counter, seen_at=work.now))
        return True

    @one_transaction
    def close(self, work: Work, code: str, actor: Actor) -> Counter:
        """Leave the window. Raises RuleError while somebody is called or served there."""
        held_counter(work, code, actor)
        refuse_busy(work, code)
        return set_counter(self._context, work, code, CounterState.OFFLINE, actor, staff_id=None)

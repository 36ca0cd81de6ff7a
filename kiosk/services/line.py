"""The line on the store: who of it a window may call, how a number is claimed, where it stands after a rule moved it.

Every window of a queue calls from the same line, so the load is shared by itself. Locks are taken in one order
everywhere: window, line, number, fence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kiosk.flow.ticket_flow import TicketEvent
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, Counter, CounterState, LinePlace, Ticket, TicketState
from kiosk.services.context import Context
from kiosk.services.counters import set_counter
from kiosk.services.moves import load_ticket, move_ticket
from kiosk.services.policy import Placed, Pool, callable_at, choose_next, first_ordinary, order, position_behind
from kiosk.store import Work

STREAK_LOOK = 50
"""Calls looked back at for the rule of priority; urgent calls in between do not count."""
BEHIND_PLACES = 3
"""``LinePlace.BEHIND``: how many of the same class go first."""


@dataclass(frozen=True, slots=True)
class Claim:
    """How a window takes a number: in its turn, by choice out of turn, or back from being held or passed.
    ``announced`` is False for somebody who stands there already."""

    event: TicketEvent = TicketEvent.CALL
    in_turn: bool = False
    announced: bool = True


def issued_position(at: datetime) -> int:
    """Arrival in milliseconds: the order inside a class."""
    return int(at.timestamp() * 1000)


def pool_of(context: Context, work: Work) -> Pool:
    """The windows as they are now, and what the catalogue and the settings say of them."""
    skills = {category.code: category.skill for category in context.catalog.categories}
    return Pool(tuple(work.counters.all()), skills, timedelta(minutes=context.settings.calling.wish_minutes))


def next_for(context: Context, work: Work, counter: Counter, service_date: date) -> Ticket | None:
    """The number whose turn it is at this window, locked; None when nobody waits for it."""
    pool = pool_of(context, work)
    waiting = work.tickets.lock_waiting(service_date, counter.queues)
    candidates = callable_at(counter, waiting, pool, work.now)
    before = called_over(work, pool, service_date, candidates)
    while chosen := choose_next(candidates, before, context.settings.calling.priority_run):
        ticket = load_ticket(work, chosen.id)
        if ticket.state is TicketState.WAITING:
            return ticket
        candidates.remove(chosen)  # it was given back in this instant
    return None


def called_over(work: Work, pool: Pool, service_date: date, candidates: Sequence[Placed]) -> list[CallClass]:
    """The classes that were called, newest first, by windows of the queue whose ordinary number waits longest.

    Calls of other windows do not count: an ordinary number called there leaves this one where it was, and would
    otherwise let two more priority numbers pass it every time.
    """
    passed_over = first_ordinary(candidates)
    if passed_over is None:
        return []
    windows = [window.code for window in pool.windows if passed_over.queue in window.queues]
    return work.tickets.classes_called(service_date, windows, STREAK_LOOK)


def turns(context: Context, work: Work, counter: Counter, waiting: Sequence[Ticket]) -> list[Ticket]:
    """``waiting`` in the order in which this window would call them; those kept for another window come last."""
    pool = pool_of(context, work)
    mine = callable_at(counter, waiting, pool, work.now)
    before = called_over(work, pool, mine[0].service_date, mine) if mine else []
    own = list(order(mine, before, context.settings.calling.priority_run))
    known = {ticket.id for ticket in own}
    return own + [ticket for ticket in waiting if ticket.id not in known]


def people_before(context: Context, work: Work, ticket: Ticket) -> int:
    """How many of the same queue are called first by the rules, if nobody else comes."""
    waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (ticket.queue,))
    before = called_over(work, pool_of(context, work), ticket.service_date, waiting)
    line = [t.id for t in order(waiting, before, context.settings.calling.priority_run)]
    return line.index(ticket.id) if ticket.id in line else 0


def claim(context: Context, work: Work, counter: Counter, ticket: Ticket, actor: Actor, how: Claim) -> Ticket:
    """Give ``ticket``, which is locked, to the window. Raises RuleError when it is in no state for it."""
    fence = work.counters.next_fence()
    changes: dict[str, Any] = {"line_fence": fence} if how.in_turn else {}
    if how.announced:
        changes |= {"calls": 1, "called_at": work.now}
    if how.announced and how.event is TicketEvent.CALL:
        changes["first_called_at"] = ticket.first_called_at or work.now
    changes |= {"counter": counter.code, "called_by": counter.code, "fence": fence}
    called = move_ticket(work, ticket, how.event, actor, **changes)
    set_counter(context, work, counter.code, CounterState.CALLING, actor)
    return called


def head_position(work: Work, ticket: Ticket, queue: str) -> int:
    """A position before everybody who waits in ``queue``, and not in the future of the line."""
    waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (queue,))
    return min([issued_position(work.now), *(t.position for t in waiting)]) - 1


def position_at(work: Work, ticket: Ticket, queue: str, place: LinePlace, places: int = BEHIND_PLACES) -> int:
    """Where ``ticket`` stands in ``queue`` at ``place``; BEHIND means ``places`` of its class go first."""
    if place is LinePlace.ARRIVAL:
        return ticket.position
    if place is LinePlace.HEAD:
        return head_position(work, ticket, queue)
    if place is LinePlace.END:
        return issued_position(work.now)
    waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (queue,))
    same = [t for t in waiting if t.call_class is ticket.call_class]
    return position_behind(same, places, issued_position(work.now))

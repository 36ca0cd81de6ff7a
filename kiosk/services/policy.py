"""Whom to call next: pure rules over tickets. Owns no storage.

Order (DECISIONS 19): urgent first; then at most two priority tickets between two ordinary ones, so that nobody
starves; inside a class by position, which is the time of arrival moved by the rules of re-check-in and transfer.

One line serves every window of a queue, so load balances itself: whoever is free takes the next. A number may be kept
for some of these windows for a while (``callable_at``): for the one it wishes, or for those with the skill it needs.
That time is limited, and no window waits for a number it cannot have, so that the line moves on meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from kiosk.model.ticket import CallClass, Counter, CounterState, InLine, Ticket

PRIORITY_RUN = 2
"""Priority tickets at most between two ordinary ones, unless the settings say otherwise."""
DEFAULT_SERVICE_MINUTES = 6.0
AT_WORK = frozenset({CounterState.FREE, CounterState.CALLING, CounterState.SERVING})
"""Windows that call people now. A paused one is waited for by nobody."""

Placed = TypeVar("Placed", Ticket, InLine)
"""A number as a whole, or only what decides its turn."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What decides who may call whom: the windows, the skill each category asks for, and how long one waits for it."""

    windows: tuple[Counter, ...]
    skills: Mapping[str, str]
    """Category code to skill; a category without one is missing or empty."""
    patience: timedelta

    def at_work(self, queue: str) -> list[Counter]:
        """Windows that serve ``queue`` now."""
        return [window for window in self.windows if window.state in AT_WORK and queue in window.queues]


def choose_next(
    waiting: Iterable[Placed], called_before: Iterable[CallClass], priority_run: int = PRIORITY_RUN
) -> Placed | None:
    """The ticket to call, or None. ``called_before`` are the classes called so far, newest first."""
    lines = list(waiting)
    turn = _turn({t.call_class for t in lines}, priority_streak(called_before), priority_run)
    return min((t for t in lines if t.call_class is turn), key=_place, default=None)


def order(
    waiting: Iterable[Placed], called_before: Iterable[CallClass], priority_run: int = PRIORITY_RUN
) -> Iterator[Placed]:
    """Everybody in the order in which they would be called if nobody else came."""
    lines: dict[CallClass, deque[Placed]] = {call_class: deque() for call_class in CallClass}
    for ticket in sorted(waiting, key=_place):
        lines[ticket.call_class].append(ticket)
    streak = priority_streak(called_before)
    while turn := _turn({c for c, line in lines.items() if line}, streak, priority_run):
        streak = 0 if turn is CallClass.ORDINARY else streak + (turn is CallClass.PRIORITY)
        yield lines[turn].popleft()


def _turn(present: Collection[CallClass], streak: int, priority_run: int) -> CallClass | None:
    """Whose turn it is among the classes that wait."""
    if CallClass.URGENT in present:
        return CallClass.URGENT
    if CallClass.PRIORITY in present and (CallClass.ORDINARY not in present or streak < priority_run):
        return CallClass.PRIORITY
    return CallClass.ORDINARY if CallClass.ORDINARY in present else None


def _place(ticket: Ticket | InLine) -> tuple[int, object]:
    return ticket.position, ticket.id


def first_ordinary(waiting: Iterable[Placed]) -> Placed | None:
    """The ordinary ticket that has waited longest: the one a priority call passes over."""
    return min((t for t in waiting if t.call_class is CallClass.ORDINARY), key=_place, default=None)


def priority_streak(called_before: Iterable[CallClass]) -> int:
    """How many priority tickets were called since the last ordinary one; urgent calls do not count."""
    streak = 0
    for call_class in called_before:
        if call_class is CallClass.ORDINARY:
            break
        streak += call_class is CallClass.PRIORITY
    return streak


def callable_at(window: Counter, waiting: Iterable[Placed], pool: Pool, now: datetime) -> list[Placed]:
    """Those of ``waiting`` that ``window`` may call now: of its queues, and not kept for another window."""
    return [t for t in waiting if t.queue in window.queues and _may_call(window, t, pool, now)]


def _may_call(window: Counter, ticket: Ticket | InLine, pool: Pool, now: datetime) -> bool:
    """Nobody lets urgent people wait for a window, nor anybody longer than the patience allows."""
    if ticket.call_class is CallClass.URGENT or now - (ticket.since or ticket.queued_at) >= pool.patience:
        return True
    kept = kept_for(ticket, pool)
    return not kept or window.code in kept


def kept_for(ticket: Ticket | InLine, pool: Pool) -> frozenset[str]:
    """Windows at work that ``ticket`` waits for before any other: its wish, else those with the skill; or none."""
    serving = pool.at_work(ticket.queue)
    wished = frozenset(window.code for window in serving if window.code == ticket.wish)
    skill = pool.skills.get(ticket.category or "", "")
    return wished or frozenset(window.code for window in serving if skill and skill in window.skills)


def position_behind(waiting: Sequence[Ticket], places: int, now_position: int) -> int:
    """A position with ``places`` tickets of ``waiting`` before it (re-check-in), never behind the newest arrival: who
    booked a later time stands in the future of the line.
    """
    line = sorted(t.position for t in waiting)
    if places > len(line) or not line:
        return now_position
    return min(now_position, line[places - 1] + 1 if places else line[0] - 1)


@dataclass(frozen=True, slots=True)
class WaitSpan:
    """A wait as a span in whole minutes (DECISIONS 21: always spans)."""

    low: int
    high: int

"""Whom to call next: pure rules over tickets. Owns no storage.

Order (DECISIONS 19): urgent first; then at most two priority tickets between two ordinary ones, so that nobody
starves; inside a class by position, which is the time of arrival moved by the rules of re-check-in and transfer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.model.ticket import CallClass, Ticket

PRIORITY_RUN = 2
"""Priority tickets at most between two ordinary ones, unless the settings say otherwise."""
DEFAULT_SERVICE_MINUTES = 6.0


def choose_next(
    waiting: Sequence[Ticket], called_before: Sequence[CallClass], priority_run: int = PRIORITY_RUN
) -> Ticket | None:
    """The ticket to call, or None. ``called_before`` are the classes called so far, newest first."""
    by_class = {call_class: _first(waiting, call_class) for call_class in CallClass}
    if by_class[CallClass.URGENT]:
        return by_class[CallClass.URGENT]
    priority, ordinary = by_class[CallClass.PRIORITY], by_class[CallClass.ORDINARY]
    if priority and ordinary:
        return ordinary if priority_streak(called_before) >= priority_run else priority
    return priority or ordinary


def _first(waiting: Sequence[Ticket], call_class: CallClass) -> Ticket | None:
    return min((t for t in waiting if t.call_class is call_class), key=lambda t: (t.position, t.id), default=None)


def priority_streak(called_before: Sequence[CallClass]) -> int:
    """How many priority tickets were called since the last ordinary one; urgent calls do not count."""
    streak = 0
    for call_class in called_before:
        if call_class is CallClass.ORDINARY:
            break
        streak += call_class is CallClass.PRIORITY
    return streak


def position_behind(waiting: Sequence[Ticket], places: int, now_position: int) -> int:
    """A position with ``places`` tickets of ``waiting`` before it (re-check-in), never behind the newest arrival."""
    line = sorted(t.position for t in waiting)
    if places > len(line) or not line:
        return now_position
    return line[places - 1] + 1 if places else line[0] - 1


@dataclass(frozen=True, slots=True)
class WaitSpan:
    """A wait as a span in whole minutes (DECISIONS 21: always spans)."""

    low: int
    high: int

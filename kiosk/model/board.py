"""What the wall shows. No field can hold a name, unit, staff number or category (T9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Call:
    """One call on the wall. ``place`` is a zone for tickets that are met there, else empty (window ``counter``)."""

    ticket_id: UUID
    label: str
    counter: str
    place: str
    at: datetime
    times: int
    fence: int = 0
    """Which claim of the number this call belongs to: a number called back is a new call."""

    @property
    def recall(self) -> bool:
        """True from the second call of the same ticket on."""
        return self.times > 1


@dataclass(frozen=True, slots=True)
class LetterRow:
    """People waiting under one letter, with the span of waiting in minutes."""

    letter: str
    waiting: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Platform figures of page 2. Percentages are None while there is nothing to divide."""

    received_today: int
    closed_today: int
    in_progress: int
    received_month: int
    closed_month: int
    on_time_pct: int | None
    satisfied_pct: int | None


@dataclass(frozen=True, slots=True)
class BoardState:
    """One consistent picture of the hall; ``seq`` is the journal position it was read at."""

    seq: int
    as_of: datetime
    day_open: bool
    calls: tuple[Call, ...]
    waiting: tuple[LetterRow, ...]
    figures: Figures

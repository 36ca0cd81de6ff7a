"""What the wall shows. No field can hold a name, unit, staff number or category (T9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kiosk.model.appeal import Channel
from kiosk.model.ticket import CounterState


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
    queue: str = ""
    """The letter whose desks serve it: walls and loudspeakers of a zone take theirs."""

    @property
    def recall(self) -> bool:
        """True from the second call of the same ticket on."""
        return self.times > 1


class NewsKind(StrEnum):
    """What may be announced besides calls (DOMAIN 7)."""

    PASSED = "passed"
    EXPIRED = "expired"
    TRANSFER = "transfer"
    SOON = "soon"
    PAUSE = "pause"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell the hall. The same kind, label, counter and ``at`` is the same news, whatever ``ahead`` says.

    ``at`` is when it happened; for SOON when the number joined the line, for PAUSE when this process first saw it, for
    CLOSING ten minutes before the day ends.
    """

    kind: NewsKind
    label: str
    counter: str
    ahead: int
    at: datetime
    place: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """People waiting under one letter, with the span of waiting in minutes."""

    letter: str
    waiting: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class WindowRow:
    """What a window is doing; never who sits there."""

    code: str
    queues: tuple[str, ...]
    state: CounterState
    place: str
    call: Call | None = None
    """The number that is called to it or served there now."""


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """Seats of one zone."""

    zone: str
    free: int
    seats: int


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice as the walls may show it; ``walls`` empty means all."""

    zh: str
    en: str
    starts_at: datetime
    walls: tuple[str, ...] = ()


class Stage(StrEnum):
    """Stations of the pipeline on page 2, in order."""

    ACCEPTANCE = "acceptance"
    DISPATCH = "dispatch"
    HANDLING = "handling"
    FEEDBACK = "feedback"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Figures:
    """Platform figures of page 2. Rates and means are None while there is too little to divide by."""

    received_today: int
    closed_today: int
    in_progress: int
    received_month: int
    closed_month: int
    on_time_pct: int | None
    satisfied_pct: int | None
    average_days: float | None = None
    stages: tuple[tuple[Stage, int], ...] = ()
    channels: tuple[tuple[Channel, int], ...] = ()
    due_soon: int = 0
    """Open appeals due today or tomorrow (yellow)."""
    overdue: int = 0
    """Open appeals whose due date has gone by (red)."""


@dataclass(frozen=True, slots=True)
class BoardState:
    """One consistent picture of the hall; ``seq`` is the journal position it was read at."""

    seq: int
    as_of: datetime
    day_open: bool
    calls: tuple[Call, ...]
    waiting: tuple[LetterRow, ...]
    figures: Figures
    news: tuple[News, ...] = ()
    windows: tuple[WindowRow, ...] = ()
    zones: tuple[ZoneRow, ...] = ()
    notices: tuple[NoticeText, ...] = ()
    intake_open: bool = False
    """Numbers are given out; False says nothing about those already in hand."""
    closes_at: datetime | None = None

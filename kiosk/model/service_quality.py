"""How well people were served: the pace behind wait promises, and ratings of visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Pace:
    """What one queue learnt from its own history.

    ``minutes`` is how long one visitor occupies a window; ``low`` and ``high`` are how many standard deviations a span
    reaches below and above the mean wait. They widen when promises were broken and narrow again when they were kept.
    ``kept`` of ``judged`` were kept.
    """

    queue: str
    minutes: float
    low: float
    high: float
    judged: int
    kept: int
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitRating:
    """A rating given after a talk; ``scores`` maps a question of DOMAIN 8 to 1..5. Names nobody."""

    id: UUID
    service_date: date
    counter: str
    at: datetime
    scores: Mapping[str, int] = field(default_factory=dict)
    worst_step: str = ""
    ticket_id: UUID | None = None

"""The hall: business days, seats, care tasks, and the journal event every screen follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class SeatState(StrEnum):
    """DOMAIN 8."""

    FREE = "free"
    RESERVED = "reserved"
    OCCUPIED = "occupied"
    CLEANING = "cleaning"
    OUT_OF_USE = "out_of_use"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a zone (Z1 waiting, Z2 quiet, Z3 priority, Z4 wheelchair, Z5 family, Z6 video)."""

    code: str
    zone: str
    state: SeatState
    ticket_id: UUID | None = None
    until: datetime | None = None


class CareKind(StrEnum):
    """Small services for waiting visitors. All but the last are offered to everyone alike, and asked by the visitor."""

    WATER = "water"
    GLASSES = "glasses"
    QUIET_SEAT = "quiet_seat"
    ESCORT = "escort"
    OFFER = "offer"
    """Somebody goes and asks whether anything is needed: made by the program after a long wait."""


ASKED_KINDS = (CareKind.WATER, CareKind.GLASSES, CareKind.QUIET_SEAT, CareKind.ESCORT)
"""What a visitor may ask for, in the order of the tiles."""


class CareState(StrEnum):
    """DOMAIN 8, the task of robot or person."""

    NEW = "new"
    ASSIGNED = "assigned"
    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CareTask:
    """One request of a waiting visitor; open until somebody brought it, or it failed or was cancelled.

    ``owner`` is the window or terminal of the person, or the name of the robot (then ``robot``), who took it. A task
    goes to a robot once at most (``robot_tries``): what comes back from one is brought by a person.
    """

    id: UUID
    ticket_id: UUID
    kind: CareKind
    at: datetime
    owner: str = ""
    done_at: datetime | None = None
    state: CareState = CareState.NEW
    taken_at: datetime | None = None
    robot: bool = False
    robot_tries: int = 0
    progress_at: datetime | None = None
    """When the robot was last heard of this task."""
    reason: str = ""
    """Why it failed, was cancelled, or came back from a robot: a code, never a visitor's words."""


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A silent call for a clerk from a terminal; ``urgent`` is the red button (立即求助)."""

    id: UUID
    terminal: str
    at: datetime
    urgent: bool
    visit_id: UUID | None = None
    answered_at: datetime | None = None
    answered_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A service date: opened and closed by an explicit act, never by midnight (DECISIONS 20)."""

    service_date: date
    opened_at: datetime
    closed_at: datetime | None = None
    closes_at: datetime | None = None
    """Closing time of this day, from the opening hours; None when it was opened outside them."""
    intake_stopped_at: datetime | None = None
    intake_reason: str = ""
    """Since when, and why, staff give out no more numbers."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the journal. ``seq`` is gapless and commit-ordered within this origin: screens follow it.

    ``data`` holds only what may be public inside the hall (labels, counters, states); ``personal`` holds the
    personal payload, already decrypted for callers that may read it, else empty.
    """

    seq: int
    id: UUID
    entity: str
    entity_id: UUID
    type: str
    at: datetime
    actor: str
    terminal: str
    data: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] = field(default_factory=dict)

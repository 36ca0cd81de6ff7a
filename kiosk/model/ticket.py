"""Tickets (号票), the counters that call them, and the slip in the visitor's hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class TicketState(StrEnum):
    """DOMAIN 4.2."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    PASSED = "passed"
    DONE = "done"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    VOIDED = "voided"


class CallClass(StrEnum):
    """Order of calling (DECISIONS 19)."""

    URGENT = "urgent"
    PRIORITY = "priority"
    ORDINARY = "ordinary"


class CounterState(StrEnum):
    """What a desk is doing (DOMAIN 4.2)."""

    OFFLINE = "offline"
    FREE = "free"
    CALLING = "calling"
    SERVING = "serving"
    PAUSED = "paused"


def label_of(letter: str, number: int) -> str:
    """What is printed, shown and called: letter and at least three digits."""
    return f"{letter}{number:03d}"


def slip_digest(ticket_id: UUID, query_code: str) -> str:
    """What the central server is told instead of the code, 64 hex digits: by it a slip that is shown is recognised."""
    return hashlib.sha256(f"{ticket_id.hex}/{query_code}".encode()).hexdigest()


class InLine(NamedTuple):
    """What the rule of order looks at of a number that waits; fields as those of ``Ticket``."""

    id: UUID
    queue: str
    category: str | None
    call_class: CallClass
    position: int
    queued_at: datetime
    since: datetime | None
    wish: str | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number of one business day. ``queue`` is the letter whose desks serve it, ``letter`` the one printed."""

    id: UUID
    visit_id: UUID
    service_date: date
    letter: str
    number: int
    queue: str
    category: str | None
    call_class: CallClass
    state: TicketState
    queued_at: datetime
    issued_at: datetime
    position: int
    """Order within its class and queue: smaller is called earlier (milliseconds of arrival, moved by rules)."""
    counter: str | None = None
    fence: int = 0
    """Fencing token of the present claim; a write with an older token is refused."""
    calls: int = 0
    called_at: datetime | None = None
    served_at: datetime | None = None
    ended_at: datetime | None = None
    passes: int = 0
    wait_low_min: int = 0
    wait_high_min: int = 0
    seat: str | None = None
    query_code: str = ""
    printed: bool = False
    since: datetime | None = None
    """When the present state began."""
    party: int = 1
    """People who came with this number (集体来访: at most five delegates)."""
    wish: str | None = None
    """The window this number waits for first (the desk that owns the matter, or a chosen transfer)."""
    first_called_at: datetime | None = None
    """The first call of all: what the wait promise is compared with."""
    called_by: str | None = None
    """The window that claimed it last; it stays when the number goes elsewhere, so that the step can be taken back."""
    line_fence: int = 0
    """The claim by which it was last called from the line in its turn; 0 when never, or when that was taken back."""
    copies: int = 0
    """How often the slip was asked for again."""

    @property
    def label(self) -> str:
        """Public form: letter and at least three digits, never wrapping (A012, A1003)."""
        return label_of(self.letter, self.number)


class LinePlace(StrEnum):
    """Where a number stands after a transfer or a change of class."""

    ARRIVAL = "arrival"  # as if it had waited there from the start
    HEAD = "head"
    BEHIND = "behind"  # behind the next three
    END = "end"


class MarkKind(StrEnum):
    """What a terminal reports of a call."""

    SHOWN = "shown"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class CallMark:
    """A wall painted, or a loudspeaker said, the ``calls``-th call of the claim ``fence``. Inserted, never changed."""

    ticket_id: UUID
    fence: int
    calls: int
    kind: MarkKind
    terminal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk window. ``place`` is where the visitor goes when it is not a numbered window (安静区).

    ``skills`` are those of the catalogue that this window has; a category that asks for one goes there first.
    """

    code: str
    queues: tuple[str, ...]
    state: CounterState
    staff_id: UUID | None = None
    place: str = ""
    seen_at: datetime | None = None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """Everything a printed ticket says. No name, no unit, no category, by construction. ``seat`` is in words."""

    centre: str
    label: str
    ahead: int
    wait_low_min: int
    wait_high_min: int
    seat: str
    issued_at: datetime
    query_url: str
    language: str = "zh_CN"
    state: TicketState = TicketState.WAITING
    window: str = ""
    """Where the number is called to or served, in words; empty while it waits."""
    copy: int = 0
    """0 is the first slip; the n-th copy says so, and how it stands ``copied_at``."""
    copied_at: datetime | None = None
    cut_off: bool = False
    """Given while the kiosk was cut off: nobody knows the line, so nothing is promised."""

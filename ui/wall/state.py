"""What the wall shows at one moment, as a value. Owns the rules of pulses and age; knows no text and no Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kiosk.model.board import BoardState, Call, NoticeText
from ui.wall.layout import Layout

CALLS_SHOWN = 6
AFTER_CALL_S = 20
"""Seconds of page 1 after a call (DOMAIN 7)."""

STILL_S = 15
"""No page stands for less (PRIVACY 5), unless somebody is called."""

PULSE_S = 10
STALE_S = 15
"""Without an answer of the store for this long the wall says that it is not up to date."""

BLANK_S = 60
"""Older than this, called numbers are taken off: a person must not be sent to a window that moved on."""

IDENTIFY_S = 15
PIN_S = 60


class Page(StrEnum):
    """The pages that take turns. ``WAITING`` stands alone only where there is no room beside the calls."""

    QUEUE = "queue"
    WAITING = "waiting"
    PLATFORM = "platform"
    TIPS = "tips"
    MAP = "map"
    NOTICES = "notices"
    MEDIA = "media"


STRIP_PAGES = (Page.QUEUE, Page.WAITING, Page.NOTICES)


class Freshness(StrEnum):
    """How far the picture can be trusted."""

    LIVE = "live"
    STALE = "stale"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class CentresOnline:
    """Centres of the platform that answered lately, of those known; from the sync status."""

    online: int
    known: int


Turn = tuple[UUID, int, int]
"""One call: the ticket, the claim, and how many times it was called."""


def turn_of(call: Call) -> Turn:
    """What tells this call from every other."""
    return call.ticket_id, call.fence, call.times


@dataclass(frozen=True, slots=True)
class Shape:
    """What the panel can show: its layout, so many calls, and whether the waiting list stands beside them."""

    layout: Layout = Layout.LANDSCAPE
    rows: int = CALLS_SHOWN
    beside: bool = True


@dataclass(frozen=True, slots=True)
class WallState:
    """One moment of the wall. ``now`` is in the centre's own time zone; ``calls`` are newest first."""

    now: datetime
    page: Page = Page.QUEUE
    board: BoardState | None = None
    calls: tuple[Call, ...] = ()
    pulsing: frozenset[Turn] = frozenset()
    freshness: Freshness = Freshness.LIVE
    age_s: int = 0
    turn: int = 0
    """Counts the pages shown; chooses tip, card and notice."""
    centres: CentresOnline | None = None
    caption: str = ""
    """What the loudspeaker says now."""
    identify: str = ""
    """The terminal's code, while the desk asked which wall this is."""
    notices: tuple[NoticeText, ...] = ()
    shape: Shape = Shape()
    queues: tuple[str, ...] = ()
    window: str = ""
    """The window this wall belongs to; empty is the whole hall."""


def newest_first(board: BoardState, queues: Collection[str], count: int) -> tuple[Call, ...]:
    """The last calls of the day for ``queues``, newest first, each number once. An empty queue is everybody's."""
    seen: dict[object, Call] = {}
    for call in sorted(board.calls, key=lambda call: call.at, reverse=True):
        if not call.queue or not queues or call.queue in queues:
            seen.setdefault(call.ticket_id, call)
    return tuple(seen.values())[:count]


def freshness(age_s: float) -> Freshness:
    """What ``age_s`` seconds since the last answer mean."""
    if age_s >= BLANK_S:
        return Freshness.BLANK
    return Freshness.STALE if age_s >= STALE_S else Freshness.LIVE

"""What the wall shows at one moment, as a value. Owns the rules of pages, pulses and age; knows no text and no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.model.board import BoardState, Call

CALLS_SHOWN = 6
PAGE_S = 20
"""Seconds of each page, and of page 1 after a call (DOMAIN 7)."""

PULSE_S = 10
STALE_S = 15
"""Without an answer of the store for this long the wall says that it is not up to date."""

BLANK_S = 60
"""Older than this, called numbers are taken off: a person must not be sent to a window that moved on."""


class Page(StrEnum):
    """The pages that take turns."""

    QUEUE = "queue"
    PLATFORM = "platform"


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


@dataclass(frozen=True, slots=True)
class WallState:
    """One moment of the wall. ``now`` is in the centre's own time zone; ``calls`` are newest first."""

    now: datetime
    page: Page = Page.QUEUE
    board: BoardState | None = None
    calls: tuple[Call, ...] = ()
    pulsing: Call | None = None
    freshness: Freshness = Freshness.LIVE
    age_s: int = 0
    turn: int = 0
    """Counts the rotation; chooses the tip."""
    centres: CentresOnline | None = None


def newest_first(board: BoardState) -> tuple[Call, ...]:
    """The last calls of the day, newest first, each ticket once."""
    seen: dict[object, Call] = {}
    for call in sorted(board.calls, key=lambda call: call.at, reverse=True):
        seen.setdefault(call.ticket_id, call)
    return tuple(seen.values())[:CALLS_SHOWN]


def freshness(age: timedelta) -> Freshness:
    """What ``age`` since the last answer means."""
    if age >= timedelta(seconds=BLANK_S):
        return Freshness.BLANK
    return Freshness.STALE if age >= timedelta(seconds=STALE_S) else Freshness.LIVE


def page_at(since_call: timedelta, turn: int) -> Page:
    """Page 1 for 20 s after any call, then the pages in turn."""
    if since_call < timedelta(seconds=PAGE_S):
        return Page.QUEUE
    return Page.PLATFORM if turn % 2 else Page.QUEUE

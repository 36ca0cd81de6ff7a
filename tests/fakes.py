"""Fakes shared by tests. They do what the real thing does, on command."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Shenyang: an ordinary working day."""


class FakeClock:
    """A clock that stands still until told."""

    def __init__(self, now: datetime = MONDAY, zone: str = "Asia/Shanghai") -> None:
        self._now = now
        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(self._zone).date()

    def advance(self, **delta: float) -> None:
        """Let time pass (``seconds=20``, ``days=1`` ...)."""
        self._now += timedelta(**delta)

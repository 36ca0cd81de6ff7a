"""A clock that runs many times as fast, the same in every process of the rush."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """Implements ``ports.Clock``: ``start`` was at the real time ``began`` (seconds of the epoch)."""

    start: datetime
    began: float
    factor: float
    zone: str = "Asia/Shanghai"

    def now(self) -> datetime:
        """The instant of the rush."""
        return (self.start + timedelta(seconds=(time.time() - self.began) * self.factor)).astimezone(UTC)

    def today(self) -> date:
        """Its date at the centre."""
        return self.now().astimezone(ZoneInfo(self.zone)).date()

    def minute(self) -> float:
        """Minutes since the start."""
        return (time.time() - self.began) * self.factor / 60

    def real_seconds(self, minutes: float) -> float:
        """How long ``minutes`` of the rush really take."""
        return minutes * 60 / self.factor

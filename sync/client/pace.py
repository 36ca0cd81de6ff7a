"""When to try again: full jitter, Retry-After honoured (SYNC 2.4). Pure; owns no thread and no clock."""

from __future__ import annotations

import random

from sync.client.faults import PARKING, SyncError

BASE_S = 2.0
CAP_S = 300.0
PROBE_S = 300.0
"""How often a parked direction asks again."""
_MAX_DOUBLINGS = 10


class Pace:
    """Counts failures in a row. Not thread-safe: one per loop."""

    def __init__(self, base_s: float = BASE_S, dice: random.Random | None = None) -> None:
        self._base_s = base_s
        self._dice = dice or random.Random()
        self._failures = 0

    def succeeded(self) -> None:
        """Forget earlier failures."""
        self._failures = 0

    def failed(self, fault: SyncError) -> float:
        """Seconds to wait after ``fault``."""
        if fault.cure in PARKING:
            return PROBE_S * self._dice.uniform(0.8, 1.2)
        ceiling = min(CAP_S, self._base_s * 2 ** min(self._failures, _MAX_DOUBLINGS))
        self._failures += 1
        return (fault.retry_after or 0.0) + self._dice.uniform(0.0, ceiling)

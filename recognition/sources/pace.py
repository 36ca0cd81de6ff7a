"""Gives recorded and drawn sources the rhythm of a camera, so that nothing downstream can tell them apart by speed."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Waits until the next frame is due. ``fps`` 0 means as fast as possible. One thread only."""

    def __init__(
        self,
        fps: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._step = 1.0 / fps if fps > 0 else 0.0
        self._now = now
        self._sleep = sleep
        self._due: float | None = None

    def wait(self) -> float:
        """Return at the due moment; the result is the frame's monotonic time. Late frames do not pile up."""
        now = self._now()
        if self._due is not None and self._due > now:
            self._sleep(self._due - now)
            now = self._now()
        self._due = max(now, self._due or now) + self._step
        return now

    def reset(self) -> None:
        """Forget the rhythm, for a new opening."""
        self._due = None

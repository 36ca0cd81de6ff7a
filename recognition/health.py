"""Counters of the recognition worker for the staff lamp and ``doctor``. Numbers only: no picture, no person, no time
of day. Any thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

KEPT = 100


@dataclass(frozen=True, slots=True)
class HealthReport:
    """A moment of the worker. ``fps`` over the last frames of this session; ``stage_ms`` medians; ``fault`` the code
    of what is broken now, or None."""

    fps: float
    frames: int
    dropped: int
    verdicts: int
    sessions: int
    faults: int
    fault: str | None
    stage_ms: dict[str, float]


class Health:
    """Counts while the application runs."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(("frames", "dropped", "verdicts", "sessions", "faults"), 0)
        self._arrivals: deque[float] = deque(maxlen=KEPT)
        self._stages: dict[str, deque[float]] = {}
        self._broken: dict[str, str] = {}

    def session_started(self) -> None:
        """A camera session begins; the frame rate starts anew."""
        with self._lock:
            self._counts["sessions"] += 1
            self._arrivals.clear()

    def frame_arrived(self, *, dropped: bool) -> None:
        """A frame came; ``dropped``: the one before it was never looked at."""
        with self._lock:
            self._counts["frames"] += 1
            self._counts["dropped"] += dropped
            self._arrivals.append(self._now())

    def verdict_given(self) -> None:
        """A session led to a decision."""
        with self._lock:
            self._counts["verdicts"] += 1

    def broke(self, part: str, code: str) -> bool:
        """``part`` broke. True when it is news: the same fault is logged once until that part works again."""
        with self._lock:
            self._counts["faults"] += 1
            news = self._broken.get(part) != code
            self._broken[part] = code
            return news

    def works(self, part: str) -> str | None:
        """``part`` did its work. Returns the code of the fault this ended, if any."""
        with self._lock:
            return self._broken.pop(part, None)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage of the pipeline."""
        start = self._now()
        try:
            yield
        finally:
            with self._lock:
                times = self._stages.setdefault(name, deque(maxlen=KEPT))
                times.append((self._now() - start) * 1000)

    def report(self) -> HealthReport:
        """The counters now."""
        with self._lock:
            span = self._arrivals[-1] - self._arrivals[0] if len(self._arrivals) > 1 else 0.0
            return HealthReport(
                fps=(len(self._arrivals) - 1) / span if span > 0 else 0.0,
                fault=next(iter(self._broken.values()), None),
                stage_ms={name: median(times) for name, times in self._stages.items()},
                **self._counts,
            )

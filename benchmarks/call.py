"""call.* and watch.*: from pressing "next" at a desk to the number painted on a wall in another process; and what a
process costs that only watches for changes.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.hall import SYSTEM, clerk, throwaway_hall
from benchmarks.result import Result, cannot_run, percentile
from kiosk.installation import Installation, open_installation
from kiosk.store.watch import Watch

CALLS = 150
WARM_UP = 8
"""Calls not counted: the wall starts, then loads what it draws with."""
MAIN = Path(__file__).resolve().parent.parent / "main.py"
START_SECONDS = 90.0
SETTLE_SECONDS = 3.0
WATCH_SECONDS = 20.0


def measure() -> list[Result]:
    """Three processes on one store, on both engines: touch and wall windows of their own, the desk here."""
    results, idle = [], {}
    for engine, limit in (("sqlite", 150), ("pg", 100)):
        with throwaway_hall(postgres=engine == "pg") as hall:
            with _fronts(hall):
                results.append(_measure(hall, f"call.{engine}_p95_ms", limit))
            idle[engine] = _idle(hall)
    worst = max(idle.values())
    note = ", ".join(f"{engine} {share:.2f} %" for engine, share in idle.items())
    note = f"{note}; processor time of a process that only watches, over {WATCH_SECONDS:.0f} s"
    return [*results, Result("watch.idle_core_pct", round(worst, 2), "%", target="<= 0.5", ok=worst <= 0.5, note=note)]


@contextmanager
def _fronts(hall: Installation) -> Iterator[None]:
    fronts = [_front(name, hall) for name in ("touch", "wall")]
    try:
        yield
    finally:
        for front in fronts:
            front.terminate()
        for front in fronts:
            front.wait(timeout=20)


def _front(name: str, hall: Installation) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, str(MAIN), name, "--profile", str(hall.profile)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _measure(hall: Installation, metric: str, limit: int) -> Result:
    desk = clerk(hall)
    hall.services.counters.open("1", desk)
    waits: list[float] = []
    for number in range(WARM_UP + CALLS):
        visit = hall.services.arrivals.begin("zh_CN", SYSTEM)
        hall.services.arrivals.stay_anonymous(visit.id, SYSTEM)
        hall.services.tickets.issue(visit.id, "101", False, SYSTEM)
        called = hall.services.calling.next("1", desk)
        assert called is not None
        shown = _wait_until_shown(hall, called.id, START_SECONDS if number == 0 else 5.0)
        if shown is None:
            return cannot_run(metric, "ms", f"<= {limit}", "the wall in its own process did not report the call")
        if number >= WARM_UP:
            waits.append(shown / timedelta(milliseconds=1))
        hall.services.serving.no_show("1", desk)
    p95 = percentile(waits, 0.95)
    spread = f"median {percentile(waits, 0.5):.0f} ms, worst {max(waits):.0f} ms"
    note = f"{CALLS} calls, {spread}; start of the call's transaction to the wall's report after painting"
    return Result(metric, round(p95, 1), "ms", target=f"<= {limit}", ok=p95 <= limit, note=note)


def _wait_until_shown(hall: Installation, ticket_id: object, seconds: float) -> timedelta | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with hall.store.read() as work:
            ticket = work.tickets.get(ticket_id)
            marks = work.call_marks.of(ticket) if ticket else []
        if ticket and marks and ticket.called_at:
            return marks[0].at - ticket.called_at
        time.sleep(0.01)
    return None


def _idle(hall: Installation) -> float:
    """Percent of one core that a process takes which only watches a store where nothing happens."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_watch, (str(hall.profile),))


def _watch(profile: str) -> float:
    hall = open_installation(Path(profile), terminal="WATCH")
    watch = Watch(hall.store, lambda seq: None)
    watch.start()
    try:
        time.sleep(SETTLE_SECONDS)
        before = time.process_time()
        time.sleep(WATCH_SECONDS)
        return (time.process_time() - before) / WATCH_SECONDS * 100
    finally:
        watch.stop()
        hall.close()

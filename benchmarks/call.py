"""call.*: from pressing 'next' at a desk to the painted number on a wall in another process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.hall import SYSTEM, clerk, throwaway_hall
from benchmarks.result import Result, cannot_run, percentile
from kiosk.installation import Installation

METRIC = "call.sqlite_p95_ms"
TARGET = "<= 150"
CALLS = 200
MAIN = Path(__file__).resolve().parent.parent / "main.py"
START_SECONDS = 30.0


def measure() -> list[Result]:
    """Three processes on one store: touch and wall windows of their own, the desk here."""
    with throwaway_hall() as hall:
        fronts = [_front(name, hall) for name in ("touch", "wall")]
        try:
            return [_measure(hall)]
        finally:
            for front in fronts:
                front.terminate()
            for front in fronts:
                front.wait(timeout=20)


def _front(name: str, hall: Installation) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, str(MAIN), name, "--profile", str(hall.profile)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _measure(hall: Installation) -> Result:
    desk = clerk(hall)
    hall.services.counters.open("1", desk)
    waits: list[float] = []
    for number in range(CALLS + 1):
        visit = hall.services.arrivals.begin("zh_CN", SYSTEM)
        hall.services.arrivals.stay_anonymous(visit.id, SYSTEM)
        hall.services.tickets.issue(visit.id, "101", False, SYSTEM)
        called = hall.services.calling.next("1", desk)
        assert called is not None
        shown = _wait_until_shown(hall, called.id, START_SECONDS if number == 0 else 5.0)
        if shown is None:
            return cannot_run(METRIC, "ms", TARGET, "the wall in its own process did not report the call")
        if number:  # the first call waits for the wall's start
            waits.append(shown / timedelta(milliseconds=1))
        hall.services.serving.no_show("1", desk)
    p95 = percentile(waits, 0.95)
    spread = f"median {percentile(waits, 0.5):.0f} ms, worst {max(waits):.0f} ms"
    note = f"{CALLS} calls, {spread}; start of the call's transaction to the wall's report after painting"
    return Result(METRIC, round(p95, 1), "ms", target=TARGET, ok=p95 <= 150, note=note)


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

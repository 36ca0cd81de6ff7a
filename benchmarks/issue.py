"""issue.*: how fast numbers are issued when every one survives a power cut (synchronous=FULL)."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from uuid import UUID

from benchmarks.hall import SYSTEM, throwaway_hall
from benchmarks.result import Result, median, percentile
from kiosk.installation import Installation, open_installation

ROUNDS = 5
TICKETS = 60
WRITERS = 8
EACH = 40


def measure() -> list[Result]:
    """Both measures of the group."""
    with throwaway_hall() as hall:
        return [_fsync_ratio(hall), _tail(hall)]


def _fsync_ratio(hall: Installation) -> Result:
    """Transactions of the issuing verb per second against raw fsyncs per second on the same disk, interleaved."""
    issued, synced = [], []
    for _ in range(ROUNDS):
        visits = [_named_visit(hall) for _ in range(TICKETS)]
        start = time.perf_counter()
        for visit in visits:
            hall.services.tickets.issue(visit, "101", False, SYSTEM)
        issued.append(TICKETS / (time.perf_counter() - start))
        synced.append(_fsyncs_per_second(hall.profile))
    ours, raw = median(issued), median(synced)
    note = f"median of {ROUNDS} rounds of {TICKETS}; each number is one FULL transaction"
    return Result(
        "issue.sqlite_fsync_ratio", round(ours), "tickets/s", round(raw), ours / raw, ">= 0.80", ours / raw >= 0.8, note
    )


def _named_visit(hall: Installation) -> UUID:
    visit = hall.services.arrivals.begin("zh_CN", SYSTEM)
    return hall.services.arrivals.stay_anonymous(visit.id, SYSTEM).id


def _fsyncs_per_second(folder: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        start = time.perf_counter()
        for _ in range(TICKETS):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return TICKETS / (time.perf_counter() - start)


def _tail(hall: Installation) -> Result:
    """The slowest number of eight processes issuing at once."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(WRITERS) as pool:
        slow = [ms for part in pool.map(_issue_many, [str(hall.profile)] * WRITERS) for ms in part]
    worst = max(slow)
    spread = f"p95 {percentile(slow, 0.95):.0f} ms, median {percentile(slow, 0.5):.0f} ms"
    note = f"{len(slow)} numbers by {WRITERS} processes, {spread}; three writes a visit, one timed"
    return Result("issue.sqlite_tail_ms", round(worst, 1), "ms", target="<= 250", ok=worst <= 250, note=note)


def _issue_many(profile: str) -> list[float]:
    installation = open_installation(Path(profile), terminal="BENCH")
    times = []
    try:
        for _ in range(EACH):
            visit = _named_visit(installation)
            start = time.perf_counter()
            installation.services.tickets.issue(visit, "101", False, SYSTEM)
            times.append((time.perf_counter() - start) * 1000)
            time.sleep(0.02)
    finally:
        installation.close()
    return times

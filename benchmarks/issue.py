"""issue.*: how fast numbers are issued when every one survives a power cut (synchronous=FULL)."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from threading import Barrier
from uuid import UUID

from benchmarks.hall import SYSTEM, throwaway_hall
from benchmarks.result import Result, median, percentile
from kiosk.installation import Installation, open_installation

ROUNDS = 5
TICKETS = 80
WRITERS = 8
EACH = 40


def measure() -> list[Result]:
    """One writer against the disk and its slow numbers; eight writers, each as fast as it can, and their slowest."""
    with throwaway_hall() as hall:
        alone = _alone(hall)
        return [*alone, *_together(hall, float(alone[0].value or 0))]


def _alone(hall: Installation) -> list[Result]:
    """Transactions of the issuing verb per second against raw fsyncs per second on the same disk, interleaved."""
    issued, synced, times = [], [], []
    for number in range(ROUNDS + 1):
        part = _issue(hall, TICKETS)
        fsyncs = _fsyncs_per_second(hall.profile)
        if number:  # the first round builds statements and fills caches
            issued.append(1000 * TICKETS / sum(part))
            synced.append(fsyncs)
            times += part
    ours, raw = median(issued), median(synced)
    p99 = percentile(times, 0.99)
    note = f"median of {ROUNDS} rounds of {TICKETS}; each number is one FULL transaction of state, event, audit, outbox"
    spread = f"median {percentile(times, 0.5):.1f} ms, worst {max(times):.1f} ms; one fsync takes {1000 / raw:.2f} ms"
    return [
        Result(
            "issue.sqlite_fsync_ratio",
            round(ours),
            "tickets/s",
            round(raw),
            ours / raw,
            ">= 0.80",
            ours / raw >= 0.8,
            note,
        ),
        Result("issue.sqlite_p99_ms", round(p99, 1), "ms", target="<= 5", ok=p99 <= 5, note=spread),
    ]


def _issue(hall: Installation, count: int) -> list[float]:
    """Milliseconds of each of ``count`` numbers; their visitors are there before."""
    times = []
    for visit in [_named_visit(hall) for _ in range(count)]:
        start = time.perf_counter()
        hall.services.tickets.issue(visit, "101", False, SYSTEM)
        times.append((time.perf_counter() - start) * 1000)
    return times


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


def _together(hall: Installation, alone: float) -> list[Result]:
    """Eight processes issuing as fast as they can, against one alone; and the slowest number of all."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        start = manager.Barrier(WRITERS)
        with context.Pool(WRITERS) as pool:
            parts = pool.starmap(_hurry, [(str(hall.profile), start)] * WRITERS, chunksize=1)
    times = [ms for part in parts for ms in part[2]]
    rate = len(times) / (max(part[1] for part in parts) - min(part[0] for part in parts))
    worst = max(times)
    note = f"{len(times)} numbers by {WRITERS} processes without a pause; one alone is the baseline"
    spread = (
        f"p99 {percentile(times, 0.99):.0f} ms, p95 {percentile(times, 0.95):.0f} ms, median {median(times):.0f} ms"
    )
    return [
        Result(
            "issue.sqlite_8_ratio", round(rate), "tickets/s", alone, rate / alone, ">= 0.80", rate / alone >= 0.8, note
        ),
        Result("issue.sqlite_tail_ms", round(worst, 1), "ms", target="<= 250", ok=worst <= 250, note=spread),
    ]


def _hurry(profile: str, start: Barrier) -> tuple[float, float, list[float]]:
    """When this process began and ended, and the milliseconds of its numbers. The visitors are there before."""
    installation = open_installation(Path(profile), terminal="BENCH")
    try:
        visits = [_named_visit(installation) for _ in range(EACH)]
        start.wait(120)
        times, began = [], time.time()
        for visit in visits:
            before = time.perf_counter()
            installation.services.tickets.issue(visit, "101", False, SYSTEM)
            times.append((time.perf_counter() - before) * 1000)
        return began, time.time(), times
    finally:
        installation.close()

"""gallery.*: exact search among many templates against ``face_recognition`` and against reading the memory once."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks.result import Result, cannot_run, median
from recognition.gallery import Gallery

DIM = 128
SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 21
SPARE_BYTES = 1 << 30
PORTION = 10_000


def measure() -> list[Result]:
    """Both searches, and how long a large gallery takes to build and to change."""
    return [_against_face_distance(), *_large()]


def _against_face_distance() -> Result:
    """The function everybody calls, on what it is called with: float64 encodings, one array."""
    metric, target = "gallery.ratio_100k", ">= 20"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it still asks for pkg_resources
            import face_recognition
    except ImportError:
        return cannot_run(metric, "ms", target, "face_recognition is not installed (development environment)")
    gallery, rows = _filled(SMALL)
    theirs, probe = rows.astype(np.float64), rows[SMALL // 3].copy()
    wide = probe.astype(np.float64)
    found = gallery.search(probe)[0].person_id.int - 1
    if found != int(face_recognition.face_distance(theirs, wide).argmin()):
        raise AssertionError("both must find the same person")
    ours, baseline = _interleaved(
        lambda: gallery.search(probe), lambda: face_recognition.face_distance(theirs, wide).argmin()
    )
    ratio = baseline / ours
    note = f"best two of {SMALL} x {DIM}, median of {ROUNDS}; baseline: face_recognition.face_distance and argmin"
    return Result(metric, round(ours, 2), "ms", round(baseline, 2), round(ratio, 1), target, ratio >= 20, note)


def _large() -> Iterator[Result]:
    metric, target, needed = "gallery.read_ratio_1m", "<= 2", 2 * LARGE * DIM * 4 + SPARE_BYTES
    free = _free_bytes()
    if free is not None and free < needed:
        yield cannot_run(metric, "ms", target, f"needs {needed >> 20} MB of free memory, {free >> 20} MB are there")
        return
    start = time.perf_counter()
    gallery, rows = _filled(LARGE)
    built = time.perf_counter() - start
    probe = rows[LARGE // 3].copy()
    flat = rows.reshape(-1)
    passes: dict[str, Callable[[], Any]] = {"sum": flat.sum, "max": flat.max, "dot": lambda: np.dot(flat, flat)}
    ours, *reads = _interleaved(lambda: gallery.search(probe), *passes.values())
    name, read = min(zip(passes, reads, strict=True), key=lambda pair: pair[1])
    ratio = ours / read
    others = ", ".join(f"{other} {ms:.0f}" for other, ms in zip(passes, reads, strict=True))
    note = f"best two of {LARGE} x {DIM}, median of {ROUNDS}; baseline: the fastest single pass, {name} (ms: {others})"
    yield Result(metric, round(ours, 1), "ms", round(read, 1), round(ratio, 2), target, ratio <= 2, note)
    yield Result(
        "gallery.build_1m", round(built, 1), "s", ok=True, note="one by one from one view each, in the background"
    )
    yield _changes(gallery, rows)


def _changes(gallery: Gallery, rows: NDArray[np.float32]) -> Result:
    """Somebody leaves and is enrolled again among a million: nobody else's row is copied."""
    times = []
    for number in range(200):
        person = UUID(int=number * 997 + 1)
        start = time.perf_counter()
        gallery.remove([person])
        gallery.put(person, rows[number * 997 : number * 997 + 1])
        times.append((time.perf_counter() - start) * 1e6)
    note = f"remove and put one of {LARGE}, median of 200; the row overwritten in place"
    return Result("gallery.update_1m", round(median(times), 1), "us", ok=True, note=note)


def _filled(count: int) -> tuple[Gallery, NDArray[np.float32]]:
    rows = np.random.default_rng(7).standard_normal((count, DIM), dtype=np.float32)
    rows /= np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    gallery = Gallery(DIM)
    for start in range(0, count, PORTION):
        gallery.put_all({UUID(int=n + 1): rows[n : n + 1] for n in range(start, min(start + PORTION, count))})
    return gallery, rows


def _interleaved(*calls: Callable[[], Any]) -> list[float]:
    """Median milliseconds of each, one after the other in every round."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append((time.perf_counter() - start) * 1000)
    return [median(taken) for taken in times]


def _free_bytes() -> int | None:
    """Memory that may be used, where the system says so."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return None

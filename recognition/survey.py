"""Turns a folder of people into vectors, on several threads where the engine allows it, and times each stage.

Owns the errata list of a folder. Vectors are returned, never stored.
"""

from __future__ import annotations

import csv
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError
from recognition.sources.folder import people_in
from recognition.sources.picture import read_picture
from recognition.track import central
from recognition.types import Engine

ERRATA_COLUMNS = ("kind", "name")


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds by stage, filled from several threads (appending to a deque is atomic)."""

    times: dict[str, deque[float]] = field(
        default_factory=lambda: {stage: deque() for stage in ("read", "detect", "embed", "search")}
    )

    def lap(self, stage: str, start: float) -> float:
        """Note the time since ``start``; returns now."""
        now = time.perf_counter()
        self.times[stage].append((now - start) * 1000)
        return now

    def medians(self) -> dict[str, float]:
        """Median of each stage that ran."""
        return {stage: round(median(times), 3) for stage, times in self.times.items() if times}


def people_of(folder: Path, errata: Path | None, limit: int | None) -> dict[str, list[Path]]:
    """People and their pictures without the errata; only the first ``limit`` people.

    ``errata`` None: a file ``<name>-errata.tsv`` beside the folder is taken by itself, ``<name>`` being the folder's
    name up to its first dash. Raises InputError.
    """
    people = people_in(folder)
    listed = errata or folder.resolve().parent / f"{folder.resolve().name.split('-')[0]}-errata.tsv"
    if errata is not None or listed.is_file():
        people = _without(people, _errata(listed))
    return dict(list(people.items())[:limit])


def survey(
    people: dict[str, list[Path]],
    make_engine: Callable[[], Engine],
    progress: Callable[[int, int], None],
    watch: Stopwatch,
) -> dict[str, list[NDArray[np.float32] | None]]:
    """The vector of the central face of every picture, None where no face is found. Raises what an engine raises;
    an unreadable picture is an InputError. Ctrl-C stops after the pictures under way."""
    jobs = [path for pictures in people.values() for path in pictures]
    own = threading.local()
    first = make_engine()
    first.load()
    threads = 1 if first.holds_interpreter_lock else min(os.cpu_count() or 1, 8)

    def vector(path: Path) -> NDArray[np.float32] | None:
        if not hasattr(own, "engine"):
            own.engine = make_engine()
            own.engine.load()
        return _vector(path, own.engine, watch)

    pool = ThreadPoolExecutor(threads)
    results: dict[Path, NDArray[np.float32] | None] = {}
    try:
        for path, found in zip(jobs, pool.map(vector, jobs), strict=True):
            results[path] = found
            progress(len(results), len(jobs))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return {name: [results[path] for path in pictures] for name, pictures in people.items()}


def _vector(path: Path, engine: Engine, watch: Stopwatch) -> NDArray[np.float32] | None:
    start = time.perf_counter()
    frame = read_picture(path)
    start = watch.lap("read", start)
    face = central(frame, engine.detect(frame))
    start = watch.lap("detect", start)
    if face is None:
        return None
    found = engine.embed(frame, face)
    watch.lap("embed", start)
    return found


def _errata(path: Path) -> set[tuple[str, str]]:
    """Rows (kind, name) of a tab-separated list: kind ``person`` or ``picture``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            if not set(ERRATA_COLUMNS) <= set(rows.fieldnames or ()):
                raise ValueError("columns")
            return {(row["kind"], row["name"]) for row in rows}
    except (OSError, ValueError) as fault:
        raise InputError(
            "errata_unreadable",
            f"{path.name} is not a list of errata.",
            "It needs tab-separated columns kind (person or picture) and name.",
            file=path.name,
        ) from fault


def _without(people: dict[str, list[Path]], errata: set[tuple[str, str]]) -> dict[str, list[Path]]:
    kept = {
        name: [path for path in pictures if ("picture", path.name) not in errata]
        for name, pictures in people.items()
        if ("person", name) not in errata
    }
    return {name: pictures for name, pictures in kept.items() if pictures}

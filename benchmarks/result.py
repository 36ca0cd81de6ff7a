"""The one format of all measures, and the statistics they share."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Result:
    """One measure. ``ok`` is None when it could not run; ``note`` says why, or how it was taken."""

    metric: str
    value: float | None
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    target: str = ""
    ok: bool | None = None
    note: str = ""


def percentile(samples: Sequence[float], share: float) -> float:
    """Nearest-rank percentile, ``share`` in (0, 1]."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def median(samples: Sequence[float]) -> float:
    """Middle value."""
    return statistics.median(samples)


def cannot_run(metric: str, unit: str, target: str, why: str) -> Result:
    """A measure that could not be taken here."""
    return Result(metric, None, unit, target=target, note=why)


def machine() -> str:
    """What was measured on, without a host name."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def as_json(results: Sequence[Result]) -> str:
    """The whole report for programs."""
    report = {
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "results": [asdict(result) for result in results],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def as_table(results: Sequence[Result]) -> str:
    """The whole report for people."""
    rows = [("metric", "value", "baseline", "ratio", "target", "ok", "note")]
    rows += [
        (
            result.metric,
            "-" if result.value is None else f"{result.value:g} {result.unit}",
            "-" if result.baseline is None else f"{result.baseline:g}",
            "-" if result.ratio is None else f"{result.ratio:.2f}",
            result.target,
            {True: "yes", False: "NO", None: "not run"}[result.ok],
            result.note,
        )
        for result in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)

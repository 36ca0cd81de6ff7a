"""start.*: from a new process to the painted attract page, and the memory of all three fronts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.result import Result, cannot_run, median
from kiosk.installation import ACTIVATION_KEY, open_installation
from kiosk.settings import demo_settings, write

MAIN = Path(__file__).resolve().parent.parent / "main.py"
RUNS = 5
LIMIT_SECONDS = 60


def measure() -> list[Result]:
    """Both measures of the group; the first run warms the page cache and does not count."""
    with tempfile.TemporaryDirectory(prefix="reception-bench-") as folder:
        profile = Path(folder) / "profile"
        _activate_face(profile)
        runs = [_start(profile) for _ in range(RUNS + 1)][1:]
    if not all(runs):
        return [cannot_run("start.touch_ms", "ms", "<= 2000", "the touch screen did not report its first frame")]
    painted = median([run["painted_ms"] for run in runs if run])
    ready = median([run["ready_ms"] for run in runs if run])
    memory = max(run["rss_mb"] for run in runs if run)
    return [
        Result(
            "start.touch_ms", round(painted), "ms", target="<= 2000", ok=painted <= 2000,
            note=f"median of {RUNS} new processes; store ready after {ready:.0f} ms, taps before that are queued",
        ),
        Result(
            "start.rss_mb", round(memory), "MB", target="<= 450", ok=memory <= 450,
            note="three fronts in one process, store open, recognition engine loaded",
        ),
    ]  # fmt: skip


def _activate_face(profile: Path) -> None:
    """A demo profile with the face module on, so that the engine is loaded and weighed too."""
    write(profile, demo_settings())
    installation = open_installation(profile)
    with installation.store.write() as work:
        work.meta.put(ACTIVATION_KEY, "bench")
    installation.close()


def _start(profile: Path) -> dict[str, float] | None:
    """Start all three fronts until they are ready; the process reports when it painted and what it weighs."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, str(MAIN), "terminal", "--until-ready", "--profile", str(profile)]
    born = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    line = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    if not line.startswith("{"):
        return None
    report = json.loads(line)
    return {
        "painted_ms": (report["painted_at"] - born) * 1000,
        "ready_ms": (report["ready_at"] - born) * 1000,
        "rss_mb": report["rss_mb"],
    }

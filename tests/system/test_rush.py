"""The rehearsed rush in small, as an operator types it: every process, every trouble, every promise kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import ROOT
from ui.tour.rush.plan import Trouble


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_promise_of_a_short_rush_is_kept(tmp_path: Path) -> None:
    words = ["tour", "--rush", "--visitors", "60", "--minutes", "12", "--speed", "8", "--shots", str(tmp_path)]
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    report = json.loads((tmp_path / "rush.json").read_text(encoding="utf-8"))
    assert report["broken"] == [], done.stderr[-3000:]
    assert done.returncode == 0, done.stderr[-3000:]
    assert {incident["trouble"] for incident in report["incidents"]} == {trouble.value for trouble in Trouble}
    assert report["centre"]["received"] == report["centre"]["events"] > 0
    assert (tmp_path / "rush.png").exists()

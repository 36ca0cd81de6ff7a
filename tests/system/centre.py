"""The central server in a process of its own, as an operator runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.packaging import ROOT


def run_json(profile: Path, *words: str) -> dict[str, Any]:
    """One command of ``main.py`` in a process of its own; what it reports."""
    command = [sys.executable, "main.py", *words, "--json", "--profile", str(profile)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report


class Centre:
    """``main.py server run`` in a process of its own."""

    def __init__(self, profile: Path) -> None:
        self.folder = profile / "server"
        self._profile, self._port = profile, "0"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, or start again at the same address."""
        command = [sys.executable, "main.py", "server", "run", "--port", self._port, "--json"]
        self.process = subprocess.Popen(
            [*command, "--profile", str(self._profile)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = json.loads(self.process.stdout.readline())["url"]
        self._port = self.address.rpartition(":")[2]

    def end(self, how: signal.Signals) -> int:
        """End it; its exit code."""
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.process.stdout.close()
        self.process = None
        return code

    def bundle(self) -> str:
        """What a hall needs to join."""
        return str(run_json(self._profile, "server", "enrol-code", "一号中心")["bundle"])

    def add_employee(self, number: str, name: str) -> None:
        """Somebody is hired."""
        person = ["--number", number, "--name", name, "--birth", "1990-05-01"]
        unit = ["--unit-code", "NEW", "--unit-name", "新设班组"]
        run_json(self._profile, "server", "add-employee", *person, *unit)

    @property
    def database(self) -> int | None:
        """Process number of this centre's PostgreSQL while it runs; it takes its file along when it ends."""
        file = self.folder / "postgres" / "postmaster.pid"
        return int(file.read_text(encoding="ascii").splitlines()[0]) if file.exists() else None

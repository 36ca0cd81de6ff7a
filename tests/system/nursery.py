"""Starts workers in processes of their own and kills them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WORKERS = Path(__file__).with_name("workers.py")
KILLED = -signal.SIGKILL


@dataclass
class Worker:
    """One process."""

    nursery: Nursery
    pid: int

    def kill(self) -> None:
        """Signal 9: no farewell."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code; negative for a signal."""
        return self.nursery.order(wait=self.pid)


class Nursery:
    """The process of ``workers.py``, which forks."""

    def __init__(self) -> None:
        # One thread only: a process with more must not fork.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-W", "error", str(WORKERS)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)

    def start(self, role: str, profile: Path, witness: Path, **order: str | int) -> Worker:
        """Send somebody to work; returns at once."""
        return Worker(self, self.order(role=role, profile=str(profile), witness=str(witness), **order))

    def order(self, **order: str | int) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(60) == 0
        self._process.stdout.close()

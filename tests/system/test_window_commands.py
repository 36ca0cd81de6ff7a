"""``main.py touch | desk | wall | terminal`` as processes: they start, say when they are ready, and end when asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.installation import load_settings, open_installation
from tests.packaging import ROOT
from tests.system.hall import CLERKS
from tests.system.inspection import read_record

PATIENCE_S = 60.0
Spawn = Callable[..., subprocess.Popen[str]]
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def spawn(profile: Path) -> Iterator[Spawn]:
    """Starts ``main.py`` on the hall of this test, in a process group of its own."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "main.py", *words, "--profile", str(profile)]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def until(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def ended_well(process: subprocess.Popen[str]) -> str:
    """Its output, after an end without a traceback that left no process behind."""
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return output


def until_it_listens(process: subprocess.Popen[str]) -> None:
    """Wait until the process has handlers of its own. SIGTERM's is the last one; Python itself catches SIGINT."""

    def listens() -> bool:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        caught = int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)

    until("a handler", listens)


@posix_only
def test_ready_is_reported(spawn: Spawn) -> None:
    begun = time.monotonic()
    for process in [spawn(front, "--until-ready") for front in ("touch", "desk", "wall", "terminal")]:
        report = json.loads(ended_well(process))
        assert begun < report["painted_at"] <= report["ready_at"] < time.monotonic()
        assert report["rss_mb"] > 0


@posix_only
def test_a_store_that_does_not_open_is_reported(spawn: Spawn, profile: Path) -> None:
    (profile / "keys.json").unlink()
    process = spawn("terminal", "--until-ready")
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert json.loads(output)["fault"] == "wrong_key"
    assert "Traceback" not in errors


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_polite_end_is_heard_while_the_windows_still_open(spawn: Spawn) -> None:
    ends = {"touch": signal.SIGTERM, "desk": signal.SIGINT, "wall": signal.SIGTERM}
    processes = {front: spawn(front) for front in ends}
    for front, process in processes.items():
        until_it_listens(process)
        process.send_signal(ends[front])
    for process in processes.values():
        ended_well(process)


@posix_only
def test_a_polite_end_in_the_middle_of_the_day(spawn: Spawn, profile: Path) -> None:
    label = call_somebody(profile)
    process = spawn("terminal")
    until("the wall's report", lambda: label in read_record(profile).shown)
    process.terminate()
    ended_well(process)
    assert label in read_record(profile).shown


def call_somebody(profile: Path) -> str:
    installation = open_installation(profile, settings=load_settings(profile))
    services, visitor = installation.services, installation.services.staff.visitor()
    visit = services.arrivals.begin("zh_CN", visitor)
    services.arrivals.stay_anonymous(visit.id, visitor)
    ticket = services.tickets.issue(visit.id, "101", False, visitor)
    with installation.store.read() as work:
        member = work.staff.by_login(CLERKS["1"])
    assert member is not None
    clerk = services.staff.actor(member)
    services.counters.open("1", clerk)
    services.calling.next("1", clerk)
    installation.close()
    return ticket.label

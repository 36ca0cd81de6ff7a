"""Kiosk, desk, line and central server are killed in turn: the centre gets every event exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kiosk.installation import load_settings, open_installation
from sync.bundle import Bundle
from sync.client.enrolment import enrol
from sync.server.run import OpenCore, open_core
from sync.server.schema import inbox, quarantine
from tests.packaging import ROOT
from tests.system.inspection import inspect, told
from tests.system.nursery import KILLED, Nursery

PATIENCE_S = 60.0


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
        command = [sys.executable, "main.py", "server", "enrol-code", "一号中心", "--json"]
        done = subprocess.run(
            [*command, "--profile", str(self._profile)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return str(json.loads(done.stdout)["bundle"])

    @property
    def database(self) -> int | None:
        """Process number of this centre's PostgreSQL while it runs; it takes its file along when it ends."""
        file = self.folder / "postgres" / "postmaster.pid"
        return int(file.read_text(encoding="ascii").splitlines()[0]) if file.exists() else None


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A running centre."""
    with tempfile.TemporaryDirectory(prefix="centre-") as folder:  # short: the path of a socket has a limit
        made = Centre(Path(folder))
        made.start()
        yield made
        if made.process is not None:
            made.end(signal.SIGKILL)
        if made.database is not None:
            os.kill(made.database, signal.SIGQUIT)


def until(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def received(opened: OpenCore, origin_id: UUID) -> list[int]:
    """Sequence numbers the centre holds; a number would stand twice if an event did."""
    with opened.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(quarantine)).scalar_one() == 0
        query = select(inbox.c.seq).where(inbox.c.origin_id == origin_id).order_by(inbox.c.seq)
        return list(connection.execute(query).scalars())


def entities(opened: OpenCore, origin_id: UUID) -> dict[str, int]:
    """How many different visits, tickets and appeals those events are about."""
    query = select(inbox.c.entity, func.count(inbox.c.entity_id.distinct())).where(inbox.c.origin_id == origin_id)
    with opened.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query.group_by(inbox.c.entity))}


@pytest.mark.skipif(os.name != "posix", reason="workers are forked, servers are signalled")
def test_every_event_arrives_once_whoever_is_killed(
    centre: Centre, nursery: Nursery, profile: Path, witness: Path
) -> None:
    installation = open_installation(profile, settings=load_settings(profile))
    origin = installation.store.origin_id
    enrol(profile, installation.keys, origin, Bundle.parse(centre.bundle()))
    installation.close()
    opened = open_core(None, centre.folder)

    line = nursery.start("line", profile, witness)
    for turn in range(3):
        people = [
            nursery.start("visitor", profile, witness, turns=1000),
            nursery.start("clerk", profile, witness, turns=1000),
        ]
        begun = len(received(opened, origin)) if turn != 1 else 0
        until("events at the centre", lambda begun=begun: len(received(opened, origin)) > begun + 25)  # type: ignore[misc]
        if turn == 0:
            line.kill()
            assert line.wait() == KILLED
            line = nursery.start("line", profile, witness)
        elif turn == 1:
            assert centre.end(signal.SIGKILL) == KILLED
            centre.start()
        for worker in people:
            worker.kill()
            assert worker.wait() == KILLED
    record = inspect(profile, witness)
    until("the last event", lambda: received(opened, origin)[-1:] == [len(record.events)])
    line.kill()
    assert line.wait() == KILLED

    assert received(opened, origin) == list(range(1, len(record.events) + 1))
    there = entities(opened, origin)
    assert (there["ticket"], there["appeal"]) == (len(record.tickets), len(record.appeals))
    assert len(record.appeals) >= len({row["number"] for row in told(witness, "registered")}) > 0
    opened.close()
    assert centre.end(signal.SIGTERM) == 0
    assert centre.database is None, "PostgreSQL was left behind"

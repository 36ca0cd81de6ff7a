"""Several processes on one store: numbers, killed writers, waking screens."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kiosk.errors import ReceptionError, WorldError
from kiosk.ports import SystemIds
from kiosk.store import Store, open_store
from kiosk.store.keystore import FileKeyStore
from kiosk.store.watch import Watch
from tests.fakes import FakeClock
from tests.kiosk.store.samples import DAY, add_ticket

WORKER = Path(__file__).with_name("worker.py")
Spawn = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def spawn(url: str | None, profile: Path) -> Iterator[Spawn]:
    """Starts a worker on the same store and waits until it says that it is ready."""
    running: list[subprocess.Popen[str]] = []

    def start(command: str, count: int = 0) -> subprocess.Popen[str]:
        arguments = [sys.executable, str(WORKER), command, url or "-", str(profile), str(count)]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def labels(process: subprocess.Popen[str]) -> list[str]:
    output, errors = process.communicate("go\n", timeout=60)
    assert process.returncode == 0, errors
    return output.split()


def test_processes_that_start_together_and_count_together(store: Store, spawn: Spawn) -> None:
    terminals = [spawn("issue", 40) for _ in range(3)]
    for terminal in terminals:
        ready(terminal)
    issued: list[str] = []
    readers = [threading.Thread(target=lambda t=t: issued.extend(labels(t))) for t in terminals]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(issued) == [f"A{n:03d}" for n in range(1, 121)]
    with store.read() as work:
        assert [e.seq for e in work.journal.since(0)] == list(range(1, 121))
        assert [e.data["label"] for e in work.journal.since(0)] == sorted(issued)
        assert work.journal.verify() is None


def test_a_writer_killed_inside_a_transaction_leaves_nothing(store: Store, spawn: Spawn) -> None:
    process = ready(spawn("stall"))
    process.kill()
    process.wait()
    ticket = store.run(add_ticket)
    assert ticket.label == "A001"
    with store.read() as work:
        assert work.tickets.open(DAY) == [ticket] and work.journal.last_seq() == 1


@pytest.mark.parametrize("after", [1, 5, 17])
def test_what_was_printed_survives_kill_9(store: Store, spawn: Spawn, after: int) -> None:
    process = ready(spawn("issue", 10_000))
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    printed = [process.stdout.readline().strip() for _ in range(after)]
    process.kill()
    printed += process.stdout.read().split()
    process.wait()
    store.run(add_ticket)  # waits, if need be, until the server has noticed that the writer is gone
    with store.read() as work:
        tickets = [ticket.label for ticket in work.tickets.open(DAY)]
        events = work.journal.since(0, limit=20_000)
        assert work.journal.verify() is None
    assert tickets == [f"A{n:03d}" for n in range(1, len(tickets) + 1)]
    assert [event.data["label"] for event in events] == tickets
    assert set(printed) <= set(tickets) and len(printed) in {len(tickets) - 1, len(tickets) - 2}


@contextmanager
def watching(store: Store, **more: object) -> Iterator[Callable[[int], bool]]:
    """A running watch; the yielded function waits until it has called with at least that number."""
    calls = threading.Condition()
    highest = [-1]

    def heard(seq: int) -> None:
        with calls:
            highest[0] = seq
            calls.notify_all()

    def wait_for(seq: int) -> bool:
        with calls:
            return calls.wait_for(lambda: highest[0] >= seq, timeout=20)

    watch = Watch(store, heard, poll_s=0.01, **more)  # type: ignore[arg-type]
    watch.start()
    try:
        yield wait_for
    finally:
        watch.stop()


def test_a_screen_wakes_when_another_process_writes(store: Store, spawn: Spawn) -> None:
    process = ready(spawn("issue", 3))
    with watching(store) as wait_for:
        assert wait_for(0)
        assert labels(process) == ["A001", "A002", "A003"]
        assert wait_for(3)
        store.run(add_ticket)
        assert wait_for(4)


class Signs:
    """What a screen would show: stale or fresh."""

    def __init__(self) -> None:
        self.faults: list[ReceptionError] = []
        self.recoveries = 0
        self._changed = threading.Condition()

    def on_fault(self, error: ReceptionError) -> None:
        with self._changed:
            self.faults.append(error)
            self._changed.notify_all()

    def on_recovered(self) -> None:
        with self._changed:
            self.recoveries += 1
            self._changed.notify_all()

    def wait(self, faults: int, recoveries: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: (len(self.faults), self.recoveries) == (faults, recoveries), 20)


def test_a_screen_on_a_file_says_that_it_is_stale_and_then_that_it_is_not(sqlite_opener, profile: Path) -> None:
    store, signs = sqlite_opener(), Signs()
    store.database.dispose()
    profile.rename(profile.with_name("unplugged"))
    with watching(store, on_fault=signs.on_fault, on_recovered=signs.on_recovered) as wait_for:
        assert signs.wait(faults=1, recoveries=0)
        profile.with_name("unplugged").rename(profile)
        assert signs.wait(faults=1, recoveries=1)
        store.run(add_ticket)
        assert wait_for(1)
    assert [fault.code for fault in signs.faults] == ["store_unreachable"]


def test_a_screen_on_a_server_says_that_it_is_stale_and_then_that_it_is_not(
    pg_server: str, pg_database: Callable[[str], str], pg_template: str, profile: Path, clock: FakeClock
) -> None:
    url, signs = pg_database(pg_template), Signs()
    store = open_store(url, profile, FileKeyStore(profile), clock, SystemIds())
    name = store.database.url.database
    with psycopg.connect(pg_server, autocommit=True) as admin:
        with watching(store, on_fault=signs.on_fault, on_recovered=signs.on_recovered) as wait_for:
            assert wait_for(0)
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            assert signs.wait(faults=1, recoveries=0)
            with pytest.raises(WorldError) as caught:
                store.run(add_ticket)
            assert caught.value.code == "store_unreachable"
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert signs.wait(faults=1, recoveries=1)
            store.run(add_ticket)
            assert wait_for(1)
        store.close()
    assert [fault.code for fault in signs.faults] == ["store_unreachable"]


def test_a_watch_that_never_started_stops(store: Store) -> None:
    Watch(store, lambda seq: None).stop()

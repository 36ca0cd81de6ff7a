"""Restored, cloned and doubled: what the two sides make of a peer that is not where it was."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from kiosk.ports import SystemClock, SystemIds
from kiosk.store import open_store
from kiosk.store.keystore import FileKeyStore
from sync.client.engine import connect
from sync.client.faults import Cure, SyncError
from sync.server.run import CentralServer
from sync.status import SyncState, SyncStatus
from tests.sync.conftest import QUICK, Desk, Hall, stored


def test_central_restored_to_yesterday_gets_everything_again(
    start_server: Callable[..., CentralServer],
    make_hall: Callable[[CentralServer], Hall],
    pg_database: Callable[[str], str],
    template: str,
) -> None:
    """Fault 15: events come again, and an employee whose revision is taken back is read afresh; nobody lifts a hand."""
    today = pg_database(template)
    server = start_server(today)
    hall = make_hall(server)
    hall.record(4)
    hall.record(1, state="nosuch")
    Desk(server).add("1", name="旧名")
    engine = hall.engine()
    engine.sync_once()
    server.stop()
    yesterday = pg_database(str(make_url(today).database))

    server = start_server(today, port=server.port)
    hall.record(5)
    hall.record(1, entity="nosuch")
    Desk(server).add("1", name="新名")
    engine.sync_once()
    assert stored(server, hall.store.origin_id) == list(range(1, 12))
    server.stop()

    server = start_server(yesterday, port=server.port)
    Desk(server).add("1", name="又一名")
    fresh = hall.engine()
    assert fresh.sync_once().backlog == 0
    assert stored(server, hall.store.origin_id) == list(range(1, 12))
    assert hall.backlog() == (0, 2)
    with hall.store.read() as work:
        person = work.people.by_number("1")
        assert person is not None and person.name == "又一名"


def test_a_hall_restored_from_yesterday_is_found_at_the_first_hello(
    server: CentralServer, hall: Hall, tmp_path: Path
) -> None:
    """Fault 13: it parks; it neither renumbers nor overwrites."""
    hall.record(2)
    hall.engine().sync_once()
    hall.store.close()
    yesterday = tmp_path / "yesterday"
    shutil.copytree(hall.profile, yesterday)
    hall.store = open_store(None, hall.profile, hall.keys, SystemClock(), SystemIds())
    hall.record(3)
    hall.engine().sync_once()

    keys = FileKeyStore(yesterday)
    store = open_store(None, yesterday, keys, SystemClock(), SystemIds())
    restored = Hall(yesterday, keys, store, replace(hall.enrolment, certificate=yesterday / "sync" / "server.crt"))
    restored.record(1)
    with pytest.raises(SyncError) as caught:
        restored.engine().sync_once()
    assert (caught.value.cure, caught.value.code) == (Cure.FORK, "hall_restored")
    restored.record(4)
    with pytest.raises(SyncError, match="hall_restored"):
        restored.engine().sync_once()
    restored.close()
    assert stored(server, hall.store.origin_id) == [1, 2, 3, 4, 5]


def test_two_agents_at_once_are_wasteful_not_harmful(server: CentralServer, hall: Hall) -> None:
    engines = [hall.engine(tempo=replace(QUICK, batch=50)) for _ in range(2)]
    for _ in range(20):
        hall.record(20)
    threads = [threading.Thread(target=engine.sync_once) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(server, hall.store.origin_id) == list(range(1, 401))
    assert hall.backlog() == (0, 0)


def test_employees_arrive_change_and_leave(server: CentralServer, hall: Hall, desk: Desk) -> None:
    engine = hall.engine()
    central_id = desk.add("LN-9", name="王小明", unit="U-LN")
    engine.sync_once()
    desk.add("LN-9", name="王大明", unit="U-LN")
    engine.sync_once()
    with hall.store.read() as work:
        person = work.people.by_number("LN-9")
    assert person is not None and (person.name, person.source, person.unit_name) == ("王大明", "central", "U-LN")
    desk.call("DELETE", f"/employees/{central_id}")
    engine.sync_once()
    with hall.store.read() as work:
        gone = work.people.by_number("LN-9")
    assert gone is None or gone.status == "left"


def test_the_loops_follow_the_server_down_and_up_again(
    start_server: Callable[..., CentralServer],
    make_hall: Callable[[CentralServer], Hall],
    pg_database: Callable[[str], str],
    template: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Online, offline, online: the status says so, each change is logged once, and nothing is lost."""
    url = pg_database(template)
    server = start_server(url)
    hall = make_hall(server)
    seen: list[SyncStatus] = []
    changed = threading.Condition()

    def note(status: SyncStatus) -> None:
        with changed:
            seen.append(status)
            changed.notify_all()

    def wait_for(state: SyncState, backlog: int | None = None) -> None:
        with changed:
            assert changed.wait_for(
                lambda: bool(seen) and seen[-1].state is state and backlog in (None, seen[-1].backlog), 30
            ), seen[-1:]

    engine = connect(hall.store, hall.keys, hall.enrolment, QUICK, note)
    engine.start()
    try:
        hall.record(2)
        wait_for(SyncState.ONLINE, 0)
        server.stop()
        hall.record(3)
        wait_for(SyncState.OFFLINE, 3)
        assert engine.status.last_error == "unreachable"
        server = start_server(url, port=server.port)
        Desk(server).add("7")
        wait_for(SyncState.ONLINE, 0)
    finally:
        engine.stop()
    assert engine.status.state is SyncState.STOPPED
    assert stored(server, hall.store.origin_id) == [1, 2, 3, 4, 5]
    broke = [record.message for record in caplog.records if "up broke" in record.message]
    assert broke == ["synchronisation up broke: unreachable"]


def test_a_transaction_is_not_split_between_batches(server: CentralServer, hall: Hall) -> None:
    hall.record(30)
    hall.record(60)
    sizes: list[int] = []
    engine = hall.engine(tempo=replace(QUICK, batch=50))
    link = engine._links[0]
    push = link.push
    link.push = lambda batch: (sizes.append(len(batch.events)), push(batch))[1]  # type: ignore[method-assign]
    engine.sync_once()
    assert sizes == [90]


def test_the_enrolment_of_another_store_is_refused(
    hall: Hall, make_hall: Callable[[CentralServer], Hall], server: CentralServer
) -> None:
    other = make_hall(server)
    with pytest.raises(Exception, match="another hall store"):
        connect(other.store, other.keys, hall.enrolment)


def test_events_after_a_hello_know_how_far_the_clock_is_off(server: CentralServer, hall: Hall) -> None:
    hall.record(1)
    hall.engine().sync_once()
    hall.record(1)
    with hall.store.read() as work:
        first, second = work.outbox.where(order=None)
    assert (first.clock_quality, second.clock_quality in ("server", "coarse")) == ("unknown", True)
    assert second.clock_offset_ms is not None and abs(second.clock_offset_ms) < 60_000

"""Backups: made while the hall works, checked before they count, and taken back as a new epoch."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.errors import InputError, WorldError
from kiosk.store import Store
from kiosk.store.backup import adopt_backup
from kiosk.store.keystore import FileKeyStore
from tests.fakes import FakeClock
from tests.kiosk.store.samples import CLERK, DAY, add_person, add_ticket

CANARY = "CANARY-林样例"


def test_yesterdays_backup_comes_back_as_a_new_epoch(sqlite_opener, profile: Path, tmp_path: Path, clock) -> None:
    store = sqlite_opener()
    kept = store.run(add_ticket)
    store.backup(tmp_path / "monday.backup")
    store.run(add_ticket)
    store.close()
    assert adopt_backup(tmp_path / "monday.backup", profile, FileKeyStore(profile), clock) == 2
    restored = sqlite_opener()
    assert (restored.origin_id, restored.origin_epoch, restored.last_seq()) == (store.origin_id, 2, 1)
    with restored.read() as work:
        assert work.tickets.open(DAY) == [kept]
    restored.run(add_ticket)
    with restored.read() as work:
        assert [row.origin_epoch for row in work.outbox.ready(9)] == [1, 2] and work.journal.verify() is None
    restored.close()
    assert [path.name for path in profile.glob("hall.db.2*")] == [f"hall.db.{clock.now():%Y%m%dT%H%M%SZ}"]
    assert adopt_backup(tmp_path / "monday.backup", profile, FileKeyStore(profile), clock) == 3


def test_a_backup_is_encrypted_and_whole_while_others_write(sqlite_opener, tmp_path: Path) -> None:
    store, other = sqlite_opener(), sqlite_opener()
    with store.write() as work:
        person = add_person(work, name=CANARY)
        work.journal.record("visit", person.id, "x", CLERK, {}, subject=person.id, personal={"name": CANARY})
    writer = threading.Thread(target=lambda: [other.run(add_ticket) for _ in range(20)])
    writer.start()
    store.backup(tmp_path / "copy")
    writer.join()
    assert CANARY.encode() not in (tmp_path / "copy").read_bytes()
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy"]


def test_an_erased_person_stays_erased_in_the_backup(sqlite_opener, profile: Path, tmp_path: Path, clock) -> None:
    store = sqlite_opener()
    with store.write() as work:
        person = add_person(work)
        work.journal.record("visit", person.id, "x", CLERK, {}, subject=person.id, personal={"name": CANARY})
    store.backup(tmp_path / "copy")
    store.subject_keys.destroy(person.id)
    store.close()
    adopt_backup(tmp_path / "copy", profile, FileKeyStore(profile), clock)
    with sqlite_opener().read() as work:
        assert [event.personal for event in work.journal.since(0)] == [{}]


def test_a_store_in_use_is_not_replaced(sqlite_opener, profile: Path, tmp_path: Path, clock: FakeClock) -> None:
    store = sqlite_opener()
    store.run(add_ticket)
    store.backup(tmp_path / "copy")
    with store.read() as work:
        work.journal.last_seq()
        with pytest.raises(WorldError) as caught:
            adopt_backup(tmp_path / "copy", profile, FileKeyStore(profile), clock)
    assert caught.value.code == "store_in_use"
    assert store.run(add_ticket).label == "A002" and store.origin_epoch == 1


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing"])
def test_a_bad_backup_is_refused(sqlite_opener, profile: Path, tmp_path: Path, clock, damage: str) -> None:
    store = sqlite_opener()
    store.run(add_ticket)
    copy = tmp_path / "copy"
    store.backup(copy)
    store.close()
    data = bytearray(copy.read_bytes())
    if damage == "missing":
        copy.unlink()
    else:
        data[len(data) // 2 + 100] ^= 1
        copy.write_bytes(data[:-4096] if damage == "cut" else data)
    before = (profile / "hall.db").read_bytes()
    with pytest.raises(WorldError) as caught:
        adopt_backup(copy, profile, FileKeyStore(profile), clock)
    assert caught.value.code in {"store_damaged", "store_unreachable"}
    assert (profile / "hall.db").read_bytes() == before and copy.exists() is (damage != "missing")


def test_a_backup_that_cannot_be_written(sqlite_opener, tmp_path: Path) -> None:
    store = sqlite_opener()
    with pytest.raises(WorldError):
        store.backup(tmp_path / "no such folder" / "copy")
    assert store.run(add_ticket).label == "A001"


def test_a_server_backs_itself_up(store: Store, tmp_path: Path) -> None:
    if store.database.is_sqlite:
        store.backup(tmp_path / "copy")
        assert (tmp_path / "copy").stat().st_size > 0
        return
    with pytest.raises(InputError) as caught:
        store.backup(tmp_path / "copy")
    assert caught.value.code == "backup_by_server"

"""The encrypted file and what can be wrong with it: each says plainly what happened, and touches nothing."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.errors import ConflictError, WorldError
from kiosk.store import reserve
from kiosk.store.engine import check_sqlite_version
from kiosk.store.keystore import FileKeyStore
from tests.kiosk.store.samples import CLERK, DAY, add_person, add_ticket

CANARY = "CANARY-林样例"


def refused(opener) -> str:
    """Code of the error with which opening fails; it must have a remedy and no traceback of the database."""
    with pytest.raises(WorldError) as caught:
        opener()
    assert caught.value.remedy and caught.value.__cause__ is None
    return caught.value.code


def fill(opener) -> None:
    store = opener()
    with store.write() as work:
        add_ticket(work)
    store.close()


def contents(profile: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in profile.iterdir() if path.name.startswith("hall.db")}


def test_the_file_is_unreadable_without_its_key(sqlite_opener, profile: Path) -> None:
    store = sqlite_opener()
    with store.write() as work:
        person = add_person(work, name=CANARY)
        work.journal.record("visit", person.id, "x", CLERK, {}, subject=person.id, personal={"name": CANARY})
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert {"hall.db", "hall.db-wal", "subject-keys.db"} <= {path.name for path in files}
    assert not [path.name for path in files if CANARY.encode() in path.read_bytes()]
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(profile / "hall.db").execute("SELECT * FROM sqlite_master")


def test_an_erased_person_is_gone_even_for_a_thief_with_the_keys(sqlite_opener, profile: Path) -> None:
    """Crypto-erasure: after the key is destroyed, neither the journal nor the key file gives the payload back."""
    store = sqlite_opener()
    with store.write() as work:
        person = add_person(work)
        work.journal.record("visit", person.id, "x", CLERK, {}, subject=person.id, personal={"name": CANARY})
    key = store.subject_keys.key_for(person.id)
    assert key is not None
    store.subject_keys.destroy(person.id)
    plain = profile.with_name("plain")
    plain.mkdir()
    for name, database in (("hall", store.database), ("subject-keys", store.subject_keys.database)):
        decrypt_to(database, plain / name)
    assert not [path.name for path in plain.iterdir() if CANARY.encode() in path.read_bytes()]
    assert key not in (plain / "subject-keys").read_bytes()
    assert (profile / "subject-keys.db-wal").stat().st_size == 0


def decrypt_to(database, path: Path) -> None:
    """Every page of the database, free ones too, without encryption."""
    raw = database.writer.raw_connection()
    cursor = raw.cursor()
    cursor.execute(f"ATTACH DATABASE '{path}' AS plain KEY ''")
    cursor.execute("SELECT sqlcipher_export('plain')")
    cursor.execute("DETACH DATABASE plain")
    raw.close()


def test_wrong_key(sqlite_opener, profile: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fill(sqlite_opener)
    before = contents(profile)
    FileKeyStore(profile).put("hall", bytes(32))
    assert refused(sqlite_opener) == "wrong_key"
    FileKeyStore(profile).drop("hall")
    assert refused(sqlite_opener) == "wrong_key"
    assert contents(profile) == before and capfd.readouterr() == ("", "")


def test_key_file_readable_by_others(sqlite_opener, profile: Path) -> None:
    fill(sqlite_opener)
    (profile / "keys.json").chmod(0o640)
    assert refused(sqlite_opener) == "key_file_open"


@pytest.mark.parametrize("damage", ["header", "truncated", "other program", "removed"])
def test_a_damaged_file(sqlite_opener, profile: Path, damage: str) -> None:
    fill(sqlite_opener)
    path = profile / "hall.db"
    if damage == "header":
        path.write_bytes(os.urandom(4096) + path.read_bytes()[4096:])
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "other program":
        path.unlink()
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE t (a)")
        connection.close()
    else:
        path.unlink()
    before = contents(profile)
    assert refused(sqlite_opener) == "store_damaged"
    assert contents(profile) == before


def test_a_flipped_bit_is_noticed(sqlite_opener, profile: Path) -> None:
    fill(sqlite_opener)
    path = profile / "hall.db"
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 2000] ^= 1
    path.write_bytes(data)
    with pytest.raises(WorldError) as caught:
        sqlite_opener().last_seq()
    assert caught.value.code == "store_damaged"


def test_an_unusable_folder(first_start, profile: Path) -> None:
    profile.write_text("a file where the folder should be")
    assert refused(first_start) == "store_unreachable"


def test_a_server_that_is_not_there(profile: Path, clock, tmp_path: Path) -> None:
    from kiosk.ports import SystemIds
    from kiosk.store import open_store

    url = f"postgresql+psycopg://nobody@/nothing?host={tmp_path}"
    with pytest.raises(WorldError) as caught:
        open_store(url, profile, FileKeyStore(profile), clock, SystemIds())
    assert caught.value.code == "store_unreachable" and "network" in caught.value.remedy


def test_a_full_disk_changes_nothing_and_gives_the_reserve_up(sqlite_opener, profile: Path) -> None:
    store = sqlite_opener()
    with store.write() as work:
        add_ticket(work)
    assert (profile / "reserve").stat().st_size == reserve.RESERVE_BYTES
    raw = store.database.writer.raw_connection()  # the file may not grow any more: SQLite's own SQLITE_FULL
    raw.cursor().execute("PRAGMA max_page_count = 1")
    raw.close()
    with pytest.raises(WorldError) as caught, store.write() as work:
        for _ in range(200):
            add_ticket(work)
        work.finish()
    assert caught.value.code == "disk_full" and not (profile / "reserve").exists()
    raw = store.database.writer.raw_connection()
    raw.cursor().execute("PRAGMA max_page_count = 100000")
    raw.close()
    with store.write() as work:
        assert add_ticket(work).label == "A002"
    with store.read() as work:
        assert len(work.tickets.open(DAY)) == 2 == work.journal.last_seq()


@pytest.fixture
def small_disk(profile: Path) -> Iterator[Path]:
    """The profile on a file system of 40 MiB of its own."""
    profile.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", profile], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount a small file system")
    yield profile
    subprocess.run(["umount", "--lazy", profile], check=True)


def test_a_really_full_disk(small_disk: Path, first_start) -> None:
    """Fault 10: a clear error before anything is printed, nothing half, and the reserve lets work go on."""
    store = first_start()
    filler = (small_disk / "filler").open("wb", buffering=0)
    with filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))
    printed: list[str] = []
    with pytest.raises(WorldError) as caught:
        while True:
            printed += [store.run(add_ticket).label]
    assert caught.value.code == "disk_full" and not (small_disk / "reserve").exists()
    printed += [store.run(add_ticket).label for _ in range(20)]
    with store.read() as work:
        assert [ticket.label for ticket in work.tickets.open(DAY)] == printed
        assert work.journal.last_seq() == len(printed) and work.journal.verify() is None


def test_files_that_may_not_grow_during_a_shift(sqlite_opener, profile: Path) -> None:
    """The system itself refuses to let the files grow: what was printed is there, nothing is half."""
    fill(sqlite_opener)
    limit = max(path.stat().st_size for path in profile.glob("hall.db*")) + 64 * 1024
    worker = Path(__file__).with_name("worker.py")
    done = subprocess.run(
        [sys.executable, str(worker), "issue", "-", str(profile), "5000"],
        input="go\n", capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert "WorldError" in done.stderr, done.stderr[-2000:]
    printed = done.stdout.split()[1:]
    assert printed
    store = sqlite_opener()
    with store.read() as work:
        assert [t.label for t in work.tickets.open(DAY)] == ["A001", *printed]
        assert work.journal.last_seq() == len(printed) + 1 and work.journal.verify() is None


def test_a_first_start_on_a_full_disk(profile: Path) -> None:
    """Creating the store fails plainly; with room again the next start works."""
    worker = Path(__file__).with_name("worker.py")
    command = [sys.executable, str(worker), "issue", "-", str(profile), "1"]
    full = subprocess.run(
        command, input="go\n", capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )  # fmt: skip
    assert full.returncode != 0 and "WorldError" in full.stderr, full.stderr[-2000:]
    again = subprocess.run(command, input="go\n", capture_output=True, text=True, check=False)
    assert again.stdout.split() == ["ready", "A001"], again.stderr[-2000:]


def test_an_unsafe_library_is_refused() -> None:
    with pytest.raises(WorldError) as caught:
        check_sqlite_version((3, 51, 2))
    assert caught.value.code == "sqlite_unsafe" and "3.51.3" in caught.value.remedy
    check_sqlite_version((3, 51, 3))


def test_a_store_is_not_opened_with_an_unsafe_library(first_start, profile: Path, monkeypatch) -> None:
    import sqlcipher3

    monkeypatch.setattr(sqlcipher3, "sqlite_version_info", (3, 40, 1))
    assert refused(first_start) == "sqlite_unsafe"
    assert not (profile / "hall.db").exists()


def test_a_writer_that_never_ends_is_reported_not_waited_for(sqlite_opener, monkeypatch) -> None:
    monkeypatch.setattr("kiosk.store.engine.BUSY_LIMIT_S", 0.05)
    holder, other = sqlite_opener(), sqlite_opener()
    with holder.write() as work:
        add_ticket(work)
        with pytest.raises(ConflictError) as caught, other.write():
            pass
    assert caught.value.code == "store_busy"
    assert other.run(add_ticket).label == "A002"


def test_eight_writers_and_a_long_reader(sqlite_opener) -> None:
    """Fault 11: nobody sees 'locked', while a screen keeps a snapshot open all the time."""
    stores = [sqlite_opener() for _ in range(4)]
    failures: list[BaseException] = []

    def write(store) -> None:
        try:
            for _ in range(10):
                with store.write() as work:
                    add_ticket(work)
        except BaseException as error:
            failures.append(error)

    with stores[0].read() as snapshot:
        assert snapshot.tickets.open(DAY) == []
        writers = [threading.Thread(target=write, args=(store,)) for store in stores * 2]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert snapshot.tickets.open(DAY) == []
    assert failures == [] and stores[0].last_seq() == 80


def test_pragmas_are_as_promised(sqlite_opener) -> None:
    store = sqlite_opener()
    with store.database.writer.connect() as connection:
        ask = connection.exec_driver_sql
        found = {name: ask(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_reserve_is_not_made_on_a_nearly_full_disk(tmp_path: Path, monkeypatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=reserve.RESERVE_BYTES))
    reserve.keep(tmp_path)
    assert list(tmp_path.iterdir()) == [] and not reserve.release(tmp_path)

"""Backups of the SQLCipher hall store: an encrypted copy under the same key, and taking one back into use.

Owns both directions. Subject keys and face templates are not part of a backup (DECISIONS 16): a person erased after the
backup stays erased in it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import URL

from kiosk.errors import ConflictError, InputError, WorldError
from kiosk.ports import Clock, KeyStore
from kiosk.store import faults
from kiosk.store.encrypted import HALL_FILE, HALL_KEY
from kiosk.store.engine import Database, open_sqlcipher, outside_transactions
from kiosk.store.filelock import exclusive
from kiosk.store.schema_record import ORIGIN


def write_backup(database: Database, path: Path) -> None:
    """A consistent copy at ``path``; see ``Store.backup``. Other processes may write meanwhile."""
    if not database.is_sqlite:
        raise InputError(
            "backup_by_server",
            "A PostgreSQL store is backed up by the database server.",
            "Use pg_basebackup or pg_dump on the server.",
        )
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with outside_transactions(database) as cursor:
            cursor.execute("VACUUM INTO ?", (str(part),))
        check_backup(part, key_of(database.url))
        part.replace(path)
    except OSError as error:
        raise faults.unreachable(path.name, error.strerror or "no access") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def check_backup(path: Path, key: bytes) -> int:
    """Open the copy and check every page and the journal's head; its origin epoch. WorldError when it is no good."""
    if not path.is_file():
        raise faults.unreachable(path.name, "there is no such file")
    database = open_sqlcipher(path, key)
    try:
        with faults.told_plainly(path.name), database.reader.connect() as connection:
            broken = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            if broken or not sound:
                raise faults.damaged(path.name)
            return int(connection.execute(select(ORIGIN.c.epoch)).scalar_one())
    finally:
        database.dispose()


def adopt_backup(backup: Path, profile: Path, keys: KeyStore, clock: Clock) -> int:
    """Take ``backup`` into use as the hall store of ``profile``; returns the new origin epoch.

    Every program on this profile must be closed (WorldError ``store_in_use``). The epoch is raised, so that the centre
    sees a fork instead of duplicates (SYNC fault 13). The replaced file is kept beside, with the time in its name.
    """

    key = keys.get(HALL_KEY)
    if key is None:
        raise faults.wrong_key(backup.name)
    present, incoming = profile / HALL_FILE, profile / (HALL_FILE + ".incoming")
    try:
        with exclusive(present.with_suffix(".lock")):
            epoch = max(check_backup(backup, key), _present_epoch(present, key)) + 1
            shutil.copyfile(backup, incoming)
            _set_epoch(incoming, key, epoch)
            if present.exists():
                present.replace(profile / f"{HALL_FILE}.{clock.now():%Y%m%dT%H%M%SZ}")
            for rest in ("-wal", "-shm"):
                (profile / (HALL_FILE + rest)).unlink(missing_ok=True)
            incoming.replace(present)
    except OSError as error:
        raise faults.unreachable(present.name, error.strerror or "no access") from None
    return epoch


def key_of(url: URL) -> bytes:
    """The raw key inside a SQLCipher URL."""
    return bytes.fromhex(str(url.password)[2:-1])


def _present_epoch(path: Path, key: bytes) -> int:
    """Epoch of the file being replaced, 0 when it is missing or broken. It must not be in use."""
    if not path.exists():
        return 0
    database = open_sqlcipher(path, key)
    try:
        leave_wal(database)
        with faults.told_plainly(path.name), database.reader.connect() as connection:
            return int(connection.execute(select(ORIGIN.c.epoch)).scalar_one())
    except ConflictError:
        raise WorldError(
            "store_in_use",
            f"{path.name} is open in another program.",
            "Close every terminal, desk and wall of this machine, then repeat.",
        ) from None
    except WorldError:
        return 0
    finally:
        database.dispose()


def leave_wal(database: Database) -> None:
    """Fold the WAL into the file, so that the file alone is whole. ConflictError ``store_busy`` while others use it."""
    with outside_transactions(database) as cursor:
        cursor.execute("PRAGMA journal_mode = DELETE")


def _set_epoch(path: Path, key: bytes, epoch: int) -> None:
    database = open_sqlcipher(path, key)
    try:
        with faults.told_plainly(path.name), database.writer.begin() as connection:
            connection.execute(ORIGIN.update().values(epoch=epoch))
        leave_wal(database)
    finally:
        database.dispose()
    with path.open("rb+") as file:
        os.fsync(file.fileno())

"""The hall store: opens the database and hands out units of work.

Owns transactions, retries and faults. Thread-safe; a unit of work belongs to the thread that began it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from kiosk.errors import ConflictError, ReceptionError, RuleError, WorldError
from kiosk.ports import Clock, Ids, KeyStore, SystemClock
from kiosk.store import chain, faults, reserve
from kiosk.store.encrypted import HALL_FILE, HALL_KEY, open_encrypted
from kiosk.store.engine import BUSY_LIMIT_S, Database, open_postgres
from kiosk.store.login import OWNER, Login, Sought, ask_for, login_of
from kiosk.store.rows import Desk
from kiosk.store.schema_record import ORIGIN
from kiosk.store.server_time import ServerTime
from kiosk.store.subject_keys import SubjectKeys
from kiosk.store.turns import Turns
from kiosk.store.upgrade import upgrade
from kiosk.store.work import Work

T = TypeVar("T")
TRIES = 12
"""How often ``run`` repeats a transaction that crossed another one before it gives up."""


class Store:
    """State, events, audit and outbox of one hall."""

    def __init__(self, database: Database, subject_keys: SubjectKeys, profile: Path, clock: Clock, ids: Ids) -> None:
        """Use ``open_store``."""
        self.database = database
        self.subject_keys = subject_keys
        self.profile = profile
        self.clock = clock
        shared = not database.is_sqlite and isinstance(clock, SystemClock)  # not a clock that plays another day
        self._server_time = ServerTime(clock) if shared else None
        self._ids = ids
        self.login = self._who()
        self._writer = threading.Lock()
        self._turns = Turns(profile / HALL_FILE) if database.is_sqlite else None
        self._mine = threading.local()
        self._listeners: list[Callable[[int], None]] = []
        origin = self._plant_origin()
        self.origin_id: UUID = origin[0]
        self.origin_epoch: int = origin[1]

    @contextmanager
    def write(self) -> Iterator[Work]:
        """One transaction: what the body changes, its events, audit rows and outbox rows commit together or not at
        all. ConflictError ``store_busy`` when it crossed another one (nothing happened; ``run`` tries again by itself),
        ``store_conflict`` on a broken uniqueness, WorldError on a fault of disk, file or server.
        """
        seq: int | None = None
        kept: list[Callable[[Work], None]] = []
        try:
            with self._transaction() as work:
                kept = work.desk.kept
                yield work
                seq = work.finish()
        except Exception:
            self._write_kept(kept)
            raise
        if seq is not None:
            for listener in tuple(self._listeners):
                listener(seq)

    def run(self, action: Callable[[Work], T]) -> T:
        """``action`` in a ``write()``, repeated as a whole when it crossed another transaction. Returns its result.
        ConflictError ``store_busy`` when it crossed one each time, or waited too long for a store that is held.

        ``action`` may run several times, so it must do nothing outside the store.
        """
        began = time.monotonic()
        for attempt in range(1, TRIES + 1):
            try:
                with self.write() as work:
                    result = action(work)
                return result
            except ConflictError as error:
                too_long = time.monotonic() - began > BUSY_LIMIT_S
                if error.code != "store_busy" or attempt == TRIES or too_long:
                    raise
                time.sleep(random.uniform(0, 0.004 * attempt))
        raise AssertionError("unreachable")

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent snapshot; writing through it raises RuntimeError."""
        with self._faults(), self.database.reader.connect() as connection, connection.begin():
            yield Work(self._desk(connection, writable=False), self.subject_keys)

    def seek(self, sought: Sought, *values: object) -> None:
        """Ask the database for one person, appeal, booking or account, which leaves a trace there (docs/adr/0018).

        A terminal that may not see them all sees this one in the units of work that follow, for half an hour. Nothing
        happens where everything may be seen. RuleError ``sought_too_often``.
        """
        if self.login.must_ask(sought):
            with self._transaction() as work:
                allowed = ask_for(work.desk.connection, sought, values)
            if not allowed:
                raise RuleError("sought_too_often", "This terminal looked up too many people.", "Wait a minute.")

    def last_seq(self) -> int:
        """Sequence number of the newest committed event."""
        with self.read() as work:
            return work.journal.last_seq()

    def backup(self, path: Path) -> None:
        """Write an encrypted copy to ``path``, opened and checked before it gets that name; the store stays in use.

        InputError ``backup_by_server`` on PostgreSQL (its own tools do that), WorldError on faults of the disk.
        """
        from kiosk.store.backup import write_backup

        write_backup(self.database, path)

    def on_commit(self, callback: Callable[[int], None]) -> None:
        """Call ``callback(seq)`` after each own commit that recorded an event, on the thread that committed.

        It must be quick and must not raise: the commit has happened.
        """
        self._listeners.append(callback)

    def close(self) -> None:
        """Close every connection. Units of work still running fail."""
        self.database.dispose()
        self.subject_keys.close()

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        if getattr(self._mine, "writing", False):
            raise RuntimeError("write() inside write(): pass the Work on instead")
        with self._alone(), self._faults():
            self._mine.writing = True
            try:
                with self.database.writer.begin() as connection:
                    yield Work(self._desk(connection, writable=True), self.subject_keys)
            finally:
                self._mine.writing = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """SQLite has one writer: threads of this process queue here, processes in ``Turns``, instead of polling."""
        if self._turns is None:
            yield
        elif not self._writer.acquire(timeout=BUSY_LIMIT_S):
            raise faults.busy()
        else:
            try:
                with self._turns.turn():
                    yield
            finally:
                self._writer.release()

    def _desk(self, connection: Connection, writable: bool) -> Desk:
        now = self._server_time.now(connection) if self._server_time else self.clock.now()
        return Desk(connection, now, self._ids.new, writable, self.login)

    def _write_kept(self, kept: list[Callable[[Work], None]]) -> None:
        """What must stay although the unit of work failed: counts of wrong passwords, refused attempts."""
        if not kept:
            return
        with suppress(ReceptionError), self._transaction() as work:
            work.desk.kept = kept
            work.finish()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with faults.told_plainly(self.database.place):
                yield
        except WorldError as fault:
            if fault.code == "disk_full":
                reserve.release(self.profile)
            raise

    def _who(self) -> Login:
        if self.database.is_sqlite:
            return OWNER
        with self._faults(), self.database.reader.connect() as connection:
            return login_of(connection)

    def _plant_origin(self) -> tuple[UUID, int]:
        """Id and epoch of this installation; made at the first start."""
        with self._faults():
            with self.database.reader.connect() as connection:
                row = connection.execute(select(ORIGIN.c.id, ORIGIN.c.epoch)).first()
            if row is None:
                with self.database.writer.begin() as connection:
                    row = connection.execute(select(ORIGIN.c.id, ORIGIN.c.epoch)).first()
                    if row is None:
                        connection.execute(ORIGIN.insert(), {**_NEW_ORIGIN, "id": self._ids.new()})
                        row = connection.execute(select(ORIGIN.c.id, ORIGIN.c.epoch)).one()
        return row[0], row[1]


_NEW_ORIGIN = {
    "epoch": 1,
    "last_seq": 0,
    "last_hash": chain.START,
    "audit_seq": 0,
    "audit_hash": chain.START,
    "clock_quality": "unknown",
}


def open_store(
    url: str | None,
    profile: Path,
    keys: KeyStore,
    clock: Clock,
    ids: Ids,
    subject_keys_url: str | None = None,
) -> Store:
    """Open the hall store, creating or upgrading it.

    ``url`` None: the encrypted file ``hall.db`` in ``profile``; else a ``postgresql+psycopg://`` address. Subject keys
    lie in ``subject-keys.db`` in ``profile``, or at ``subject_keys_url``, which every machine of a hall must share.
    Blocks (call it off the GUI thread). Raises WorldError: ``wrong_key``, ``store_damaged``, ``store_newer``,
    ``disk_full``, ``store_unreachable``, ``sqlite_unsafe``, and those of the key store.
    """
    opened: list[Database] = []
    try:
        profile.mkdir(parents=True, exist_ok=True)
        reserve.keep(profile)
        opened.append(open_postgres(url) if url else open_encrypted(profile / HALL_FILE, keys, HALL_KEY))
        with faults.told_plainly(opened[0].place):
            upgrade(opened[0].writer, opened[0].place)
        opened.append(
            open_postgres(subject_keys_url)
            if subject_keys_url
            else open_encrypted(profile / "subject-keys.db", keys, "subject-keys")
        )
        return Store(opened[0], SubjectKeys(opened[1], clock), profile, clock, ids)
    except (ReceptionError, OSError) as error:
        for database in opened:
            database.dispose()
        if isinstance(error, OSError):
            raise faults.unreachable(profile.name, error.strerror or "no access") from None
        if error.code == "disk_full":
            reserve.release(profile)
        raise

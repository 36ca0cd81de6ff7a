"""Connections to the database: SQLCipher file or PostgreSQL, one reading and one writing SQLAlchemy engine each.

Owns pragmas, isolation and the version gate. Must not know tables. Engines are thread-safe.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from kiosk.errors import InputError, WorldError
from kiosk.store import faults

SQLITE_FIRST_SAFE = (3, 51, 3)
"""3.7.0 to 3.51.2 can corrupt a WAL on reset when two connections are open (SYNC 1.3, fault 12)."""

BUSY_LIMIT_S = 10.0
_SETTLE_MS = 5000
_PATIENCE = {
    "connect_timeout": "5",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
}
"""A cut network says nothing: without these a terminal would wait a quarter of an hour before it goes on without."""
_QUIET = "cipher_log_level = NONE"
"""SQLCipher writes to stderr by itself; what happened is said once, by ``faults``."""


@dataclass(frozen=True, slots=True)
class Database:
    """A reading and a writing engine on the same data. ``place`` names it for people, without credentials."""

    reader: Engine
    writer: Engine
    place: str
    url: URL

    @property
    def is_sqlite(self) -> bool:
        return self.reader.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.reader.dispose()
        self.writer.dispose()


def check_sqlite_version(version: tuple[int, ...]) -> None:
    """Raises WorldError ``sqlite_unsafe`` for a library that can corrupt the file."""
    if version < SQLITE_FIRST_SAFE:
        found, needed = (".".join(map(str, v)) for v in (version, SQLITE_FIRST_SAFE))
        raise WorldError(
            "sqlite_unsafe",
            f"The SQLite library {found} can corrupt a store used by several processes (WAL reset bug).",
            f"Install a library with SQLite {needed} or newer; the wheels in requirements/ carry one.",
            found=found,
            needed=needed,
        )


def sqlite_version() -> str:
    """Version of the SQLite inside the encrypted build. Raises WorldError ``sqlite_unsafe`` for an unsafe one."""
    import sqlcipher3

    check_sqlite_version(tuple(sqlcipher3.sqlite_version_info))
    return str(sqlcipher3.sqlite_version)


def open_sqlcipher(path: Path, key: bytes, pool: int = 5) -> Database:
    """Engines on the encrypted file at ``path`` (created when missing). ``key``: 32 raw bytes. Connects lazily."""
    import sqlcipher3

    check_sqlite_version(tuple(sqlcipher3.sqlite_version_info))
    url = URL.create("sqlite+pysqlcipher", password=f"x'{key.hex()}'", database=str(path))
    # The dialect sends PRAGMA key as the connection's first statement; raw keys skip derivation (DECISIONS 29).
    common: dict[str, Any] = {
        "poolclass": QueuePool,
        "connect_args": {"check_same_thread": False, "timeout": _SETTLE_MS / 1000, "isolation_level": None},
        "hide_parameters": True,
    }
    reader = create_engine(url, pool_size=pool, max_overflow=10, **common)
    writer = create_engine(url, pool_size=1, max_overflow=0, **common)
    event.listen(reader, "connect", _prepare_reader)
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "begin", _begin_read)
    event.listen(writer, "begin", _begin_write)
    return Database(reader, writer, path.name, url)


def open_postgres(address: str, pool: int = 5) -> Database:
    """Engines on a PostgreSQL database; ``address`` is a ``postgresql+psycopg://`` URL. Connects lazily."""
    url = make_url(address)
    if url.drivername != "postgresql+psycopg":
        raise InputError(
            "store_url", "The store address must begin with postgresql+psycopg://.", "Correct it in the settings."
        )
    url = url.update_query_dict({name: value for name, value in _PATIENCE.items() if name not in url.query})
    common: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True, "pool_size": pool}
    reader = create_engine(
        url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True}, **common
    )
    writer = create_engine(url, isolation_level="READ COMMITTED", **common)
    return Database(reader, writer, f"database {url.database} on {url.host or 'this machine'}", url)


def _pragmas(raw: Any, *statements: str) -> None:
    cursor = raw.cursor()
    for statement in statements:
        cursor.execute(f"PRAGMA {statement}")
    cursor.close()


def _prepare_writer(raw: Any, _record: object) -> None:
    _pragmas(
        raw,
        _QUIET,
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "busy_timeout = 0",  # BEGIN IMMEDIATE has its own fairer waiting in _begin_write
    )


def _prepare_reader(raw: Any, _record: object) -> None:
    _pragmas(
        raw, _QUIET, "synchronous = FULL", "temp_store = MEMORY", "query_only = ON", f"busy_timeout = {_SETTLE_MS}"
    )


def _begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_write(connection: Connection) -> None:
    """BEGIN IMMEDIATE with short jittered waits: SQLite's own back-off starves one of eight writers for a second."""
    began = time.monotonic()
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except Exception as error:
            waited = time.monotonic() - began
            if not faults.is_busy(error) or waited > BUSY_LIMIT_S:
                raise
            # Who has waited longer looks more often, so that nobody starves while others come and go.
            time.sleep(random.uniform(0.0002, max(0.0004, 0.004 - waited / 20)))
        else:
            return


@contextmanager
def outside_transactions(database: Database) -> Iterator[Any]:
    """A cursor of the writing connection without BEGIN, for what SQLite refuses inside a transaction."""
    with faults.told_plainly(database.place):
        raw = database.writer.raw_connection()
        try:
            yield raw.cursor()
        except database.writer.dialect.loaded_dbapi.Error as error:
            raise faults.translate(error, database.place) from None
        finally:
            raw.close()


def scrub(database: Database, table: Table) -> None:
    """Make deleted or overwritten values of ``table`` disappear from the files.

    SQLite overwrites freed bytes (``secure_delete``) and the WAL is emptied; PostgreSQL drops dead rows, its WAL
    segments are recycled by the server.
    """
    if database.is_sqlite:
        with outside_transactions(database) as cursor:
            for pragma in (f"busy_timeout = {_SETTLE_MS}", "wal_checkpoint(TRUNCATE)", "busy_timeout = 0"):
                cursor.execute(f"PRAGMA {pragma}")
    else:
        with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {table.name}")

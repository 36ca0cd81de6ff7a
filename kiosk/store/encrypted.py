"""Opens an encrypted file of this installation with its key, or says plainly why it does not open.

Owns the pairing of a file with its key. A key is made only together with a new file; an existing file whose key is
missing or wrong is never touched.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kiosk.ports import KeyStore
from kiosk.store import faults
from kiosk.store.engine import Database, open_sqlcipher
from kiosk.store.filelock import exclusive
from kiosk.store.sealing import KEY_BYTES

_PLAIN_HEADER = b"SQLite format 3\0"

HALL_FILE = "hall.db"
HALL_KEY = "hall"
"""The hall store's file in the profile, and the name of its key."""


def open_encrypted(path: Path, keys: KeyStore, key_name: str) -> Database:
    """The database in the file at ``path``; file and key are created on first use.

    WorldError: ``wrong_key``, ``store_damaged``, ``store_unreachable``, ``disk_full``, ``sqlite_unsafe``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(path.with_suffix(".lock")):
            key = _key(path, keys, key_name)
            database = open_sqlcipher(path, key)
            _probe(database, path, key)
            _check_file(path).write_bytes(_check_value(key))
    except OSError as error:
        raise faults.unreachable(path.name, error.strerror or "no access") from None
    return database


def _key(path: Path, keys: KeyStore, key_name: str) -> bytes:
    key = keys.get(key_name)
    there = path.exists() and path.stat().st_size > 0
    if there and key is None:
        raise faults.damaged(path.name) if _is_plain(path) else faults.wrong_key(path.name)
    if not there and _check_file(path).exists():
        raise faults.damaged(path.name)
    if key is None:
        key = os.urandom(KEY_BYTES)
        keys.put(key_name, key)
    return key


def _probe(database: Database, path: Path, key: bytes) -> None:
    """Read one page; a fresh file becomes a WAL database here."""
    try:
        with database.writer.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except SQLAlchemyError as error:
        database.dispose()
        if _is_not_a_database(error) and (_is_plain(path) or _key_fits(path, key)):
            raise faults.damaged(path.name) from None
        raise faults.translate(error, path.name) from None


def _is_not_a_database(error: SQLAlchemyError) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlite_errorname", "") == "SQLITE_NOTADB"


def _is_plain(path: Path) -> bool:
    """True for somebody else's unencrypted database. Asked only when the file is not open here: closing a file drops
    every POSIX lock this process holds on it, SQLite's too."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


def _key_fits(path: Path, key: bytes) -> bool:
    """True when this key has opened this file before: then it is the file that is broken."""
    try:
        return hmac.compare_digest(_check_file(path).read_bytes(), _check_value(key))
    except OSError:
        return False


def _check_file(path: Path) -> Path:
    return path.with_suffix(".check")


def _check_value(key: bytes) -> bytes:
    return hmac.digest(key, b"this key opened the file", hashlib.sha256)

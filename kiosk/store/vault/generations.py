"""Generations of the vault: which files and keys are in use, and the end of those that are not.

A re-keyed vault is a new generation beside the old one; writing its number into ``vault/generation`` is the one step
that takes it into use. Before that step the old generation is whole, after it the new one; every other generation is
rubbish, its keys are dropped first and its files after. Safe between processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import select

from kiosk.ports import KeyStore
from kiosk.store import faults
from kiosk.store.encrypted import open_encrypted
from kiosk.store.engine import scrub
from kiosk.store.filelock import attempt, exclusive
from kiosk.store.sealing import KEY_BYTES
from kiosk.store.vault.tables import KEYS, PERSON_KEY, TEMPLATE, TEMPLATES

_STEMS = ("vault", "person-keys")
_ENDINGS = (".db", ".db-wal", ".db-shm", ".check", ".lock")
_POINTER = "generation"


def exists(profile: Path) -> bool:
    """Whether this installation has a vault. Opens nothing."""
    return _file(profile, current(profile)).exists()


def current(profile: Path) -> int:
    """Number of the generation in use. WorldError ``store_damaged`` when the pointer cannot be read."""
    try:
        return int((profile / "vault" / _POINTER).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    except ValueError:
        raise faults.damaged(f"vault/{_POINTER}") from None
    except OSError as error:
        raise faults.unreachable(f"vault/{_POINTER}", error.strerror or "no access") from None


def switch(profile: Path, generation: int) -> None:
    """Take ``generation`` into use: on disk entirely, or not at all."""
    pointer = profile / "vault" / _POINTER
    fresh = pointer.with_suffix(".new")
    with fresh.open("w", encoding="ascii") as file:
        file.write(str(generation))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)
    _settle(pointer.parent)


@contextmanager
def alone(profile: Path) -> Iterator[None]:
    """Nobody else, in this process or another, reads or changes the vault during the body."""
    with _lock(profile, "in-use.lock"):
        yield


@contextmanager
def building(profile: Path) -> Iterator[bool]:
    """The right to make or remove generations that are not in use; False while somebody else has it."""
    with ExitStack() as stack:
        try:
            held = stack.enter_context(attempt(_folder(profile, 0) / "building.lock"))
        except OSError as error:
            raise faults.unreachable("vault", error.strerror or "no access") from None
        yield held


def others(profile: Path) -> list[int]:
    """Generations on the disk that are not in use."""
    numbers = [int(path.name) for path in _folder(profile, 0).glob("[0-9]*") if path.name.isdigit()]
    return [number for number in {0, *numbers} - {current(profile)} if _remains(profile, number)]


def destroy(profile: Path, keys: KeyStore, generation: int) -> None:
    """Make a generation unreadable for ever, then remove its files. A file still open elsewhere goes another time."""
    for name in (*key_names(generation), _secret_name(generation)):
        keys.drop(name)
    folder = _folder(profile, generation)
    for path in _remains(profile, generation):
        with suppress(OSError):
            path.unlink()
    if generation:
        with suppress(OSError):
            folder.rmdir()


class Room:
    """The two open files and the secret of one generation. Used under ``alone`` unless nobody knows it yet."""

    def __init__(self, profile: Path, keys: KeyStore, generation: int) -> None:
        """Open or create. WorldError: as ``open_encrypted``, and when file and secret do not belong together."""
        self.profile = profile
        self.generation = generation
        if not _file(profile, generation).exists() and generation == current(profile) and others(profile):
            raise faults.damaged(f"vault/{_POINTER}")
        folder, (first, second) = _folder(profile, generation), key_names(generation)
        self.templates = open_encrypted(folder / "vault.db", keys, first)
        try:
            self.persons = open_encrypted(folder / "person-keys.db", keys, second)
        except Exception:
            self.templates.dispose()
            raise
        try:
            for database, metadata in ((self.templates, TEMPLATES), (self.persons, KEYS)):
                with faults.told_plainly(database.place), database.writer.begin() as connection:
                    metadata.create_all(connection)
            self.secret = self._secret(keys)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Close both files."""
        self.templates.dispose()
        self.persons.dispose()

    def settle(self) -> None:
        """Everything is in the two files, and they are on the disk; then close."""
        scrub(self.templates, TEMPLATE)
        scrub(self.persons, PERSON_KEY)
        self.close()
        folder = _folder(self.profile, self.generation)
        for stem in _STEMS:
            with (folder / f"{stem}.db").open("rb+") as file:
                os.fsync(file.fileno())
        _settle(folder)

    def _secret(self, keys: KeyStore) -> bytes:
        """Made with the vault; a vault with templates and without its secret must not get another one."""
        name = _secret_name(self.generation)
        secret = keys.get(name)
        if secret is None:
            with faults.told_plainly(self.templates.place), self.templates.reader.connect() as connection:
                if connection.execute(select(TEMPLATE.c.id).limit(1)).first() is not None:
                    raise faults.wrong_key("vault")
            secret = os.urandom(KEY_BYTES)
            keys.put(name, secret)
        return secret


def key_names(generation: int) -> tuple[str, str]:
    """Names in the key store of the keys of vault.db and person-keys.db."""
    ending = f".{generation}" if generation else ""
    return f"vault{ending}", f"vault-persons{ending}"


def _secret_name(generation: int) -> str:
    return f"vault-rotation.{generation}" if generation else "vault-rotation"


def _folder(profile: Path, generation: int) -> Path:
    return profile / "vault" / str(generation) if generation else profile / "vault"


def _file(profile: Path, generation: int) -> Path:
    return _folder(profile, generation) / "vault.db"


def _remains(profile: Path, generation: int) -> list[Path]:
    paths = [_folder(profile, generation) / (stem + ending) for stem in _STEMS for ending in _ENDINGS]
    return [path for path in paths if path.exists()]


@contextmanager
def _lock(profile: Path, name: str) -> Iterator[None]:
    folder = _folder(profile, 0)
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(exclusive(folder / name))
        except OSError as error:
            raise faults.unreachable("vault", error.strerror or "no access") from None
        yield


def _settle(folder: Path) -> None:
    """Names of files survive a power cut too, where the system can promise that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

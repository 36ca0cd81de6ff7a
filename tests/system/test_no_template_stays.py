"""After a withdrawal no byte of the template is anywhere: files, free pages, journals, backups, process memory (A7).

Every scan first finds the template where it must be while the person is enrolled; a scan that finds nothing proves
nothing otherwise.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import Table, select

from kiosk.store.engine import open_sqlcipher
from kiosk.store.keystore import FileKeyStore
from kiosk.store.sealing import UnreadableError, decrypt
from kiosk.store.vault import PERSON_KEY, TEMPLATE
from kiosk.store.vault.rotation import rotate, rotation
from kiosk.store.vault.tables import bound_to
from recognition.vectors import fused
from tests.system.withdrawing import DIM, MODELS

ROOT = Path(__file__).resolve().parents[2]
PAGE, RESERVED, SALT, IV = 4096, 80, 16, 16
WAL_HEAD, FRAME_HEAD = 32, 24
CHUNK = 1 << 24
WINDOW = 16

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@dataclass
class Person:
    """Somebody's vectors, and every form in which the product may have held them."""

    views: np.ndarray
    probe: np.ndarray

    def forms(self, matrix: np.ndarray) -> dict[str, np.ndarray]:
        turned = rotate(self.views, matrix)
        return {
            "view": self.views,
            "rotated view": turned,
            "template": fused(turned)[None],
            "mean": np.mean(turned, axis=0)[None],
            "plain template": fused(self.views)[None],
            "probe": self.probe[None],
            "rotated probe": rotate(self.probe[None], matrix),
        }


def needles(forms: dict[str, np.ndarray]) -> dict[bytes, str]:
    """Four numbers in a row, from two places of each vector."""
    return {
        row[start : start + WINDOW // 4].tobytes(): name
        for name, rows in forms.items()
        for row in np.ascontiguousarray(rows, np.float32)
        for start in (20, 100)
    }


def memory_of(pid: int) -> Iterator[bytes]:
    """Everything readable and writable of a process, in overlapping pieces."""
    with Path(f"/proc/{pid}/maps").open() as maps:
        spans = [tuple(int(end, 16) for end in line.split()[0].split("-")) for line in maps if " rw" in line]
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in spans:
            for place in range(start, end, CHUNK):
                try:
                    memory.seek(place)
                    yield memory.read(min(CHUNK + WINDOW, end - place))
                except (OSError, ValueError, OverflowError):
                    break


def found(pieces: Iterator[bytes], wanted: dict[bytes, str]) -> set[str]:
    return {name for piece in pieces if piece.strip(b"\0") for needle, name in wanted.items() if needle in piece}


def pages(path: Path, key: bytes) -> bytes:
    """Everything in an SQLCipher file and its WAL, free and superseded pages too, with the raw key."""
    data, wal = path.read_bytes(), path.with_name(path.name + "-wal")
    stored = [(start == 0, data[start : start + PAGE]) for start in range(0, len(data), PAGE)]
    log = wal.read_bytes() if wal.exists() else b""
    for start in range(WAL_HEAD, len(log), FRAME_HEAD + PAGE):
        frame = log[start : start + FRAME_HEAD + PAGE]
        stored.append((frame[:4] == b"\0\0\0\1", frame[FRAME_HEAD:]))
    return b"".join(_opened(page, SALT if first else 0, key) for first, page in stored)


def _opened(page: bytes, start: int, key: bytes) -> bytes:
    body, tail = page[start : PAGE - RESERVED], page[PAGE - RESERVED :]
    cipher = Cipher(algorithms.AES(key), modes.CBC(tail[:IV])).decryptor()
    return cipher.update(body) + cipher.finalize()


@dataclass
class Enrolled:
    """The process, and what its files are opened with."""

    folder: Path
    process: subprocess.Popen[str]

    @property
    def profile(self) -> Path:
        return self.folder / "profile"

    @property
    def keys(self) -> FileKeyStore:
        return FileKeyStore(self.profile)

    def say(self, word: str) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer == "done\n", self.process.stderr.read() if self.process.stderr else answer

    def key(self, name: str) -> bytes:
        key = self.keys.get(name)
        assert key is not None
        return key

    def in_memory(self, wanted: dict[bytes, str]) -> set[str]:
        return found(memory_of(self.process.pid), wanted)

    def in_files(self, wanted: dict[bytes, str]) -> set[str]:
        """In every file as it lies there, and in every page of every database."""
        stored = {"hall.db": "hall", "backup.db": "hall", "subject-keys.db": "subject-keys", "vault.db": "vault",
                  "person-keys.db": "vault-persons"}  # fmt: skip
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".npy"]
        opened = [pages(path, self.key(stored[path.name])) for path in files if path.name in stored]
        assert len(opened) == len(stored)
        return found(iter([*(path.read_bytes() for path in files), *opened]), wanted)


def start(folder: Path) -> Enrolled:
    command = [sys.executable, "-m", "tests.system.withdrawing", str(folder)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    return Enrolled(folder, process)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[tuple[Enrolled, Person]]:
    """A process, and somebody whose face nobody ever had."""
    drawn = np.random.default_rng(int.from_bytes(os.urandom(8), "big")).normal(size=(4, DIM)) * 0.4
    drawn += np.random.default_rng(5).normal(size=DIM)
    rows = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    mask = np.frombuffer(os.urandom(rows.nbytes), np.uint32).reshape(rows.shape)
    np.save(tmp_path / "mask.npy", mask)
    np.save(tmp_path / "masked.npy", rows.view(np.uint32) ^ mask)
    enrolled = start(tmp_path)
    yield enrolled, Person(rows[:-1], rows[-1])
    end(enrolled)


def end(enrolled: Enrolled) -> None:
    assert enrolled.process.stdin is not None and enrolled.process.stdout is not None
    enrolled.process.stdin.close()
    enrolled.process.wait(30)
    enrolled.process.stdout.close()
    assert enrolled.process.stderr is not None
    enrolled.process.stderr.close()


def rows_of(path: Path, key: bytes, table: Table) -> list[Any]:
    database = open_sqlcipher(path, key)
    with database.reader.connect() as connection:
        rows = list(connection.execute(select(table)).all())
    database.dispose()
    return rows


def opens(row: Any, keys: Iterable[bytes]) -> bool:
    """Whether any of the keys opens the row of a backup."""
    for key in keys:
        with suppress(UnreadableError):
            decrypt(key, row.box, bound_to(row))
            return True
    return False


def keys_left(enrolled: Enrolled) -> set[bytes]:
    """Every secret of the key store, and every 32 bytes of the file with the keys of persons, free pages too."""
    text = json.loads((enrolled.profile / "keys.json").read_text())
    data = pages(enrolled.profile / "vault" / "person-keys.db", enrolled.key("vault-persons"))
    windows = {data[place : place + 32] for place in range(len(data) - 31)}
    return {key for key in map(base64.b64decode, text.values()) if len(key) == 32} | windows


def forms_of(enrolled: Enrolled, person: Person) -> dict[bytes, str]:
    return needles(person.forms(rotation(enrolled.key("vault-rotation"), MODELS, DIM)))


def must_find(enrolled: Enrolled, wanted: dict[bytes, str]) -> None:
    """The template is in memory while the person is enrolled; the views of the enrolment are not any more."""
    try:
        assert enrolled.in_memory(wanted) == {"template", "probe"}
    except PermissionError:
        pytest.skip("this system does not let a process read its child's memory")


def test_nothing_is_left_of_somebody_who_withdrew(canary: tuple[Enrolled, Person]) -> None:
    enrolled, person = canary
    enrolled.say("enrol")
    wanted = forms_of(enrolled, person)
    must_find(enrolled, wanted)
    vault, persons = (enrolled.profile / "vault" / name for name in ("vault.db", "person-keys.db"))
    (row,) = rows_of(vault, enrolled.key("vault"), TEMPLATE)
    (owner,) = rows_of(persons, enrolled.key("vault-persons"), PERSON_KEY)
    stored = {row.box[20:36]: "stored row", owner.key[:16]: "key"}
    assert enrolled.in_files(stored) == {"stored row", "key"}
    assert opens(row, keys_left(enrolled))
    enrolled.say("search")
    enrolled.say("withdraw")
    assert enrolled.in_memory(wanted) == set()
    assert enrolled.in_files(wanted | stored) == set()
    assert not opens(row, keys_left(enrolled))


@pytest.mark.slow
def test_nothing_is_left_of_a_real_face(tmp_path: Path, faces_dir: Path) -> None:
    """The same with the default engine, whose network and image code hold memory of their own."""
    pictures = [faces_dir / "london" / "001" / f"{mood}.jpg" for mood in ("neutral", "smiling", "neutral")]
    (tmp_path / "pictures").write_text("\n".join(map(str, pictures)))
    mask = np.frombuffer(os.urandom(3 * DIM * 4), np.uint32).reshape(3, DIM)
    np.save(tmp_path / "mask.npy", mask)
    enrolled = start(tmp_path)
    try:
        enrolled.say("enrol")
        rows = (np.load(tmp_path / "masked.npy") ^ mask).view(np.float32)
        wanted = forms_of(enrolled, Person(rows[:-1], rows[-1]))
        must_find(enrolled, wanted)
        enrolled.say("search")
        enrolled.say("withdraw")
        assert enrolled.in_memory(wanted) == set()
        assert enrolled.in_files(wanted) == set()
    finally:
        end(enrolled)

"""The vault: face templates of this device, in a file of its own, never in the hall store and never in sync.

Owns encryption, rotation, expiry and deletion of templates. Never holds a name. Opened only while the face module is
active (DECISIONS 3). Two files, two keys: ``vault.db`` has ciphertexts under random ids, ``person-keys.db`` says whose
they are and holds the key of each person; stealing one gives nothing. Thread-safe.

What is stored is the template after a secret rotation of this installation (PRIVACY A26): cosines are kept, and the
same face enrolled elsewhere cannot be linked. The rotation alone is not irreversible if its secret leaks.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, LargeBinary, MetaData, Table, Text, delete, func, insert, select, true
from sqlalchemy import UniqueConstraint as Unique

from kiosk.ports import Clock, KeyStore
from kiosk.store.columns import Id, Utc, column
from kiosk.store.encrypted import open_encrypted
from kiosk.store.engine import scrub
from kiosk.store.faults import told_plainly
from kiosk.store.sealing import KEY_BYTES, UnreadableError, decrypt, encrypt

Vectors = NDArray[np.float32]

_TEMPLATES = MetaData()
TEMPLATE = Table(
    "template",
    _TEMPLATES,
    column("id", Id, "D8", primary_key=True),
    column("key_id", Id, "D8"),
    column("consent_id", Id, "D8"),
    column("engine", Text, "D0"),
    column("dim", Integer, "D0"),
    column("expires_at", Utc, "D8"),
    column("box", LargeBinary, "D8"),
    Unique("key_id", "engine"),
)
_KEYS = MetaData()
PERSON_KEY = Table(
    "person_key",
    _KEYS,
    column("id", Id, "D8", primary_key=True),
    column("person_id", Id, "D8", unique=True),
    column("key", LargeBinary, "D8"),
)
_ROTATION = "vault-rotation"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a deletion, for the person and the audit: how many template rows went, and when."""

    person_id: UUID
    rows: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Opened:
    row_id: UUID
    person_id: UUID
    dim: int
    plain: bytes


class Vault:
    """Templates by person and engine."""

    def __init__(self, profile: Path, keys: KeyStore, clock: Clock) -> None:
        """Open or create. WorldError: as ``open_store``."""
        self._clock = clock
        self._keys = keys
        self._rotations: dict[tuple[str, int], Vectors] = {}
        self._lock = threading.Lock()
        self._templates = open_encrypted(profile / "vault" / "vault.db", keys, "vault")
        self._persons = open_encrypted(profile / "vault" / "person-keys.db", keys, "vault-persons")
        for database, metadata in ((self._templates, _TEMPLATES), (self._persons, _KEYS)):
            with told_plainly(database.place), database.writer.begin() as connection:
                metadata.create_all(connection)

    def rotation(self, engine: str, dim: int) -> Vectors:
        """Secret orthogonal matrix, float32 (dim, dim), of this installation and engine: rotate rows by ``v @ r``.

        Deterministic from a secret, by arithmetic that no library version changes: SHAKE-256, Box-Muller, QR.
        """
        with self._lock:
            if (engine, dim) not in self._rotations:
                self._rotations[engine, dim] = _orthogonal(self._secret() + f"/{engine}/{dim}".encode(), dim)
            return self._rotations[engine, dim]

    def put(self, person_id: UUID, consent_id: UUID, engine: str, vectors: Vectors, expires_at: datetime) -> None:
        """Store a person's templates for ``engine``, replacing earlier ones. ``vectors``: float32 (n, dim), unit rows.

        ValueError for another shape or length. The consent and enrolment rows must exist before (DECISIONS 4).
        """
        if vectors.ndim != 2 or not len(vectors) or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ValueError("templates must be unit rows of shape (n, dim)")
        dim = vectors.shape[1]
        key_id, key = self._person_key(person_id)
        row_id = uuid4()
        plain = np.ascontiguousarray(vectors @ self.rotation(engine, dim), dtype="<f4").tobytes()
        row = {
            "id": row_id,
            "key_id": key_id,
            "consent_id": consent_id,
            "engine": engine,
            "dim": dim,
            "expires_at": expires_at,
            "box": encrypt(key, plain, _bound_to(row_id, engine)),
        }
        with told_plainly(self._templates.place), self._templates.writer.begin() as connection:
            connection.execute(delete(TEMPLATE).where(TEMPLATE.c.key_id == key_id, TEMPLATE.c.engine == engine))
            connection.execute(insert(TEMPLATE), row)

    def load(self, engine: str) -> list[tuple[UUID, Vectors]]:
        """(person, rotated templates float32 (n, dim)) of everybody with an unexpired template for ``engine``.

        A row that does not open (changed, or its key is gone) matches nobody; ``verify`` removes it.
        """
        valid = (TEMPLATE.c.engine == engine) & (TEMPLATE.c.expires_at > self._clock.now())
        return [
            (opened.person_id, np.frombuffer(opened.plain, dtype="<f4").reshape(-1, opened.dim))
            for opened in self._open_rows(valid)
        ]

    def drop(self, person_id: UUID) -> Receipt:
        """Delete a person's templates and key so that no byte of them stays in the files."""
        with told_plainly(self._persons.place):
            with self._persons.writer.begin() as connection:
                mine = select(PERSON_KEY.c.id).where(PERSON_KEY.c.person_id == person_id)
                key_ids = connection.execute(mine).scalars().all()
                connection.execute(delete(PERSON_KEY).where(PERSON_KEY.c.person_id == person_id))
            scrub(self._persons, PERSON_KEY)
        rows = self._delete(TEMPLATE.c.key_id.in_(key_ids))
        return Receipt(person_id, rows, self._clock.now())

    def count(self) -> int:
        """Number of people with templates."""
        with told_plainly(self._templates.place), self._templates.reader.connect() as connection:
            return int(connection.execute(select(func.count(func.distinct(TEMPLATE.c.key_id)))).scalar_one())

    def purge(self, now: datetime) -> int:
        """Delete what expired by ``now``; returns the number of rows."""
        rows = self._delete(TEMPLATE.c.expires_at <= now)
        self._drop_idle_keys()
        return rows

    def verify(self, known_consent_ids: Collection[UUID]) -> int:
        """Delete rows whose consent is unknown, whose key is gone or whose content was changed; how many."""
        readable = [opened.row_id for opened in self._open_rows(true())]
        rows = self._delete(TEMPLATE.c.consent_id.not_in(list(known_consent_ids)) | TEMPLATE.c.id.not_in(readable))
        self._drop_idle_keys()
        return rows

    def close(self) -> None:
        """Close both files."""
        self._templates.dispose()
        self._persons.dispose()

    def _open_rows(self, which: ColumnElement[bool]) -> Iterator[_Opened]:
        """The rows that fit and can be decrypted."""
        with told_plainly(self._persons.place), self._persons.reader.connect() as connection:
            persons = {row.id: row for row in connection.execute(select(PERSON_KEY))}
        with told_plainly(self._templates.place), self._templates.reader.connect() as connection:
            rows = connection.execute(select(TEMPLATE).where(which)).all()
        for row in rows:
            person = persons.get(row.key_id)
            with suppress(UnreadableError):
                if person is not None:
                    plain = decrypt(person.key, row.box, _bound_to(row.id, row.engine))
                    yield _Opened(row.id, person.person_id, row.dim, plain)

    def _delete(self, which: ColumnElement[bool]) -> int:
        with told_plainly(self._templates.place):
            with self._templates.writer.begin() as connection:
                rows = connection.execute(delete(TEMPLATE).where(which)).rowcount
            scrub(self._templates, TEMPLATE)
        return rows

    def _drop_idle_keys(self) -> None:
        """A person without templates needs no key."""
        with told_plainly(self._templates.place), self._templates.reader.connect() as connection:
            used = connection.execute(select(TEMPLATE.c.key_id)).scalars().all()
        with told_plainly(self._persons.place):
            with self._persons.writer.begin() as connection:
                connection.execute(delete(PERSON_KEY).where(PERSON_KEY.c.id.not_in(used)))
            scrub(self._persons, PERSON_KEY)

    def _person_key(self, person_id: UUID) -> tuple[UUID, bytes]:
        mine = select(PERSON_KEY.c.id, PERSON_KEY.c.key).where(PERSON_KEY.c.person_id == person_id)
        with told_plainly(self._persons.place), self._persons.writer.begin() as connection:
            row = connection.execute(mine).first()
            if row is None:
                fresh = {"id": uuid4(), "person_id": person_id, "key": os.urandom(KEY_BYTES)}
                connection.execute(insert(PERSON_KEY), fresh)
                row = connection.execute(mine).one()
        return row[0], row[1]

    def _secret(self) -> bytes:
        secret = self._keys.get(_ROTATION)
        if secret is None:
            secret = os.urandom(KEY_BYTES)
            self._keys.put(_ROTATION, secret)
        return secret


def _bound_to(row_id: UUID, engine: str) -> bytes:
    return row_id.bytes + engine.encode()


def _orthogonal(seed: bytes, dim: int) -> Vectors:
    """Haar-distributed orthogonal matrix from ``seed``: QR of a Gaussian matrix, with the signs of R made positive."""
    half = (dim * dim + 1) // 2
    bits = np.frombuffer(hashlib.shake_256(seed).digest(16 * half), dtype="<u8").reshape(2, half)
    uniform = ((bits >> 11) + 0.5) / float(1 << 53)
    radius = np.sqrt(-2 * np.log(uniform[0]))
    gauss = np.concatenate([radius * np.cos(2 * np.pi * uniform[1]), radius * np.sin(2 * np.pi * uniform[1])])
    q, r = np.linalg.qr(gauss[: dim * dim].reshape(dim, dim))
    return np.ascontiguousarray(q * np.sign(np.diag(r)), dtype=np.float32)

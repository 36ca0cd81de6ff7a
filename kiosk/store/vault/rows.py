"""Reading and writing the rows of one generation: templates as boxes under the key of their person."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import ColumnElement, Executable, insert, select

from kiosk.store.engine import Database
from kiosk.store.faults import told_plainly
from kiosk.store.sealing import KEY_BYTES, UnreadableError, content_bytes, decrypt_into, encrypt
from kiosk.store.vault.generations import Room
from kiosk.store.vault.rotation import Vectors
from kiosk.store.vault.tables import PERSON_KEY, TEMPLATE, bound_to

T = TypeVar("T")
PAGE = 500
"""Ids in one query: far below what SQLite takes."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The columns of a TEMPLATE row that its box is bound to. The last ``learned`` of its views are from visits."""

    id: UUID
    key_id: UUID
    consent_id: UUID
    engine: str
    dim: int
    expires_at: datetime
    learned: int = 0

    def sealed(self, key: bytes, turned: Vectors) -> dict[str, object]:
        """The whole row, with ``turned`` (rotated, n x dim) as its box."""
        plain = turned.astype("<f4", copy=False).data.cast("B")
        return {**asdict(self), "box": encrypt(key, plain, bound_to(self))}


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A row that fits and could be decrypted; ``vectors`` (n, dim) are the receiver's, to be wiped."""

    row: Stored
    person_id: UUID
    vectors: Vectors


def pages(values: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """``values`` in lists of at most ``size``."""
    rest = iter(values)
    while page := list(islice(rest, size)):
        yield page


def ask(database: Database, query: Executable) -> list[Any]:
    """Every row of the answer."""
    with told_plainly(database.place), database.reader.connect() as connection:
        return list(connection.execute(query).all())


def open_rows(room: Room, which: ColumnElement[bool]) -> Iterator[Opened]:
    """The rows that fit and can be decrypted; at most a page should."""
    rows = ask(room.templates, select(TEMPLATE).where(which))
    owners = ask(room.persons, select(PERSON_KEY).where(PERSON_KEY.c.id.in_({row.key_id for row in rows})))
    persons = {owner.id: owner for owner in owners}
    for row in rows:
        owner = persons.get(row.key_id)
        vectors = _open(row, owner.key) if owner else None
        if owner and vectors is not None:
            stored = Stored(row.id, row.key_id, row.consent_id, row.engine, row.dim, row.expires_at, row.learned)
            yield Opened(stored, owner.person_id, vectors)


def person_key(room: Room, person_id: UUID) -> tuple[UUID, bytes]:
    """Random id and key of a person, made on first use."""
    mine = select(PERSON_KEY.c.id, PERSON_KEY.c.key).where(PERSON_KEY.c.person_id == person_id)
    with told_plainly(room.persons.place), room.persons.writer.begin() as connection:
        row = connection.execute(mine).first()
        if row is None:
            connection.execute(insert(PERSON_KEY), new_person_key(person_id))
            row = connection.execute(mine).one()
    return row[0], row[1]


def new_person_key(person_id: UUID) -> dict[str, Any]:
    """A row of PERSON_KEY."""
    return {"id": uuid4(), "person_id": person_id, "key": os.urandom(KEY_BYTES)}


def _open(row: Any, key: bytes) -> Vectors | None:
    """Decrypted into memory of our own, which can be overwritten, unlike bytes objects."""
    count, rest = divmod(content_bytes(row.box), 4 * row.dim) if row.dim > 0 else (0, 0)
    if not count or rest:
        return None
    vectors = np.empty((count, row.dim), dtype="<f4")
    try:
        decrypt_into(key, row.box, bound_to(row), vectors.data.cast("B"))
    except UnreadableError:
        vectors.fill(0)
        return None
    return vectors

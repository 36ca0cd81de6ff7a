"""Numbers in reserve: a small encrypted file of this terminal for the time it is cut off from the hall store.

Owns what was told to people meanwhile: a number is on the disk before anybody sees it, and stays until the hall store
has it. Nothing here is the hall's truth otherwise. Thread-safe; no table holds a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Boolean, Connection, Date, Integer, MetaData, Table, Text, func, select, update

from kiosk.model.terminal import NumberBlock, SpareNumber
from kiosk.ports import KeyStore
from kiosk.store.columns import Id, Utc, column
from kiosk.store.encrypted import open_encrypted
from kiosk.store.engine import Database
from kiosk.store.faults import told_plainly

FILE, KEY = "spare.db", "spare"
METADATA = MetaData()
BLOCK = Table(
    "block",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("service_date", Date, "D0"),
    column("letter", Text, "D0"),
    column("first", Integer, "D0"),
    column("last", Integer, "D0"),
    column("next", Integer, "D0"),
    column("until", Utc, "D0", nullable=True),
)
GIVEN = Table(
    "given",
    METADATA,
    column("ticket_id", Id, "D0", primary_key=True),
    column("visit_id", Id, "D3"),
    column("block_id", Id, "D0"),
    column("service_date", Date, "D0"),
    column("letter", Text, "D0"),
    column("number", Integer, "D0"),
    column("at", Utc, "D0"),
    column("category", Text, "D3", nullable=True),
    column("priority", Boolean, "D3"),
    column("language", Text, "D0"),
    column("query_code", Text, "D3"),
    column("left_visit", Id, "D3", nullable=True),
)


class SpareNumbers:
    """Blocks of numbers kept here, and those given out that the hall store does not have yet."""

    def __init__(self, profile: Path, keys: KeyStore) -> None:
        """Open or make the file. WorldError as for every encrypted file of the installation."""
        self._database: Database = open_encrypted(profile / FILE, keys, KEY)
        with self._changing() as connection:
            METADATA.create_all(connection)

    def keep(self, block: NumberBlock, until: datetime | None) -> None:
        """Note a block that the hall store reserved for this terminal; ``until``: no number is given after it."""
        row = {name: getattr(block, name) for name in ("id", "service_date", "letter", "first", "last")}
        with self._changing() as connection:
            connection.execute(BLOCK.insert(), {**row, "next": block.first, "until": until})

    def left(self, service_date: date, now: datetime | None = None) -> int:
        """How many numbers of that day are left; with ``now``, only those that may still be given."""
        usable = BLOCK.c.service_date == service_date
        if now is not None:
            usable &= BLOCK.c.until.is_(None) | (BLOCK.c.until > now)
        with self._reading() as connection:
            return int(
                connection.execute(select(func.sum(BLOCK.c.last - BLOCK.c.next + 1)).where(usable)).scalar() or 0
            )

    def extend(self, service_date: date, until: datetime | None) -> None:
        """The day closes at another time than was known."""
        with self._changing() as connection:
            connection.execute(update(BLOCK).where(BLOCK.c.service_date == service_date).values(until=until))

    def give(self, wanted: SpareNumber, now: datetime) -> SpareNumber | None:
        """The next number of the day of ``wanted``, which lacks block, letter and number; None when there is none left.

        When this returns, it is on the disk.
        """
        with self._changing() as connection:
            query = select(BLOCK).where(BLOCK.c.service_date == wanted.service_date, BLOCK.c.next <= BLOCK.c.last)
            query = query.where(BLOCK.c.until.is_(None) | (BLOCK.c.until > now)).order_by(BLOCK.c.first).limit(1)
            block = connection.execute(query).first()
            if block is None:
                return None
            row = {field.name: getattr(wanted, field.name) for field in fields(SpareNumber)}
            row |= {"block_id": block.id, "letter": block.letter, "number": block.next}
            connection.execute(GIVEN.insert(), row)
            connection.execute(update(BLOCK).where(BLOCK.c.id == block.id).values(next=block.next + 1))
        return SpareNumber(**row)

    def given(self) -> tuple[SpareNumber, ...]:
        """What the hall store does not have yet, in the order it was given."""
        names = [GIVEN.c[field.name] for field in fields(SpareNumber)]
        with self._reading() as connection:
            return tuple(
                SpareNumber(*row) for row in connection.execute(select(*names).order_by(GIVEN.c.at, GIVEN.c.number))
            )

    def merged(self, ticket_id: UUID) -> None:
        """The hall store has this number; nothing of it stays here."""
        with self._changing() as connection:
            connection.execute(GIVEN.delete().where(GIVEN.c.ticket_id == ticket_id))

    def blocks(self) -> dict[UUID, int]:
        """Every block kept here with its next number; beyond its last when it is used up."""
        with self._reading() as connection:
            return {row.id: row.next for row in connection.execute(select(BLOCK.c.id, BLOCK.c.next))}

    def drop(self, block_id: UUID) -> None:
        """The block was settled in the hall store; no number of it may be given any more."""
        with self._changing() as connection:
            connection.execute(BLOCK.delete().where(BLOCK.c.id == block_id))

    def close(self) -> None:
        """Close the file."""
        self._database.dispose()

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with told_plainly(self._database.place), self._database.writer.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told_plainly(self._database.place), self._database.reader.connect() as connection, connection.begin():
            yield connection

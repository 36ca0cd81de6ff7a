"""One encryption key per person, in a file of its own outside ordinary backups (DECISIONS 16).

Owns the keys of personal payloads. Destroying a key makes every copy of that person's payloads unreadable, also in
backups and at the centre. Thread-safe. Halls with several machines give all of them one ``url``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import MetaData, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import LargeBinary

from kiosk.ports import Clock
from kiosk.store.columns import Id, Utc, column
from kiosk.store.engine import Database, scrub
from kiosk.store.faults import told_plainly
from kiosk.store.sealing import KEY_BYTES

METADATA = MetaData()
SUBJECT_KEY = Table(
    "subject_key",
    METADATA,
    column("subject_id", Id, "D3", primary_key=True),
    column("key", LargeBinary, "D0", nullable=True),
    column("created_at", Utc, "D0"),
    column("destroyed_at", Utc, "D0", nullable=True),
)

PEPPER = UUID(int=0)
"""Not a person: the key of the token digests (cards and QR codes), shared wherever subject keys are shared."""


class SubjectKeys:
    """Keys by subject id. A destroyed key stays destroyed: asking again gives None, never a new one.

    Nothing is cached: a key destroyed by one process must stop working in all of them at once.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self._one_by_one = False
        with told_plainly(self.database.place), database.writer.begin() as connection:
            METADATA.create_all(connection)
            if not database.is_sqlite:
                may_list = func.has_table_privilege(SUBJECT_KEY.name, "SELECT")
                self._one_by_one = not connection.execute(select(may_list)).scalar()

    def key_for(self, subject: UUID, create: bool = True) -> bytes | None:
        """The 32-byte key of ``subject``; made on first use when ``create``; None when absent or destroyed."""
        found = self._look((subject,))
        if subject not in found and create:
            self._create(subject)
            found = self._look((subject,))
        return found.get(subject)

    def export(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        """Raw keys of those subjects that have one, for the sync client to wrap; never to be stored elsewhere."""
        return {subject: key for subject, key in self._look(tuple(subjects)).items() if key is not None}

    def destroy(self, subject: UUID) -> None:
        """Erase the key for ever (crypto-erasure); the row stays as proof. Repeating is harmless."""
        now = self._clock.now()
        gone = {"key": None, "destroyed_at": now}
        with told_plainly(self.database.place):
            with self.database.writer.begin() as connection:
                row = {"subject_id": subject, "created_at": now, **gone}
                insert = (sqlite if self.database.is_sqlite else postgresql).insert(SUBJECT_KEY).values(row)
                connection.execute(insert.on_conflict_do_update(index_elements=["subject_id"], set_=gone))
            scrub(self.database, SUBJECT_KEY)

    def close(self) -> None:
        """Close the connections."""
        self.database.dispose()

    def _look(self, subjects: tuple[UUID, ...]) -> dict[UUID, bytes | None]:
        if self._one_by_one:
            return {subject: key for subject in subjects for key in self._ask(subject)}
        query = select(SUBJECT_KEY.c.subject_id, SUBJECT_KEY.c.key).where(SUBJECT_KEY.c.subject_id.in_(subjects))
        with told_plainly(self.database.place), self.database.reader.connect() as connection:
            return {row.subject_id: row.key for row in connection.execute(query)}

    def _ask(self, subject: UUID) -> list[bytes | None]:
        """The key, through the one door a terminal's login has (``guard_keys.sql``); empty when there is none."""
        with told_plainly(self.database.place), self.database.reader.connect() as connection:
            return list(connection.execute(select(func.guard.key_of(subject))).scalars())

    def _create(self, subject: UUID) -> None:
        if self._one_by_one:
            make = func.guard.make_key(subject, os.urandom(KEY_BYTES), self._clock.now())
            with told_plainly(self.database.place), self.database.writer.begin() as connection:
                connection.execute(select(make))
            return
        row = {"subject_id": subject, "key": os.urandom(KEY_BYTES), "created_at": self._clock.now()}
        insert = (sqlite if self.database.is_sqlite else postgresql).insert(SUBJECT_KEY).values(row)
        with told_plainly(self.database.place), self.database.writer.begin() as connection:
            connection.execute(insert.on_conflict_do_nothing())

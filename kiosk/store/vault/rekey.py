"""Re-keying: every template issued anew into the next generation, which then takes the place of the present one.

The order is what makes it safe to be killed: build beside, bring up to date alone, switch (one step), destroy the old.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import delete, insert, select

from kiosk.errors import ConflictError
from kiosk.ports import KeyStore
from kiosk.store import faults
from kiosk.store.faults import told_plainly
from kiosk.store.vault import deletion, generations
from kiosk.store.vault.generations import Room
from kiosk.store.vault.rotation import Vectors, lengths, rotate, rotation
from kiosk.store.vault.rows import Opened, ask, new_person_key, open_rows, pages
from kiosk.store.vault.tables import PERSON_KEY, RECEIPT, TEMPLATE

Progress = Callable[[int, int], None]
OpenRoom = Callable[[], AbstractContextManager[Room]]


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """``rows`` were issued anew; ``unreadable`` rows of the old vault went with it."""

    rows: int
    unreadable: int
    generation: int


def rekey(profile: Path, keys: KeyStore, present: OpenRoom, progress: Progress) -> Rekeyed:
    """See ``Vault.rekey``. ``present`` opens the generation in use, alone."""
    with generations.building(profile) as free:
        if not free:
            raise ConflictError("vault_busy", "The vault is being re-keyed already.", "Wait until that has ended.")
        with present() as room:
            before, wanted = room.generation, _row_ids(room)
            for leftover in {*generations.others(profile), before + 1}:
                generations.destroy(profile, keys, leftover)
        target = Room(profile, keys, before + 1)
        try:
            issue = _Issue(target)
            for page in pages(wanted):
                with present() as room:
                    issue.copy(room, page)
                progress(len(issue.seen), len(wanted))
            with present() as room:
                result = issue.bring_up_to_date(room)
                target.settle()
                generations.switch(profile, target.generation)
        finally:
            target.close()
        with present():
            generations.destroy(profile, keys, before)
    return result


class _Issue:
    """Templates on their way from the present generation into ``target``."""

    def __init__(self, target: Room) -> None:
        self.seen: set[UUID] = set()
        self._target = target
        self._people: dict[UUID, tuple[UUID, bytes]] = {}
        self._matrices: dict[tuple[str, int], Vectors] = {}

    def copy(self, room: Room, row_ids: Collection[UUID]) -> None:
        """Issue these rows anew under their ids; what does not open stays behind."""
        rows: list[dict[str, object]] = []
        fresh: list[dict[str, Any]] = []
        for opened in open_rows(room, TEMPLATE.c.id.in_(row_ids)):
            key_id, key = self._key_of(opened, fresh)
            turned = self._turned(room, opened)
            rows.append(replace(opened.row, key_id=key_id).sealed(key, turned))
            turned.fill(0)
        self.seen.update(row_ids)
        for database, table, values in (
            (self._target.persons, PERSON_KEY, fresh),
            (self._target.templates, TEMPLATE, rows),
        ):
            if values:
                with told_plainly(database.place), database.writer.begin() as connection:
                    connection.execute(insert(table), values)

    def bring_up_to_date(self, room: Room) -> Rekeyed:
        """What changed while copying: deletions first, then new rows; and the receipts. Nobody else is in the vault."""
        present = set(_row_ids(room))
        gone = _row_ids(self._target) - present
        with told_plainly(self._target.templates.place), self._target.templates.writer.begin() as connection:
            for page in pages(gone):
                connection.execute(delete(TEMPLATE).where(TEMPLATE.c.id.in_(page)))
            receipts = [dict(row._mapping) for row in ask(room.templates, select(RECEIPT))]
            if receipts:
                connection.execute(insert(RECEIPT), receipts)
        deletion.drop_idle_keys(self._target)
        kept = {row.id for row in ask(self._target.persons, select(PERSON_KEY.c.id))}
        self._people = {old: new for old, new in self._people.items() if new[0] in kept}
        for page in pages(present - self.seen):
            self.copy(room, page)
        issued = _row_ids(self._target)
        if not issued <= present:
            raise faults.damaged("vault")
        return Rekeyed(len(issued), len(present - issued), self._target.generation)

    def _key_of(self, opened: Opened, fresh: list[dict[str, Any]]) -> tuple[UUID, bytes]:
        """The person's new random id and key; a new one is added to ``fresh``."""
        if opened.row.key_id not in self._people:
            fresh.append(new_person_key(opened.person_id))
            self._people[opened.row.key_id] = (fresh[-1]["id"], fresh[-1]["key"])
        return self._people[opened.row.key_id]

    def _turned(self, room: Room, opened: Opened) -> Vectors:
        """From the old rotation into the new one, with unit length again; the old vectors are overwritten."""
        name = (opened.row.engine, opened.row.dim)
        if name not in self._matrices:
            old, new = (rotation(one.secret, *name).astype(np.float64) for one in (room, self._target))
            self._matrices[name] = (old.T @ new).astype(np.float32)
        turned = rotate(opened.vectors, self._matrices[name])
        opened.vectors.fill(0)
        turned /= lengths(turned)[:, None]
        return turned


def _row_ids(room: Room) -> set[UUID]:
    return {row.id for row in ask(room.templates, select(TEMPLATE.c.id))}

"""Deletion from one generation: rows with their receipts in one transaction, then keys nobody needs any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from kiosk.store.engine import scrub
from kiosk.store.faults import told_plainly
from kiosk.store.vault.generations import Room
from kiosk.store.vault.receipts import Reason, Receipt, Signer
from kiosk.store.vault.rows import ask, pages
from kiosk.store.vault.tables import PERSON_KEY, RECEIPT, TEMPLATE


@dataclass(frozen=True, slots=True)
class Dead:
    """A TEMPLATE row that has to go, and why."""

    row_id: UUID
    key_id: UUID
    reason: Reason


def forget_person(room: Room, person_id: UUID) -> list[UUID]:
    """Destroy the person's key; the random ids under which the rows lie, which nobody can open any more."""
    mine = [row.id for row in ask(room.persons, select(PERSON_KEY.c.id).where(PERSON_KEY.c.person_id == person_id))]
    _drop_keys(room, mine)
    return mine


def bury(room: Room, dead: list[Dead], signer: Signer, now: datetime) -> tuple[Receipt, ...]:
    """Delete the rows so that no byte of them stays in the file; one receipt for each person and reason."""
    if not dead:
        return ()
    groups = Counter((one.key_id, one.reason) for one in dead)
    receipts = tuple(signer.issue(key_id, rows, reason, now) for (key_id, reason), rows in groups.items())
    with told_plainly(room.templates.place):
        with room.templates.writer.begin() as connection:
            for page in pages(one.row_id for one in dead):
                connection.execute(delete(TEMPLATE).where(TEMPLATE.c.id.in_(page)))
            connection.execute(insert(RECEIPT), [asdict(receipt) for receipt in receipts])
        scrub(room.templates, TEMPLATE)
    return receipts


def idle_keys(room: Room) -> set[UUID]:
    """Keys of people without templates: an interrupted enrolment or deletion leaves them."""
    used = {row.key_id for row in ask(room.templates, select(TEMPLATE.c.key_id))}
    return {row.id for row in ask(room.persons, select(PERSON_KEY.c.id))} - used


def drop_idle_keys(room: Room) -> None:
    """A person without templates needs no key."""
    _drop_keys(room, sorted(idle_keys(room)))


def _drop_keys(room: Room, key_ids: list[UUID]) -> None:
    if not key_ids:
        return
    with told_plainly(room.persons.place):
        with room.persons.writer.begin() as connection:
            for page in pages(key_ids):
                connection.execute(delete(PERSON_KEY).where(PERSON_KEY.c.id.in_(page)))
        scrub(room.persons, PERSON_KEY)

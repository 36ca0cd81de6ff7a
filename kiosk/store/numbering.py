"""Counter rows: each asks for the next value inside the caller's transaction, so a rollback leaves no gap."""

from __future__ import annotations

from kiosk.store.rows import Desk
from kiosk.store.schema_record import NUMBERING


def next_value(desk: Desk, name: str) -> int:
    """The next value of counter ``name``, from 1; the row stays locked until the transaction ends."""
    insert = desk.insert(NUMBERING).values(name=name, value=1)
    step = {"value": NUMBERING.c.value + 1}
    statement = insert.on_conflict_do_update(index_elements=["name"], set_=step).returning(NUMBERING.c.value)
    return int(desk.change(statement).scalar_one())

"""Counter rows: each asks for the next value inside the caller's transaction, so a rollback leaves no gap."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Executable, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.store.rows import Desk
from kiosk.store.schema_record import NUMBERING


def next_value(desk: Desk, name: str) -> int:
    """The next value of counter ``name``, from 1; the row stays locked until the transaction ends."""
    return take_values(desk, name, 1)


def take_values(desk: Desk, name: str, count: int) -> int:
    """The last of the next ``count`` values of counter ``name``; the others are those just before it."""
    return int(desk.change(_step(desk.is_postgres), {"counter": name, "count": count}).scalar_one())


@cache
def _step(is_postgres: bool) -> Executable:
    insert: Any = (postgresql if is_postgres else sqlite).insert(NUMBERING)
    insert = insert.values(name=bindparam("counter"), value=bindparam("count", type_=BigInteger))
    step = {"value": NUMBERING.c.value + insert.excluded.value}
    counted: Executable = insert.on_conflict_do_update(index_elements=["name"], set_=step).returning(NUMBERING.c.value)
    return counted

"""Rows that come from the centre: applied only when newer, merged with what a standalone hall imported before.

A local employee with the same staff number keeps the local id (visits, consents, keys and templates point at it) and
notes the centre's as ``central_id``; the event ``employee merged`` tells the centre which is which (DECISIONS 23).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Table, or_, select

from kiosk.errors import InputError
from kiosk.model.people import Employee, EmployeeStatus, Unit
from kiosk.model.staff import Actor
from kiosk.store.journal import Journal
from kiosk.store.rows import Desk
from kiosk.store.schema import EMPLOYEE, UNIT

SYNC_ACTOR = Actor("system", None, frozenset(), "sync")


class Replica:
    """The centre's employees and units in this hall."""

    def __init__(self, desk: Desk, journal: Journal) -> None:
        self._desk = desk
        self._journal = journal

    def apply_unit(self, unit: Unit, rev: int) -> UUID:
        """Insert or update when ``rev`` is newer; returns the id it has here."""
        parent = None if unit.parent_id is None else self._local_id(UNIT, unit.parent_id)
        row = {"code": unit.code, "name": unit.name, "parent_id": parent}
        return self._apply(UNIT, "unit", unit.id, "code", rev, row)

    def apply_employee(self, employee: Employee, rev: int) -> UUID:
        """Insert or update when ``rev`` is newer; returns the id the person has here. InputError ``unit_unknown``
        when the unit has not arrived (units are pulled first)."""
        unit_id = self._local_id(UNIT, employee.unit_id)
        if unit_id is None:
            raise InputError("unit_unknown", "An employee's unit is not known here.", "Pull the units first.")
        row = {
            "staff_number": employee.staff_number,
            "name": employee.name,
            "birth_date": employee.birth_date,
            "unit_id": unit_id,
            "status": employee.status,
            "phone": employee.phone,
            "source": "central",
        }
        return self._apply(EMPLOYEE, "employee", employee.id, "staff_number", rev, row)

    def remove_employee(self, central_id: UUID, rev: int) -> None:
        """The centre deleted the person: they count as having left; nothing that points at them breaks."""
        newer = (EMPLOYEE.c.central_id == central_id) & (EMPLOYEE.c.rev < rev)
        self._desk.change(EMPLOYEE.update().where(newer).values(status=EmployeeStatus.LEFT, rev=rev))

    def _apply(self, table: Table, entity: str, central_id: UUID, natural: str, rev: int, row: dict[str, Any]) -> UUID:
        query = select(table.c.id, table.c.rev, table.c.central_id)
        mine = self._desk.ask(query.where(table.c.central_id == central_id)).first()
        if mine is None:
            mine = self._desk.ask(query.where(table.c[natural] == row[natural])).first()
        if mine is None:
            values = {"id": central_id, "central_id": central_id, "rev": rev, **row}
            self._desk.change(table.insert(), values)
            return central_id
        if mine.central_id is None and mine.id != central_id:
            self._journal.record(entity, mine.id, "merged", SYNC_ACTOR, {"central_id": str(central_id)})
        elif mine.rev >= rev:
            return UUID(int=mine.id.int)
        self._desk.change(table.update().where(table.c.id == mine.id), {"central_id": central_id, "rev": rev, **row})
        return UUID(int=mine.id.int)

    def _local_id(self, table: Table, central_id: UUID) -> UUID | None:
        mine = or_(table.c.central_id == central_id, table.c.id == central_id)
        found: UUID | None = self._desk.ask(select(table.c.id).where(mine)).scalar()
        return found

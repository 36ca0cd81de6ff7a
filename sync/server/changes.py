"""Employees and units downward: writing under a revision counter, and pages of changes by cursor (SYNC 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.model.people import EmployeeStatus
from sync.server.database import COLLECTIONS, identity
from sync.server.keyring import Keyring
from sync.server.problems import RefusedError
from sync.server.schema import collection, employee, unit
from sync.wire import EmployeeRow, Page, UnitRow

Revs = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NewEmployee:
    """What an administrator states about an employee; units are named by code."""

    staff_number: str
    name: str
    birth_date: date
    unit_code: str
    unit_name: str = ""
    status: EmployeeStatus = EmployeeStatus.ACTIVE
    phone: str = ""


def put_employee(connection: Connection, stated: NewEmployee) -> UUID:
    """Add an employee, or change the one with this staff number; returns the id.

    A unit code not known yet makes a unit, for which ``unit_name`` is needed.
    Raises RefusedError: unit_name_missing, not_storable.
    """
    unit_id = _unit(connection, stated.unit_code, stated.unit_name)
    rev = _next_rev(connection, "employee")
    values = {
        "rev": rev,
        "deleted": False,
        "name": stated.name,
        "birth_date": stated.birth_date,
        "unit_id": unit_id,
        "status": stated.status.value,
        "phone": stated.phone,
    }
    known = connection.execute(
        update(employee).where(employee.c.staff_number == stated.staff_number).values(values).returning(employee.c.id)
    ).scalar_one_or_none()
    if known is not None:
        return UUID(str(known))
    fresh = uuid4()
    try:
        connection.execute(insert(employee).values(id=fresh, staff_number=stated.staff_number, **values))
    except IntegrityError as error:
        raise RefusedError(409, "not_storable", "The employee cannot be stored.") from error
    return fresh


def delete_employee(connection: Connection, employee_id: UUID) -> None:
    """Leave a tombstone: the halls remove the person. Raises RefusedError: employee_unknown."""
    rev = _next_rev(connection, "employee")
    done = connection.execute(
        update(employee)
        .where(employee.c.id == employee_id)
        .values(rev=rev, deleted=True, name="", phone="", birth_date=date(1900, 1, 1))
    ).rowcount
    if not done:
        raise RefusedError(404, "employee_unknown")


def page(connection: Connection, keyring: Keyring, cursor: str, limit: int) -> Page:
    """Changes after ``cursor`` (empty: from the beginning), units first. Raises RefusedError: cursor_gone (410)."""
    epoch = identity(connection).epoch
    heads = _heads(connection)
    revs = _open_cursor(keyring, cursor, str(epoch), heads)
    units = _after(connection, unit, revs["unit"], limit)
    room = limit - len(units)
    people = _after(connection, employee, revs["employee"], room) if room else []
    reached = {
        "unit": units[-1].rev if units else revs["unit"],
        "employee": people[-1].rev if people else revs["employee"],
    }
    return Page(
        server_epoch=epoch,
        units=tuple(UnitRow.model_validate(dict(row._mapping)) for row in units),
        employees=tuple(_employee_row(dict(row._mapping)) for row in people),
        cursor=keyring.seal("cursor", {"epoch": str(epoch), **reached}),
        more=any(reached[name] < heads[name] for name in COLLECTIONS),
    )


def _open_cursor(keyring: Keyring, cursor: str, epoch: str, heads: Revs) -> Revs:
    if not cursor:
        return dict.fromkeys(COLLECTIONS, 0)
    values = keyring.unseal("cursor", cursor)
    if values is None or values["epoch"] != epoch or any(values[name] > heads[name] for name in COLLECTIONS):
        raise RefusedError(410, "cursor_gone", "Read everything again.")
    return {name: int(values[name]) for name in COLLECTIONS}


def _heads(connection: Connection) -> dict[str, int]:
    return {row.name: row.rev for row in connection.execute(select(collection.c.name, collection.c.rev))}


def _after(connection: Connection, table: Table, rev: int, limit: int) -> list[Any]:
    return list(connection.execute(select(table).where(table.c.rev > rev).order_by(table.c.rev).limit(limit)))


def _employee_row(row: dict[str, Any]) -> EmployeeRow:
    if row["deleted"]:
        return EmployeeRow(id=row["id"], rev=row["rev"], deleted=True, staff_number=row["staff_number"])
    return EmployeeRow.model_validate(row)


def _next_rev(connection: Connection, name: str) -> int:
    """The next revision; the counter row stays locked until commit, so revisions appear in commit order."""
    return int(
        connection.execute(
            update(collection)
            .where(collection.c.name == name)
            .values(rev=collection.c.rev + 1)
            .returning(collection.c.rev)
        ).scalar_one()
    )


def _unit(connection: Connection, code: str, name: str) -> UUID:
    row = connection.execute(select(unit.c.id, unit.c.name).where(unit.c.code == code)).one_or_none()
    if row is not None and name in ("", row.name):
        return UUID(str(row.id))
    if row is None and not name:
        raise RefusedError(422, "unit_name_missing", "Name the unit as well: its code is new.")
    rev = _next_rev(connection, "unit")
    if row is not None:
        connection.execute(update(unit).where(unit.c.id == row.id).values(name=name, rev=rev, deleted=False))
        return UUID(str(row.id))
    fresh = uuid4()
    connection.execute(insert(unit).values(id=fresh, rev=rev, code=code, name=name))
    return fresh


def employees(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Employees that are not deleted, newest change first."""
    query = (
        select(employee, unit.c.code.label("unit_code"), unit.c.name.label("unit_name"))
        .join(unit, unit.c.id == employee.c.unit_id)
        .where(~employee.c.deleted)
        .order_by(employee.c.rev.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def count_employees(connection: Connection) -> int:
    """How many employees there are."""
    return int(connection.execute(select(func.count()).where(~employee.c.deleted)).scalar_one())

"""Brings a list of employees into the store of a hall that stands alone. Owns the plan and the one transaction.

A hall that belongs to a centre imports at the server instead (DECISIONS 23); what comes from there is never changed
here. Rows are matched by staff number; nobody is removed because a list does not name them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.employee_files import EmployeeRow, Problem
from kiosk.model.people import Employee, Unit
from kiosk.model.staff import Actor

if TYPE_CHECKING:
    from kiosk.store import Store, Work

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: employees to write, units to make first, and rows it must leave alone."""

    added: tuple[Employee, ...]
    changed: tuple[Employee, ...]
    unchanged: int
    new_units: tuple[Unit, ...]
    problems: tuple[Problem, ...]


def plan_import(
    rows: Iterable[EmployeeRow],
    existing: Mapping[str, Employee],
    units: Iterable[Unit],
    new_id: Callable[[], UUID],
) -> ImportPlan:
    """Compare the rows with the employees by staff number (``existing``) and the units by name. Pure."""
    known = {unit.name: unit for unit in units}
    fresh: dict[str, Unit] = {}
    added: list[Employee] = []
    changed: list[Employee] = []
    problems: list[Problem] = []
    unchanged = 0
    for row in rows:
        old = existing.get(row.staff_number)
        if old is not None and old.source != LOCAL:
            problems.append(Problem(row.line, "工号", "belongs to the centre", "Change this person at the centre."))
            continue
        unit = known.get(row.unit) or fresh.setdefault(row.unit, _new_unit(row.unit, new_id))
        new = _employee(row, unit, old, new_id)
        if old is None:
            added.append(new)
        elif new != old:
            changed.append(new)
        else:
            unchanged += 1
    return ImportPlan(tuple(added), tuple(changed), unchanged, tuple(fresh.values()), tuple(problems))


def _new_unit(name: str, new_id: Callable[[], UUID]) -> Unit:
    """A unit the catalogue does not know; its code follows from its name, so that two imports agree."""
    return Unit(new_id(), f"L{hashlib.sha256(name.encode()).hexdigest()[:8].upper()}", name)


def _employee(row: EmployeeRow, unit: Unit, old: Employee | None, new_id: Callable[[], UUID]) -> Employee:
    """The employee the row makes; what the list has no column for stays as it is."""
    base = old or Employee(new_id(), row.staff_number, row.name, row.birth_date, unit.id, unit.name, source=LOCAL)
    return replace(
        base,
        name=row.name,
        birth_date=row.birth_date,
        unit_id=unit.id,
        unit_name=unit.name,
        status=base.status if row.status is None else row.status,
        phone=base.phone if row.phone is None else row.phone,
    )


def import_employees(store: Store, rows: Iterable[EmployeeRow], actor: Actor, new_id: Callable[[], UUID]) -> ImportPlan:
    """Write all rows in one transaction, with one audit row of counts; what was done. Raises WorldError of the store.

    Rows that belong to the centre are reported and left out.
    """
    wanted = tuple(rows)

    def write(work: Work) -> ImportPlan:
        plan = plan_import(wanted, existing_of(work, wanted), work.people.units(), new_id)
        for unit in plan.new_units:
            work.people.put_unit(unit)
        for employee in (*plan.added, *plan.changed):
            work.people.put(employee)
        counts = {"added": len(plan.added), "changed": len(plan.changed), "units": len(plan.new_units)}
        work.audit.add(actor, "employees.imported", None, "import", counts)
        return plan

    return store.run(write)


def existing_of(work: Work, rows: Iterable[EmployeeRow]) -> dict[str, Employee]:
    """The employees the rows are about, by staff number."""
    found = (work.people.by_number(row.staff_number) for row in rows)
    return {employee.staff_number: employee for employee in found if employee}

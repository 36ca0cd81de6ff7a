"""Employees: downward the row as the hall keeps it, upward only which local id became which central one."""

from __future__ import annotations

from uuid import UUID

from kiosk.model.people import Employee, EmployeeStatus
from kiosk.store import Work
from sync.entities.up import Fields, UpEntity
from sync.wire import EmployeeRow


class EmployeeFields(Fields):
    """What a hall says about an employee: that its own row is the centre's (DECISIONS 23)."""

    central_id: UUID | None = None


EMPLOYEE = UpEntity("employee", {1: EmployeeFields})


def apply_employee(work: Work, row: EmployeeRow) -> None:
    """Insert, update or remove the person here; an older revision changes nothing. Raises InputError unit_unknown."""
    if row.deleted:
        work.replica.remove_employee(row.id, row.rev)
        return
    if row.birth_date is None or row.unit_id is None:
        raise ValueError("an employee that is not deleted has a birth date and a unit")
    employee = Employee(
        id=row.id,
        staff_number=row.staff_number,
        name=row.name,
        birth_date=row.birth_date,
        unit_id=row.unit_id,
        unit_name="",
        status=EmployeeStatus(row.status),
        phone=row.phone,
        source="central",
        rev=row.rev,
    )
    work.replica.apply_employee(employee, row.rev)

"""The calls of the centre's staff: read what halls sent, keep employees, hand out codes. Every read is audited.

Guarded by the admin token. Lists carry public fields only; personal fields come one record at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from sqlalchemy import Connection

from kiosk.model.people import EmployeeStatus
from sync.server import changes, enrolment, ingest, reports, subjects
from sync.server.audit import note
from sync.server.core import Core
from sync.server.database import begin_epoch
from sync.server.hall_api import CoreArg, core_of
from sync.server.problems import RefusedError
from sync.wire import Label, Strict

_ACTOR = "admin"


def admin_only(core: CoreArg, authorization: Annotated[str, Header()] = "") -> None:
    """Raises RefusedError without the admin token."""
    if not core.keyring.is_admin(authorization.removeprefix("Bearer ")):
        raise RefusedError(401, "admin_only", "Give the admin token as 'Authorization: Bearer ...'.")


def transaction(core: Annotated[Core, Depends(core_of)]) -> Iterator[Connection]:
    """One transaction around the call, audit row included."""
    with core.engine.begin() as connection:
        yield connection


# The scope makes the commit happen before the answer leaves: an answered change is a stored change.
ConnectionArg = Annotated[Connection, Depends(transaction, scope="function")]
LimitArg = Annotated[int, Query(ge=1, le=1000)]

router = APIRouter(prefix="/v1/admin", dependencies=[Depends(admin_only)])


class EmployeeForm(Strict):
    """What is stated about an employee."""

    staff_number: Label
    name: Label
    birth_date: date
    unit_code: Label
    unit_name: Label = ""
    status: EmployeeStatus = EmployeeStatus.ACTIVE
    phone: Label = ""


class CodeForm(Strict):
    """For which centre a code is wanted."""

    centre: Label


class BackupForm(Strict):
    """When a backup was begun that has been verified since."""

    began_at: AwareDatetime


@router.get("/visits")
def visits(connection: ConnectionArg, limit: LimitArg = 200) -> JSONResponse:
    """Newest visits, public fields."""
    return _records(connection, "visit", limit)


@router.get("/tickets")
def tickets(connection: ConnectionArg, limit: LimitArg = 200) -> JSONResponse:
    """Newest tickets."""
    return _records(connection, "ticket", limit)


@router.get("/appeals")
def appeals(connection: ConnectionArg, limit: LimitArg = 200) -> JSONResponse:
    """Newest appeals, public fields."""
    return _records(connection, "appeal", limit)


@router.get("/origins/{origin_id}/{entity}/{entity_id}")
def one(core: CoreArg, origin_id: UUID, entity: str, entity_id: UUID) -> JSONResponse:
    """One record with its personal fields; these are null when sealed or erased."""
    with core.engine.begin() as connection:
        note(connection, _ACTOR, f"{entity}.opened", f"{origin_id}/{entity_id}")
    with core.engine.connect() as connection:
        found = reports.one_record(connection, origin_id, entity, entity_id)
        if found is None:
            raise RefusedError(404, "record_unknown")
        personal = subjects.personal(connection, core.keyring.unwrap_key, origin_id, entity, entity_id)
    return as_json({**found, "personal": personal})


@router.get("/centres")
def centres(connection: ConnectionArg) -> JSONResponse:
    """Every centre with backlog and last contact."""
    return as_json(reports.centres(connection))


@router.get("/quarantine")
def quarantine(connection: ConnectionArg, limit: LimitArg = 200) -> JSONResponse:
    """Events that could not be applied."""
    return as_json(reports.quarantined(connection, limit))


@router.get("/employees")
def employees(connection: ConnectionArg, limit: LimitArg = 200) -> JSONResponse:
    """Employees, newest change first."""
    note(connection, _ACTOR, "employee.listed", str(limit))
    return as_json(changes.employees(connection, limit))


@router.post("/employees")
@router.put("/employees")
def put_employee(connection: ConnectionArg, form: EmployeeForm) -> JSONResponse:
    """Add an employee, or change the one with this staff number."""
    employee_id = changes.put_employee(connection, changes.NewEmployee(**form.model_dump()))
    note(connection, _ACTOR, "employee.put", str(employee_id))
    return as_json({"id": employee_id})


@router.delete("/employees/{employee_id}")
def delete_employee(connection: ConnectionArg, employee_id: UUID) -> JSONResponse:
    """Remove an employee; halls get a tombstone."""
    changes.delete_employee(connection, employee_id)
    note(connection, _ACTOR, "employee.deleted", str(employee_id))
    return as_json({"id": employee_id})


@router.delete("/subjects/{subject}")
def erase(connection: ConnectionArg, subject: UUID) -> JSONResponse:
    """Destroy a person's keys: their events become unreadable for ever."""
    destroyed = subjects.erase(connection, subject)
    note(connection, _ACTOR, "subject.erased", str(subject))
    return as_json({"destroyed": destroyed})


@router.post("/enrol-codes")
def enrol_code(connection: ConnectionArg, form: CodeForm) -> JSONResponse:
    """A one-time code, valid for 15 minutes."""
    return as_json({"code": enrolment.issue_code(connection, form.centre)})


@router.delete("/devices/{device_id}")
def revoke(connection: ConnectionArg, device_id: UUID) -> JSONResponse:
    """End a device's rights."""
    enrolment.revoke(connection, device_id)
    return as_json({"id": device_id})


@router.post("/epochs")
def new_epoch(connection: ConnectionArg) -> JSONResponse:
    """Declare the database restored; halls send and read everything again that is missing."""
    note(connection, _ACTOR, "epoch.begun", "")
    return as_json({"server_epoch": begin_epoch(connection).epoch})


@router.post("/backups")
def backed_up(connection: ConnectionArg, form: BackupForm) -> JSONResponse:
    """A verified backup holds what came before ``began_at``: halls may let go of it."""
    ingest.mark_backed_up(connection, form.began_at)
    note(connection, _ACTOR, "backup.verified", form.began_at.isoformat())
    return as_json({})


def _records(connection: Connection, entity: str, limit: int) -> JSONResponse:
    note(connection, _ACTOR, f"{entity}.listed", str(limit))
    return as_json(reports.records(connection, entity, limit))


def as_json(value: Any) -> JSONResponse:
    """A JSON answer; instants and ids as text."""
    return JSONResponse(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value

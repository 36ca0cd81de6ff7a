"""Employees, their units and tokens; staff and their sign-in."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import Select, func, literal, select

from kiosk.model.people import Employee, EmployeeStatus, Unit
from kiosk.model.service import ServiceCategory
from kiosk.model.staff import StaffMember
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema import EMPLOYEE, EMPLOYEE_TOKEN, SERVICE_CATEGORY, STAFF, STAFF_PASSWORD, UNIT
from kiosk.store.subject_keys import PEPPER, SubjectKeys

FAILURES_BEFORE_LOCK = 5
LOCK_FOR = timedelta(minutes=5)


class Units(Rows[Unit]):
    """Organisation tree."""

    table = UNIT
    kind = Unit


class People(Rows[Employee]):
    """Employees (职工). The unit's name is read from the unit."""

    table = EMPLOYEE
    kind = Employee
    source = EMPLOYEE.join(UNIT, EMPLOYEE.c.unit_id == UNIT.c.id)
    joined: ClassVar[dict[str, Any]] = {"unit_name": UNIT.c.name}

    def __init__(self, desk: Desk, keys: SubjectKeys) -> None:
        super().__init__(desk)
        self._keys = keys
        self._units = Units(desk)

    @classmethod
    def locking(cls, query: Select[Any]) -> Select[Any]:
        """Nothing is locked: terminals read people, only the owner of the store changes them."""
        return query

    def by_number(self, staff_number: str) -> Employee | None:
        """The employee with this staff number."""
        return self.one(self.query().where(EMPLOYEE.c.staff_number == staff_number))

    def by_token(self, kind: str, payload: str | bytes) -> Employee | None:
        """The employee whose card or code (``kind``) carries ``payload``."""
        return self.one(self.query().where(EMPLOYEE.c.id == self._bearer(kind, self.digest(kind, payload))))

    def bind_token(self, employee_id: UUID, kind: str, payload: str | bytes) -> None:
        """Let a card or code stand for this employee; only a keyed digest is stored. The last binding holds."""
        row = {"kind": kind, "digest": self.digest(kind, payload), "employee_id": employee_id}
        self.desk.change(self.desk.upsert(EMPLOYEE_TOKEN, ["kind", "digest"], list(row)), [row])

    def put_unit(self, unit: Unit) -> None:
        """Insert or replace a unit."""
        self._units.put(unit)

    def unit(self, unit_id: UUID) -> Unit | None:
        """The unit with this id."""
        return self._units.get(unit_id)

    def units(self) -> list[Unit]:
        """Every unit by code."""
        return self._units.where(order=UNIT.c.code)

    def count(self) -> int:
        """Number of employees."""
        return int(self.desk.ask(select(func.count()).select_from(EMPLOYEE)).scalar_one())

    def works_here(self, employee_id: UUID) -> bool:
        """True for somebody who has not left."""
        query = select(EMPLOYEE.c.status).where(EMPLOYEE.c.id == employee_id)
        return self.desk.ask(query).scalar() not in (None, EmployeeStatus.LEFT)

    def _bearer(self, kind: str, digest: bytes) -> Any:
        mine = (EMPLOYEE_TOKEN.c.kind == kind) & (EMPLOYEE_TOKEN.c.digest == digest)
        return select(EMPLOYEE_TOKEN.c.employee_id).where(mine).scalar_subquery()

    def digest(self, kind: str, payload: str | bytes) -> bytes:
        """What is stored of a card or code in place of its content."""
        key = self._keys.key_for(PEPPER)
        if key is None:
            raise RuntimeError("the key of the token digests was destroyed")
        data = payload.encode() if isinstance(payload, str) else payload
        return hmac.digest(key, kind.encode() + b"\0" + data, hashlib.sha256)


class NarrowPeople(People):
    """People as a kiosk's login sees them: whom it asked for (``Store.seek``), masked, without a telephone number."""

    joined: ClassVar[dict[str, Any]] = {
        **People.joined,
        "name": func.guard.masked_name(EMPLOYEE.c.id),
        "phone": literal(""),
    }

    def works_here(self, employee_id: UUID) -> bool:
        """True for somebody who has not left, and was asked for or is enrolled at this terminal."""
        return bool(self.desk.ask(select(func.guard.works_here(employee_id))).scalar())

    def _bearer(self, kind: str, digest: bytes) -> Any:
        return select(func.guard.owner_of(kind, digest)).scalar_subquery()


class Staff(Rows[StaffMember]):
    """People who work here."""

    table = STAFF
    kind = StaffMember

    def by_login(self, login: str) -> StaffMember | None:
        """The member with this sign-in name."""
        return self.one(self.query().where(STAFF.c.login == login))

    def all(self) -> list[StaffMember]:
        """Every member by sign-in name."""
        return self.where(order=STAFF.c.login)

    def set_password(self, staff_id: UUID, password: str) -> None:
        """Set or replace the password and lift a lock."""
        row = {"staff_id": staff_id, "phc": _hash(password), "failures": 0, "locked_until": None}
        self.desk.change(self.desk.upsert(STAFF_PASSWORD, ["staff_id"], list(row)), [row])

    def check_password(self, login: str, password: str) -> StaffMember | None:
        """The active member when the password fits and no lock holds, else None. Takes the same time either way.

        Needs a writing unit of work: five wrong tries lock the account for five minutes, and that count is kept even
        when the caller then raises.
        """
        query = select(STAFF_PASSWORD).join(STAFF).where(STAFF.c.login == login, STAFF.c.active)
        row = self.desk.ask(query).mappings().first()
        fits = _verify(password, row["phc"] if row else _nobodys_hash())
        if row is None:
            return None
        if row["locked_until"] is not None and row["locked_until"] > self.desk.now:
            return None
        failures = 0 if fits else row["failures"] + 1
        if failures != row["failures"]:
            staff_id = row["staff_id"]
            self.desk.keep(lambda work: _note_failures(work.desk, staff_id, failures))
        return self.by_login(login) if fits else None


class Categories(Rows[ServiceCategory]):
    """Service catalogue."""

    table = SERVICE_CATEGORY
    kind = ServiceCategory
    key = "code"

    def all(self) -> list[ServiceCategory]:
        """Every category by code."""
        return self.where()


def _note_failures(desk: Desk, staff_id: UUID, failures: int) -> None:
    locked = failures >= FAILURES_BEFORE_LOCK
    values = {"failures": 0 if locked else failures, "locked_until": desk.now + LOCK_FOR if locked else None}
    desk.change(STAFF_PASSWORD.update().where(STAFF_PASSWORD.c.staff_id == staff_id).values(values))


def _argon2(salt: bytes) -> Argon2id:
    """OWASP's second choice for Argon2id: 19 MiB, two passes, one lane."""
    return Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)


def _hash(password: str) -> str:
    return _argon2(os.urandom(16)).derive_phc_encoded(password.encode())


def _verify(password: str, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), phc)
    except InvalidKey:
        return False
    return True


@cache
def _nobodys_hash() -> str:
    """What an unknown sign-in name is checked against, so that it takes as long as a known one."""
    return _hash(os.urandom(16).hex())

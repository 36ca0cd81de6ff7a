"""The consent ledger, enrolments, and what 'not me' taught. Face templates are not here (``vault``)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from kiosk.model.consent import Consent, ConsentAct, ConsentScope, Enrolment
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema import CONSENT, CONSENT_WITNESS, ENROLMENT, FACE_BLOCK, FACE_STRIKE

_ENDING = CONSENT.alias("ending")


class Consents(Rows[Consent]):
    """Append-only rows; who witnessed is a row of its own."""

    table = CONSENT
    kind = Consent
    source = CONSENT.outerjoin(CONSENT_WITNESS, CONSENT_WITNESS.c.consent_id == CONSENT.c.id)
    joined: ClassVar[dict[str, Any]] = {"witness_id": CONSENT_WITNESS.c.witness_id}

    @classmethod
    def locking(cls, query: Select[Any]) -> Select[Any]:
        """Nothing is locked that nobody may change."""
        return query

    def put(self, value: Consent) -> None:
        """Refused with RuntimeError: the ledger only grows; use ``add``."""
        raise RuntimeError("consents are append-only; use add()")

    def add(self, value: Consent) -> None:
        """Append an act, with its witness when it names one."""
        row = {name: getattr(value, name) for name in self.names() if name not in self.joined}
        self.desk.change(CONSENT.insert(), row)
        if value.witness_id is not None:
            self.set_witness(value.id, value.witness_id)

    def set_witness(self, consent_id: UUID, witness_id: UUID) -> None:
        """Append that a clerk released this grant; ConflictError when somebody did already."""
        row = {"consent_id": consent_id, "witness_id": witness_id, "at": self.desk.now}
        self.desk.change(CONSENT_WITNESS.insert(), row)

    def of_employee(self, employee_id: UUID) -> list[Consent]:
        """Every act of a person in order of time."""
        return self.where(CONSENT.c.employee_id == employee_id, order=CONSENT.c.at)

    def not_enrolled(self) -> list[Consent]:
        """Grants of the local face scope, not withdrawn, not expired, under which nobody is enrolled now."""
        enrolled = (ENROLMENT.c.consent_id == CONSENT.c.id) & ENROLMENT.c.removed_at.is_(None)
        return self.where(
            CONSENT.c.scope == ConsentScope.FACE_LOCAL,
            CONSENT.c.act == ConsentAct.GRANT,
            ~exists(select(ENROLMENT.c.id).where(enrolled)),
            or_(CONSENT.c.expires_at.is_(None), CONSENT.c.expires_at > self.desk.now),
            ~exists(select(_ENDING.c.id).where(_ENDING.c.ends_id == CONSENT.c.id)),
            order=CONSENT.c.at,
        )


class Enrolments(Rows[Enrolment]):
    """Who has templates on which device."""

    table = ENROLMENT
    kind = Enrolment

    def active_of(self, employee_id: UUID, device: str) -> Enrolment | None:
        """The newest enrolment of a person on a device that was not removed."""
        mine = (ENROLMENT.c.employee_id == employee_id) & (ENROLMENT.c.device == device)
        query = self.query().where(mine, ENROLMENT.c.removed_at.is_(None))
        return self.one(query.order_by(ENROLMENT.c.created_at.desc()))

    def anywhere(self, employee_id: UUID) -> list[Enrolment]:
        """Enrolments of a person that were not removed, on any device of the hall."""
        return self.where(ENROLMENT.c.employee_id == employee_id, ENROLMENT.c.removed_at.is_(None))

    def active(self, device: str) -> list[Enrolment]:
        """Enrolments of a device that were not removed."""
        return self.where(ENROLMENT.c.device == device, ENROLMENT.c.removed_at.is_(None), order=ENROLMENT.c.created_at)


class FaceBlocks:
    """Pairs of enrolled people one of whom was taken for the other (DECISIONS 9)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, one: UUID, other: UUID) -> None:
        """Remember the pair; the order does not matter, repeating is harmless."""
        first, second = sorted((one, other))
        row = {"first_id": first, "second_id": second, "at": self._desk.now}
        self._desk.change(self._desk.upsert(FACE_BLOCK, ["first_id", "second_id"], list(row)), row)

    def of(self, employee_id: UUID) -> frozenset[UUID]:
        """Everybody this person was mixed up with."""
        mine = or_(FACE_BLOCK.c.first_id == employee_id, FACE_BLOCK.c.second_id == employee_id)
        rows = self._desk.ask(select(FACE_BLOCK.c.first_id, FACE_BLOCK.c.second_id).where(mine))
        return frozenset(one for row in rows for one in row if one != employee_id)

    def all(self) -> frozenset[tuple[UUID, UUID]]:
        """Every pair, smaller id first."""
        rows = self._desk.ask(select(FACE_BLOCK.c.first_id, FACE_BLOCK.c.second_id))
        return frozenset((row.first_id, row.second_id) for row in rows)

    def forget(self, employee_id: UUID) -> None:
        """Drop the pairs of a person whose templates were deleted."""
        mine = or_(FACE_BLOCK.c.first_id == employee_id, FACE_BLOCK.c.second_id == employee_id)
        self._desk.change(FACE_BLOCK.delete().where(mine))


class FaceStrikes:
    """How often an enrolled person was named to somebody else (DECISIONS 9); the somebody leaves no trace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, employee_id: UUID) -> None:
        """One more mistake about this person."""
        self._put(employee_id, self._count(employee_id) + 1)

    def take_back(self, employee_id: UUID) -> None:
        """The last mistake was none, or is remembered as a pair; harmless when there is none."""
        count = self._count(employee_id)
        if count > 1:
            self._put(employee_id, count - 1)
        else:
            self.forget(employee_id)

    def all(self) -> dict[UUID, int]:
        """Everybody with at least one."""
        rows = self._desk.ask(select(FACE_STRIKE.c.employee_id, FACE_STRIKE.c["count"]))
        return {row[0]: row[1] for row in rows}

    def forget(self, employee_id: UUID) -> None:
        """Drop the count of a person whose templates were deleted."""
        self._desk.change(FACE_STRIKE.delete().where(FACE_STRIKE.c.employee_id == employee_id))

    def _count(self, employee_id: UUID) -> int:
        mine = select(FACE_STRIKE.c["count"]).where(FACE_STRIKE.c.employee_id == employee_id)
        return self._desk.ask(mine.with_for_update()).scalar() or 0

    def _put(self, employee_id: UUID, count: int) -> None:
        row = {"employee_id": employee_id, "count": count}
        self._desk.change(self._desk.upsert(FACE_STRIKE, ["employee_id"], list(row)), row)

"""The consent ledger and what hangs on it: enrolment, withdrawal, and the receipt that a template is gone."""

from __future__ import annotations

import calendar as month_table
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from kiosk import activation
from kiosk.errors import RuleError, WorldError
from kiosk.model.consent import Consent, ConsentAct, ConsentScope, Enrolment
from kiosk.model.people import EmployeeStatus
from kiosk.model.staff import Actor, Role
from kiosk.notice import Notice, load_notice
from kiosk.services.context import Context
from kiosk.services.moves import load_visit
from kiosk.store import Work

ADULT = 18
QUIET_MONTHS = 12
LOCAL = ConsentScope.FACE_LOCAL


@dataclass(frozen=True, slots=True)
class ConsentState:
    """How one person stands to the face match on this device."""

    granted: bool
    refused: bool
    expires_at: datetime | None
    enrolled: bool
    awaiting_release: bool
    consent_id: UUID | None = None
    """The grant that holds now; an enrolment that was left half-way goes on with it."""


@dataclass(frozen=True, slots=True)
class PendingRelease:
    """A grant that waits for a clerk as witness; shown at the desk without a name."""

    consent_id: UUID
    terminal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalReceipt:
    """Proof for the person: what was deleted, when, and the number to quote."""

    number: str
    at: datetime
    templates_removed: int


def latest(work: Work, employee_id: UUID, scope: ConsentScope = LOCAL) -> Consent | None:
    """The newest act of the person on the scope; a withdrawal beats a grant of the same instant."""
    acts = [row for row in work.consents.of_employee(employee_id) if row.scope is scope]
    return max(acts, key=lambda row: (row.at, row.act is ConsentAct.WITHDRAW), default=None)


def valid_grant(work: Work, employee_id: UUID) -> Consent | None:
    """The witnessed, unexpired grant for matching on this device, or None."""
    act = latest(work, employee_id)
    if act is None or act.act is not ConsentAct.GRANT or act.witness_id is None:
        return None
    return act if act.expires_at is None or act.expires_at > work.now else None


def face_off() -> WorldError:
    """Nobody is matched or enrolled without an activation record (DECISIONS 3)."""
    return WorldError("face_off", "Face matching is not activated here.", "Use another way.")


def months_later(start: datetime, months: int) -> datetime:
    """The same day ``months`` later, or the month's last day."""
    years, month0 = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, month_table.monthrange(year, month0 + 1)[1])
    return start.replace(year=year, month=month0 + 1, day=day)


class Consents:
    """Verbs on consent. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def notice(self, language: str) -> Notice:
        """The text the person reads, with its version and hash."""
        return load_notice(language, self._context.settings)

    def state(self, employee_id: UUID) -> ConsentState:
        """Where the person stands; shown on 'my authorisations'."""
        with self._context.store.read() as work:
            act = latest(work, employee_id)
            grant = act if act is not None and act.act is ConsentAct.GRANT else None
            holds = grant is not None and (grant.expires_at is None or grant.expires_at > work.now)
            return ConsentState(
                granted=holds,
                refused=act is not None and act.act is ConsentAct.REFUSE,
                expires_at=grant.expires_at if grant else None,
                enrolled=work.enrolments.active_of(employee_id, self._context.terminal) is not None,
                awaiting_release=grant is not None and grant.witness_id is None,
                consent_id=grant.id if grant and holds else None,
            )

    def grant(self, employee_id: UUID, language: str, actor: Actor) -> Consent:
        """The person agreed on the notice page. Matching starts only after a clerk's release (DECISIONS 7)."""
        with self._context.store.write() as work:
            self._refuse_minor(work, employee_id)
            expires = months_later(work.now, self._context.settings.face.consent_months)
            return self._add(work, employee_id, ConsentAct.GRANT, language, actor, expires_at=expires)

    def may_invite(self, visit_id: UUID) -> bool:
        """Whether the screen may mention the face match to this visitor.

        To somebody known who was never asked, or who agreed and was not enrolled yet. A no is an answer: nobody is
        asked again for a year (PRIVACY A6).
        """
        with self._context.store.read() as work:
            employee_id = load_visit(work, visit_id).employee_id
            act = latest(work, employee_id) if employee_id else None
            if employee_id is None or act is None:
                return employee_id is not None
            if act.act is ConsentAct.GRANT:
                return work.enrolments.active_of(employee_id, self._context.terminal) is None
            return months_later(act.at, QUIET_MONTHS) <= work.now

    def refuse(self, employee_id: UUID, language: str, actor: Actor) -> Consent:
        """A no is remembered so that nobody asks again, and never punished."""
        with self._context.store.write() as work:
            return self._add(work, employee_id, ConsentAct.REFUSE, language, actor)

    def _refuse_minor(self, work: Work, employee_id: UUID) -> None:
        employee = work.people.get(employee_id)
        if employee is None or employee.age(self._context.clock.today()) < ADULT:
            raise RuleError("adults_only", "Face matching is for adults only.", "Use another way; it is just as quick.")

    def _add(self, work: Work, employee_id: UUID, act: ConsentAct, language: str, actor: Actor, **more: Any) -> Consent:
        notice = load_notice(language, self._context.settings)
        row = Consent(
            id=self._context.ids.new(),
            employee_id=employee_id,
            scope=LOCAL,
            act=act,
            notice_version=notice.version,
            notice_sha256=notice.sha256,
            terminal=self._context.terminal,
            at=work.now,
            **more,
        )
        work.consents.add(row)
        self._record(work, row, actor)
        return row

    def _record(self, work: Work, row: Consent, actor: Actor) -> None:
        data = {
            "scope": row.scope.value,
            "act": row.act.value,
            "notice_version": row.notice_version,
            "notice_sha256": row.notice_sha256,
            "ends_id": str(row.ends_id) if row.ends_id else None,
        }
        personal = {"employee_id": str(row.employee_id)}
        work.journal.record("consent", row.id, row.act.value, actor, data, subject=row.employee_id, personal=personal)

    def pending(self) -> tuple[PendingRelease, ...]:
        """Grants that wait for a clerk."""
        with self._context.store.read() as work:
            return tuple(PendingRelease(c.id, c.terminal, c.at) for c in work.consents.pending_release())

    def release(self, consent_id: UUID, witness: Actor) -> None:
        """A clerk saw who stands at the kiosk and lets the enrolment go on."""
        if witness.id is None or not witness.roles & {Role.DESK, Role.HEAD, Role.GUIDE}:
            raise RuleError("role_missing", "Only staff can release an enrolment.", "Ask at the desk.")
        with self._context.store.write() as work:
            work.consents.set_witness(consent_id, witness.id)
            work.audit.add(witness, "enrolment.released", None, "witness", {"consent": str(consent_id)})
            work.journal.record("consent", consent_id, "released", witness, {})

    def is_released(self, consent_id: UUID) -> bool:
        """True once a clerk released it."""
        with self._context.store.read() as work:
            row = work.consents.get(consent_id)
            return row is not None and row.witness_id is not None

    def live(self) -> frozenset[UUID]:
        """Consents whose templates this device may hold now: released, unexpired, used within the months allowed, of
        somebody who has not left.

        The vault drops every other row (DECISIONS 5).
        """
        months = self._context.settings.face.unused_months
        with self._context.store.read() as work:
            alive = set()
            for enrolment in work.enrolments.active(self._context.terminal):
                grant = valid_grant(work, enrolment.employee_id)
                person = work.people.get(enrolment.employee_id)
                if grant is None or person is None or person.status is EmployeeStatus.LEFT:
                    continue
                used = enrolment.last_used_at or enrolment.created_at
                if months_later(used, months) > work.now:
                    alive.add(grant.id)
            return frozenset(alive)

    def released_of(self, employee_id: UUID) -> UUID:
        """The released, unexpired consent of a person. Raises RuleError without one."""
        with self._context.store.read() as work:
            grant = valid_grant(work, employee_id)
        if grant is None:
            raise RuleError("consent_missing", "There is no valid consent for this.", "Read the notice again.")
        return grant.id

    def enrol(self, consent_id: UUID, engine: str, views: Sequence[Any], actor: Actor) -> Enrolment:
        """Keep the templates of a released consent: enrolment row first, then the vault (DECISIONS 4).

        ``views`` are float32 unit vectors. Raises RuleError without a valid, released consent and WorldError
        while the face module is off.
        """
        vault = self._context.vault()
        if vault is None:
            raise face_off()
        with self._context.store.write() as work:
            if not work.meta.get(activation.KEY):  # switched off since; the vault still opens, to be emptied
                raise face_off()
            row = work.consents.get(consent_id)
            grant = valid_grant(work, row.employee_id) if row else None
            if row is None or grant is None or grant.id != consent_id:
                raise RuleError("consent_missing", "There is no valid consent for this.", "Read the notice again.")
            self._end_enrolments(work, row.employee_id)
            enrolment = Enrolment(
                self._context.ids.new(), row.employee_id, consent_id, self._context.terminal, engine, work.now
            )
            work.enrolments.put(enrolment)
            work.audit.add(actor, "face.enrolled", row.employee_id, "consent", {"consent": str(consent_id)})
        assert row.expires_at is not None, "every grant expires"
        vault.put(row.employee_id, consent_id, engine, np.asarray(views, np.float32), row.expires_at)
        with self._context.store.write() as work:
            # Last, because screens learn from this event that the vault has changed.
            work.journal.record("consent", consent_id, "enrolled", actor, {})
        return enrolment

    def _end_enrolments(self, work: Work, employee_id: UUID) -> None:
        """What this person had on this device: also the trace of an attempt whose vault could not be written."""
        for enrolment in work.enrolments.active(self._context.terminal):
            if enrolment.employee_id == employee_id:
                work.enrolments.put(replace(enrolment, removed_at=work.now))

    def withdraw(self, employee_id: UUID, language: str, actor: Actor) -> WithdrawalReceipt:
        """Withdraw and delete at once on this device; other devices follow by the ledger (DECISIONS 5)."""
        with self._context.store.write() as work:
            act = latest(work, employee_id)
            ends = act.id if act and act.act is ConsentAct.GRANT else None
            row = self._add(work, employee_id, ConsentAct.WITHDRAW, language, actor, ends_id=ends)
            self._end_enrolments(work, employee_id)
            work.audit.add(actor, "consent.withdrawn", employee_id, "withdrawal", {"consent": str(row.id)})
        vault = self._context.vault()
        removed = vault.drop(employee_id).rows if vault is not None else 0
        return WithdrawalReceipt(row.id.hex[-10:].upper(), row.at, removed)

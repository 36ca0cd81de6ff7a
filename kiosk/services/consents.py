"""The consent ledger and what hangs on it: enrolment, withdrawal, and the receipt that a template is gone."""

from __future__ import annotations

import calendar as month_table
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from kiosk import activation
from kiosk.errors import RuleError, WorldError
from kiosk.model.consent import Consent, ConsentAct, ConsentScope, Enrolment
from kiosk.model.staff import Actor, Role
from kiosk.notice import Notice, load_notice
from kiosk.services import witnessing
from kiosk.services.context import Context, one_transaction
from kiosk.services.moves import load_visit
from kiosk.settings import Settings
from kiosk.store import Work

ADULT = 18
QUIET_MONTHS = 12
LOCAL = ConsentScope.FACE_LOCAL
_STRENGTH = (ConsentAct.GRANT, ConsentAct.REFUSE, ConsentAct.WITHDRAW)


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
    """A grant that waits for a clerk as witness; shown at the desk without a name.

    ``captured``: the views are taken, and compared with everybody enrolled there: ``look_alikes`` of them are alike,
    ``doubles`` as much as one person is (``recognition.enrol.LookAlikes``).
    """

    consent_id: UUID
    terminal: str
    at: datetime
    captured: bool = False
    look_alikes: int = 0
    doubles: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawalReceipt:
    """Proof for the person: what was deleted, when, and the number to quote (of the vault's signed receipt, if any)."""

    number: str
    at: datetime
    templates_removed: int


def latest(work: Work, employee_id: UUID, scope: ConsentScope = LOCAL) -> Consent | None:
    """The newest act of the person on the scope; of the same instant a withdrawal beats a no, and a no beats a yes."""
    acts = [row for row in work.consents.of_employee(employee_id) if row.scope is scope]
    return max(acts, key=lambda row: (row.at, _STRENGTH.index(row.act), row.id), default=None)


def valid_grant(work: Work, employee_id: UUID, notices: Collection[str] | None = None) -> Consent | None:
    """The witnessed, unexpired grant for matching on this device, given to one of ``notices`` (None: any); or None."""
    act = latest(work, employee_id)
    if act is None or act.act is not ConsentAct.GRANT or act.witness_id is None:
        return None
    if notices is not None and act.notice_sha256 not in notices:
        return None
    return act if act.expires_at is None or act.expires_at > work.now else None


def needed_notices(settings: Settings) -> Collection[str] | None:
    """The texts a grant must have been given to: while views are learned, only those that say so; else any (None)."""
    return frozenset(activation.notice_hashes(settings).values()) if settings.face.learn_views else None


def forget_mistakes(work: Work, employee_id: UUID) -> None:
    """What 'not me' taught about templates ends with the last of them, on whichever device of the hall."""
    if work.enrolments.anywhere(employee_id):
        return
    work.face_blocks.forget(employee_id)
    work.face_strikes.forget(employee_id)


def _is_open(work: Work, row: Consent | None) -> bool:
    """A grant that a clerk may release now: nothing came after it, and its time is not over."""
    act = latest(work, row.employee_id) if row else None
    if row is None or act is None or act.id != row.id or row.act is not ConsentAct.GRANT:
        return False
    return row.expires_at is None or row.expires_at > work.now


def _is_cleared(work: Work, row: Consent) -> bool:
    capture = witnessing.captures(work, [row]).get(row.id)
    return row.witness_id is not None and (capture is None or capture.cleared)


def _pending(row: Consent, capture: witnessing.Capture | None) -> PendingRelease | None:
    """None for a grant that was released and waits for nothing."""
    if capture is not None and capture.waits:
        return PendingRelease(row.id, row.terminal, row.at, True, capture.look_alikes, capture.doubles)
    return PendingRelease(row.id, row.terminal, row.at) if row.witness_id is None else None


def _no_earlier(now: datetime, before: Consent | None) -> datetime:
    """After the act it answers: a clock set back, or behind another kiosk's, must not undo a withdrawal."""
    return before.at + timedelta(microseconds=1) if before is not None and before.at > now else now


def _unconfirmed() -> RuleError:
    return RuleError(
        "look_alike_unconfirmed",
        "Somebody enrolled looks the same as this person.",
        "Check the identity card, then confirm once more.",
    )


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
            notices = needed_notices(self._context.settings)
            known = grant is not None and (notices is None or grant.notice_sha256 in notices)
            holds = grant is not None and known and (grant.expires_at is None or grant.expires_at > work.now)
            return ConsentState(
                granted=holds,
                refused=act is not None and act.act is ConsentAct.REFUSE,
                expires_at=grant.expires_at if grant else None,
                enrolled=work.enrolments.active_of(employee_id, self._context.terminal) is not None,
                awaiting_release=grant is not None and grant.witness_id is None,
                consent_id=grant.id if grant and holds else None,
            )

    @one_transaction
    def grant(self, work: Work, employee_id: UUID, language: str, actor: Actor) -> Consent:
        """The person agreed on the notice page. Matching starts only after a clerk's release (DECISIONS 7)."""
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

    @one_transaction
    def refuse(self, work: Work, employee_id: UUID, language: str, actor: Actor) -> Consent:
        """A no is remembered so that nobody asks again, and never punished."""
        return self._add(work, employee_id, ConsentAct.REFUSE, language, actor)

    def _refuse_minor(self, work: Work, employee_id: UUID) -> None:
        employee = work.people.get(employee_id)
        if employee is None or employee.age(self._context.clock.today()) < ADULT:
            raise RuleError("adults_only", "Face matching is for adults only.", "Use another way; it is just as quick.")

    def _add(self, work: Work, employee_id: UUID, act: ConsentAct, language: str, actor: Actor, **more: Any) -> Consent:
        notice = load_notice(language, self._context.settings)
        before = latest(work, employee_id)
        row = Consent(
            id=self._context.ids.new(),
            employee_id=employee_id,
            scope=LOCAL,
            act=act,
            notice_version=notice.version,
            notice_sha256=notice.sha256,
            terminal=self._context.terminal,
            at=_no_earlier(work.now, before),
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
        """Grants that wait for a clerk, first those whose views are taken: somebody stands there."""
        with self._context.store.read() as work:
            grants = work.consents.not_enrolled()
            captures = witnessing.captures(work, grants)
            rows = (_pending(grant, captures.get(grant.id)) for grant in grants)
            return tuple(sorted((row for row in rows if row), key=lambda row: not row.captured))

    @one_transaction
    def compared(self, work: Work, consent_id: UUID, look_alikes: int, doubles: int, actor: Actor) -> None:
        """The views of this capture are taken and compared with everybody enrolled here; audited with counts only."""
        witnessing.compared(work, consent_id, look_alikes, doubles, actor)

    @one_transaction
    def dropped(self, work: Work, consent_id: UUID, actor: Actor) -> None:
        """The views were dropped before a clerk released them: nothing waits any more."""
        witnessing.dropped(work, consent_id, actor)

    @one_transaction
    def release(self, work: Work, consent_id: UUID, witness: Actor, *, confirmed: bool = False) -> None:
        """A clerk saw who stands at the kiosk and lets the enrolment go on.

        ``confirmed``: the clerk was told that somebody enrolled looks the same, and checked the card. Raises RuleError
        ``look_alike_unconfirmed`` without it, and unless the grant is the person's latest act and unexpired;
        ConflictError when it was released.
        """
        if witness.id is None or not witness.roles & {Role.DESK, Role.HEAD, Role.GUIDE}:
            raise RuleError("role_missing", "Only staff can release an enrolment.", "Ask at the desk.")
        if not _is_open(work, work.consents.get(consent_id)):
            raise RuleError("consent_missing", "There is no valid consent for this.", "Read the notice again.")
        row = work.consents.get(consent_id)
        capture = witnessing.captures(work, [row]).get(consent_id) if row else None
        waits = capture is not None and capture.waits
        if capture is not None and waits and capture.doubles and not confirmed:
            raise _unconfirmed()
        if row is None or row.witness_id is None or not waits:
            work.consents.set_witness(consent_id, witness.id)
        witnessing.released(work, consent_id, capture, witness)

    def is_released(self, consent_id: UUID) -> bool:
        """True once a clerk released it: after its newest capture, where there was one."""
        with self._context.store.read() as work:
            row = work.consents.get(consent_id)
            return row is not None and _is_cleared(work, row)

    def live(self) -> frozenset[UUID]:
        """Consents whose templates this device may hold now: released, unexpired, used within the months allowed, of
        somebody who has not left.

        The vault drops every other row (DECISIONS 5).
        """
        with self._context.store.read() as work:
            return self.live_in(work)

    def live_in(self, work: Work) -> frozenset[UUID]:
        """As ``live``, within a unit of work."""
        months = self._context.settings.face.unused_months
        notices = needed_notices(self._context.settings)
        alive = set()
        for enrolment in work.enrolments.active(self._context.terminal):
            grant = valid_grant(work, enrolment.employee_id, notices)
            if grant is None or not work.people.works_here(enrolment.employee_id):
                continue
            used = enrolment.last_used_at or enrolment.created_at
            if months_later(used, months) > work.now:
                alive.add(grant.id)
        return frozenset(alive)

    def released_of(self, employee_id: UUID) -> UUID:
        """The released, unexpired consent of a person. Raises RuleError without one."""
        with self._context.store.read() as work:
            grant = valid_grant(work, employee_id, needed_notices(self._context.settings))
        if grant is None:
            raise RuleError("consent_missing", "There is no valid consent for this.", "Read the notice again.")
        return grant.id

    def enrol(
        self, consent_id: UUID, engine: str, views: Sequence[Any], actor: Actor, look_alikes: Sequence[UUID] = ()
    ) -> Enrolment:
        """Keep the templates of a released consent: enrolment row first, then the vault (DECISIONS 4).

        ``look_alikes``: enrolled people this person is alike; neither is ever surely taken for the other.
        ``views`` are float32 unit vectors and stay the caller's, to be wiped. Raises RuleError without a valid,
        released consent and WorldError while the face module is off.
        """
        vault = self._context.vault()
        if vault is None:
            raise face_off()
        row, enrolment = self._begin_enrolment(consent_id, engine, look_alikes, actor)
        assert row.expires_at is not None, "every grant expires"
        stacked = np.array(views, np.float32)
        try:
            vault.put(row.employee_id, consent_id, engine, stacked, row.expires_at)
        except Exception:  # a full disk: whoever has no template is free to be enrolled again
            self._context.store.run(lambda work: work.enrolments.put(replace(enrolment, removed_at=work.now)))
            raise
        finally:
            stacked.fill(0)
        # Last, because screens learn from this event that the vault has changed.
        self._context.store.run(lambda work: work.journal.record("consent", consent_id, "enrolled", actor, {}))
        return enrolment

    @one_transaction
    def _begin_enrolment(
        self, work: Work, consent_id: UUID, engine: str, look_alikes: Sequence[UUID], actor: Actor
    ) -> tuple[Consent, Enrolment]:
        row = self._cleared(work, consent_id)
        self._end_enrolments(work, row.employee_id)
        mine = row.employee_id, consent_id, self._context.terminal, engine
        enrolment = Enrolment(self._context.ids.new(), *mine, work.now)
        work.enrolments.put(enrolment)
        for other in look_alikes:
            work.face_blocks.add(row.employee_id, other)
        work.audit.add(actor, "face.enrolled", row.employee_id, "consent", {"consent": str(consent_id)})
        return row, enrolment

    def _cleared(self, work: Work, consent_id: UUID) -> Consent:
        """The released consent under which views may be kept now. Raises as ``enrol``."""
        if not work.meta.get(activation.KEY):  # switched off since; the vault still opens, to be emptied
            raise face_off()
        row = work.consents.get(consent_id)
        grant = valid_grant(work, row.employee_id, needed_notices(self._context.settings)) if row else None
        if grant is None or grant.id != consent_id or not _is_cleared(work, grant):
            raise RuleError("consent_missing", "There is no valid consent for this.", "Read the notice again.")
        return grant

    def _end_enrolments(self, work: Work, employee_id: UUID) -> None:
        """What this person had on this device: also the trace of an attempt whose vault could not be written."""
        for enrolment in work.enrolments.active(self._context.terminal):
            if enrolment.employee_id == employee_id:
                work.enrolments.put(replace(enrolment, removed_at=work.now))
        forget_mistakes(work, employee_id)

    def withdraw(self, employee_id: UUID, language: str, actor: Actor) -> WithdrawalReceipt:
        """Withdraw and delete at once on this device; other devices follow by the ledger (DECISIONS 5)."""
        row = self._withdraw(employee_id, language, actor)
        vault = self._context.vault()
        gone = vault.drop(employee_id) if vault is not None else None
        if gone is None:
            return WithdrawalReceipt(row.id.hex[-10:].upper(), row.at, 0)
        return WithdrawalReceipt(gone.number, row.at, gone.rows)

    @one_transaction
    def _withdraw(self, work: Work, employee_id: UUID, language: str, actor: Actor) -> Consent:
        act = latest(work, employee_id)
        ends = act.id if act and act.act is ConsentAct.GRANT else None
        row = self._add(work, employee_id, ConsentAct.WITHDRAW, language, actor, ends_id=ends)
        self._end_enrolments(work, employee_id)
        work.audit.add(actor, "consent.withdrawn", employee_id, "withdrawal", {"consent": str(row.id)})
        return row

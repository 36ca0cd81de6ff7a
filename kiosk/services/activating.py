"""Switching the face module of a hall on and off (启用、停用人脸识别). Off deletes every template at once.

The record itself, and when it stops holding, is ``kiosk.activation``; who may sign is decided here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk import activation
from kiosk.activation import Activation, SiteCheck
from kiosk.errors import AccessError, InputError, RuleError
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.services.consents import forget_mistakes
from kiosk.services.context import Context
from kiosk.store.vault import Reason

SIGNERS = frozenset({Role.HEAD, Role.LEADER})


class Activating:
    """Verbs on the activation of the face module. Call on the database thread; no terminal need be open."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self) -> Activation | None:
        """The record in the store, whether it still holds or not; None while the module is off (or a demo)."""
        with self._context.store.read() as work:
            return activation.from_text(work.meta.get(activation.KEY) or "")

    def activate(
        self,
        member: StaffMember,
        *,
        purpose: str,
        assessment: str,
        assessed_until: date,
        consultation: str,
        checks: frozenset[SiteCheck],
    ) -> Activation:
        """Sign a record; terminals offer the face way from their next start.

        Raises AccessError unless ``member`` is head or leader, InputError for what is missing.
        """
        if not member.roles & SIGNERS:
            raise AccessError("sign_off_role", "This role may not sign.", "Ask the head of the centre or a leader.")
        record = activation.sign(
            self._context.settings,
            purpose=purpose,
            assessment=assessment,
            assessed_until=assessed_until,
            consultation=consultation,
            checks=checks,
            signed_by=member.id,
            at=self._context.clock.now(),
        )
        with self._context.store.write() as work:
            work.meta.put(activation.KEY, activation.to_text(record))
            actor = Actor("staff", member.id, member.roles, self._context.terminal)
            detail = {"assessment": record.assessment, "until": record.assessed_until.isoformat()}
            work.audit.add(actor, "face.activated", None, record.purpose, detail)
        return record

    def deactivate(self, reason: str, actor: Actor) -> int:
        """End matching in this hall and delete every template here; the number of template rows that went.

        Raises RuleError while the module is off, InputError without a reason. Templates first, then the ledger: cut
        short in between, it can be repeated. Other devices of the hall delete theirs when they learn of the events,
        or at their next start.
        """
        if not reason.strip():
            raise InputError("reason_missing", "The reason is missing.", "Say why the module is switched off.")
        with self._context.store.read() as work:
            standing = work.meta.get(activation.KEY)
        vault = self._context.vault()
        if not standing or vault is None:
            raise RuleError("face_off", "Face matching is not activated here.", "There is nothing to switch off.")
        removed = sum(receipt.rows for receipt in vault.purge(frozenset, lambda _consent: Reason.DEACTIVATED))
        with self._context.store.write() as work:
            for enrolment in work.enrolments.where():
                if enrolment.removed_at is None:
                    work.enrolments.put(replace(enrolment, removed_at=work.now))
                    forget_mistakes(work, enrolment.employee_id)
                    work.journal.record("consent", enrolment.consent_id, "template_removed", actor, {})
            work.meta.put(activation.KEY, "")
            work.audit.add(actor, "face.deactivated", None, reason.strip(), {"templates": removed})
        return removed

"""The life of the templates in this device's vault: kept while the ledger allows it, deleted with receipts, re-keyed.

Owns when a template has to go (DECISIONS 5); how it goes is the vault's. No terminal need be open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kiosk import activation
from kiosk.errors import WorldError
from kiosk.model.consent import ConsentAct, Enrolment
from kiosk.model.staff import Actor
from kiosk.services.consents import Consents, forget_mistakes, latest
from kiosk.services.context import Context, one_transaction
from kiosk.store import Work
from kiosk.store.vault import Check, Reason, Receipt, Rekeyed, Standing, Status, Vault


class Templates:
    """Verbs on the vault as a whole. Off the GUI thread; each may take seconds for a large vault."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._consents = Consents(context)

    def purge(self, actor: Actor) -> tuple[Receipt, ...]:
        """Delete every template whose time is over: expired, unused, left, withdrawn. Nothing without a vault.

        The vault first, then the ledger: cut short in between, it can be repeated.
        """
        vault = self._context.vault()
        if vault is None:
            return ()
        receipts = vault.purge(self._consents.live, self._why)
        self._end_enrolments(actor)
        if receipts:
            self._note(actor, "templates.purged", "retention", _summary(receipts))
        return receipts

    def verify(self, actor: Actor) -> Check:
        """Open every row, check every receipt, delete what must not or cannot be kept. WorldError without a vault."""
        check = self._vault().verify(self._consents.live)
        self._end_enrolments(actor)
        detail = {"readable": check.readable, "sound": check.sound, **_summary(check.removed)}
        self._note(actor, "templates.verified", "verify", detail)
        return check

    def missing(self) -> int:
        """How many people are enrolled here without a template: their vault was lost. WorldError without a vault."""
        with self._context.store.read() as work:
            enrolled = {row.employee_id for row in work.enrolments.active(self._context.terminal)}
        return max(0, len(enrolled) - self.status().people)

    def rekey(self, actor: Actor, progress: Callable[[int, int], None]) -> Rekeyed:
        """Issue every template anew under new keys. WorldError without a vault, ConflictError while another runs."""
        done = self._vault().rekey(progress)
        detail = {"rows": done.rows, "unreadable": done.unreadable, "generation": done.generation}
        self._note(actor, "vault.rekeyed", "rekey", detail)
        return done

    @one_transaction
    def _note(self, work: Work, actor: Actor, action: str, reason: str, detail: Mapping[str, object]) -> None:
        work.audit.add(actor, action, None, reason, detail)

    def status(self) -> Status:
        """Counts and times. WorldError without a vault."""
        return self._vault().status()

    def receipt(self, number: str) -> tuple[Receipt, Standing] | None:
        """A stored receipt and what it is worth; None for an unknown number. WorldError without a vault."""
        return self._vault().receipt(number)

    def _vault(self) -> Vault:
        vault = self._context.vault()
        if vault is None:
            raise WorldError("vault_missing", "There is no vault here.", "Face matching was never activated here.")
        return vault

    def _why(self, consent_id: UUID) -> Reason:
        """Why the ledger does not allow the templates of this consent (any more)."""
        with self._context.store.read() as work:
            if not work.meta.get(activation.KEY):
                return Reason.DEACTIVATED
            row = work.consents.get(consent_id)
            act = latest(work, row.employee_id) if row else None
            if row is None or act is None:
                return Reason.NO_CONSENT
            if act.act is ConsentAct.WITHDRAW:
                return Reason.WITHDRAWN
            if row.expires_at is not None and row.expires_at <= work.now:
                return Reason.EXPIRED
            if not work.people.works_here(row.employee_id):
                return Reason.LEFT
            mine = work.enrolments.active_of(row.employee_id, self._context.terminal)
            return Reason.UNUSED if mine and mine.consent_id == consent_id else Reason.NO_CONSENT

    def _end_enrolments(self, actor: Actor) -> None:
        """The ledger follows the vault: whoever may not be matched any more is not enrolled here."""
        with self._context.store.read() as work:
            nothing = not self._over(work)
        if not nothing:
            self._end_those_over(actor)

    @one_transaction
    def _end_those_over(self, work: Work, actor: Actor) -> None:
        for enrolment in self._over(work):
            work.enrolments.put(replace(enrolment, removed_at=work.now))
            forget_mistakes(work, enrolment.employee_id)
            work.journal.record("consent", enrolment.consent_id, "template_removed", actor, {})

    def _over(self, work: Work) -> list[Enrolment]:
        live = self._consents.live_in(work)
        return [row for row in work.enrolments.active(self._context.terminal) if row.consent_id not in live]


def _summary(receipts: Sequence[Receipt]) -> dict[str, object]:
    """For the audit chain: how many rows went and why, and the numbers of the receipts."""
    rows: Counter[str] = Counter()
    for receipt in receipts:
        rows[receipt.reason.value] += receipt.rows
    return {"rows": dict(rows), "receipts": [receipt.number for receipt in receipts]}

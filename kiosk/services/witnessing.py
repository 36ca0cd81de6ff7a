"""What a clerk releases: the views of one capture, after a look at who stands there and at how many look alike.

Owns the order compared - released - kept. It lies in the audit chain, under the id of the consent: counts only, never
who is alike, and nothing of it leaves this installation's store. Each capture needs a release of its own; one that
came before the capture says nothing about who was captured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kiosk.model.consent import Consent
from kiosk.model.record import AuditRow
from kiosk.model.staff import Actor
from kiosk.store import Work

COMPARED = "face.compared"
RELEASED = "enrolment.released"
DROPPED = "face.dropped"


@dataclass(frozen=True, slots=True)
class Capture:
    """The newest capture under a consent. ``waits``: nobody released it, and it was not dropped."""

    look_alikes: int
    doubles: int
    waits: bool
    cleared: bool
    """Released after the capture: the views may be kept."""


def compared(work: Work, consent_id: UUID, look_alikes: int, doubles: int, actor: Actor) -> None:
    """Views were taken and compared with everybody enrolled on the device."""
    counts: dict[str, object] = {"look_alikes": look_alikes, "doubles": doubles}
    work.audit.add(actor, COMPARED, consent_id, "enrolment", counts)
    work.journal.record("consent", consent_id, "compared", actor, {})


def dropped(work: Work, consent_id: UUID, actor: Actor) -> None:
    """The visitor left before the release; the views are gone."""
    work.audit.add(actor, DROPPED, consent_id, "enrolment")
    work.journal.record("consent", consent_id, "dropped", actor, {})


def released(work: Work, consent_id: UUID, capture: Capture | None, witness: Actor) -> None:
    """A clerk looked. What was known then is written with it."""
    detail: dict[str, object] = {"consent": str(consent_id)}
    if capture is not None:
        detail |= {"look_alikes": capture.look_alikes, "doubles": capture.doubles}
    work.audit.add(witness, RELEASED, consent_id, "witness", detail)
    work.journal.record("consent", consent_id, "released", witness, {})


def captures(work: Work, consents: Sequence[Consent]) -> dict[UUID, Capture]:
    """The newest capture under each of these consents; those without one are not in the result."""
    ids = [consent.id for consent in consents]
    rows = {action: work.audit.last_of(action, ids) for action in (COMPARED, RELEASED, DROPPED)}
    return {one: _capture(one, row, rows) for one, row in rows[COMPARED].items()}


def _capture(consent_id: UUID, row: AuditRow, rows: dict[str, dict[UUID, AuditRow]]) -> Capture:
    after = {
        action
        for action in (RELEASED, DROPPED)
        if (other := rows[action].get(consent_id)) is not None and other.seq > row.seq
    }
    look_alikes, doubles = (int(str(row.detail[name])) for name in ("look_alikes", "doubles"))
    return Capture(look_alikes, doubles, not after, after == {RELEASED})

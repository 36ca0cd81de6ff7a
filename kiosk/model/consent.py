"""Consent ledger rows: append-only; a withdrawal names the grant it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ConsentScope(StrEnum):
    """Two independent consents (DECISIONS 24); the second stays hidden until cross-centre exists."""

    FACE_LOCAL = "face_local"
    FACE_CROSS_CENTRE = "face_cross_centre"


class ConsentAct(StrEnum):
    """What the row records."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Consent:
    """One act of one person on one scope, bound to the notice text that was shown."""

    id: UUID
    employee_id: UUID
    scope: ConsentScope
    act: ConsentAct
    notice_version: str
    notice_sha256: str
    terminal: str
    at: datetime
    expires_at: datetime | None = None
    ends_id: UUID | None = None
    witness_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """That a person has templates on a device; the templates themselves lie in that device's vault only."""

    id: UUID
    employee_id: UUID
    consent_id: UUID
    device: str
    engine: str
    created_at: datetime
    last_used_at: datetime | None = None
    removed_at: datetime | None = None

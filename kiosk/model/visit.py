"""A visit (来访): one person's stay, from the first touch to the end of the reception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Method(StrEnum):
    """How the visitor chose to be recognised."""

    FACE = "face"
    STAFF_NUMBER = "staff_number"
    QR = "qr"
    ID_CARD = "id_card"
    ASSISTED = "assisted"
    ANONYMOUS = "anonymous"


class Proof(StrEnum):
    """Strength of proof, stored with the visit (DECISIONS 7)."""

    FACE_LIVE = "face_live"  # face confirmed by the person, liveness passed
    FACE_CONFIRMED = "face_confirmed"  # face confirmed by the person, liveness not enforced
    CARD = "card"
    NUMBER = "number"
    VOUCHED = "vouched"  # a clerk vouches
    NONE = "none"

    @property
    def strong(self) -> bool:
        """True when more than a number anybody may know speaks for the person."""
        return self not in (Proof.NUMBER, Proof.NONE)


class VisitState(StrEnum):
    """States of the visit machine (DECISIONS 17)."""

    ARRIVED = "arrived"
    IDENTIFIED = "identified"
    ANONYMOUS = "anonymous"
    TICKETED = "ticketed"
    SERVED = "served"
    CLOSED = "closed"
    LEFT = "left"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; ``identity_checked`` is set when a clerk has looked at a number-only visitor's identity."""

    id: UUID
    service_date: date
    state: VisitState
    method: Method | None
    proof: Proof
    employee_id: UUID | None
    terminal: str
    started_at: datetime
    ended_at: datetime | None = None
    identity_checked: bool = False
    language: str = "zh_CN"

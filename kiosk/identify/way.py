"""What every way to be recognised has in common. Owns the types; knows no single way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.model.visit import Method, Proof


class ClaimKind(StrEnum):
    """What an input says it is."""

    STAFF_NUMBER = "staff_number"
    BOOKING = "booking"
    TICKET = "ticket"
    ID_CARD = "id_card"


@dataclass(frozen=True, slots=True)
class Claim:
    """What was read, checked for form only: whose it is, the service looks up. Never shown in logs."""

    kind: ClaimKind
    parts: tuple[str, ...] = field(repr=False)

    @property
    def value(self) -> str:
        """The first part: the number, reference or token."""
        return self.parts[0]


Read = Callable[[str], Claim]
"""Turns raw input into a claim. Raises InputError whose texts never repeat the input."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be recognised. ``read`` is None where nothing is typed or scanned."""

    method: Method
    proof: Proof
    read: Read | None = None

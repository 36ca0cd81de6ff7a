"""What the domain needs from outside, as Protocols. Owns no behaviour beyond the two trivial defaults below.

The clock, ids and randomness come through here so that tests can fake them; all times are timezone-aware.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

import uuid_utils

from kiosk.model.ticket import TicketSlip


class Clock(Protocol):
    """Wall time for people; never used for order (order is the journal's sequence)."""

    def now(self) -> datetime:
        """Current instant, timezone-aware, UTC."""

    def today(self) -> date:
        """Current date in the centre's own time zone."""


class Ids(Protocol):
    """Source of identifiers (UUIDv7, RFC 9562: for locality only, never for order or secrecy)."""

    def new(self) -> UUID:
        """A fresh identifier; strictly increasing within one process."""


class Dice(Protocol):
    """Source of unguessable values."""

    def digits(self, count: int) -> str:
        """``count`` random decimal digits."""

    def token(self, size: int) -> bytes:
        """``size`` random bytes."""


class Calendar(Protocol):
    """Working days of the country, with moved holidays and make-up days."""

    def is_working_day(self, day: date) -> bool:
        """True when offices work on ``day``."""


class KeyStore(Protocol):
    """Where this machine keeps its secrets (OS keyring, or a 0600 file)."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None when it was never stored. Raises WorldError when it cannot be read."""

    def put(self, name: str, secret: bytes) -> None:
        """Store a secret; raises WorldError when it cannot be stored safely."""

    def drop(self, name: str) -> None:
        """Forget a secret; silent when it is not there."""


class SlipPrinter(Protocol):
    """A device that turns a ticket slip into something in the visitor's hand."""

    name: str

    def print_slip(self, slip: TicketSlip) -> None:
        """Print; returns when the device accepted it. Raises WorldError (paper out, cover open, unplugged...)."""

    def health(self) -> str:
        """``ok`` or the code of the present fault, for the staff lamp."""


class SlipRaster(Protocol):
    """Draws a slip as a bitmap so that every printer can print Chinese (implemented in ui)."""

    def raster(self, slip: TicketSlip, width_px: int) -> tuple[int, int, bytes]:
        """(width, height, rows of 1-bit pixels, MSB first, 1 = black)."""


class PrintQueue(Protocol):
    """A printer as the operating system offers it (implemented in ui). Any thread but the GUI's."""

    def put(self, width: int, height: int, rows: bytes) -> None:
        """Hand over a picture as ``SlipRaster`` draws it, at 203 dots an inch. Raises WorldError."""

    def health(self) -> str:
        """``ok`` or the code of the fault as the operating system knows it."""


class Speaker(Protocol):
    """Says a sentence in the hall."""

    def say(self, text: str, language: str) -> bool:
        """Speak; True only when a real output device took it (DECISIONS 26). Never blocks."""


class SystemDice:
    """Dice from the operating system."""

    def digits(self, count: int) -> str:
        return "".join(str(secrets.randbelow(10)) for _ in range(count))

    def token(self, size: int) -> bytes:
        return secrets.token_bytes(size)


class SystemIds:
    """UUIDv7 with a monotonic counter inside the process."""

    def new(self) -> UUID:
        return UUID(int=uuid_utils.uuid7().int)


class SystemClock:
    """The machine's clock; ``zone`` is the centre's time zone."""

    def __init__(self, zone: str = "Asia/Shanghai") -> None:
        from zoneinfo import ZoneInfo

        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(self._zone).date()

"""What every call of the server works with. Owns no rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from sync.server.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Core:
    """Database and secrets of one server. Immutable; shared by all threads."""

    engine: Engine
    keyring: Keyring

    def now(self) -> datetime:
        """The server's time, which halls compare their clocks with."""
        return datetime.now(UTC)

"""What the screens may know about synchronisation: one frozen value. Owns no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SyncState(StrEnum):
    """``parked`` needs a person (revoked, forked, other version); ``offline`` heals by itself."""

    STOPPED = "stopped"
    ONLINE = "online"
    OFFLINE = "offline"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Both directions and what waits. ``last_error`` is a code; its text is ``errors.sync_<code>`` in the locale."""

    state: SyncState = SyncState.STOPPED
    up: SyncState = SyncState.STOPPED
    down: SyncState = SyncState.STOPPED
    backlog: int = 0
    oldest_at: datetime | None = None
    quarantined: int = 0
    last_error: str = ""
    last_ok_at: datetime | None = None
    centres: tuple[int, int] | None = None
    """Centres heard of lately, of those known; None while this hall does not know."""

"""The line to the centre: the sync engine of an enrolled hall."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.installation import Installation

if TYPE_CHECKING:
    from sync.bundle import Bundle
    from sync.client.engine import SyncEngine
    from sync.status import SyncStatus


def join_centre(installation: Installation, bundle: Bundle) -> None:
    """Enrol this hall at the centre that made ``bundle``. Raises what ``sync.client.enrolment.enrol`` raises."""
    from sync.client.enrolment import enrol

    enrol(installation.profile, installation.keys, installation.store.origin_id, bundle)


def hall_line(installation: Installation, on_status: Callable[[SyncStatus], None]) -> SyncEngine | None:
    """A started engine, or None for a hall that joined no centre. Raises WorldError for a damaged enrolment."""
    from sync.client.engine import Tempo, connect
    from sync.client.enrolment import load_enrolment

    enrolment = load_enrolment(installation.profile)
    if enrolment is None:
        return None
    chosen = installation.settings.sync
    tempo = Tempo(chosen.push_seconds, chosen.pull_seconds, chosen.batch)
    engine = connect(installation.store, installation.keys, enrolment, tempo, on_status)
    engine.start()
    return engine

"""A throw-away hall to measure in: an installation in a temporary directory with its day open."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk.installation import Installation, open_installation
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.settings import Settings
from kiosk.settings.hall import CounterSetting
from kiosk.settings.spec import Store
from kiosk.settings.write import write
from sync.server.embedded import EmbeddedPostgres

SYSTEM = Actor("system", None, frozenset(), "BENCH")


@contextmanager
def throwaway_hall(postgres: bool = False, windows: int = 0) -> Iterator[Installation]:
    """An open installation whose business day has begun; everything is deleted afterwards.

    ``postgres``: its store is a database of the embedded server, as it is delivered (fsync on). ``windows``: how many
    desks it has, all serving A and B; 0 for those of the default settings.
    """
    with tempfile.TemporaryDirectory(prefix="reception-bench-") as folder:
        profile = Path(folder) / "profile"
        server = EmbeddedPostgres(Path(folder) / "pg") if postgres else None
        try:
            write(profile, _settings(server.start() if server else "", windows))
            installation = open_installation(profile, terminal="BENCH")
            try:
                installation.services.days.open(SYSTEM)
                yield installation
            finally:
                installation.close()
        finally:
            if server:
                server.stop()


def _settings(url: str, windows: int) -> Settings:
    settings = replace(Settings(), store=Store(url=url))
    if windows:
        desks = tuple(CounterSetting(str(number), ("A", "B")) for number in range(1, windows + 1))
        settings = replace(settings, counters=desks)
    return settings


def clerk(installation: Installation) -> Actor:
    """A receptionist who may call and serve."""
    member = StaffMember(
        installation.services.context.ids.new(), "bench", "bench", frozenset({Role.DESK, Role.REVIEWER})
    )
    with installation.store.write() as work:
        work.staff.put(member)
    return installation.services.staff.actor(member)

"""A throw-away hall to measure in: an installation in a temporary directory with its day open."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.installation import Installation, open_installation
from kiosk.model.staff import Actor, Role, StaffMember

SYSTEM = Actor("system", None, frozenset(), "BENCH")


@contextmanager
def throwaway_hall() -> Iterator[Installation]:
    """An open installation whose business day has begun; everything is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="reception-bench-") as folder:
        installation = open_installation(Path(folder) / "profile", terminal="BENCH")
        try:
            installation.services.days.open(SYSTEM)
            yield installation
        finally:
            installation.close()


def clerk(installation: Installation) -> Actor:
    """A receptionist who may call and serve."""
    member = StaffMember(
        installation.services.context.ids.new(), "bench", "bench", frozenset({Role.DESK, Role.REVIEWER})
    )
    with installation.store.write() as work:
        work.staff.put(member)
    return installation.services.staff.actor(member)

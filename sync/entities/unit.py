"""Units: downward the row as the hall keeps it, upward only which local id became which central one."""

from __future__ import annotations

from uuid import UUID

from kiosk.model.people import Unit
from kiosk.store import Work
from sync.entities.up import Fields, UpEntity
from sync.wire import UnitRow


class UnitFields(Fields):
    """What a hall says about a unit: that its own row is the centre's (DECISIONS 23)."""

    central_id: UUID | None = None


UNIT = UpEntity("unit", {1: UnitFields})


def apply_unit(work: Work, row: UnitRow) -> None:
    """Insert or update here. A deleted unit stays: employees of the past point at it."""
    if not row.deleted:
        work.replica.apply_unit(Unit(row.id, row.code, row.name, row.parent_id, row.rev), row.rev)

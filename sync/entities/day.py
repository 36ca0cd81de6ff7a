"""Business days, upward: opened and closed by an explicit act (DECISIONS 20)."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from sync.entities.up import Fields, UpEntity


class DayFields(Fields):
    """A service date."""

    service_date: date | None = None
    closes_at: AwareDatetime | None = None
    intake: bool | None = None


DAY = UpEntity("day", {1: DayFields})

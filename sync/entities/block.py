"""Numbers kept for a terminal that may be cut off, upward."""

from __future__ import annotations

from datetime import date

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class BlockFields(Fields):
    """Which numbers, and whether they were settled."""

    service_date: date | None = None
    terminal: Label | None = None
    letter: Label | None = None
    first: int | None = None
    last: int | None = None


BLOCK = UpEntity("block", {1: BlockFields})

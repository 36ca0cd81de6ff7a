"""Care tasks (water, wheelchair, company), upward."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class CareFields(Fields):
    """What was asked for which number."""

    kind: Label | None = None
    label: Label | None = None


CARE = UpEntity("care", {1: CareFields})

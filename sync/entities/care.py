"""Small services for waiting visitors, upward: what was asked for which number, and how far it is."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class CareFields(Fields):
    """Kind, number, state; never a person."""

    kind: Label | None = None
    label: Label | None = None
    state: Label | None = None
    robot: bool | None = None
    reason: Label | None = None


CARE = UpEntity("care", {1: CareFields})

"""Seats of the waiting hall that somebody set or moved, upward."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class SeatFields(Fields):
    """What a seat is, and the number that was sent there."""

    code: Label | None = None
    zone: Label | None = None
    state: Label | None = None
    label: Label | None = None


SEAT = UpEntity("seat", {1: SeatFields})

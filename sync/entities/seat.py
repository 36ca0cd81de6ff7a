"""Seats of the waiting hall that somebody set or that became free, upward."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class SeatFields(Fields):
    """What somebody saw a seat to be, or that its number was called away."""

    code: Label | None = None
    zone: Label | None = None
    state: Label | None = None


SEAT = UpEntity("seat", {1: SeatFields})

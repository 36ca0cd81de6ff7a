"""Bookings, upward, without who comes."""

from __future__ import annotations

from datetime import date

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class BookingFields(Fields):
    """When somebody was promised a time, and what became of it."""

    service_date: date | None = None
    state: Label | None = None


BOOKING = UpEntity("booking", {1: BookingFields})

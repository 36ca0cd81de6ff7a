"""Bookings (预约): a promised time, which becomes a ticket when the visitor comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class BookingState(StrEnum):
    """A booking is not a ticket: ``checked_in`` has one."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Booking:
    """One promised time. ``code`` is what the visitor shows or types; no name stands in it."""

    id: UUID
    code: str
    service_date: date
    at: datetime
    category: str
    state: BookingState
    employee_id: UUID | None = None
    ticket_id: UUID | None = None
    made_at: datetime | None = None
    made_by: str = ""

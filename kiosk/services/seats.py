"""Seats of the waiting hall (DOMAIN 8): reserved with the number, freed when the talk begins or ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from kiosk.model.hall import Seat, SeatState
from kiosk.model.ticket import CallClass
from kiosk.store import Work

RESERVED_FOR = timedelta(minutes=10)


def zones_for(call_class: CallClass, queue: str) -> tuple[str, ...]:
    """Zones in order of preference: priority near the desks, private reception in the quiet zone."""
    if call_class is CallClass.PRIORITY:
        return ("Z3", "Z1", "Z2")
    return ("Z2", "Z1") if queue == "C" else ("Z1", "Z2")


def find_seat(work: Work, zones: tuple[str, ...]) -> Seat | None:
    """The first free seat of the first zone that has one; None when the hall is full."""
    for zone in zones:
        seat = work.seats.first_free(zone)
        if seat is not None:
            return seat
    return None


def reserve_seat(work: Work, seat: Seat, ticket_id: UUID) -> None:
    """Keep ``seat`` for the ticket's holder for ten minutes; the ticket must be stored already."""
    work.seats.put(replace(seat, state=SeatState.RESERVED, ticket_id=ticket_id, until=work.now + RESERVED_FOR))


def free_seats_of(work: Work, ticket_id: UUID) -> None:
    """Free what the ticket holds."""
    for seat in work.seats.of_ticket(ticket_id):
        work.seats.put(replace(seat, state=SeatState.FREE, ticket_id=None, until=None))

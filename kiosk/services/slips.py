"""The slip of a number: its facts, its code, its copies. Used by ``tickets``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.errors import RuleError
from kiosk.model.ticket import Ticket, TicketSlip, TicketState
from kiosk.model.visit import Visit
from kiosk.services.context import Context
from kiosk.services.seats import seat_in_words
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.store import Work

AT_WINDOW = (TicketState.CALLED, TicketState.SERVING)
GONE = (TicketState.EXPIRED, TicketState.ABANDONED, TicketState.CANCELLED, TicketState.VOIDED)


def query_url(settings: Settings, ticket: Ticket) -> str:
    """What the QR code says: an address to open where the centre has one, else a payload for the kiosk only."""
    return code_payload(settings, ticket.id, ticket.query_code)


def code_payload(settings: Settings, ticket_id: UUID, query_code: str) -> str:
    """As ``query_url``, for a number that may not be in the hall store yet."""
    centre, public = settings.centre.code, settings.sync.public_url.rstrip("/")
    if public:
        return f"{public}/q/{centre}/{ticket_id.hex}/{query_code}"
    return f"R1:ticket:{centre}:{ticket_id.hex}:{query_code}"


def slip_of(work: Work, context: Context, ticket: Ticket, visit: Visit, ahead: int) -> TicketSlip:
    """The slip as it stands now, in the visitor's language."""
    settings, language = context.settings, visit.language
    return TicketSlip(
        centre=settings.centre.name(language),
        label=ticket.label,
        ahead=ahead,
        wait_low_min=ticket.wait_low_min,
        wait_high_min=ticket.wait_high_min,
        seat=seat_in_words(context.catalog, ticket.seat, language),
        issued_at=ticket.issued_at,
        query_url=query_url(settings, ticket),
        language=language,
        state=ticket.state,
        window=_window_in_words(work, context, ticket, language),
    )


def copied(ticket: Ticket) -> Ticket:
    """One copy more. Raises RuleError for a number that is over: its paper would only send somebody to wait."""
    if ticket.state in GONE:
        raise RuleError("ticket_over", "This number is no longer valid.", "Take a new number.")
    return replace(ticket, copies=ticket.copies + 1)


def _window_in_words(work: Work, context: Context, ticket: Ticket, language: str) -> str:
    """The window that called the number, or the place where its desk waits for the visitor."""
    if ticket.state not in AT_WINDOW or ticket.counter is None:
        return ""
    counter = work.counters.get(ticket.counter)
    return _zone(context, counter.place, language) if counter and counter.place else ticket.counter


def _zone(context: Context, code: str, language: str) -> str:
    return next((zone.name(language) for zone in context.catalog.zones if zone.code == code), code)

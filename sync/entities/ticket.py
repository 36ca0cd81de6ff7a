"""Tickets, upward. Numbers are final at the centre: the server never renumbers (SYNC 2.1)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kiosk.model.ticket import TicketState
from sync.entities.up import Fields, UpEntity
from sync.wire import HexDigest, Label


class TicketFields(Fields):
    """A ticket as the hall may know it."""

    label: Label | None = None
    letter: Label | None = None
    number: int | None = None
    queue: Label | None = None
    state: TicketState | None = None
    before: TicketState | None = None
    service_date: date | None = None
    counter: Label | None = None
    calls: int | None = None
    visit_id: UUID | None = None
    low: int | None = None
    high: int | None = None
    ahead: int | None = None
    fault: Label | None = None
    device: bool | None = None
    position: int | None = None
    slip: HexDigest | None = None
    copies: int | None = None


TICKET = UpEntity("ticket", {1: TicketFields})

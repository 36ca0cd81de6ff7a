"""Seats of the waiting hall (DOMAIN 8): given with the number, held until the call or the end. No camera is needed.

A reservation says that somebody is on the way to the seat. When it runs out the seat counts as occupied, not as free:
nobody saw whether the visitor sat down, and a seat given to two people would be worse than one that stays empty.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from kiosk.catalog import Catalog, Zone
from kiosk.errors import AccessError, ConflictError, InputError, RuleError
from kiosk.model.hall import Seat, SeatState
from kiosk.model.staff import Actor, Role
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.services.access import CARD_ROLES
from kiosk.services.context import Context, one_transaction
from kiosk.services.leaving import free_seat, free_seats_of
from kiosk.services.moves import load_ticket, record_ticket
from kiosk.store import Work

FLOOR_ROLES = CARD_ROLES | {Role.GUIDE, Role.HEAD}
"""Who looks after the waiting hall: the floor guide sees numbers and seats there and nothing else (DOMAIN 3.7)."""
TAPPED = (SeatState.FREE, SeatState.OCCUPIED, SeatState.CLEANING, SeatState.OUT_OF_USE)
SEATED = (TicketState.WAITING, TicketState.CALLED, TicketState.HELD, TicketState.PASSED)
_SEAT_IDS = uuid.UUID("0b7b5a1e-6f0e-5b52-8d0e-0c1f5c8d9a11")


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat of the map; ``label`` is the number that holds it, or empty, ``ticket_id`` its ticket."""

    code: str
    zone: str
    state: SeatState
    label: str
    ticket_id: UUID | None = None


def require_floor(actor: Actor) -> None:
    """Raise AccessError unless ``actor`` looks after the hall: a visitor never does, the program always may."""
    if actor.kind != "system" and not actor.roles & FLOOR_ROLES:
        raise AccessError("floor_role", "This role does not look after the hall.", "Ask the floor guide or a desk.")


def zones_for(catalog: Catalog, call_class: CallClass, queue: str) -> tuple[str, ...]:
    """Zones in order of preference: the first rule of ``seats.toml`` that fits."""
    fits = (r for r in catalog.seating if r.call_class in ("", call_class) and r.queue in ("", queue))
    return next(fits).zones


def together(free: Sequence[int], row: int, party: int) -> tuple[int, ...] | None:
    """The lowest ``party`` free numbers that stand side by side in one row of ``row`` seats (numbers from 1)."""
    run: list[int] = []
    for number in sorted(free):
        joined = bool(run) and number == run[-1] + 1 and (number - 1) // row == (run[-1] - 1) // row
        run = [*run, number] if joined else [number]
        if len(run) == party:
            return tuple(run)
    return None


def nearly_together(free: Sequence[int], party: int) -> tuple[int, ...] | None:
    """The ``party`` free numbers that lie closest to each other; None when there are fewer."""
    numbers = sorted(free)
    groups = [tuple(numbers[start : start + party]) for start in range(len(numbers) - party + 1)]
    return min(groups, key=lambda group: (group[-1] - group[0], group[0]), default=None)


def find_seats(work: Work, catalog: Catalog, zones: Sequence[str], party: int) -> tuple[Seat, ...]:
    """Free seats for ``party`` people, locked for the caller; empty when the hall is full.

    One person gets the seat nearest the windows of the first zone that has one. A group sits side by side in the first
    zone where it can, else as close together as one zone allows.
    """
    if party == 1:
        for code in zones:
            seat = work.seats.first_free(code)
            if seat is not None:
                return (seat,)
        return ()
    wanted = [zone for code in zones for zone in catalog.zones if zone.code == code]
    return (
        next((taken for zone in wanted if (taken := _take_group(work, zone, zone.row, party))), ())
        or next((taken for zone in wanted if (taken := _take_group(work, zone, None, party))), ())
    )  # fmt: skip


def _take_group(work: Work, zone: Zone, row: int | None, party: int) -> tuple[Seat, ...]:
    """Seats of one zone for a group, in one row or (``row`` None) anywhere; tried again without what others took."""
    seats = {int(seat.code.rpartition("-")[2]): seat.code for seat in work.seats.free_in(zone.code)}
    while True:
        numbers = together(list(seats), row, party) if row else nearly_together(list(seats), party)
        if numbers is None:
            return ()
        taken = work.seats.take([seats[number] for number in numbers])
        if len(taken) == party:
            return tuple(taken)
        got = {seat.code for seat in taken}
        seats = {n: code for n, code in seats.items() if n not in numbers or code in got}


def reserve_seats(context: Context, work: Work, seats: Sequence[Seat], ticket_id: UUID) -> None:
    """Keep ``seats`` for the ticket's holder, who is on the way; the ticket must be stored already."""
    until = work.now + timedelta(minutes=context.settings.hall.seat_minutes)
    for seat in seats:
        work.seats.put(replace(seat, state=SeatState.RESERVED, ticket_id=ticket_id, until=until))


def seat_codes(seats: Sequence[Seat]) -> str | None:
    """What ``Ticket.seat`` says of these: their codes, with blanks between."""
    return " ".join(seat.code for seat in seats) or None


def seat_in_words(catalog: Catalog, codes: str | None, language: str) -> str:
    """``Z1-07`` as it is written over the chairs: zone and number; ``07–09`` for neighbours. Empty without a seat."""
    if not codes:
        return ""
    zone = codes.partition("-")[0]
    numbers = [code.rpartition("-")[2] for code in codes.split()]
    in_line = all(int(after) == int(before) + 1 for before, after in pairwise(numbers))
    said = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 and in_line else ", ".join(numbers)
    names = {entry.code: entry.name(language) for entry in catalog.zones}
    return f"{names.get(zone, zone)} {said}"


def seat_again(context: Context, work: Work, ticket: Ticket) -> Ticket:
    """``ticket`` with a seat: the ones it still holds, else new ones (it was called, and its seat given away since).

    The caller stores the ticket.
    """
    held = work.seats.of_ticket(ticket.id)
    if held:
        return replace(ticket, seat=seat_codes(held))
    zones = zones_for(context.catalog, ticket.call_class, ticket.queue)
    found = find_seats(work, context.catalog, zones, ticket.party)
    reserve_seats(context, work, found, ticket.id)
    return replace(ticket, seat=seat_codes(found))


def seats_due(context: Context, work: Work) -> bool:
    """Whether ``release_due`` has anything to do."""
    return bool(_due(context, work))


def release_due(context: Context, work: Work, actor: Actor) -> int:
    """What the clock demands of seats: a reservation that ran out counts as sat upon; a number called long enough ago,
    or ended, holds none any more. How many were freed.
    """
    freed = 0
    for seat in _due(context, work):
        ticket = work.tickets.get(seat.ticket_id) if seat.ticket_id else None
        waits = ticket is not None and ticket.state is TicketState.WAITING
        if waits or (ticket and seat.state is SeatState.RESERVED and not _over(context, work, ticket)):
            work.seats.put(replace(seat, state=SeatState.OCCUPIED, until=None))
        else:
            _record(work, free_seat(work, seat), "freed", actor)
            freed += 1
    return freed


def _due(context: Context, work: Work) -> list[Seat]:
    return work.seats.due(work.now - timedelta(minutes=context.settings.hall.seat_free_minutes))


def _over(context: Context, work: Work, ticket: Ticket) -> bool:
    """Whether a number that is not waiting has had its time to stand up."""
    limit = timedelta(minutes=context.settings.hall.seat_free_minutes)
    return ticket.ended_at is not None or work.now - (ticket.called_at or work.now) >= limit


def _record(work: Work, seat: Seat, event: str, actor: Actor) -> None:
    data = {"code": seat.code, "zone": seat.zone, "state": seat.state.value}
    work.journal.record("seat", uuid.uuid5(_SEAT_IDS, seat.code), event, actor, data)


class Seats:
    """Verbs on seats. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def map(self) -> tuple[SeatRow, ...]:
        """Every seat by code, with the number that holds it."""
        with self._context.store.read() as work:
            labels = {ticket.id: ticket.label for ticket in work.seats.holders()}
            return tuple(
                SeatRow(s.code, s.zone, s.state, labels.get(s.ticket_id, "") if s.ticket_id else "", s.ticket_id)
                for s in work.seats.all()
            )

    @one_transaction
    def set_state(self, work: Work, code: str, state: SeatState, actor: Actor) -> None:
        """A member of staff says what is seen: free, occupied, to be cleaned, out of use. What they see counts more
        than what the program thinks: only an occupied seat keeps its number.
        """
        require_floor(actor)
        if state not in TAPPED:
            raise RuleError("seat_reserved_only", "Seats are reserved with a number.", "Move the number there.")
        seat = self._seat(work, code)
        holder = seat.ticket_id if state is SeatState.OCCUPIED else None
        changed = replace(seat, state=state, ticket_id=holder, until=None)
        work.seats.put(changed)
        _record(work, changed, "set", actor)

    @one_transaction
    def move(self, work: Work, ticket_id: UUID, code: str, actor: Actor) -> Ticket:
        """Give a number the free seat ``code`` in place of its own; a group gets neighbours of it where it can."""
        require_floor(actor)
        ticket, zone = self._seated(work, ticket_id), self._zone(self._seat(work, code).zone)
        found = work.seats.take([code])
        if not found:
            raise ConflictError("seat_taken", f"Seat {code} is not free.", "Choose another seat.", seat=code)
        if ticket.party > 1:
            found = list(self._with_neighbours(work, zone, found[0], ticket.party))
        return self._sit(work, ticket, found, actor)

    @one_transaction
    def wish(self, work: Work, ticket_id: UUID, zone: str, actor: Actor) -> Ticket:
        """The visitor would rather sit in ``zone``, one of those offered to everybody; nobody asks why.

        Raises InputError for any other zone, and RuleError ``zone_full`` when no seat there is free; the visitor
        then keeps the seat they have.
        """
        if not self._zone(zone).on_wish:
            raise InputError("seat_unknown", f"{zone} is not offered.", "Choose one of those offered.", seat=zone)
        ticket = self._seated(work, ticket_id)
        if any(seat.zone == zone for seat in work.seats.of_ticket(ticket_id)):
            return ticket
        found = find_seats(work, self._context.catalog, (zone,), ticket.party)
        if not found:
            raise RuleError("zone_full", f"No seat in {zone} is free.", "Keep the present seat, or ask for help.")
        return self._sit(work, ticket, found, actor)

    def _sit(self, work: Work, ticket: Ticket, seats: Sequence[Seat], actor: Actor) -> Ticket:
        free_seats_of(work, ticket.id)
        reserve_seats(self._context, work, seats, ticket.id)
        return record_ticket(work, replace(ticket, seat=seat_codes(seats)), "seated", actor)

    def _with_neighbours(self, work: Work, zone: Zone, first: Seat, party: int) -> Sequence[Seat]:
        """``first`` and the seats after it in its row, as far as they are free."""
        start = int(first.code.rpartition("-")[2])
        last = min(start + party - 1, ((start - 1) // zone.row + 1) * zone.row)
        return [first, *work.seats.take([f"{zone.code}-{number:02d}" for number in range(start + 1, last + 1)])]

    def _seated(self, work: Work, ticket_id: UUID) -> Ticket:
        """The ticket, if its holder may still have a seat."""
        ticket = load_ticket(work, ticket_id)
        if ticket.state not in SEATED:
            raise RuleError("seat_not_needed", f"{ticket.label} is not waiting any more.", "Reload the hall.")
        return ticket

    def _seat(self, work: Work, code: str) -> Seat:
        seat = work.seats.get(code)
        if seat is None:
            raise InputError("seat_unknown", f"There is no seat {code}.", "Choose one of the map.", seat=code)
        return seat

    def _zone(self, code: str) -> Zone:
        for zone in self._context.catalog.zones:
            if zone.code == code:
                return zone
        raise InputError("seat_unknown", f"There is no zone {code}.", "Choose one of the map.", seat=code)

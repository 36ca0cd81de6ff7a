"""Numbers: what is offered, issuing one, the slip, and what a visitor may do with it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kiosk.errors import InputError, RuleError
from kiosk.flow.ticket_flow import TicketEvent
from kiosk.flow.visit_flow import VisitEvent
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, Ticket, TicketSlip, TicketState
from kiosk.model.visit import Visit, VisitState
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.moves import load_ticket, load_visit, move_ticket, move_visit, record_ticket
from kiosk.services.policy import position_behind
from kiosk.services.promises import span_now
from kiosk.services.seats import find_seats, reserve_seats, seat_again, seat_codes, zones_for
from kiosk.services.slips import copied, slip_of
from kiosk.store import Work

PRIORITY_LETTER = "V"
DEFAULT_QUEUE = "A"


@dataclass(frozen=True, slots=True)
class ServiceTile:
    """One service a visitor can choose, with the wait of its queue."""

    code: str
    name: str
    letter: str
    waiting: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """Services shown together."""

    key: str
    tiles: tuple[ServiceTile, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A number as its holder may see it again: ``ahead`` while waiting, ``counter`` once a desk called it."""

    label: str
    state: TicketState
    ahead: int
    counter: str | None


def issued_position(at: datetime) -> int:
    """Arrival in milliseconds: the order inside a class."""
    return int(at.timestamp() * 1000)


class Tickets:
    """Verbs on tickets. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def offer(self, language: str) -> tuple[ServiceGroup, ...]:
        """The service tiles by group, each with the people waiting and the span of its queue."""
        with self._context.store.read() as work:
            day = open_day(work)
            counts = work.tickets.waiting_by_queue(day.service_date)
            letters = {category.letter for category in self._context.catalog.categories}
            spans = {letter: span_now(work, self._context, letter) for letter in letters}
        groups: dict[str, list[ServiceTile]] = {}
        for category in self._context.catalog.categories:
            span = spans[category.letter]
            tile = ServiceTile(
                category.code,
                category.name(language),
                category.letter,
                counts.get(category.letter, 0),
                span.low,
                span.high,
            )
            groups.setdefault(category.group, []).append(tile)
        return tuple(ServiceGroup(key, tuple(tiles)) for key, tiles in groups.items())

    def issue(self, visit_id: UUID, category: str | None, priority: bool, actor: Actor) -> Ticket:
        """Give the visit its number: ticket, seat, promise and event in one transaction.

        Asking again for the same visit returns the number it already has, so that a double tap or a restart in
        the middle never gives two. Raises RuleError while the centre is closed.
        """

        def work_on(work: Work) -> Ticket:
            visit = load_visit(work, visit_id)
            if visit.state is VisitState.TICKETED:
                return work.tickets.of_visit(visit_id)[-1]
            return self._issue(work, visit, category, priority, actor)

        return self._context.store.run(work_on)

    def _issue(self, work: Work, visit: Visit, category: str | None, priority: bool, actor: Actor) -> Ticket:
        day = open_day(work)
        queue = self._context.catalog.category(category).letter if category else DEFAULT_QUEUE
        letter = PRIORITY_LETTER if priority else queue
        ahead = work.tickets.waiting_by_queue(day.service_date).get(queue, 0)
        call_class = CallClass.PRIORITY if priority else CallClass.ORDINARY
        span = span_now(work, self._context, queue, call_class)
        seats = find_seats(work, self._context.catalog, zones_for(self._context.catalog, call_class, queue), 1)
        ticket = Ticket(
            id=self._context.ids.new(),
            visit_id=visit.id,
            service_date=day.service_date,
            letter=letter,
            number=work.tickets.next_number(day.service_date, letter),
            queue=queue,
            category=category,
            call_class=call_class,
            state=TicketState.WAITING,
            queued_at=work.now,
            issued_at=work.now,
            position=issued_position(work.now),
            wait_low_min=span.low,
            wait_high_min=span.high,
            seat=seat_codes(seats),
            query_code=self._context.dice.digits(8),
            since=work.now,
        )
        move_visit(work, visit, VisitEvent.TICKET, actor)
        record_ticket(work, ticket, "issued", actor, low=span.low, high=span.high, ahead=ahead)
        reserve_seats(self._context, work, seats, ticket.id)
        return ticket

    def ahead(self, ticket_id: UUID) -> int:
        """People waiting in the same queue who came earlier."""
        with self._context.store.read() as work:
            return self._ahead(work, load_ticket(work, ticket_id))

    def _ahead(self, work: Work, ticket: Ticket) -> int:
        waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (ticket.queue,))
        return sum(1 for other in waiting if other.position < ticket.position)

    def slip(self, ticket_id: UUID) -> TicketSlip:
        """What goes on paper and on the ticket page."""
        with self._context.store.read() as work:
            return self._slip(work, load_ticket(work, ticket_id))

    @one_transaction
    def reprint(self, work: Work, ticket_id: UUID, actor: Actor) -> TicketSlip:
        """A copy that says so and how the number stands now; counted. Raises RuleError when the number is over."""
        ticket = copied(load_ticket(work, ticket_id))
        record_ticket(work, ticket, "reprinted", actor, copies=ticket.copies)
        return replace(self._slip(work, ticket), copy=ticket.copies, copied_at=work.now)

    def _slip(self, work: Work, ticket: Ticket) -> TicketSlip:
        visit = load_visit(work, ticket.visit_id)
        ahead = self._ahead(work, ticket) if ticket.state is TicketState.WAITING else 0
        return slip_of(work, self._context, ticket, visit, ahead)

    @one_transaction
    def mark_printed(self, work: Work, ticket_id: UUID, printed: bool, fault: str | None, actor: Actor) -> None:
        """Note what became of the paper; the number stands either way."""
        ticket = replace(load_ticket(work, ticket_id), printed=printed)
        record_ticket(work, ticket, "printed" if printed else "print_failed", actor, fault=fault)

    @one_transaction
    def cancel(self, work: Work, ticket_id: UUID, actor: Actor) -> Ticket:
        """The visitor gives the number back; not counted as abandoned."""
        ticket = move_ticket(work, load_ticket(work, ticket_id), TicketEvent.CANCEL, actor)
        move_visit(work, load_visit(work, ticket.visit_id), VisitEvent.LEAVE, actor)
        return ticket

    def standing(self, ticket_id: UUID, query_code: str) -> Standing:
        """How it stands with a number whose slip somebody shows. Raises InputError ``ticket_not_found``."""
        with self._context.store.read() as work:
            ticket = self._shown(work, ticket_id, query_code)
            ahead = self._ahead(work, ticket) if ticket.state is TicketState.WAITING else 0
            return Standing(ticket.label, ticket.state, ahead, ticket.counter)

    @one_transaction
    def recheck(self, work: Work, ticket_id: UUID, query_code: str, actor: Actor) -> Ticket:
        """A passed visitor reports again: back three places, twice at most, on the same day."""
        ticket = self._shown(work, ticket_id, query_code)
        if ticket.passes > self._context.settings.calling.recheck_max:
            raise RuleError("recheck_limit", "This number was passed too often.", "Take a new number.")
        waiting = work.tickets.in_states(ticket.service_date, (TicketState.WAITING,), (ticket.queue,))
        position = position_behind(waiting, self._context.settings.calling.recheck_back, issued_position(work.now))
        ticket = seat_again(self._context, work, ticket)
        return move_ticket(work, ticket, TicketEvent.RECHECK, actor, position=position, queued_at=work.now, calls=0)

    def _shown(self, work: Work, ticket_id: UUID, query_code: str) -> Ticket:
        """The ticket of a slip: its code proves that the slip is there. Raises InputError."""
        ticket = work.tickets.get(ticket_id)
        if ticket is None or not hmac.compare_digest(ticket.query_code.encode(), query_code.encode()):
            raise InputError("ticket_not_found", "Number and code do not belong together.", "Check both on the slip.")
        return ticket

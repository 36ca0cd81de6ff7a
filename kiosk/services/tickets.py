"""Numbers: what is offered, issuing one, the slip, and what a visitor may do with it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk.errors import InputError, RuleError
from kiosk.flow.ticket_flow import TicketEvent
from kiosk.flow.visit_flow import VisitEvent
from kiosk.model.staff import Actor
from kiosk.model.ticket import LinePlace, Ticket, TicketSlip, TicketState
from kiosk.model.visit import VisitState
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.counters import held_counter, refuse_busy
from kiosk.services.intake import refuse_visitors
from kiosk.services.issuing import Request, issue_ticket, unnamed_visit
from kiosk.services.line import Claim, claim, people_before, position_at
from kiosk.services.moves import load_ticket, load_visit, move_ticket, move_visit, record_ticket
from kiosk.services.promises import span_now
from kiosk.services.seats import seat_again
from kiosk.services.serving import Served, begin_service
from kiosk.services.slips import copied, slip_of
from kiosk.store import Work


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


class Tickets:
    """Verbs on tickets. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def offer(self, language: str) -> tuple[ServiceGroup, ...]:
        """The service tiles by group, each with the people waiting and the span of its queue."""
        with self._context.store.read() as work:
            day = open_day(work)
            waiting = work.tickets.waiting_by_class(day.service_date)
            counts = work.tickets.waiting_by_queue(day.service_date)
            letters = {category.letter for category in self._context.catalog.categories}
            spans = {letter: span_now(work, self._context, letter, waiting) for letter in letters}
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

    def issue(
        self,
        visit_id: UUID,
        category: str | None,
        priority: bool,
        actor: Actor,
        *,
        party: int = 1,
        urgent: bool = False,
        wish: str | None = None,
    ) -> Ticket:
        """Give the visit its number: ticket, seats, promise and event in one transaction.

        Asking again for the same visit returns the number it already has, so that a double tap or a restart in
        the middle never gives two. ``party`` people share the number and sit together; ``wish`` is the window it waits
        for first. Raises RuleError while no numbers are given (``days.intake``; urgent ones always are) and as
        ``issue_ticket`` says.
        """
        request = Request(category, priority, party, urgent, wish)

        def work_on(work: Work) -> Ticket:
            visit = load_visit(work, visit_id)
            if visit.state is VisitState.TICKETED:
                return work.tickets.of_visit(visit_id)[-1]
            if not urgent:
                refuse_visitors(self._context, work, actor)
            return issue_ticket(self._context, work, visit, request, actor)

        return self._context.store.run(work_on)

    @one_transaction
    def without_ticket(self, work: Work, code: str, category: str | None, actor: Actor) -> Served:
        """Serve somebody who stands at the window without a number: visit, number, call and arrival in one.

        No call is announced, and no wait is judged: there was none.
        """
        counter = held_counter(work, code, actor)
        refuse_busy(work, code)
        visit = unnamed_visit(self._context, work, actor)
        ticket = issue_ticket(self._context, work, visit, Request(category, seated=False), actor)
        ticket = claim(self._context, work, counter, ticket, actor, Claim(announced=False))
        return begin_service(self._context, work, ticket, actor)

    def ahead(self, ticket_id: UUID) -> int:
        """People of the same queue who are called first by the rules, if nobody else comes."""
        with self._context.store.read() as work:
            return people_before(self._context, work, load_ticket(work, ticket_id))

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
        ahead = people_before(self._context, work, ticket) if ticket.state is TicketState.WAITING else 0
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
            ahead = people_before(self._context, work, ticket) if ticket.state is TicketState.WAITING else 0
            return Standing(ticket.label, ticket.state, ahead, ticket.counter)

    @one_transaction
    def recheck(self, work: Work, ticket_id: UUID, query_code: str, actor: Actor) -> Ticket:
        """A passed visitor reports again: back three places, twice at most, on the same day."""
        ticket = self._shown(work, ticket_id, query_code)
        if ticket.passes > self._context.settings.calling.recheck_max:
            raise RuleError("recheck_limit", "This number was passed too often.", "Take a new number.")
        back = self._context.settings.calling.recheck_back
        position = position_at(work, ticket, ticket.queue, LinePlace.BEHIND, back)
        ticket = seat_again(self._context, work, ticket)
        return move_ticket(work, ticket, TicketEvent.RECHECK, actor, position=position, queued_at=work.now, calls=0)

    def _shown(self, work: Work, ticket_id: UUID, query_code: str) -> Ticket:
        """The ticket of a slip: its code proves that the slip is there. Raises InputError."""
        ticket = work.tickets.get(ticket_id)
        if ticket is None or not hmac.compare_digest(ticket.query_code.encode(), query_code.encode()):
            raise InputError("ticket_not_found", "Number and code do not belong together.", "Check both on the slip.")
        return ticket

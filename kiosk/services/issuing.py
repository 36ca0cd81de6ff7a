"""Making a number: letter and series, class, place in the line, seat and promise, in the caller's transaction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.catalog import PRIVATE_LETTER, LetterUse
from kiosk.errors import RuleError
from kiosk.flow.visit_flow import VisitEvent
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.model.visit import Method, Proof, Visit, VisitState
from kiosk.services.context import Context, open_day
from kiosk.services.line import issued_position
from kiosk.services.moves import move_visit, record_ticket, record_visit
from kiosk.services.policy import WaitSpan
from kiosk.services.promises import Waiting, span_now
from kiosk.services.seats import find_seats, reserve_seats, seat_codes, zones_for
from kiosk.store import Work

DEFAULT_QUEUE = "A"


@dataclass(frozen=True, slots=True)
class Request:
    """What a visitor asks for. ``booked_at`` is the promised time of a booking; ``seated`` is False for somebody who
    stands at the window already."""

    category: str | None
    priority: bool = False
    party: int = 1
    urgent: bool = False
    wish: str | None = None
    booked_at: datetime | None = None
    seated: bool = True

    @property
    def call_class(self) -> CallClass:
        """The class it is called in."""
        if self.urgent:
            return CallClass.URGENT
        return CallClass.PRIORITY if self.priority else CallClass.ORDINARY


def issue_ticket(context: Context, work: Work, visit: Visit, request: Request, actor: Actor) -> Ticket:
    """Give the visit its number. Raises RuleError: closed, ``group_size``, ``category_unknown``, ``wish_elsewhere``."""
    day = open_day(work)
    if not 1 <= request.party <= context.settings.calling.group_max:
        raise RuleError(
            "group_size", "One number is for a few people only.", "Choose delegates.",
            most=context.settings.calling.group_max,
        )  # fmt: skip
    queue = queue_of(context, work, request)
    refuse_wish(work, request.wish, queue)
    letter = letter_of(context, request, queue)
    arrival = max(request.booked_at or work.now, work.now)
    waiting = work.tickets.waiting_by_class(day.service_date)
    span = promise(context, work, request, queue, waiting, arrival)
    zones = zones_for(context.catalog, request.call_class, queue) if request.seated else ()
    seats = find_seats(work, context.catalog, zones, request.party)
    number = work.tickets.next_number(day.service_date, letter) + context.catalog.letters[letter].first - 1
    ticket = Ticket(
        id=context.ids.new(),
        visit_id=visit.id,
        service_date=day.service_date,
        letter=letter,
        number=number,
        queue=queue,
        category=request.category,
        call_class=request.call_class,
        state=TicketState.WAITING,
        queued_at=work.now,
        issued_at=work.now,
        position=issued_position(arrival),
        wait_low_min=span.low,
        wait_high_min=span.high,
        seat=seat_codes(seats),
        query_code=context.dice.digits(8),
        since=work.now,
        party=request.party,
        wish=request.wish,
    )
    ahead = sum(count for (letter_waited, _), count in waiting.items() if letter_waited == queue)
    move_visit(work, visit, VisitEvent.TICKET, actor)
    record_ticket(work, ticket, "issued", actor, low=span.low, high=span.high, ahead=ahead)
    reserve_seats(context, work, seats, ticket.id)
    return ticket


def unnamed_visit(context: Context, work: Work, actor: Actor) -> Visit:
    """A visit of somebody who spoke to a clerk and gave no name."""
    visit = Visit(
        id=context.ids.new(),
        service_date=open_day(work).service_date,
        state=VisitState.ARRIVED,
        method=None,
        proof=Proof.NONE,
        employee_id=None,
        terminal=context.terminal,
        started_at=work.now,
        language=context.settings.ui.languages[0],
    )
    record_visit(work, visit, "arrived", actor)
    return move_visit(work, visit, VisitEvent.STAY_ANONYMOUS, actor, method=Method.ASSISTED)


def queue_of(context: Context, work: Work, request: Request) -> str:
    """Where the number waits. A group has its own pool where windows serve one, unless the matter is private.

    A hall without a window for a letter receives its visitors at the others: nobody waits where no one is ever called.
    """
    queue = context.catalog.category(request.category).letter if request.category else DEFAULT_QUEUE
    served = {letter for counter in work.counters.all() for letter in counter.queues}
    group = context.catalog.letter_for(LetterUse.GROUP).code
    if request.party > 1 and group in served and queue != PRIVATE_LETTER:
        return group
    return queue if queue in served else DEFAULT_QUEUE


def letter_of(context: Context, request: Request, queue: str) -> str:
    """What is printed. Urgent people carry an ordinary letter: the hall need not know."""
    if request.booked_at is not None:
        return context.catalog.letter_for(LetterUse.BOOKED).code
    if request.party > 1:
        return context.catalog.letter_for(LetterUse.GROUP).code
    return context.catalog.letter_for(LetterUse.PRIORITY).code if request.priority and not request.urgent else queue


def refuse_wish(work: Work, wish: str | None, queue: str) -> None:
    """Raise RuleError when nobody at the wished window may ever call the number."""
    if wish is None:
        return
    window = work.counters.get(wish)
    if window is None or queue not in window.queues:
        raise RuleError("wish_elsewhere", f"Window {wish} does not serve {queue}.", "Choose another.", counter=wish)


def promise(
    context: Context, work: Work, request: Request, queue: str, waiting: Waiting, arrival: datetime
) -> WaitSpan:
    """The span of waiting; who comes before the booked time may wait for that time on top of the line."""
    span = span_now(work, context, queue, waiting, request.call_class)
    early = math.ceil((arrival - work.now) / timedelta(minutes=1))
    return WaitSpan(span.low, span.high + early)

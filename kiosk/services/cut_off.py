"""Numbers for the time a kiosk is cut off from the hall store: keeping a reserve, bringing home what was given out.

Every number of the emergency series is accounted for: it became a ticket, or its block was settled and an event names
those that nobody got (gapless or voided).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from kiosk.flow.ticket_flow import TICKET_FLOW, TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.hall import BusinessDay
from kiosk.model.staff import Actor
from kiosk.model.terminal import NumberBlock, SpareNumber
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.model.visit import Method, Proof, Visit, VisitState
from kiosk.services.context import Context
from kiosk.services.issuing import Request, queue_of
from kiosk.services.leaving import free_seats_of
from kiosk.services.line import issued_position
from kiosk.services.moves import move_ticket, move_visit, record_ticket, record_visit
from kiosk.store import Work
from kiosk.store.spare import SpareNumbers


class CutOff:
    """Call on the database thread. Without a reserve file (a hall of one machine) every verb does nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look_after(self, actor: Actor) -> int:
        """Bring home what was given out, settle what is over, keep enough for today; how many numbers came home.

        Repeatable: killed anywhere, the next call goes on, and no number enters twice.
        """
        numbers = self._context.spare
        if numbers is None:
            return 0
        waiting = numbers.given()
        for given in waiting:
            self._context.store.run(partial(self._bring_home, given=given, actor=actor))
            numbers.merged(given.ticket_id)
        self._settle_what_is_over(numbers, actor)
        self._keep_enough(numbers, actor)
        return len(waiting)

    def left(self) -> int | None:
        """Numbers in reserve for the open day; None where no reserve is kept or no day is open."""
        numbers = self._context.spare
        with self._context.store.read() as work:
            day = work.days.open_day()
        if numbers is None or day is None or not self._context.settings.hall.cut_off_numbers:
            return None
        return numbers.left(day.service_date, self._context.clock.now())

    # --- bringing home ---------------------------------------------------------------------------------------

    def _bring_home(self, work: Work, given: SpareNumber, actor: Actor) -> None:
        """Visit and ticket with their own ids, times and place in the line; nothing when they are there already."""
        if work.tickets.get(given.ticket_id) is not None:
            return
        given = replace(given, at=self._time_of_hall(work, given.at))
        day = work.days.get(given.service_date)
        is_open = day is not None and day.closed_at is None
        visit = Visit(
            id=given.visit_id,
            service_date=given.service_date,
            state=VisitState.TICKETED if is_open else VisitState.CLOSED,
            method=Method.ANONYMOUS,
            proof=Proof.NONE,
            employee_id=None,
            terminal=self._context.terminal,
            started_at=given.at,
            ended_at=None if is_open else work.now,
            language=given.language,
        )
        record_visit(work, visit, "cut_off", actor)
        queue = queue_of(self._context, work, Request(given.category, given.priority))
        ticket = self._ticket(given, queue, TicketState.WAITING if is_open else TicketState.EXPIRED)
        if not is_open:
            ticket = replace(ticket, ended_at=work.now)
        record_ticket(work, ticket, "issued", actor)
        if given.left_visit is not None:
            self._give_back(work, given, actor)

    def _time_of_hall(self, work: Work, at: datetime) -> datetime:
        """What this machine's clock called ``at``, by the clock all share; never later than now. A wrong clock moves
        nobody in the line.
        """
        return min(at + (work.now - self._context.clock.now()), work.now)

    def _ticket(self, given: SpareNumber, queue: str, state: TicketState) -> Ticket:
        return Ticket(
            id=given.ticket_id,
            visit_id=given.visit_id,
            service_date=given.service_date,
            letter=given.letter,
            number=given.number,
            queue=queue,
            category=given.category,
            call_class=CallClass.PRIORITY if given.priority else CallClass.ORDINARY,
            state=state,
            queued_at=given.at,
            issued_at=given.at,
            position=issued_position(given.at),
            query_code=given.query_code,
            since=given.at,
        )

    def _give_back(self, work: Work, given: SpareNumber, actor: Actor) -> None:
        """The visit that was under way when the line broke: its number, if it got one unseen, waits for nobody."""
        visit = work.visits.get(given.left_visit) if given.left_visit else None
        if visit is None:
            return
        for ticket in work.tickets.of_visit(visit.id):
            if TICKET_FLOW.allows(ticket.state, TicketEvent.CANCEL):
                move_ticket(work, ticket, TicketEvent.CANCEL, actor)
                free_seats_of(work, ticket.id)
        for event in (VisitEvent.RESET, VisitEvent.LEAVE):
            if VISIT_FLOW.allows(visit.state, event):
                move_visit(work, visit, event, actor)
                return

    # --- keeping and settling --------------------------------------------------------------------------------

    def _keep_enough(self, numbers: SpareNumbers, actor: Actor) -> None:
        """A new block when no day's reserve is there or half of it is used. The hall first: a block it does not know
        could collide; one that never reached the file is settled by the next look.
        """
        wanted = self._context.settings.hall.cut_off_numbers
        with self._context.store.read() as work:
            day = work.days.open_day()
        if day is None or not wanted:
            return
        until = day.closes_at
        numbers.extend(day.service_date, until)
        if 2 * numbers.left(day.service_date) > wanted:
            return
        block = self._context.store.run(lambda work: self._reserve(work, day, wanted, actor))
        numbers.keep(block, until)

    def _reserve(self, work: Work, day: BusinessDay, count: int, actor: Actor) -> NumberBlock:
        letter = self._context.settings.hall.cut_off_letter
        last = work.tickets.reserve_numbers(day.service_date, letter, count)
        block = NumberBlock(
            self._context.ids.new(),
            day.service_date,
            letter,
            last - count + 1,
            last,
            self._context.terminal,
            work.now,
        )
        work.blocks.put(block)
        self._record(work, block, "reserved", actor, block.first, block.last)
        return block

    def _settle_what_is_over(self, numbers: SpareNumbers, actor: Actor) -> None:
        """Blocks of days that were closed, and blocks this file knows nothing of (it was lost, or never written)."""
        kept = numbers.blocks()
        mine = [block for block in self._unsettled() if self._is_over(block) or block.id not in kept]
        for block in mine:
            first = kept.get(block.id, block.first)
            self._context.store.run(partial(self._settle, seen=block, first_unused=first, actor=actor))
        with self._context.store.read() as work:
            known = {block_id: work.blocks.get(block_id) for block_id in kept}
        for block_id, there in known.items():
            if there is None or there.settled_at is not None:
                numbers.drop(block_id)

    def _unsettled(self) -> list[NumberBlock]:
        with self._context.store.read() as work:
            return work.blocks.unsettled(self._context.terminal)

    def _is_over(self, block: NumberBlock) -> bool:
        with self._context.store.read() as work:
            day = work.days.get(block.service_date)
        return day is None or day.closed_at is not None

    def _settle(self, work: Work, seen: NumberBlock, first_unused: int, actor: Actor) -> None:
        block = work.blocks.need(seen.id)
        if block.settled_at is not None:
            return
        work.blocks.put(replace(block, settled_at=work.now))
        kind = "voided" if first_unused <= block.last else "used_up"
        self._record(work, block, kind, actor, first_unused, block.last)

    def _record(self, work: Work, block: NumberBlock, kind: str, actor: Actor, first: int, last: int) -> None:
        data = {
            "service_date": block.service_date.isoformat(),
            "terminal": block.terminal,
            "letter": block.letter,
            "first": first,
            "last": last,
        }
        work.journal.record("block", block.id, kind, actor, data)

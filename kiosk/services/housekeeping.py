"""What the clock demands: automatic recalls, passing, expiry, overdue holds, silent desks, missed bookings,
the end of the intake, ratings nobody gave.

Any terminal may run it, as often as it likes: what is not due is left alone, so several do no harm.
"""

from __future__ import annotations

from datetime import timedelta

from kiosk.flow.ticket_flow import TicketEvent
from kiosk.model.booking import Booking
from kiosk.model.staff import Actor
from kiosk.model.ticket import Counter, CounterState, Ticket, TicketState
from kiosk.services.appeals import Appeals
from kiosk.services.bookings import miss, missed
from kiosk.services.calling import call_again, give_up_window
from kiosk.services.care import care_due, look_after_care
from kiosk.services.context import Context
from kiosk.services.counters import load_counter, release_counter
from kiosk.services.intake import clock_ends_intake, end_by_clock
from kiosk.services.line import head_position
from kiosk.services.moves import load_ticket, move_ticket
from kiosk.services.promises import due_to_learn, learn
from kiosk.services.seats import release_due, seats_due
from kiosk.services.serving import expire_ticket, pass_ticket
from kiosk.store import Work

WATCHED = (TicketState.CALLED, TicketState.PASSED, TicketState.HELD)


class Housekeeping:
    """Call on the database thread, every few seconds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._appeals = Appeals(context)

    def run(self, actor: Actor) -> int:
        """Do what is due; returns how many tickets, bookings and appeals moved. Writes nothing when nothing is due."""
        if not self._context.store.login.keeps_house or not self._due():
            return 0
        return self._context.store.run(lambda work: self._do_what_is_due(work, actor))

    def _do_what_is_due(self, work: Work, actor: Actor) -> int:
        learn(work)
        release_due(self._context, work, actor)
        look_after_care(self._context, work, actor)
        end_by_clock(self._context, work, actor)
        unused = sum(miss(work, booking, actor) for booking in self._missed(work))
        lost = sum(self._return_tickets(work, counter, actor) for counter in self._silent(work))
        moved = sum(self._advance(work, ticket, actor) for ticket in self._watched(work))
        return unused + lost + moved + self._appeals.stop_waiting(work, actor)

    def _due(self) -> bool:
        with self._context.store.read() as work:
            late = any(self._overdue(work, ticket) for ticket in self._watched(work))
            late = late or due_to_learn(work) or seats_due(self._context, work) or care_due(self._context, work)
            late = late or clock_ends_intake(self._context, work) or bool(self._missed(work))
            return late or bool(self._silent(work)) or bool(work.appeals.unrated(self._context.clock.today()))

    def _missed(self, work: Work) -> list[Booking]:
        day = work.days.open_day()
        return missed(self._context, work, day.service_date) if day else []

    def _watched(self, work: Work) -> list[Ticket]:
        day = work.days.open_day()
        return work.tickets.in_states(day.service_date, WATCHED) if day else []

    def _overdue(self, work: Work, ticket: Ticket) -> TicketEvent | None:
        """The event that is due for the ticket, or None."""
        rules = self._context.settings.calling
        since_call = work.now - (ticket.called_at or work.now)
        in_state = work.now - (ticket.since or work.now)
        if ticket.state is TicketState.CALLED:
            again = ticket.calls < rules.recall_auto and since_call >= timedelta(seconds=rules.recall_seconds)
            given_up = ticket.calls >= rules.recall_auto and since_call >= timedelta(seconds=rules.pass_seconds)
            return TicketEvent.RECALL if again else TicketEvent.NO_SHOW if given_up else None
        if ticket.state is TicketState.PASSED and in_state >= timedelta(minutes=rules.expire_minutes):
            return TicketEvent.EXPIRE
        if ticket.state is TicketState.HELD and in_state >= timedelta(minutes=rules.hold_minutes):
            return TicketEvent.HELD_TOO_LONG
        return None

    def _advance(self, work: Work, seen: Ticket, actor: Actor) -> bool:
        if self._overdue(work, seen) is None:
            return False
        ticket = load_ticket(work, seen.id)  # locked now: the desk or another terminal may have been quicker
        event = self._overdue(work, ticket)
        if event is TicketEvent.RECALL:
            call_again(work, ticket, actor)
        elif event is TicketEvent.NO_SHOW:
            pass_ticket(self._context, work, ticket, event, actor)
            if ticket.counter:
                release_counter(self._context, work, ticket.counter, actor)
        elif event is TicketEvent.EXPIRE:
            expire_ticket(work, ticket, actor)
        elif event is TicketEvent.HELD_TOO_LONG:
            head = head_position(work, ticket, ticket.queue)
            move_ticket(work, ticket, event, actor, position=head, counter=None)
        return event is not None

    def _silent(self, work: Work) -> list[Counter]:
        """Windows whose desk gave no sign of life for the time allowed."""
        return [counter for counter in work.counters.all() if self._is_silent(work, counter)]

    def _is_silent(self, work: Work, counter: Counter) -> bool:
        limit = timedelta(seconds=self._context.settings.calling.desk_silent_seconds)
        if counter.state is CounterState.OFFLINE or counter.seen_at is None:
            return False
        return work.now - counter.seen_at > limit

    def _return_tickets(self, work: Work, seen: Counter, actor: Actor) -> int:
        """A dead desk holds nobody."""
        counter = load_counter(work, seen.code)  # locked now: the desk may have spoken up meanwhile
        if not self._is_silent(work, counter):
            return 0
        return give_up_window(self._context, work, counter, "silent", actor)

"""Opening and closing the business day: explicit acts, never midnight (DECISIONS 20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.errors import RuleError
from kiosk.flow.ticket_flow import OPEN, TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.hall import BusinessDay
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.counters import set_counter
from kiosk.services.moves import load_visit, move_ticket, move_visit
from kiosk.services.ratings import forget_raters
from kiosk.store import Work

DAY_END = TicketEvent.DAY_END.value
"""The reason by which everything ends with the day."""


class Days:
    """Verbs on the business day. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> BusinessDay | None:
        """The open day, or None while the centre is closed."""
        with self._context.store.read() as work:
            return work.days.open_day()

    @one_transaction
    def open(self, work: Work, actor: Actor) -> BusinessDay:
        """Open today. Raises RuleError when a day is open already or today was closed before."""
        today = self._context.clock.today()
        self._refuse_reopening(work, today)
        day = BusinessDay(today, work.now)
        work.days.put(day)
        work.journal.record("day", self._context.ids.new(), "opened", actor, {"service_date": today.isoformat()})
        return day

    def _refuse_reopening(self, work: Work, today: date) -> None:
        running = work.days.open_day()
        if running is not None:
            raise RuleError(
                "day_already_open", f"The day {running.service_date} is still open.", "Close it before opening another."
            )
        past = work.days.get(today)
        if past is not None:
            raise RuleError(
                "day_closed_for_good", f"The day {today} was closed and cannot be opened again.", "Open tomorrow."
            )

    @one_transaction
    def close(self, work: Work, actor: Actor) -> BusinessDay:
        """Close the day: every open number expires, every seat is freed, unfinished visits end; so do calls for help,
        small services and windows that nobody ended. Each leaves its event.
        """
        day = open_day(work)
        for ticket in work.tickets.in_states(day.service_date, OPEN):
            move_ticket(work, ticket, TicketEvent.DAY_END, actor)
            visit = load_visit(work, ticket.visit_id)
            if VISIT_FLOW.allows(visit.state, VisitEvent.CLOSE):
                move_visit(work, visit, VisitEvent.CLOSE, actor)
        self._reset_cut_off(work, day, actor)
        self._end_requests(work, actor)
        self._leave_windows(work, actor)
        forget_raters(work, day.service_date)
        closed = replace(day, closed_at=work.now)
        work.days.put(closed)
        work.journal.record(
            "day", self._context.ids.new(), "closed", actor, {"service_date": day.service_date.isoformat()}
        )
        return closed

    def _reset_cut_off(self, work: Work, day: BusinessDay, actor: Actor) -> None:
        """Visits without a number whose kiosk died before it could wipe them."""
        for visit in work.visits.of_day(day.service_date):
            if VISIT_FLOW.allows(visit.state, VisitEvent.RESET):
                move_visit(work, visit, VisitEvent.RESET, actor)

    def _end_requests(self, work: Work, actor: Actor) -> None:
        """Nobody came for these: the event says so, in place of "answered" and "done"."""
        for seen_call in work.help.open():
            call = work.help.need(seen_call.id)  # locked now: somebody may just have gone there
            if call.answered_at is None:
                work.help.put(replace(call, answered_at=work.now))
                work.journal.record("help", call.id, DAY_END, actor, {"terminal": call.terminal, "urgent": call.urgent})

    def _leave_windows(self, work: Work, actor: Actor) -> None:
        for counter in work.counters.all():
            if counter.state is not CounterState.OFFLINE:
                set_counter(
                    self._context, work, counter.code, CounterState.OFFLINE, actor, reason=DAY_END, staff_id=None
                )

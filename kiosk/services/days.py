"""Opening and closing the business day: explicit acts, never midnight (DECISIONS 20)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from kiosk.errors import RuleError
from kiosk.flow.ticket_flow import OPEN, TicketEvent
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.booking import BookingState
from kiosk.model.hall import BusinessDay
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, TicketState
from kiosk.services.bookings import miss
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.counters import set_counter
from kiosk.services.intake import (
    OVER,
    OVER_BY_CLOCK,
    DayPlan,
    Intake,
    at_centre,
    closing_of,
    intake_of,
    intake_over,
    plan_of,
    record_day,
)
from kiosk.services.moves import load_visit, move_ticket, move_visit
from kiosk.services.ratings import forget_raters
from kiosk.store import Work

DAY_END = TicketEvent.DAY_END.value
"""The reason by which everything ends with the day."""


@dataclass(frozen=True, slots=True)
class DayEnding:
    """What closing the day would end: numbers by state, and bookings nobody has come for."""

    waiting: int
    called: int
    serving: int
    held: int
    passed: int
    booked: int = 0


def _locked(work: Work) -> BusinessDay:
    """The open day, locked to be changed. Raises RuleError while the centre is closed."""
    return work.days.need(open_day(work).service_date)


class Days:
    """Verbs on the business day. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> BusinessDay | None:
        """The open day, or None while the centre is closed."""
        with self._context.store.read() as work:
            return work.days.open_day()

    def over(self) -> bool:
        """Was today closed already? Then it cannot be opened again."""
        with self._context.store.read() as work:
            day = work.days.get(self._context.clock.today())
        return day is not None and day.closed_at is not None

    @one_transaction
    def open(self, work: Work, actor: Actor) -> BusinessDay:
        """Open today. Raises RuleError when a day is open already or today was closed before."""
        today = self._context.clock.today()
        self._refuse_reopening(work, today)
        day = BusinessDay(today, work.now, closes_at=closing_of(self._context, today, work.now))
        return record_day(self._context, work, day, "opened", actor)

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
        forget_raters(work, day.service_date, actor)
        for booking in work.bookings.of_day(day.service_date, (BookingState.BOOKED,)):
            miss(work, booking, actor)
        return record_day(self._context, work, replace(day, closed_at=work.now), "closed", actor)

    def ending(self) -> DayEnding:
        """What closing the day now would end; all zero while it is closed."""
        with self._context.store.read() as work:
            day = work.days.open_day()
            count = Counter(ticket.state for ticket in work.tickets.open(day.service_date)) if day else Counter()
            booked = len(work.bookings.of_day(day.service_date, (BookingState.BOOKED,))) if day else 0
        return DayEnding(
            waiting=count[TicketState.WAITING],
            called=count[TicketState.CALLED],
            serving=count[TicketState.SERVING],
            held=count[TicketState.HELD],
            passed=count[TicketState.PASSED],
            booked=booked,
        )

    def plan(self, day: date | None = None) -> DayPlan:
        """What the calendar and the settings say of ``day`` (today)."""
        return plan_of(self._context, day or self._context.clock.today())

    def intake(self) -> Intake:
        """Whether visitors get numbers now, and why not."""
        with self._context.store.read() as work:
            return intake_of(self._context, work.days.open_day(), work.now)

    @one_transaction
    def stop_intake(self, work: Work, reason: str, actor: Actor) -> BusinessDay:
        """Give no more numbers; the kiosk shows ``reason``, a sentence for visitors. Bookings are still honoured, and
        whoever waits is served. Raises RuleError while the day is closed or without a reason.
        """
        text = reason.strip()
        if not text or text == OVER_BY_CLOCK:
            raise RuleError("reason_missing", "Stopping the intake needs a reason.", "Say it to the visitors.")
        day = replace(_locked(work), intake_stopped_at=work.now, intake_reason=text)
        return record_day(self._context, work, day, "intake_stopped", actor)

    @one_transaction
    def resume_intake(self, work: Work, actor: Actor) -> BusinessDay:
        """Give numbers again. Raises RuleError ``intake_over`` after the time of the last number: extend the day."""
        day = _locked(work)
        if intake_over(self._context, day, work.now):
            raise RuleError(OVER, "The time of the last number has gone by.", "Extend the day.")
        return record_day(
            self._context, work, replace(day, intake_stopped_at=None, intake_reason=""), "intake_resumed", actor
        )

    @one_transaction
    def extend(self, work: Work, minutes: int, actor: Actor) -> BusinessDay:
        """Close ``minutes`` later than planned: later than now when the closing time is past already. Numbers are given
        again if the clock had ended that. Raises RuleError for a day that has no closing time, and for minutes that
        lead nowhere or past midnight.
        """
        day = _locked(work)
        if day.closes_at is None:
            raise RuleError("day_without_end", "This day closes when it is closed by hand.", "Close it then.")
        begun = max(day.closes_at, work.now)
        midnight = at_centre(self._context, day.service_date + timedelta(days=1), time())
        if minutes <= 0 or begun + timedelta(minutes=minutes) > midnight:
            what = f"{minutes} minutes more do not end on {day.service_date}."
            raise RuleError("day_extension", what, "Name 1 minute or more, until midnight at the latest.")
        changed = replace(day, closes_at=begun + timedelta(minutes=minutes))
        if day.intake_reason == OVER_BY_CLOCK and not intake_over(self._context, changed, work.now):
            changed = replace(changed, intake_stopped_at=None, intake_reason="")
        return record_day(self._context, work, changed, "extended", actor)

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

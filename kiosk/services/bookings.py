"""Bookings (预约): promising a time, checking in within its window, what was missed.

The code is what the visitor shows or types. It proves that a time was promised, and nothing about who stands there:
who the visitor is stays as the visit says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from kiosk.errors import InputError, RuleError
from kiosk.model.booking import Booking, BookingState
from kiosk.model.staff import Actor
from kiosk.model.ticket import Ticket
from kiosk.model.visit import Visit
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.intake import at_centre, plan_of, zone_of
from kiosk.services.issuing import Request, issue_ticket
from kiosk.services.moves import load_visit
from kiosk.store import Sought, Work

CODE_DIGITS = 8


def record_booking(work: Work, booking: Booking, kind: str, actor: Actor) -> Booking:
    """Store the row and its event, which says neither who comes nor why."""
    work.bookings.put(booking)
    data = {"service_date": booking.service_date.isoformat(), "state": booking.state.value}
    work.journal.record("booking", booking.id, kind, actor, data)
    return booking


def missed(context: Context, work: Work, service_date: date) -> list[Booking]:
    """Bookings of a day whose time has gone by with nobody coming."""
    late = timedelta(minutes=context.settings.calling.booking_late_minutes)
    return [b for b in work.bookings.of_day(service_date, (BookingState.BOOKED,)) if work.now > b.at + late]


def miss(work: Work, seen: Booking, actor: Actor) -> bool:
    """Nobody came. False when the visitor was quicker."""
    booking = work.bookings.need(seen.id)
    if booking.state is not BookingState.BOOKED:
        return False
    record_booking(work, replace(booking, state=BookingState.MISSED), "missed", actor)
    return True


class Bookings:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def book(self, work: Work, at: datetime, category: str, employee_id: UUID | None, actor: Actor) -> Booking:
        """Promise ``at``, an instant within the opening hours of a working day, for a category.

        Raises RuleError ``booking_past``, ``booking_hours``, ``category_unknown``.
        """
        self._context.catalog.category(category)
        if at <= work.now:
            raise RuleError("booking_past", "This time has gone by.", "Choose a later one.")
        service_date = self._context.day_of(at)
        plan = plan_of(self._context, service_date)
        opens, closes = (at_centre(self._context, service_date, time) for time in (plan.opens, plan.closes))
        if not plan.working_day or not opens <= at < closes:
            raise RuleError("booking_hours", "The centre is closed then.", "Choose a time within the hours.")
        booking = Booking(
            id=self._context.ids.new(),
            code=self._free_code(work),
            service_date=service_date,
            at=at,
            category=category,
            state=BookingState.BOOKED,
            employee_id=employee_id,
            made_at=work.now,
            made_by=actor.label,
        )
        return record_booking(work, booking, "booked", actor)

    def _free_code(self, work: Work) -> str:
        while work.bookings.by_code(code := self._context.dice.digits(CODE_DIGITS)):
            pass
        return code

    def of_day(self, day: date) -> tuple[Booking, ...]:
        """The bookings of a day by time, in every state."""
        with self._context.store.read() as work:
            return tuple(work.bookings.of_day(day))

    @one_transaction
    def cancel(self, work: Work, booking_id: UUID, actor: Actor) -> Booking:
        """Give the time back. Raises ConflictError ``gone``, RuleError ``booking_over``."""
        booking = work.bookings.need(booking_id)
        if booking.state is not BookingState.BOOKED:
            raise RuleError("booking_over", "This booking was used, missed or given back.", "Look at the list.")
        return record_booking(work, replace(booking, state=BookingState.CANCELLED), "cancelled", actor)

    def check_in(self, code: str, visit_id: UUID, actor: Actor) -> Ticket:
        """The visitor has come: a number that counts as having arrived at the booked time, or now when that is past.

        A promised time holds although the intake is stopped. Asking again for the same visit returns its number.
        Raises InputError ``booking_not_found``, RuleError ``booking_early``, ``booking_late``, ``booking_over``,
        ``sought_too_often`` where codes are tried out.
        """
        digits = re.sub(r"\D", "", code)
        self._context.store.seek(Sought.BOOKING, digits)
        return self._context.store.run(lambda work: self._check_in(work, digits, visit_id, actor))

    def _check_in(self, work: Work, digits: str, visit_id: UUID, actor: Actor) -> Ticket:
        booking = work.bookings.by_code(digits)
        visit = load_visit(work, visit_id)
        if booking is None or not _is_for(booking, visit):
            raise InputError("booking_not_found", "There is no such booking.", "Check the code.")
        known = work.tickets.get(booking.ticket_id) if booking.ticket_id else None
        if known is not None and known.visit_id == visit_id:
            return known
        self._refuse_time(work, booking)
        request = Request(booking.category, booked_at=booking.at)
        ticket = issue_ticket(self._context, work, visit, request, actor)
        checked_in = replace(booking, state=BookingState.CHECKED_IN, ticket_id=ticket.id)
        record_booking(work, checked_in, "checked_in", actor)
        return ticket

    def _refuse_time(self, work: Work, booking: Booking) -> None:
        rules = self._context.settings.calling
        early, late = (timedelta(minutes=m) for m in (rules.booking_early_minutes, rules.booking_late_minutes))
        open_day(work)
        if booking.state is BookingState.MISSED or work.now > booking.at + late:
            raise RuleError("booking_late", "The booked time has gone by.", "Take a number.")
        if booking.state is not BookingState.BOOKED:
            raise RuleError("booking_over", "This booking was used or given back.", "Take a number.")
        if work.now < booking.at - early:
            local = booking.at.astimezone(zone_of(self._context))
            raise RuleError(
                "booking_early", "It is too early for this booking.", "Come back a little before the time.",
                at=f"{local:%m-%d %H:%M}", minutes=rules.booking_early_minutes,
            )  # fmt: skip


def _is_for(booking: Booking, visit: Visit) -> bool:
    """A visitor known as somebody else does not use this code."""
    return booking.employee_id is None or visit.employee_id in (None, booking.employee_id)

"""Bookings, the pace of the queues, and ratings of visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, update

from kiosk.model.booking import Booking, BookingState
from kiosk.model.service_quality import Pace, VisitRating
from kiosk.store.rows import Rows
from kiosk.store.schema_hall import BOOKING, PACE, VISIT_RATING


class Bookings(Rows[Booking]):
    """Promised times."""

    table = BOOKING
    kind = Booking

    def by_code(self, code: str) -> Booking | None:
        """The booking a visitor shows; locked for a writer."""
        return self.one(self.locked(self.query().where(BOOKING.c.code == code)))

    def of_day(self, service_date: date, states: Iterable[BookingState] = tuple(BookingState)) -> list[Booking]:
        """Bookings of a day in ``states``, by time."""
        mine = (BOOKING.c.service_date == service_date) & BOOKING.c.state.in_(tuple(states))
        return self.where(mine, order=BOOKING.c.at)


class Paces(Rows[Pace]):
    """What each queue learnt of its own speed."""

    table = PACE
    kind = Pace
    key = "queue"

    @classmethod
    def locking(cls, query: Select[Any]) -> Select[Any]:
        """Nothing is locked: whoever takes a number only reads what the queue learnt."""
        return query

    def all(self) -> dict[str, Pace]:
        """Every pace by queue."""
        return {pace.queue: pace for pace in self.where()}


class Ratings(Rows[VisitRating]):
    """Ratings given after talks."""

    table = VISIT_RATING
    kind = VisitRating

    def between(self, first: date, last: date) -> list[VisitRating]:
        """Ratings of the business days from ``first`` to ``last``."""
        return self.where(VISIT_RATING.c.service_date.between(first, last), order=VISIT_RATING.c.at)

    def of_ticket(self, ticket_id: UUID) -> VisitRating | None:
        """The rating of one number, while its day is open."""
        return self.one(self.query().where(VISIT_RATING.c.ticket_id == ticket_id))

    def untie(self, service_date: date) -> None:
        """Forget whose ratings those of a business day are."""
        mine = VISIT_RATING.c.service_date == service_date
        self.desk.change(update(VISIT_RATING).where(mine).values(ticket_id=None))

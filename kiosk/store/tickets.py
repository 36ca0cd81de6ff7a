"""Visits, tickets and the counters that call them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Select, bindparam, func, select

from kiosk.errors import ConflictError
from kiosk.flow.ticket_flow import OPEN
from kiosk.model.ticket import CallClass, Counter, Ticket, TicketState
from kiosk.model.visit import Visit
from kiosk.store.numbering import next_value
from kiosk.store.rows import Rows, upsert
from kiosk.store.schema import COUNTER, TICKET, VISIT

C = TICKET.c

_WAITING_BY_CLASS = (
    select(C.queue, C.call_class, func.count())
    .where(C.service_date == bindparam("day"), C.state == TicketState.WAITING)
    .group_by(C.queue, C.call_class)
)


class Visits(Rows[Visit]):
    """Stays of one person."""

    table = VISIT
    kind = Visit

    def of_day(self, service_date: date) -> list[Visit]:
        """Visits of a business day in order of arrival."""
        return self.where(VISIT.c.service_date == service_date, order=VISIT.c.started_at)

    def of_employee(self, employee_id: UUID) -> list[Visit]:
        """Visits of a person, newest first."""
        return self.where(VISIT.c.employee_id == employee_id, order=VISIT.c.started_at.desc())


class Tickets(Rows[Ticket]):
    """Numbers of the business days."""

    table = TICKET
    kind = Ticket

    def put(self, value: Ticket) -> None:
        """Insert or replace. ConflictError ``stale_claim`` when a newer claim (higher fence) was stored meanwhile."""
        row = {name: getattr(value, name) for name in self.names()}
        if self.desk.change(self._put(self.desk.is_postgres), row).first() is None:
            raise ConflictError("stale_claim", "This number is now with another desk.", "Reload the queue.")

    @classmethod
    @cache
    def _put(cls, is_postgres: bool) -> Executable:
        return upsert(is_postgres, TICKET, ("id",), cls.names(), "fence").returning(C.id)

    def next_number(self, service_date: date, letter: str) -> int:
        """The next number of a letter on a day: unique and gapless over all terminals."""
        return next_value(self.desk, f"ticket/{service_date.isoformat()}/{letter}")

    def open(self, service_date: date) -> list[Ticket]:
        """Tickets of a day that have not ended, by position."""
        return self.in_states(service_date, OPEN)

    def in_states(
        self, service_date: date, states: Iterable[TicketState], queues: Collection[str] | None = None
    ) -> list[Ticket]:
        """Tickets of a day in ``states`` (and ``queues``), by position."""
        return self.many(self._in_states(service_date, states, queues))

    def lock_waiting(self, service_date: date, queues: Collection[str]) -> list[Ticket]:
        """Waiting tickets by position, held for the caller until it commits.

        A second caller waits and then sees what is left. It does not skip locked rows: two desks pressing "next" in
        the same instant would then find the queue empty, because the rule of order looks at the whole of it.
        """
        return self.many(self.locked(self._in_states(service_date, (TicketState.WAITING,), queues)))

    def claim(self, ticket_id: UUID, counter: str, fence: int) -> bool:
        """Take a waiting ticket for ``counter``; False when it is not waiting any more or a newer claim exists.

        Sets state, counter and fence only; the caller puts the rest of the moved ticket.
        """
        free = (C.id == ticket_id) & (C.state == TicketState.WAITING) & (C.fence < fence)
        taken = {"state": TicketState.CALLED, "counter": counter, "fence": fence}
        return self.desk.change(TICKET.update().where(free).values(taken)).rowcount == 1

    def by_label(self, service_date: date, letter: str, number: int) -> Ticket | None:
        """The ticket printed as letter and number."""
        mine = (C.service_date == service_date) & (C.letter == letter) & (C.number == number)
        return self.one(self.locked(self.query().where(mine)))

    def at_counter(self, code: str, states: Iterable[TicketState]) -> list[Ticket]:
        """Tickets a desk holds in ``states``, by position; locked for a writer, so that the clock and the desk cannot
        both move one (PostgreSQL).
        """
        query = self.query().where(C.counter == code, C.state.in_(tuple(states))).order_by(C.position)
        return self.many(self.locked(query))

    def of_visit(self, visit_id: UUID) -> list[Ticket]:
        """Tickets of a visit in order of issue."""
        return self.where(C.visit_id == visit_id, order=C.issued_at)

    def ended_since(self, instant: datetime) -> list[Ticket]:
        """Tickets that ended at ``instant`` or later, in that order; the history behind waiting times."""
        return self.where(C.ended_at >= instant, order=C.ended_at)

    def waiting_by_queue(self, service_date: date) -> dict[str, int]:
        """How many people wait under each letter."""
        waiting: dict[str, int] = {}
        for (queue, _), count in self.waiting_by_class(service_date).items():
            waiting[queue] = waiting.get(queue, 0) + count
        return waiting

    def waiting_by_class(self, service_date: date) -> dict[tuple[str, CallClass], int]:
        """People waiting by queue and class."""
        rows = self.desk.ask(_WAITING_BY_CLASS, {"day": service_date})
        return {(row[0], row[1]): int(row[2]) for row in rows}

    def occupied(self, count: int) -> list[tuple[str, timedelta]]:
        """(queue, from the last call to the end) of the ``count`` talks that ended last, newest first."""
        done = (C.state == TicketState.DONE) & C.called_at.is_not(None) & C.ended_at.is_not(None)
        query = select(C.queue, C.called_at, C.ended_at).where(done).order_by(C.ended_at.desc()).limit(count)
        return [(queue, end - start) for queue, start, end in self.desk.ask(query)]

    def first_called(self, service_date: date, since: datetime) -> list[Ticket]:
        """Tickets of a day called for the first time after ``since``, in that order."""
        mine = (C.service_date == service_date) & (C.first_called_at > since)
        return self.where(mine, order=C.first_called_at)

    def between(self, first: date, last: date) -> list[Ticket]:
        """Every ticket of the business days from ``first`` to ``last``, in order of issue."""
        return self.where(C.service_date.between(first, last), order=C.issued_at)

    def last_called(self, service_date: date, states: Iterable[TicketState], count: int) -> list[Ticket]:
        """The tickets called last, newest call first."""
        query = self.query().where(C.service_date == service_date, C.called_at.is_not(None), C.counter.is_not(None))
        return self.many(query.where(C.state.in_(tuple(states))).order_by(C.called_at.desc(), C.id).limit(count))

    def classes_called(self, service_date: date, queues: Collection[str], count: int) -> list[CallClass]:
        """Classes of the tickets called last in ``queues``, newest first."""
        query = select(C.call_class).where(C.service_date == service_date, C.called_at.is_not(None))
        query = query.where(C.queue.in_(tuple(queues))).order_by(C.called_at.desc(), C.id).limit(count)
        return list(self.desk.ask(query).scalars())

    def _in_states(
        self, service_date: date, states: Iterable[TicketState], queues: Collection[str] | None
    ) -> Select[Any]:
        query = self.query().where(C.service_date == service_date, C.state.in_(tuple(states)))
        if queues is not None:
            query = query.where(C.queue.in_(tuple(queues)))
        return query.order_by(C.position, C.issued_at, C.id)


class Counters(Rows[Counter]):
    """Desk windows."""

    table = COUNTER
    kind = Counter
    key = "code"

    def all(self) -> list[Counter]:
        """Every window by code."""
        return self.many(self._all())

    @classmethod
    @cache
    def _all(cls) -> Select[Any]:
        return cls.query().order_by(COUNTER.c.code)

    def next_fence(self) -> int:
        """A fencing token higher than every one before."""
        return next_value(self.desk, "fence")

"""Visits, tickets and the counters that call them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Integer, Select, bindparam, func, select

from kiosk.errors import ConflictError
from kiosk.flow.ticket_flow import OPEN
from kiosk.model.ticket import CallClass, Counter, InLine, Ticket, TicketState
from kiosk.model.visit import Visit
from kiosk.store.numbering import next_value, take_values
from kiosk.store.rows import Rows, upsert
from kiosk.store.schema import COUNTER, TICKET, VISIT

C = TICKET.c
_CHOOSING = 0x4C494E45
"""PostgreSQL advisory lock of who chooses from the line of a day; it ends with the transaction."""
_CHOOSE = select(func.pg_advisory_xact_lock(bindparam("space", type_=Integer), bindparam("day", type_=Integer)))

_WAITING_BY_CLASS = (
    select(C.queue, C.call_class, func.count())
    .where(C.service_date == bindparam("day"), C.state == TicketState.WAITING)
    .group_by(C.queue, C.call_class)
)

_LINE = (
    select(*(C[name] for name in InLine._fields))
    .where(C.service_date == bindparam("day"), C.state == TicketState.WAITING)
    .where(C.queue.in_(bindparam("queues", expanding=True)))
    .order_by(C.position, C.issued_at, C.id)
)
_CLASSES_CALLED = (
    select(C.call_class)
    .where(C.service_date == bindparam("day"), C.line_fence > 0, C.called_by.in_(bindparam("windows", expanding=True)))
    .order_by(C.line_fence.desc())
    .limit(bindparam("count"))
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

    def reserve_numbers(self, service_date: date, letter: str, count: int) -> int:
        """Set ``count`` numbers of a letter aside; returns the last of them."""
        return take_values(self.desk, f"ticket/{service_date.isoformat()}/{letter}", count)

    def open(self, service_date: date) -> list[Ticket]:
        """Tickets of a day that have not ended, by position."""
        return self.in_states(service_date, OPEN)

    def in_states(
        self, service_date: date, states: Iterable[TicketState], queues: Collection[str] | None = None
    ) -> list[Ticket]:
        """Tickets of a day in ``states`` (and ``queues``), by position."""
        asked = {"day": service_date, "states": tuple(states)}
        if queues is not None:
            asked["queues"] = tuple(queues)
        return self.many(self._in_states(queues is not None), asked)

    def lock_waiting(self, service_date: date, queues: Collection[str]) -> list[InLine]:
        """Who waits, by position; until the caller commits, nobody else chooses from the line of this day.

        A second caller waits and then sees what is left and who was called last, so the rule of order, which looks at
        the whole line, holds between desks. The rows are not locked: the number that was chosen may have been given
        back meanwhile, so lock it (``get``) and look again.
        """
        if self.desk.is_postgres:
            self.desk.ask(_CHOOSE, {"space": _CHOOSING, "day": service_date.toordinal()})
        return [InLine(*row) for row in self.desk.ask(_LINE, {"day": service_date, "queues": tuple(queues)})]

    def by_label(self, service_date: date, letter: str, number: int) -> Ticket | None:
        """The ticket printed as letter and number."""
        mine = (C.service_date == service_date) & (C.letter == letter) & (C.number == number)
        return self.one(self.locked(self.query().where(mine)))

    def at_counter(self, code: str, states: Iterable[TicketState]) -> list[Ticket]:
        """Tickets a desk holds in ``states``, by position; locked for a writer, so that the clock and the desk cannot
        both move one (PostgreSQL).
        """
        return self.many(self._at_counter(self.desk.writable), {"code": code, "states": tuple(states)})

    @classmethod
    @cache
    def _at_counter(cls, lock: bool) -> Select[Any]:
        held = (C.counter == bindparam("code")) & C.state.in_(bindparam("states", expanding=True))
        query = cls.query().where(held).order_by(C.position)
        return cls.locking(query) if lock else query

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

    def classes_called(self, service_date: date, windows: Collection[str], count: int) -> list[CallClass]:
        """Classes of the tickets that ``windows`` called last from the line, newest first: by the fences of these
        calls, which are given one by one. Instants are those of the beginning of a transaction.
        """
        facts = {"day": service_date, "windows": tuple(windows), "count": count}
        return list(self.desk.ask(_CLASSES_CALLED, facts).scalars())

    def called_from(self, code: str, since: datetime) -> list[Ticket]:
        """Tickets that window ``code`` claimed last and that moved since then; the one that moved last comes first."""
        return self.where((C.called_by == code) & (C.since >= since), order=C.since.desc())

    @classmethod
    @cache
    def _in_states(cls, some_queues: bool) -> Select[Any]:
        query = cls.query().where(C.service_date == bindparam("day"), C.state.in_(bindparam("states", expanding=True)))
        if some_queues:
            query = query.where(C.queue.in_(bindparam("queues", expanding=True)))
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

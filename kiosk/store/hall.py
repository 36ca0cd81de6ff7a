"""Business days, seats, calls for help, care tasks, and the two small key-value tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, exists, select

from kiosk.model.hall import BusinessDay, CareKind, CareTask, HelpCall, Seat, SeatState
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema import BUSINESS_DAY, CARE_TASK, HELP_CALL, SEAT, TICKET
from kiosk.store.schema_hall import LEASE
from kiosk.store.tickets import Tickets

_GONE_TO_DESK = (TicketState.CALLED, TicketState.PASSED)
_UNDONE = CARE_TASK.c.done_at.is_(None)


class Days(Rows[BusinessDay]):
    """Service dates."""

    table = BUSINESS_DAY
    kind = BusinessDay
    key = "service_date"

    def open_day(self) -> BusinessDay | None:
        """The day that is open, or None. While a writer holds it, nobody can close it (PostgreSQL: share lock)."""
        return self.one(self._open(self.desk.writable))

    @classmethod
    @cache
    def _open(cls, lock: bool) -> Select[Any]:
        query = cls.query().where(BUSINESS_DAY.c.closed_at.is_(None)).order_by(BUSINESS_DAY.c.service_date.desc())
        return query.with_for_update(read=True) if lock else query


class Seats(Rows[Seat]):
    """Seats of the waiting zones."""

    table = SEAT
    kind = Seat
    key = "code"

    def all(self) -> list[Seat]:
        """Every seat by code."""
        return self.where()

    def first_free(self, zone: str) -> Seat | None:
        """The first free seat of ``zone`` that nobody else is taking at this moment."""
        return self.one(self._first_free(self.desk.writable), {"wanted": zone})

    @classmethod
    @cache
    def _first_free(cls, lock: bool) -> Select[Any]:
        free = (SEAT.c.zone == bindparam("wanted")) & (SEAT.c.state == SeatState.FREE)
        query = cls.query().where(free).order_by(SEAT.c.code).limit(1)
        return query.with_for_update(skip_locked=True) if lock else query

    def free_in(self, zone: str) -> list[Seat]:
        """Every free seat of ``zone`` by code, unlocked: ``take`` tells which can still be had."""
        return self.where(SEAT.c.zone == zone, SEAT.c.state == SeatState.FREE)

    def take(self, codes: Sequence[str]) -> list[Seat]:
        """Those of ``codes`` that are still free and that nobody else is taking, locked."""
        query = self.query().where(SEAT.c.code.in_(codes), SEAT.c.state == SeatState.FREE).order_by(SEAT.c.code)
        return self.many(query.with_for_update(skip_locked=True))

    def due(self, called_until: datetime) -> list[Seat]:
        """Seats of which the clock says something: the reservation ran out, the holder was called at ``called_until``
        or before and is not back in the line, or the holder's number has ended.
        """
        ran_out = (SEAT.c.state == SeatState.RESERVED) & (SEAT.c.until <= self.desk.now)
        called = TICKET.c.state.in_(_GONE_TO_DESK) & (TICKET.c.called_at <= called_until)
        gone = exists().where(TICKET.c.id == SEAT.c.ticket_id, called | TICKET.c.ended_at.is_not(None))
        return self.many(self.locked(self.query().where(ran_out | gone).order_by(SEAT.c.code)))

    def holders(self) -> list[Ticket]:
        """The numbers that hold a seat."""
        return Tickets(self.desk).where(exists().where(SEAT.c.ticket_id == TICKET.c.id))

    def of_ticket(self, ticket_id: UUID) -> list[Seat]:
        """What a ticket holds."""
        return self.where(SEAT.c.ticket_id == ticket_id)


class HelpCalls(Rows[HelpCall]):
    """Calls for a person."""

    table = HELP_CALL
    kind = HelpCall

    def open(self) -> list[HelpCall]:
        """Not answered yet, oldest first."""
        return self.where(HELP_CALL.c.answered_at.is_(None), order=HELP_CALL.c.at)

    def last_of(self, terminal: str) -> HelpCall | None:
        """The newest call from a terminal."""
        return self.one(self.query().where(HELP_CALL.c.terminal == terminal).order_by(HELP_CALL.c.at.desc()).limit(1))


class CareTasks(Rows[CareTask]):
    """Small services for waiting visitors."""

    table = CARE_TASK
    kind = CareTask

    def open(self) -> list[CareTask]:
        """Not done yet, oldest first."""
        return self.where(_UNDONE, order=CARE_TASK.c.at)

    def of_ticket(self, ticket_id: UUID) -> list[CareTask]:
        """Tasks of one ticket, oldest first."""
        return self.where(CARE_TASK.c.ticket_id == ticket_id, order=CARE_TASK.c.at)

    def open_of(self, ticket_id: UUID) -> list[CareTask]:
        """Open tasks of one ticket, locked in a writing unit of work."""
        return self.many(self.locked(self.query().where(CARE_TASK.c.ticket_id == ticket_id, _UNDONE)))

    def silent(self, since: datetime) -> list[CareTask]:
        """Open tasks of robots that were not heard of after ``since``."""
        by_robot = CARE_TASK.c.robot & (CARE_TASK.c.progress_at <= since)
        return self.many(self.locked(self.query().where(_UNDONE, by_robot)))

    def holders(self) -> list[Ticket]:
        """The numbers with an open task."""
        return Tickets(self.desk).where(exists().where(CARE_TASK.c.ticket_id == TICKET.c.id, _UNDONE))

    def unasked(self, day: date, since: datetime, limit: int) -> list[Ticket]:
        """Numbers waiting from ``since`` or before that were never asked whether they need anything: people with a
        declared need first, then who has waited longest.
        """
        asked = exists().where(CARE_TASK.c.ticket_id == TICKET.c.id, CARE_TASK.c.kind == CareKind.OFFER)
        waiting = (TICKET.c.service_date == day) & (TICKET.c.state == TicketState.WAITING)
        query = Tickets.query().where(waiting, TICKET.c.queued_at <= since, ~asked)
        no_need = TICKET.c.call_class != CallClass.PRIORITY
        return Tickets(self.desk).many(query.order_by(no_need, TICKET.c.queued_at).limit(limit))


class Leases:
    """Who does what only one machine of the hall may do, and until when."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """Hold ``name`` until then: renewed, taken over when it ran out, or new; False while another holds it."""
        free = (LEASE.c.holder == holder) | (LEASE.c.until <= self._desk.now)
        row = {"name": name, "holder": holder, "until": until}
        if self._desk.change(LEASE.update().where(LEASE.c.name == name, free).values(row)).rowcount == 1:
            return True
        return self._desk.change(self._desk.insert(LEASE).on_conflict_do_nothing(), row).rowcount == 1

    def end(self, name: str, holder: str) -> None:
        """``holder`` needs it no more; what another holds is left alone."""
        mine = (LEASE.c.name == name) & (LEASE.c.holder == holder)
        self._desk.change(LEASE.update().where(mine).values(until=self._desk.now))


class Pairs:
    """A key-value table of texts."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._table = table

    def get(self, key: str) -> str | None:
        """The value or None."""
        value: str | None = self._desk.ask(select(self._table.c.value).where(self._table.c.key == key)).scalar()
        return value

    def put(self, key: str, value: str) -> None:
        """Insert or replace."""
        row = {"key": key, "value": value}
        self._desk.change(self._desk.upsert(self._table, ["key"], list(row)), row)

    def all(self) -> dict[str, str]:
        """Every pair."""
        return {row.key: row.value for row in self._desk.ask(select(self._table.c.key, self._table.c.value))}

"""Business days, seats, calls for help, care tasks, and the two small key-value tables."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select

from kiosk.model.hall import BusinessDay, CareTask, HelpCall, Seat, SeatState
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema import BUSINESS_DAY, CARE_TASK, HELP_CALL, SEAT


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
        """The first seat of ``zone`` that is free or whose reservation ran out; one that nobody else is taking."""
        return self.one(self._first_free(self.desk.writable), {"wanted": zone, "now": self.desk.now})

    @classmethod
    @cache
    def _first_free(cls, lock: bool) -> Select[Any]:
        lapsed = (SEAT.c.state == SeatState.RESERVED) & (SEAT.c.until < bindparam("now"))
        free = (SEAT.c.zone == bindparam("wanted")) & ((SEAT.c.state == SeatState.FREE) | lapsed)
        query = cls.query().where(free).order_by(SEAT.c.code).limit(1)
        return query.with_for_update(skip_locked=True) if lock else query

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


class CareTasks(Rows[CareTask]):
    """Small services for waiting visitors."""

    table = CARE_TASK
    kind = CareTask

    def open(self) -> list[CareTask]:
        """Not done yet, oldest first."""
        return self.where(CARE_TASK.c.done_at.is_(None), order=CARE_TASK.c.at)

    def of_ticket(self, ticket_id: UUID) -> list[CareTask]:
        """Tasks of one ticket, oldest first."""
        return self.where(CARE_TASK.c.ticket_id == ticket_id, order=CARE_TASK.c.at)


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

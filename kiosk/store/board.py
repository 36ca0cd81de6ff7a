"""What a wall reads, from the views of ``schema_views`` and nowhere else. Owns no rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TableClause, or_, select

from kiosk.model.appeal import AppealState, Channel
from kiosk.model.board import Call, NoticeText
from kiosk.model.hall import SeatState
from kiosk.model.service_quality import Pace
from kiosk.model.ticket import CallClass, Counter, TicketState, label_of
from kiosk.store import schema_views as views
from kiosk.store.rows import Desk


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The business day in progress."""

    service_date: date
    opened_at: datetime
    closes_at: datetime | None
    intake_stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingNumber:
    """One number in the line."""

    ticket_id: UUID
    label: str
    queue: str
    call_class: CallClass
    position: int
    queued_at: datetime
    since: datetime | None
    called_at: datetime | None
    passes: int
    wish: str | None


@dataclass(frozen=True, slots=True)
class GoneNumber:
    """A number that was passed or has expired."""

    label: str
    queue: str
    state: TicketState
    since: datetime | None


class Board:
    """Numbers only. Rows of the present business day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def last_seq(self) -> int:
        """Sequence number of the newest event."""
        return int(self._desk.ask(select(views.WALL_SEQ.c.last_seq)).scalar_one())

    def day(self) -> OpenDay | None:
        """The day that is open, or None."""
        row = self._desk.ask(_all(views.WALL_DAY).order_by(views.WALL_DAY.c.service_date.desc()).limit(1)).first()
        return None if row is None else OpenDay(*row)

    def windows(self) -> list[Counter]:
        """Every window by code, without who sits there."""
        query = _all(views.WALL_WINDOW).order_by(views.WALL_WINDOW.c.code)
        return [Counter(row.code, row.queues, row.state, place=row.place) for row in self._desk.ask(query)]

    def calls(self, count: int) -> list[Call]:
        """The last calls, newest first."""
        c = views.WALL_CALL.c
        query = _all(views.WALL_CALL).order_by(c.called_at.desc(), c.ticket_id).limit(count)
        return [_call(row) for row in self._desk.ask(query)]

    def with_windows(self) -> dict[str, Call]:
        """By window, the number that is called to it or served there now."""
        c = views.WALL_CALL.c
        present = c.state.in_((TicketState.CALLED, TicketState.SERVING))
        rows = self._desk.ask(_all(views.WALL_CALL).where(present).order_by(c.called_at))
        return {row.counter: _call(row) for row in rows}

    def line(self) -> list[WaitingNumber]:
        """Everybody who waits, by position."""
        c = views.WALL_LINE.c
        rows = self._desk.ask(_all(views.WALL_LINE).order_by(c.position, c.ticket_id))
        return [_waiting_number(row) for row in rows]

    def gone_since(self, instant: datetime) -> list[GoneNumber]:
        """Numbers passed or expired at ``instant`` or later, in that order."""
        c = views.WALL_GONE.c
        rows = self._desk.ask(_all(views.WALL_GONE).where(c.since >= instant).order_by(c.since))
        return [GoneNumber(label_of(r.letter, r.number), r.queue, r.state, r.since) for r in rows]

    def paces(self) -> dict[str, Pace]:
        """What each queue learnt of its own speed."""
        return {row.queue: Pace(*row) for row in self._desk.ask(_all(views.WALL_PACE))}

    def seats(self) -> list[tuple[str, SeatState, datetime | None, int]]:
        """(zone, state, until, how many)."""
        return [tuple(row) for row in self._desk.ask(_all(views.WALL_SEAT).order_by(views.WALL_SEAT.c.zone))]

    def notices(self, now: datetime) -> list[NoticeText]:
        """What may be shown at ``now``, newest first."""
        c = views.WALL_NOTICE.c
        current = (c.starts_at <= now) & or_(c.ends_at.is_(None), c.ends_at > now)
        query = select(c.zh, c.en, c.starts_at, c.walls).where(current).order_by(c.starts_at.desc(), c.zh)
        return [NoticeText(*row) for row in self._desk.ask(query)]

    def open_appeals(self) -> list[tuple[AppealState, date | None, int]]:
        """(state, due date, how many) of appeals in which somebody owes the next step."""
        return [tuple(row) for row in self._desk.ask(_all(views.WALL_OPEN))]

    def received_since(self, instant: datetime) -> list[tuple[datetime, Channel, int]]:
        """(hour, channel, how many) of appeals registered from the hour of ``instant`` on."""
        return self._since(views.WALL_RECEIVED, instant)

    def closed_since(self, instant: datetime) -> list[tuple[datetime, date | None, int | None, int, float]]:
        """(hour, due date, rating, how many, days from registration together) of appeals closed since ``instant``."""
        return self._since(views.WALL_CLOSED, instant)

    def _since(self, view: TableClause, instant: datetime) -> list[Any]:
        return [tuple(row) for row in self._desk.ask(_all(view).where(_hour(view) >= instant))]


def _call(row: Any) -> Call:
    label = label_of(row.letter, row.number)
    return Call(row.ticket_id, label, row.counter, row.place, row.called_at, row.calls, row.fence, row.queue)


def _waiting_number(row: Any) -> WaitingNumber:
    ticket_id, letter, number, *rest = row
    return WaitingNumber(ticket_id, label_of(letter, number), *rest)


def _hour(view: TableClause) -> ColumnElement[datetime]:
    return view.c.hour


def _all(view: TableClause) -> Any:
    columns: Sequence[ColumnElement[Any]] = tuple(view.c)
    return select(*columns)

"""What the machines of a hall tell each other: signs of life, orders, marks of calls, notices, blocks of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import func, or_, select

from kiosk.model.terminal import Notice, NumberBlock, OrderVerb, TerminalOrder, TerminalStatus
from kiosk.model.ticket import CallMark, Ticket
from kiosk.store.journal import NOTIFY_CHANNEL
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema_hall import CALL_MARK, NOTICE, NUMBER_BLOCK, TERMINAL, TERMINAL_ORDER

MARKED = "marked"
"""The notification that a call was shown or spoken (PostgreSQL); other payloads are sequence numbers."""


class Terminals(Rows[TerminalStatus]):
    """The latest sign of life of each terminal."""

    table = TERMINAL
    kind = TerminalStatus
    key = "code"

    def all(self) -> list[TerminalStatus]:
        """Every terminal by code."""
        return self.where()

    def instant(self) -> datetime:
        """Now by the clock that all terminals share: the server's; on an encrypted file there is only one machine."""
        if not self.desk.is_postgres:
            return self.desk.now
        at: datetime = self.desk.ask(select(func.clock_timestamp())).scalar_one()
        return at

    def drop(self, code: str) -> None:
        """Remove one that is gone for good."""
        self.desk.change(TERMINAL.delete().where(TERMINAL.c.code == code))


class Orders(Rows[TerminalOrder]):
    """Orders to terminals."""

    table = TERMINAL_ORDER
    kind = TerminalOrder

    def open(self, terminal: str) -> list[TerminalOrder]:
        """Not done yet, oldest first; locked for a writer."""
        mine = (TERMINAL_ORDER.c.terminal == terminal) & TERMINAL_ORDER.c.done_at.is_(None)
        known = TERMINAL_ORDER.c.verb.in_(list(OrderVerb))
        return self.many(
            self.locked(self.query().where(mine, known).order_by(TERMINAL_ORDER.c.at, TERMINAL_ORDER.c.id))
        )

    def any_untaken(self, terminal: str) -> bool:
        """Is there one to take?"""
        untaken = TERMINAL_ORDER.c.taken_at.is_(None) & TERMINAL_ORDER.c.done_at.is_(None)
        query = select(TERMINAL_ORDER.c.id).where(TERMINAL_ORDER.c.terminal == terminal, untaken).limit(1)
        return self.desk.ask(query).first() is not None

    def end_unknown(self, terminal: str, outcome: str) -> None:
        """Orders of a newer desk that this version cannot read are answered, and in nobody's way."""
        mine = (TERMINAL_ORDER.c.terminal == terminal) & TERMINAL_ORDER.c.done_at.is_(None)
        unknown = mine & TERMINAL_ORDER.c.verb.not_in(list(OrderVerb))
        self.desk.change(TERMINAL_ORDER.update().where(unknown).values(done_at=self.desk.now, outcome=outcome))

    def newest(self, count: int) -> list[TerminalOrder]:
        """To all terminals, newest first; those this version cannot read are left out."""
        known = TERMINAL_ORDER.c.verb.in_(list(OrderVerb))
        return self.many(self.query().where(known).order_by(TERMINAL_ORDER.c.at.desc()).limit(count))


class CallMarks:
    """Insert-only: which call was painted and spoken, by whom."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, mark: CallMark) -> None:
        """Insert; a mark that is there already stays as it is."""
        row = {field.name: getattr(mark, field.name) for field in fields(CallMark)}
        self._desk.change(self._desk.insert(CALL_MARK).on_conflict_do_nothing(), row)
        if self._desk.is_postgres:
            self._desk.ask(select(func.pg_notify(NOTIFY_CHANNEL, MARKED)))

    def of(self, ticket: Ticket) -> list[CallMark]:
        """Marks of the present call of ``ticket``, oldest first."""
        names = (field.name for field in fields(CallMark))
        query = select(*(CALL_MARK.c[name] for name in names))
        of_claim = (CALL_MARK.c.ticket_id == ticket.id) & (CALL_MARK.c.fence == ticket.fence)
        query = query.where(of_claim, CALL_MARK.c.calls == ticket.calls).order_by(CALL_MARK.c.at)
        return [CallMark(*row) for row in self._desk.ask(query)]


class Notices(Rows[Notice]):
    """Texts for the walls."""

    table = NOTICE
    kind = Notice

    def current(self) -> list[Notice]:
        """What may be shown now, newest first."""
        began = NOTICE.c.starts_at <= self.desk.now
        lasts = or_(NOTICE.c.ends_at.is_(None), NOTICE.c.ends_at > self.desk.now)
        return self.where(began & lasts, order=NOTICE.c.starts_at.desc())


class NumberBlocks(Rows[NumberBlock]):
    """Numbers kept for terminals that may be cut off."""

    table = NUMBER_BLOCK
    kind = NumberBlock

    def of_day(self, service_date: date) -> Sequence[NumberBlock]:
        """Blocks of a business day, oldest first."""
        return self.where(NUMBER_BLOCK.c.service_date == service_date, order=NUMBER_BLOCK.c.reserved_at)

    def unsettled(self, terminal: str) -> list[NumberBlock]:
        """Blocks of a terminal whose numbers are not all accounted for, oldest first."""
        mine = (NUMBER_BLOCK.c.terminal == terminal) & NUMBER_BLOCK.c.settled_at.is_(None)
        return self.where(mine, order=NUMBER_BLOCK.c.reserved_at)

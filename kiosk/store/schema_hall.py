"""The tables by which the machines of a hall work together: terminals, orders, marks of calls, notices, blocks of
numbers, bookings, pace and ratings. Structure only; how to change one stands in ``schema``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Float, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql

from kiosk.model.booking import BookingState
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import MarkKind
from kiosk.store.columns import Facts, Id, Name, Utc, Words, column
from kiosk.store.schema import METADATA

_NOT_DONE = sql("done_at IS NULL")

BOOKING = Table(
    "booking",
    METADATA,
    column("id", Id, "D3", primary_key=True),
    column("code", Text, "D3", unique=True),
    column("service_date", Date, "D0"),
    column("at", Utc, "D3"),
    column("category", Text, "D3"),
    column("state", Name(BookingState), "D0"),
    column("employee_id", Id, "D3", ForeignKey("employee.id"), nullable=True, index=True),
    column("ticket_id", Id, "D3", ForeignKey("ticket.id"), nullable=True),
    column("made_at", Utc, "D0", nullable=True),
    column("made_by", Text, "D0"),
    Index(None, "service_date", "state"),
)

NUMBER_BLOCK = Table(
    "number_block",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("service_date", Date, "D0"),
    column("letter", Text, "D0"),
    column("first", Integer, "D0"),
    column("last", Integer, "D0"),
    column("terminal", Text, "D0"),
    column("reserved_at", Utc, "D0"),
    column("settled_at", Utc, "D0", nullable=True),
    Index(None, "service_date", "terminal"),
)

TERMINAL = Table(
    "terminal",
    METADATA,
    column("code", Text, "D0", primary_key=True),
    column("fronts", Words, "D0"),
    column("version", Text, "D0"),
    column("seen_at", Utc, "D0"),
    column("lamps", Facts, "D0"),
    column("facts", Facts, "D0"),
)

TERMINAL_ORDER = Table(
    "terminal_order",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("terminal", Text, "D0"),
    column("verb", Name(OrderVerb), "D0"),
    column("argument", Text, "D0"),
    column("at", Utc, "D0"),
    column("by", Text, "D0"),
    column("taken_at", Utc, "D0", nullable=True),
    column("done_at", Utc, "D0", nullable=True),
    column("outcome", Text, "D0"),
    Index("ix_terminal_order_open", "terminal", "at", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
)

CALL_MARK = Table(
    "call_mark",
    METADATA,
    column("ticket_id", Id, "D0", ForeignKey("ticket.id"), primary_key=True),
    column("fence", BigInteger, "D0", primary_key=True),
    column("calls", Integer, "D0", primary_key=True),
    column("kind", Name(MarkKind), "D0", primary_key=True),
    column("terminal", Text, "D0", primary_key=True),
    column("at", Utc, "D0"),
)
"""Inserted by walls and loudspeakers, which may write nothing else of the queue."""

NOTICE = Table(
    "notice",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("zh", Text, "D0"),
    column("en", Text, "D0"),
    column("starts_at", Utc, "D0"),
    column("ends_at", Utc, "D0", nullable=True),
    column("by", Text, "D0"),
    column("walls", Words, "D0"),
)

LEASE = Table(
    "lease",
    METADATA,
    column("name", Text, "D0", primary_key=True),
    column("holder", Text, "D0"),
    column("until", Utc, "D0"),
)
"""What one machine of the hall does for all: who, until when."""

PACE = Table(
    "pace",
    METADATA,
    column("queue", Text, "D0", primary_key=True),
    column("minutes", Float, "D0"),
    column("low", Float, "D0"),
    column("high", Float, "D0"),
    column("judged", Integer, "D0"),
    column("kept", Integer, "D0"),
    column("at", Utc, "D0"),
)

VISIT_RATING = Table(
    "visit_rating",
    METADATA,
    column("id", Id, "D9", primary_key=True),
    column("service_date", Date, "D0", index=True),
    column("counter", Text, "D9"),
    column("at", Utc, "D0"),
    column("scores", Facts, "D9"),
    column("worst_step", Text, "D9"),
    column("ticket_id", Id, "D3", ForeignKey("ticket.id"), nullable=True, unique=True),
)

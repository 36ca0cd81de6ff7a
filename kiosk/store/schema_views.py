"""The views a wall reads, and nothing else: numbers, windows, seats by zone, counts (migration 0004).

Owns their columns; the queries stand in the migration. A wall's role on PostgreSQL has SELECT on ``VIEWS`` only. No
column holds a name, unit, category, visit or appeal; ``tests/kiosk/store/test_views.py`` compares both engines with
this page.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Float, Integer, TableClause, Text, column, table

from kiosk.model.appeal import AppealState, Channel
from kiosk.model.hall import SeatState
from kiosk.model.ticket import CallClass, CounterState, TicketState
from kiosk.store.columns import Id, Name, Utc, Words

WALL_SEQ = table("wall_seq", column("last_seq", BigInteger))

WALL_DAY = table(
    "wall_day",
    column("service_date", Date),
    column("opened_at", Utc()),
    column("closes_at", Utc()),
    column("intake_stopped_at", Utc()),
)

WALL_WINDOW = table(
    "wall_window",
    column("code", Text),
    column("queues", Words()),
    column("state", Name(CounterState)),
    column("place", Text),
)

WALL_CALL = table(
    "wall_call",
    column("ticket_id", Id()),
    column("letter", Text),
    column("number", Integer),
    column("queue", Text),
    column("counter", Text),
    column("place", Text),
    column("called_at", Utc()),
    column("calls", Integer),
    column("fence", BigInteger),
    column("state", Name(TicketState)),
)
"""Numbers of the open day that were called and are still with their window, or were served there."""

WALL_LINE = table(
    "wall_line",
    column("ticket_id", Id()),
    column("letter", Text),
    column("number", Integer),
    column("queue", Text),
    column("call_class", Name(CallClass)),
    column("position", BigInteger),
    column("queued_at", Utc()),
    column("since", Utc()),
    column("called_at", Utc()),
    column("passes", Integer),
    column("wish", Text),
)
"""Numbers of the open day that wait."""

WALL_GONE = table(
    "wall_gone",
    column("ticket_id", Id()),
    column("letter", Text),
    column("number", Integer),
    column("queue", Text),
    column("state", Name(TicketState)),
    column("since", Utc()),
)
"""Numbers of the open day that were passed or have expired."""

WALL_PACE = table(
    "wall_pace",
    column("queue", Text),
    column("minutes", Float),
    column("low", Float),
    column("high", Float),
    column("judged", Integer),
    column("kept", Integer),
    column("at", Utc()),
)

WALL_SEAT = table(
    "wall_seat",
    column("zone", Text),
    column("state", Name(SeatState)),
    column("until", Utc()),
    column("seats", Integer),
)

WALL_NOTICE = table(
    "wall_notice",
    column("zh", Text),
    column("en", Text),
    column("starts_at", Utc()),
    column("ends_at", Utc()),
    column("walls", Words()),
)

WALL_OPEN = table(
    "wall_open",
    column("state", Name(AppealState)),
    column("due_date", Date),
    column("appeals", Integer),
)

WALL_RECEIVED = table(
    "wall_received",
    column("hour", Utc()),
    column("channel", Name(Channel)),
    column("appeals", Integer),
)
"""Appeals registered in each hour of the last two months, without reports to the discipline office."""

WALL_CLOSED = table(
    "wall_closed",
    column("hour", Utc()),
    column("due_date", Date),
    column("rating", Integer),
    column("appeals", Integer),
    column("days", Float),
)
"""Appeals closed in each hour of the last two months; ``days`` is the sum from registration to the end."""

VIEWS: tuple[TableClause, ...] = (
    WALL_SEQ,
    WALL_DAY,
    WALL_WINDOW,
    WALL_CALL,
    WALL_LINE,
    WALL_GONE,
    WALL_PACE,
    WALL_SEAT,
    WALL_NOTICE,
    WALL_OPEN,
    WALL_RECEIVED,
    WALL_CLOSED,
)

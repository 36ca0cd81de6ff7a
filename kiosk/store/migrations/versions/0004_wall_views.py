"""What a wall may read: views of numbers. No person, unit, matter, visit or appeal can be found through them."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Reports to the discipline office (705) are not charted, not even counted (DOMAIN 7).
VIEWS = {
    "wall_seq": "SELECT last_seq FROM origin",
    "wall_day": "SELECT service_date, opened_at, closes_at, intake_stopped_at FROM business_day"
    " WHERE closed_at IS NULL",
    "wall_window": "SELECT code, queues, state, place FROM counter",
    "wall_call": """
        SELECT t.id AS ticket_id, t.letter, t.number, t.queue, t.counter, coalesce(c.place, '') AS place,
               t.called_at, t.calls, t.fence, t.state
        FROM ticket t LEFT JOIN counter c ON c.code = t.counter
        WHERE t.service_date IN (SELECT service_date FROM business_day WHERE closed_at IS NULL)
          AND t.called_at IS NOT NULL AND t.counter IS NOT NULL AND t.state IN ('called', 'serving', 'held', 'done')""",
    "wall_line": """
        SELECT id AS ticket_id, letter, number, queue, call_class, position, queued_at, since, called_at, passes, wish
        FROM ticket
        WHERE service_date IN (SELECT service_date FROM business_day WHERE closed_at IS NULL) AND state = 'waiting'""",
    "wall_gone": """
        SELECT id AS ticket_id, letter, number, queue, state, since
        FROM ticket
        WHERE service_date IN (SELECT service_date FROM business_day WHERE closed_at IS NULL)
          AND state IN ('passed', 'expired')""",
    "wall_pace": "SELECT queue, minutes, low, high, judged, kept, at FROM pace",
    "wall_seat": "SELECT zone, state, until, count(*) AS seats FROM seat GROUP BY zone, state, until",
    "wall_notice": "SELECT zh, en, starts_at, ends_at, walls FROM notice",
    "wall_open": """
        SELECT state, due_date, count(*) AS appeals FROM appeal
        WHERE category <> '705' AND state NOT IN ('draft', 'closed', 'archived', 'withdrawn', 'merged')
        GROUP BY state, due_date""",
}  # fmt: skip

_RECEIVED = """
    SELECT {hour} AS hour, channel, count(*) AS appeals FROM appeal
    WHERE category <> '705' AND state <> 'draft' AND registered_at >= (SELECT {oldest} FROM appeal) GROUP BY 1, 2"""
_CLOSED = """
    SELECT {hour} AS hour, due_date, rating, count(*) AS appeals, sum({days}) AS days FROM appeal
    WHERE category <> '705' AND closed_at >= (SELECT {oldest} FROM appeal) GROUP BY 1, 2, 3"""


def upgrade() -> None:
    for name, query in (VIEWS | _statistics(op.get_bind().dialect.name == "postgresql")).items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def _statistics(postgres: bool) -> dict[str, str]:
    """Two months before the newest row, by the hour; only dates are written differently by the two engines."""
    days = "extract(epoch FROM closed_at - registered_at) / 86400.0" if postgres else (
        "julianday(closed_at) - julianday(registered_at)"
    )  # fmt: skip
    return {
        "wall_received": _RECEIVED.format(**_by_hour("registered_at", postgres)),
        "wall_closed": _CLOSED.format(days=days, **_by_hour("closed_at", postgres)),
    }


def _by_hour(name: str, postgres: bool) -> dict[str, str]:
    if postgres:
        return {"hour": f"date_trunc('hour', {name})", "oldest": f"max({name}) - interval '62 days'"}
    return {"hour": f"strftime('%Y-%m-%d %H:00:00.000000', {name})", "oldest": f"datetime(max({name}), '-62 days')"}

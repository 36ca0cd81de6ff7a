"""The hall of several machines: marks of calls, terminals and orders, notices, blocks, bookings, pace, ratings."""

import sqlalchemy as sa
from alembic import op

from kiosk.model.booking import BookingState
from kiosk.model.hall import CareState
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import MarkKind
from kiosk.store.columns import Facts, Id, Name, Utc, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_columns()
    _make_tables()
    # A task that was finished before had no state; "new" is the default of the others.
    op.execute("UPDATE care_task SET state = 'done' WHERE done_at IS NOT NULL")


def _add_columns() -> None:
    for name in ("shown_at", "spoken_at"):
        op.drop_column("ticket", name)
    op.add_column("ticket", sa.Column("party", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("ticket", sa.Column("wish", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("first_called_at", Utc(), nullable=True))
    op.add_column("ticket", sa.Column("called_by", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("line_fence", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_ticket_service_date_line_fence"), "ticket", ["service_date", "line_fence"])
    op.add_column("ticket", sa.Column("copies", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("counter", sa.Column("skills", Words(), nullable=False, server_default="[]"))
    op.add_column("service_category", sa.Column("skill", sa.Text(), nullable=False, server_default=""))
    op.add_column("business_day", sa.Column("closes_at", Utc(), nullable=True))
    op.add_column("business_day", sa.Column("intake_stopped_at", Utc(), nullable=True))
    op.add_column("business_day", sa.Column("intake_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("care_task", sa.Column("state", Name(CareState), nullable=False, server_default="new"))
    op.add_column("care_task", sa.Column("taken_at", Utc(), nullable=True))
    op.add_column("care_task", sa.Column("robot", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("care_task", sa.Column("robot_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("care_task", sa.Column("progress_at", Utc(), nullable=True))
    op.add_column("care_task", sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def _make_tables() -> None:
    op.create_table(
        "booking",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", Name(BookingState), nullable=False),
        sa.Column("employee_id", Id(), nullable=True),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("made_at", Utc(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_booking_employee_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_booking_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("code", name=op.f("uq_booking_code")),
    )
    op.create_index(op.f("ix_booking_employee_id"), "booking", ["employee_id"])
    op.create_index(op.f("ix_booking_service_date_state"), "booking", ["service_date", "state"])
    op.create_table(
        "number_block",
        sa.Column("id", Id(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("reserved_at", Utc(), nullable=False),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_block")),
    )
    op.create_index(op.f("ix_number_block_service_date_terminal"), "number_block", ["service_date", "terminal"])
    op.create_table(
        "terminal",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("fronts", Words(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("lamps", Facts(), nullable=False),
        sa.Column("facts", Facts(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_terminal")),
    )
    op.create_table(
        "terminal_order",
        sa.Column("id", Id(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("verb", Name(OrderVerb), nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("taken_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_order")),
    )
    not_done = sa.text("done_at IS NULL")
    op.create_index(
        "ix_terminal_order_open",
        "terminal_order",
        ["terminal", "at"],
        sqlite_where=not_done,
        postgresql_where=not_done,
    )
    op.create_table(
        "call_mark",
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("kind", Name(MarkKind), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_mark_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "fence", "calls", "kind", "terminal", name=op.f("pk_call_mark")),
    )
    op.create_table(
        "notice",
        sa.Column("id", Id(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("starts_at", Utc(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("walls", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "pace",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_pace")),
    )
    op.create_table(
        "visit_rating",
        sa.Column("id", Id(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("scores", Facts(), nullable=False),
        sa.Column("worst_step", sa.Text(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_visit_rating_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_rating")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_visit_rating_ticket_id")),
    )
    op.create_index(op.f("ix_visit_rating_service_date"), "visit_rating", ["service_date"])

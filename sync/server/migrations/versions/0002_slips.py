"""Indexes for the page of a slip: a number by its id, the line before it, the appeals of its visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_entity_entity_id", "record", ["entity", "entity_id"], schema="central")
    op.create_index(
        "ix_record_line",
        "record",
        ["origin_id", sa.text("(state ->> 'service_date')"), sa.text("(state ->> 'queue')")],
        schema="central",
        postgresql_where=sa.text("entity = 'ticket' AND state ->> 'state' = 'waiting'"),
    )
    op.create_index(
        "ix_record_visit",
        "record",
        ["origin_id", sa.text("(state ->> 'visit_id')")],
        schema="central",
        postgresql_where=sa.text("entity = 'appeal'"),
    )


def downgrade() -> None:
    for name in ("ix_record_visit", "ix_record_line", "ix_record_entity_entity_id"):
        op.drop_index(name, table_name="record", schema="central")

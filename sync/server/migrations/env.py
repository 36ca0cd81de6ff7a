"""Alembic environment of the central database. The connection is handed in by ``sync.server.database``."""

from __future__ import annotations

from alembic import context

from sync.server.schema import CENTRAL, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    version_table_schema=CENTRAL,
)
context.run_migrations()

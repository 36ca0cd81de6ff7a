"""Alembic environment: runs inside the transaction and on the connection that ``kiosk.store.upgrade`` hands in."""

from __future__ import annotations

from alembic import context

import kiosk.store.schema_hall
import kiosk.store.schema_record  # noqa: F401  (so does this)
from kiosk.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=False)
with context.begin_transaction():
    context.run_migrations()

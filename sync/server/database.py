"""Opening and upgrading the central PostgreSQL database. Owns the engine's settings and the database's identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from kiosk.errors import WorldError
from sync.server import schema

MIGRATIONS = Path(__file__).parent / "migrations"
COLLECTIONS = ("unit", "employee")
_UPGRADE_LOCK = 0x52435054  # any fixed number; two servers starting at once must upgrade one after the other
_REV_JUMP = 1 << 32
"""A new incarnation numbers its rows above everything the old one can have handed out."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which server this is, and which incarnation of its database: a restore makes a new epoch."""

    server_id: UUID
    epoch: UUID


def open_database(url: str) -> Engine:
    """Connect, bring the schema up to date, return the engine. Raises WorldError when it cannot be reached."""
    engine = create_engine(url, pool_size=10, max_overflow=30, pool_pre_ping=True)
    try:
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            upgrade(connection)
            _ensure_rows(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise WorldError(
            "postgres_connect",
            f"The central database at {engine.url.render_as_string(hide_password=True)} cannot be used "
            f"({type(error).__name__}).",
            "Check that PostgreSQL runs, that address and account are right, and that the account may create schemas.",
        ) from error
    return engine


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction."""
    for name in (schema.CENTRAL, schema.SUBJECT_KEYS):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def identity(connection: Connection) -> Identity:
    """The one row of ``server``."""
    row = connection.execute(select(schema.server.c.server_id, schema.server.c.epoch)).one()
    return Identity(row.server_id, row.epoch)


def begin_epoch(connection: Connection) -> Identity:
    """Declare this database restored from an older state.

    Gives it a new epoch and renumbers all downward rows above every revision a hall may have seen, so that each
    hall reads them all again and takes them over what it has.
    """
    connection.execute(update(schema.server).values(epoch=uuid4()))
    for table in (schema.unit, schema.employee):
        counter = schema.collection.c.name == table.name
        base = connection.execute(
            update(schema.collection)
            .where(counter)
            .values(rev=schema.collection.c.rev + _REV_JUMP)
            .returning(schema.collection.c.rev)
        ).scalar_one()
        ranked = select(table.c.id, func.row_number().over(order_by=table.c.rev).label("rank")).subquery()
        moved = connection.execute(
            update(table).where(table.c.id == ranked.c.id).values(rev=base + ranked.c.rank)
        ).rowcount
        connection.execute(update(schema.collection).where(counter).values(rev=base + moved))
    return identity(connection)


def _ensure_rows(connection: Connection) -> None:
    connection.execute(
        insert(schema.server)
        .values(id=1, server_id=uuid4(), epoch=uuid4(), created_at=datetime.now(UTC))
        .on_conflict_do_nothing()
    )
    connection.execute(
        insert(schema.collection).values([{"name": name, "rev": 0} for name in COLLECTIONS]).on_conflict_do_nothing()
    )

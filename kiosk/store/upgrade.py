"""Brings the schema to the newest version and refuses a newer one.

Owns ``HEAD``. Alembic is imported only when there is something to do: start time matters (DECISIONS 30).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from kiosk.errors import WorldError
from kiosk.store.login import login_of

HEAD = "0004"
"""Newest revision in ``migrations/versions``."""

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x4D494752
"""PostgreSQL advisory lock: two machines starting together must not both migrate."""


def upgrade(engine: Engine, place: str) -> None:
    """Upgrade to ``HEAD`` in one transaction. WorldError ``store_newer`` when the store knows more than we do,
    ``store_older`` when it is for its owner to upgrade it (``hall roles``)."""
    with engine.connect() as connection:
        version = _version(connection)
        if version == HEAD:
            return
        if not login_of(connection).owner:
            raise _other_version(version, place)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _migrate(connection, place)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _other_version(version: str | None, place: str) -> WorldError:
    """What a terminal's login, which must not migrate, says of a store that does not fit this program."""
    if version is not None and version > HEAD:
        return _newer(place)
    return WorldError(
        "store_older",
        f"{place} was not brought to the version of this program.",
        "Run hall roles on the hall's server with this version; this terminal then goes on by itself.",
        place=place,
    )


def _newer(place: str) -> WorldError:
    return WorldError(
        "store_newer",
        f"{place} was written by a newer version of this program.",
        "Update the program on this machine; nothing was changed.",
        place=place,
    )


def _migrate(connection: Connection, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    version = _version(connection)
    try:
        if version is not None:
            ScriptDirectory.from_config(config).get_revision(version)
    except CommandError:
        raise _newer(place) from None
    command.upgrade(config, HEAD)

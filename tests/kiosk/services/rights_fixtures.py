"""A hall with logins, and how to tell that its database refused something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from kiosk.services.appeals import AppealForm
from kiosk.store.schema import METADATA
from tests.fakes import FakeClock
from tests.kiosk.services.rights_hall import RightsHall, build, make_template

TABLES = sorted(METADATA.tables)


@pytest.fixture(scope="session")
def template(pg_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    with psycopg.connect(pg_server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'hall_rights'").fetchone():
            return "hall_rights"  # made for another file of tests
        connection.execute("CREATE DATABASE hall_rights")
    url = pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/hall_rights?")
    make_template(tmp_path_factory.mktemp("rights"), url, FakeClock(datetime.now(UTC)))
    return "hall_rights"


@pytest.fixture
def hall(tmp_path: Path, pg_database: Callable[[str], str], template: str) -> Iterator[RightsHall]:
    made = build(tmp_path, pg_database, template)
    yield made
    made.close()


def rows(connection: psycopg.Connection, query: str) -> int | str:
    """How many rows a query gives, or "denied"."""
    try:
        return len(connection.execute(query).fetchall())
    except InsufficientPrivilege:
        return "denied"


def is_refused(connection: psycopg.Connection, statement: str) -> bool:
    """Whether the database refused it, or it touched nothing."""
    try:
        return connection.execute(statement).rowcount <= 0
    except psycopg.Error:
        return True


def register(hall: RightsHall) -> tuple[str, str]:
    """Number and code of an appeal of the first person."""
    desk = hall.terminal("D1")
    visit = desk.visit(hall.people[0])
    form = AppealForm("303", "宿舍热水", "时断时续")
    appeal = desk.services.appeals.register(form, visit.id, desk.desk)
    return appeal.number, appeal.query_code

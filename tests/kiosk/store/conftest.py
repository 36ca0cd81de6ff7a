"""The store on both engines: every test that takes ``store`` runs on SQLCipher and on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from kiosk.ports import SystemIds
from kiosk.store import Store, open_store
from kiosk.store.keystore import FileKeyStore
from tests.fakes import FakeClock
from tests.fixtures_pg import pg_database, pg_server, pg_url

__all__ = ["pg_database", "pg_server", "pg_url"]

Opener = Callable[[], Store]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def pg_template(pg_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database with the newest schema and no origin, to be copied for each test."""
    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hall_template")
    url = pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/hall_template?")
    folder = tmp_path_factory.mktemp("template")
    open_store(url, folder, FileKeyStore(folder), FakeClock(), SystemIds()).close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DELETE FROM origin")
    return "hall_template"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Address of a store: None for the encrypted file in the profile."""
    if request.param == "sqlite":
        return None
    make = request.getfixturevalue("pg_database")
    return str(make(request.getfixturevalue("pg_template")))


@pytest.fixture
def opener(url: str | None, profile: Path, clock: FakeClock) -> Iterator[Opener]:
    """Opens the same store again and again; closes them all in the end."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(open_store(url, profile, FileKeyStore(profile), clock, SystemIds()))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()


@pytest.fixture
def sqlite_opener(profile: Path, clock: FakeClock) -> Iterator[Opener]:
    """Like ``opener``, for what only the file can do."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(open_store(None, profile, FileKeyStore(profile), clock, SystemIds()))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()

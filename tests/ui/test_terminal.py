"""A terminal as a whole: it stops what was still being opened, and does not pile up work for a store that hangs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.installation import open_installation
from kiosk.settings import demo_settings
from ui.terminal import Outside, Terminal

PATIENCE_MS = 20_000


class FakeLine:
    """The line to the centre; starts only when told to."""

    def __init__(self) -> None:
        self.may_start, self.starting, self.stopped = threading.Event(), threading.Event(), False

    def start(self, _installation, _on_status):
        self.starting.set()
        self.may_start.wait(PATIENCE_MS / 1000)
        return self

    def stop(self) -> None:
        self.stopped = True


class FakeHall:
    """Opens a real installation; remembers it."""

    def __init__(self, profile: Path) -> None:
        self.profile, self.may_open, self.opened = profile, threading.Event(), None
        self.may_open.set()

    def open(self):
        self.may_open.wait(PATIENCE_MS / 1000)
        self.opened = open_installation(self.profile, settings=demo_settings())
        return self.opened


@pytest.fixture
def line():
    return FakeLine()


@pytest.fixture
def hall(tmp_path):
    return FakeHall(tmp_path / "profile")


@pytest.fixture
def terminal(qapp: QApplication, hall, line):
    return Terminal(
        qapp, hall.profile, demo_settings(), ("wall",), Outside(hall.open, lambda _hall, _camera: None, line.start)
    )


def later(event: threading.Event) -> None:
    """Set ``event`` while the caller waits in ``stop``."""
    threading.Timer(0.1, event.set).start()


def test_a_line_that_was_still_starting_is_stopped_too(qtbot, terminal, line):
    terminal.start()
    qtbot.waitUntil(line.starting.is_set, timeout=PATIENCE_MS)
    later(line.may_start)
    terminal.stop()
    assert line.stopped


def test_a_store_that_was_still_opening_is_closed_too(terminal, hall, line):
    hall.may_open.clear()
    terminal.start()
    later(hall.may_open)
    terminal.stop()
    assert terminal.installation is hall.opened is not None
    assert hall.opened.store.database.reader.pool.checkedin() == 0, "no connection was left"


def test_a_store_that_hangs_is_not_asked_again_and_again(qtbot, terminal, hall, line):
    line.may_start.set()
    runs, go_on = [], threading.Event()

    def hang(actor):
        runs.append(actor)
        go_on.wait(PATIENCE_MS / 1000)
        return 0

    ready = []
    terminal.ready = lambda: ready.append(True)
    terminal.start()
    qtbot.waitUntil(lambda: bool(ready), timeout=PATIENCE_MS)
    hall.opened.services.housekeeping.run = hang
    for _ in range(5):
        terminal._housekeeping.timeout.emit()
    qtbot.waitUntil(lambda: bool(runs), timeout=PATIENCE_MS)
    later(go_on)
    terminal.stop()
    assert len(runs) == 1

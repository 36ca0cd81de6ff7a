"""A terminal as a whole: it stops what was still being opened, and does not pile up work for a store that hangs."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.errors import InputError, WorldError
from kiosk.installation import open_installation
from kiosk.model.staff import Actor
from kiosk.settings import demo_settings
from ui.desk.state import Device, Screen
from ui.terminal import Outside, Terminal
from ui.touch.camera import CameraParts
from ui.touch.state import Page

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


class Eye:
    """A face module that counts how often it looked again at who is enrolled."""

    def __init__(self) -> None:
        self.reloads = 0
        self.parts = CameraParts(lambda purpose: 1, lambda: None, lambda: None, lambda frame: None)

    def reload(self) -> None:
        self.reloads += 1

    def look_after(self) -> None: ...

    def fault(self) -> str:
        return ""

    def stop(self) -> None: ...


def test_a_withdrawal_behind_many_other_events_reaches_the_faces(qapp, qtbot, hall, line):
    line.may_start.set()
    eye = Eye()
    terminal = Terminal(
        qapp, hall.profile, demo_settings(), ("touch",), Outside(hall.open, lambda _hall, _camera: eye, line.start)
    )
    complete = []
    terminal.complete = lambda: complete.append(True)
    terminal.start()
    qtbot.waitUntil(lambda: bool(complete), timeout=PATIENCE_MS)
    before = eye.reloads
    with hall.opened.store.write() as work:
        for number in range(1800):
            entity = "consent" if number == 1799 else "help"
            actor = Actor("system", None, frozenset(), "T1")
            work.journal.record(entity, UUID(int=number + 1), "withdraw", actor, {})
    qtbot.waitUntil(lambda: eye.reloads > before, timeout=PATIENCE_MS)
    terminal.stop()


class Deaf:
    """A store whose server is not up yet: refuses ``times`` times, then opens for real."""

    def __init__(self, hall: FakeHall, times: int, error: Exception) -> None:
        self.hall, self.times, self.error, self.asked = hall, times, error, 0

    def open(self):
        self.asked += 1
        if self.asked <= self.times:
            raise self.error
        return self.hall.open()


def build(qapp: QApplication, deaf: Deaf, line: FakeLine) -> Terminal:
    line.may_start.set()
    outside = Outside(deaf.open, lambda _hall, _camera: None, line.start)
    made = Terminal(qapp, deaf.hall.profile, demo_settings(), ("touch", "desk"), outside)
    made._reopening.setInterval(1)
    return made


def test_a_kiosk_up_before_its_server_recovers_by_itself(qtbot, qapp, hall, line, caplog):
    deaf = Deaf(hall, 2, WorldError("store_unavailable", "The server does not answer."))
    terminal = build(qapp, deaf, line)
    touch, desk = terminal.fronts.touch.presenter, terminal.fronts.desk.presenter
    failures, pages, ready = [], [], []
    terminal.failed = lambda error: (failures.append(error), pages.append((touch.state.page, desk.state.screen)))
    terminal.ready = lambda: ready.append(True)
    with caplog.at_level(logging.INFO, logger="ui.terminal"):
        terminal.start()
        qtbot.waitUntil(lambda: bool(ready), timeout=PATIENCE_MS)
    assert len(failures) == 2 and deaf.asked == 3
    assert set(pages) == {(Page.UNAVAILABLE, Screen.OPENING)}
    assert touch.state.page is not Page.UNAVAILABLE and touch.state.fault is None
    assert desk.state.screen is Screen.SIGN_IN and Device.STORE not in desk.state.faults
    terminal.stop()
    assert [record.message for record in caplog.records if "store" in record.message] == [
        "the store did not open: store_unavailable",
        "the store is open after store_unavailable",
    ]


def test_settings_that_are_wrong_are_not_tried_again(qtbot, qapp, hall, line):
    deaf = Deaf(hall, 1, InputError("setting_bad", "This is not understood.", "Correct it."))
    terminal = build(qapp, deaf, line)
    failures = []
    terminal.failed = failures.append
    terminal.start()
    qtbot.waitUntil(lambda: bool(failures), timeout=PATIENCE_MS)
    qtbot.wait(50)
    assert deaf.asked == 1 and not terminal._reopening.isActive()
    terminal.stop()


def test_a_terminal_that_ends_no_longer_waits_for_the_server(qtbot, qapp, hall, line):
    deaf = Deaf(hall, 99, WorldError("store_unavailable", "The server does not answer."))
    terminal = build(qapp, deaf, line)
    terminal._reopening.setInterval(60_000)
    failures = []
    terminal.failed = failures.append
    terminal.start()
    qtbot.waitUntil(lambda: bool(failures), timeout=PATIENCE_MS)
    assert terminal._reopening.isActive()
    terminal.stop()
    assert not terminal._reopening.isActive()

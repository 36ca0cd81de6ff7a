"""A touch front with fakes around it, and a hand that taps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.settings import Settings
from tests.ui.touch.fake_devices import FakeSpool, FakeWorker
from tests.ui.touch.fakes import FakeCentre, FakeClock, FakeTasks
from ui.touch.camera import TouchCamera
from ui.touch.presenter import TouchPresenter
from ui.touch.session import Surroundings
from ui.touch.state import Page, TouchState
from ui.touch.view import TouchView
from ui.translate import Translator
from ui.widgets.button import Pressable
from ui.widgets.keypad import KeyPad
from ui.widgets.pill import Pill
from ui.widgets.text import Text


@dataclass
class Front:
    """The front under test and everything around it."""

    presenter: TouchPresenter
    view: TouchView
    centre: FakeCentre
    clock: FakeClock
    tasks: FakeTasks
    worker: FakeWorker
    said: list[tuple[str, str]]
    qtbot: QtBot
    taps: int = 0

    @property
    def state(self) -> TouchState:
        return self.presenter.state

    @property
    def page(self) -> Page:
        return self.state.page

    def find(self, name: str) -> Pressable:
        found = self.view.findChild(Pressable, name)
        assert found is not None, f"no {name} on {self.page}"
        return found

    def has(self, name: str) -> bool:
        return self.view.findChild(Pressable, name) is not None

    def tap(self, name: str) -> None:
        """Press a button by its name."""
        self.taps += 1
        self.qtbot.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def type(self, digits: str) -> None:
        """Type on the keypad; counted as one decision (DECISIONS 13)."""
        self.taps += 1
        for digit in digits:
            pad = self.view.findChild(KeyPad, "keypad")
            assert pad is not None
            self.qtbot.mouseClick(pad.key(digit), Qt.MouseButton.LeftButton)

    def wedge(self, payload: str) -> None:
        """A reader that types."""
        self.qtbot.keyClicks(self.view, payload)
        self.qtbot.keyClick(self.view, Qt.Key.Key_Return)

    def wait(self, seconds: int) -> None:
        """Let time pass, second by second."""
        for _ in range(seconds):
            self.clock.seconds += 1
            self.presenter.tick()

    def reads(self) -> str:
        """Everything written on the page."""
        texts = [text.text() for kind in (Text, Pill) for text in self.view.findChildren(kind)]
        return "\n".join(texts + [button.text() for button in self.view.findChildren(Pressable)])

    def printer(self, fault: WorldError | None = None) -> FakeSpool:
        spool = FakeSpool(self.presenter.ticketing, fault)
        self.presenter.session.spool = spool
        return spool


@pytest.fixture
def cold(qtbot: QtBot) -> Iterator[Front]:
    """The front just painted: no store, no camera."""
    clock, tasks, said = FakeClock(), FakeTasks(), list[tuple[str, str]]()
    settings, catalog = Settings(), load_catalog()
    camera = TouchCamera(lambda call: call(), clock.monotonic)

    def say(text: str, language: str) -> None:
        said.append((text, language))

    around = Surroundings(tasks, clock, clock.monotonic, settings, catalog, say)
    presenter = TouchPresenter(around, camera)
    view = TouchView(presenter, Translator(strict=True))
    qtbot.addWidget(view)
    view.resize(540, 960)
    view.show()
    front = Front(presenter, view, FakeCentre(catalog, settings), clock, tasks, FakeWorker(camera), said, qtbot)
    view.start()
    yield front
    view.stop()


@pytest.fixture
def front(cold: Front) -> Front:
    """The front in service, face module activated."""
    cold.presenter.connect(cold.centre.services(), None)
    cold.presenter.camera_ready(cold.worker.parts())
    return cold

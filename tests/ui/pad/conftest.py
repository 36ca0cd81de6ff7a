"""A pad with a fake hall behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk.errors import WorldError
from kiosk.model.hall import HelpCall
from kiosk.model.staff import Actor
from kiosk.settings.spec import Centre
from ui.pad.front import PadFront
from ui.pad.presenter import PadPresenter
from ui.pad.state import PadState
from ui.tasks import Command, Query, Scope
from ui.translate import Translator
from ui.widgets.button import Pressable
from ui.widgets.text import Text

VISITOR = Actor("visitor", None, frozenset(), "P1")


class NowTasks:
    def run(self, task: Query | Command, scope: Scope) -> None:
        try:
            value = task.work()
        except Exception as error:
            if scope.open:
                task.failure(error)
        else:
            if scope.open:
                task.success(value)


@dataclass
class FakeHall:
    """Ratings and help desk in one; ``down`` makes the store fail."""

    ticket: UUID | None = None
    down: bool = False
    given: list[tuple[UUID, dict[str, int], str]] = field(default_factory=list)
    calls: list[tuple[UUID | None, bool]] = field(default_factory=list)

    def _up(self) -> None:
        if self.down:
            raise WorldError("store_unavailable", "no answer")

    def waiting(self, window: str) -> UUID | None:
        assert window == "3"
        self._up()
        return self.ticket

    def rate(self, ticket_id: UUID, scores: Mapping[str, int], worst_step: str) -> None:
        self._up()
        self.given.append((ticket_id, dict(scores), worst_step))

    def call_help(self, visit_id: UUID | None, urgent: bool, actor: Actor) -> HelpCall:
        self._up()
        self.calls.append((visit_id, urgent))
        return HelpCall(uuid4(), actor.terminal, datetime.now(UTC), urgent, visit_id)


class Pad:
    """The front and a hand."""

    def __init__(self, qtbot: QtBot, language: str) -> None:
        self.now, self.hall, self.qtbot = 0.0, FakeHall(), qtbot
        other = "en" if language == "zh_CN" else "zh_CN"
        self.presenter = PadPresenter(VISITOR, NowTasks(), lambda: self.now, "3", (language, other))
        self.front = PadFront(self.presenter, Translator(language, strict=True), Centre())
        qtbot.addWidget(self.front.window)
        self.front.window.resize(1280, 800)
        self.front.window.show()
        self.presenter.connect(self.hall, self.hall)

    @property
    def state(self) -> PadState:
        return self.presenter.state

    def talk_ends(self) -> UUID:
        self.hall.ticket = uuid4()
        self.presenter.journal_grew()
        return self.hall.ticket

    def tap(self, name: str) -> None:
        button = self.front.window.findChild(Pressable, name)
        assert button is not None, f"no {name} on {self.state.page}"
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.front.window, key)

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.presenter.tick()

    def texts(self) -> str:
        content = self.front.window.content
        assert content is not None
        words = [widget.text() for widget in content.findChildren(Text)]
        return " ".join(words + [button.text() for button in content.findChildren(Pressable)])


@pytest.fixture(params=["zh_CN", "en"])
def pad(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Pad]:
    made = Pad(qtbot, request.param)
    yield made
    made.front.window.close()

"""A loudspeaker without a wall: hears of every call, writes it, and says when it cannot know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from kiosk.errors import WorldError
from kiosk.model.board import BoardState, Figures
from ui.speaker.front import SpeakerFront
from ui.speaker.presenter import HEARTBEAT_S, STALE_S, SpeakerPresenter
from ui.tasks import Command, Query, Scope
from ui.translate import Translator
from ui.widgets.text import Text


class NowTasks:
    def run(self, task: Query | Command, scope: Scope) -> None:
        try:
            value = task.work()
        except WorldError as error:
            task.failure(error)
        else:
            task.success(value)


class Speaker:
    def __init__(self, qtbot: QtBot) -> None:
        self.now, self.down, self.fault = 0.0, False, ""
        self.seq = 0
        self.heard: list[int] = []
        self.presenter = SpeakerPresenter(NowTasks(), lambda: self.now, lambda: self.fault)
        self.presenter.board_read = lambda board: self.heard.append(board.seq)
        self.front = SpeakerFront(self.presenter, Translator("zh_CN", strict=True), "中心")
        qtbot.addWidget(self.front.window)
        self.front.window.resize(1280, 800)
        self.front.window.show()
        self.presenter.connect(self)

    def snapshot(self) -> BoardState:
        if self.down:
            raise WorldError("store_unavailable", "no answer")
        self.seq += 1
        return BoardState(self.seq, datetime.now(UTC), True, (), (), Figures(0, 0, 0, 0, 0, None, None))

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.presenter.tick()

    def written(self) -> list[str]:
        assert self.front.window.content is not None
        return [text.text() for text in self.front.window.content.findChildren(Text)]


@pytest.fixture
def speaker(qtbot: QtBot) -> Speaker:
    return Speaker(qtbot)


def test_every_change_of_the_hall_and_a_heartbeat_are_read(speaker: Speaker) -> None:
    speaker.presenter.journal_grew()
    speaker.wait(HEARTBEAT_S)
    assert speaker.heard == [1, 2, 3]


def test_what_is_said_is_written_in_both_languages_and_goes_again(speaker: Speaker) -> None:
    speaker.presenter.caption("请A012号，到3号窗口办理。  Ticket A012, please proceed to counter 3.")
    assert speaker.written() == ["请A012号，到3号窗口办理。", "Ticket A012, please proceed to counter 3."]
    speaker.presenter.caption("")
    assert speaker.written() == ["中心"]


def test_a_missing_loudspeaker_and_a_lost_store_are_written_where_they_happen(speaker: Speaker) -> None:
    speaker.fault = "sound_missing"
    speaker.wait(1)
    assert "扬声器" in speaker.written()[-1]
    speaker.fault, speaker.down = "", True
    speaker.wait(STALE_S + HEARTBEAT_S)
    assert speaker.presenter.state.fault == "store_unavailable"
    speaker.down = False
    speaker.wait(HEARTBEAT_S + 1)
    assert speaker.presenter.state.fault == "" and speaker.written() == ["中心"]

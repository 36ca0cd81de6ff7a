"""A real film on the wall: its pictures are drawn, it is silent during calls, its end or its hanging goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtMultimedia import QMediaPlayer
from pytestqt.qtbot import QtBot

from tests.ui.wall.walls import NEAR, PLATE, SHEETS, NowTasks, Wall
from ui.wall.front import WallFront
from ui.wall.media import HANGS_AFTER_S, UNREADABLE, MediaShow
from ui.wall.state import STILL_S, Page

SIZE, RATE = (160, 90), 20
RED, BLUE = (0, 0, 255), (255, 0, 0)
"""As OpenCV orders colours."""
PATIENCE_MS = 15_000


def make_film(path: Path, *colours: tuple[int, int, int], seconds: float = 0.5) -> Path:
    """A film that is each colour for so long."""
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE, SIZE)
    assert film.isOpened()
    for colour in colours:
        for _ in range(round(seconds * RATE)):
            film.write(np.full((SIZE[1], SIZE[0], 3), colour, np.uint8))
    film.release()
    return path


def named(colour: QColor) -> str:
    """Red, blue or neither: a film is not exact in its colours."""
    if colour.red() > 180 and colour.blue() < 80:
        return "red"
    return "blue" if colour.blue() > 180 and colour.red() < 80 else ""


@pytest.fixture
def show(tmp_path: Path, qtbot: QtBot) -> Iterator[MediaShow]:
    made = MediaShow(tmp_path, NowTasks(), 30)
    yield made
    made.stop()


def test_a_film_is_drawn_on_its_page_and_its_end_turns_the_page(tmp_path: Path, qtbot: QtBot) -> None:
    make_film(tmp_path / "film.mp4", RED, BLUE)
    wall = Wall(replace(NEAR, pages=("queue", "media", "map"), page_seconds=60))
    media = MediaShow(tmp_path, wall.tasks, 30)
    front = WallFront(wall.presenter, SHEETS, PLATE, wall.settings, media)
    qtbot.addWidget(front.window)
    front.window.fades = False
    front.window.resize(960, 540)
    front.window.show()
    media.start()
    wall.presenter.connect(wall.hall, wall.hall)
    wall.pass_(61)
    assert wall.state.page is Page.MEDIA
    seen: list[str] = []

    def middle() -> bool:
        seen.append(named(front.window.grab().toImage().pixelColor(480, 280)))
        return seen[-1] == "blue"

    qtbot.waitUntil(middle, timeout=PATIENCE_MS)
    assert "red" in seen
    qtbot.waitUntil(lambda: media._ended, timeout=PATIENCE_MS)
    assert named(front.window.grab().toImage().pixelColor(480, 280)) == "blue" and media.lamp == ""
    wall.pass_(STILL_S)
    assert wall.state.page is Page.MAP
    assert media._player is not None
    assert media._player.playbackState() is QMediaPlayer.PlaybackState.StoppedState
    front.stop()


def test_a_film_keeps_its_page_as_long_as_it_lasts(tmp_path: Path, show: MediaShow, qtbot: QtBot) -> None:
    make_film(tmp_path / "film.mp4", RED, seconds=30)
    show.start()
    qtbot.waitUntil(lambda: 30 <= (show.seconds() or 0) < 40, timeout=PATIENCE_MS)
    show.show(True)
    qtbot.waitUntil(lambda: show.image is not None, timeout=PATIENCE_MS)
    assert 30 <= (show.seconds() or 0) < 40


def test_it_is_silent_while_somebody_is_called_and_goes_on(tmp_path: Path, show: MediaShow, qtbot: QtBot) -> None:
    make_film(tmp_path / "film.mp4", RED, BLUE, seconds=1)
    show.start()
    show.show(True)
    qtbot.waitUntil(lambda: show.image is not None, timeout=PATIENCE_MS)
    assert show._audio is not None and not show._audio.isMuted()
    show.duck(True)
    assert show._audio.isMuted()
    qtbot.waitUntil(lambda: show.image is not None and named(show.image.pixelColor(80, 45)) == "blue", timeout=15_000)
    assert show._audio.isMuted()
    show.duck(False)
    assert not show._audio.isMuted()


def test_a_film_that_hangs_gives_way_to_the_next_one_and_lights_the_lamp(
    tmp_path: Path, show: MediaShow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung = make_film(tmp_path / "1-hangs.mp4", RED)
    good = make_film(tmp_path / "2-good.mp4", BLUE)
    really = QMediaPlayer.play

    def play(player: QMediaPlayer) -> None:
        if player.source().fileName() != hung.name:
            show._watchdog.setInterval(HANGS_AFTER_S * 1000)
            really(player)

    monkeypatch.setattr(QMediaPlayer, "play", play)
    show._watchdog.setInterval(50)
    show.start()
    show.show(True)
    assert show._film == hung
    qtbot.waitUntil(lambda: show._film == good, timeout=PATIENCE_MS)
    assert show.lamp == UNREADABLE
    qtbot.waitUntil(lambda: show.image is not None and named(show.image.pixelColor(80, 45)) == "blue", timeout=15_000)


def test_the_only_film_that_hangs_leaves_no_page(
    tmp_path: Path, show: MediaShow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_film(tmp_path / "film.mp4", RED)
    monkeypatch.setattr(QMediaPlayer, "play", lambda _player: None)
    show._watchdog.setInterval(50)
    show.start()
    show.show(True)
    qtbot.waitUntil(lambda: show.seconds() is None, timeout=PATIENCE_MS)
    assert show.lamp == UNREADABLE

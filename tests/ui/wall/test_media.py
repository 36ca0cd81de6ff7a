"""Pictures and films of the site: shown in turn, silent during calls, never a reason to stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.ui.wall.walls import NowTasks, Wall
from ui.wall.front import WallFront
from ui.wall.media import UNREADABLE, MediaShow, list_media, read_picture
from ui.wall.state import Page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, color in (("1-red.png", "red"), ("3-blue.png", "blue")):
        image = QImage(64, 36, QImage.Format.Format_RGB32)
        image.fill(QColor(color))
        image.save(str(tmp_path / name))
    (tmp_path / "2-broken.jpg").write_bytes(b"not a picture")
    (tmp_path / "notes.txt").write_text("left alone")
    return tmp_path


def colour(show: MediaShow) -> str:
    assert show.image is not None
    return show.image.pixelColor(5, 5).name()


def test_an_unreadable_file_is_left_out_and_the_lamp_says_so(folder: Path, qtbot: QtBot) -> None:
    show = MediaShow(folder, NowTasks(), 30)
    show.start()
    seen = []
    for _ in range(3):
        show.show(True)
        seen.append(colour(show))
        show.show(False)
    assert seen == ["#ff0000", "#0000ff", "#ff0000"]
    assert show.lamp == UNREADABLE


def test_nothing_to_show_is_no_page_and_no_fault(tmp_path: Path, qtbot: QtBot) -> None:
    show = MediaShow(tmp_path / "none", NowTasks(), 30)
    show.start()
    assert show.seconds() is None and show.lamp == ""


def test_only_broken_files_end_in_a_lamp_and_not_in_a_loop(tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    show = MediaShow(tmp_path, NowTasks(), 30)
    show.start()
    assert show.seconds() is None and show.lamp == UNREADABLE


def test_pictures_are_read_no_larger_than_a_wall_needs(tmp_path: Path, qtbot: QtBot) -> None:
    image = QImage(5000, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    image.save(str(tmp_path / "wide.png"))
    assert list_media(tmp_path) == (tmp_path / "wide.png",)
    assert read_picture(tmp_path / "wide.png").width() == 1920


def test_a_film_that_cannot_be_played_gives_way(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    show = MediaShow(tmp_path, NowTasks(), 30)
    show.start()
    qtbot.waitUntil(lambda: show.lamp == UNREADABLE, timeout=5000)
    assert show.seconds() is None
    show.stop()


def test_films_are_silent_while_somebody_is_called(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    show = MediaShow(tmp_path, NowTasks(), 30)
    show.duck(True)
    show.start()
    assert show._audio is not None and show._audio.isMuted()
    show.duck(False)
    assert not show._audio.isMuted() and 0 < show._audio.volume() < 0.3
    show.stop()


def test_the_media_page_shows_the_picture_and_a_call_ends_it(folder: Path, qtbot: QtBot) -> None:
    from dataclasses import replace

    from tests.ui.wall.walls import NEAR, PLATE, SHEETS

    wall = Wall(replace(NEAR, pages=("queue", "media")))
    front = WallFront(wall.presenter, SHEETS, PLATE, wall.settings, MediaShow(folder, wall.tasks, 30))
    qtbot.addWidget(front.window)
    front.window.fades = False
    front.window.resize(960, 540)
    front.window.show()
    front.start()
    wall.presenter.connect(wall.hall, wall.hall)
    wall.pass_(21)
    assert wall.state.page is Page.MEDIA
    assert front.window.grab().toImage().pixelColor(480, 280).name() == "#ff0000"
    wall.call("A012")
    assert wall.state.page is Page.QUEUE
    assert front.window.grab().toImage().pixelColor(480, 280).name() != "#ff0000"
    front.stop()

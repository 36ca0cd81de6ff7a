"""Windows find their screens; unexpected errors are counted, not swallowed, and never tell what was typed."""

from __future__ import annotations

import logging
import os

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.app import Placement, UnexpectedErrors, assign, clean_environment, tiles


class FakeFront:
    """A bare window that counts."""

    def __init__(self, *, portrait: bool) -> None:
        self.window = QWidget()
        self.portrait = portrait
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")


class FakeScreen:
    """A named rectangle."""

    def __init__(self, name: str, width: int, height: int) -> None:
        self._name, self._area = name, QRect(0, 0, width, height)

    def name(self) -> str:
        return self._name

    def geometry(self) -> QRect:
        return self._area


SCREENS = [FakeScreen("A", 1920, 1080), FakeScreen("B", 1080, 1920), FakeScreen("C", 1920, 1080)]


@pytest.fixture
def fronts(qtbot: QtBot) -> dict[str, FakeFront]:
    made = {name: FakeFront(portrait=name == "touch") for name in ("touch", "desk", "wall")}
    for front in made.values():
        qtbot.addWidget(front.window)
    return made


def test_the_tall_front_gets_the_tall_screen(fronts: dict[str, FakeFront]) -> None:
    assert assign(fronts, {}, SCREENS) == {"touch": "B", "desk": "A", "wall": "C"}  # type: ignore[arg-type]


def test_a_named_screen_wins_and_an_absent_one_is_ignored(fronts: dict[str, FakeFront]) -> None:
    wanted = {"desk": "C", "wall": "gone"}
    assert assign(fronts, wanted, SCREENS) == {"desk": "C", "touch": "B", "wall": "A"}  # type: ignore[arg-type]


@pytest.mark.parametrize("area", [QRect(0, 0, 1920, 1080), QRect(10, 30, 1366, 738), QRect(0, 0, 3840, 2160)])
def test_tiles_stand_side_by_side_inside_the_screen(area: QRect) -> None:
    places = tiles(area, [True, False, False])
    assert all(area.contains(place) for place in places)
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[i + 1 :])
    assert places[0].height() > places[0].width()
    assert all(place.width() > place.height() for place in places[1:])


def test_on_one_screen_all_fronts_are_tiled_started_and_stopped(
    qapp: QApplication, fronts: dict[str, FakeFront]
) -> None:
    placement = Placement(qapp, fronts)
    placement.show()
    assert all(front.window.isVisible() for front in fronts.values())
    placement.stop()
    assert [front.calls for front in fronts.values()] == [["start", "stop"]] * 3
    assert not any(front.window.isVisible() for front in fronts.values())


def test_one_front_alone_fills_its_screen_hides_and_comes_back_with_it(
    qapp: QApplication, fronts: dict[str, FakeFront]
) -> None:
    wall = fronts["wall"]
    placement = Placement(qapp, {"wall": wall})
    placement.show()
    screen = qapp.primaryScreen()
    assert wall.window.isFullScreen()
    placement._removed(screen)
    assert not wall.window.isVisible()
    placement._added(screen)
    assert wall.window.isVisible()
    placement.stop()


def test_foreign_qt_settings_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_FONTDIR", "/somewhere")
    clean_environment()
    assert "QT_QPA_FONTDIR" not in os.environ


def test_unexpected_errors_are_counted_and_told_without_their_message(caplog: pytest.LogCaptureFixture) -> None:
    errors, typed = UnexpectedErrors(), "-".join(("DEMO", "0001"))
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError(typed)
        except ValueError as error:
            errors.note(type(error), error, error.__traceback__)
    assert errors.count == 1
    assert "ValueError" in caplog.text
    assert typed not in caplog.text

"""wall-pictures: every page in every layout as a file, and from how far it can be read."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.errors import InputError
from ui.wall import pictures


def test_each_panel_gives_its_pages_and_its_distance(tmp_path: Path, qtbot: QtBot) -> None:
    names = {}
    for panel in ("portrait", "strip"):
        front = pictures.front_of(panel, 8.0)
        qtbot.addWidget(front.window)
        names[panel] = set(pictures.draw(front, panel, tmp_path))
        assert float(front.facts()["reads_to_m"]) >= 8.0 and front.lamps()["wall"] == ""
    assert names["portrait"] | names["strip"] == {path.name for path in tmp_path.iterdir()}
    assert {"wall-portrait-map.png", "wall-portrait-queue-stale.png", "wall-strip-queue-blank.png"} <= set().union(
        *names.values()
    )
    assert "wall-strip-map.png" not in names["strip"]


def test_the_wall_of_a_window_has_pictures_of_its_own(tmp_path: Path, qtbot: QtBot) -> None:
    front = pictures.front_of("small-strip", 8.0, pictures.WINDOW)
    qtbot.addWidget(front.window)
    names = set(pictures.draw(front, "window-small-strip", tmp_path))
    assert {f"wall-window-small-strip-{state}.png" for state in ("calling", "serving", "paused", "blank")} <= names
    assert float(front.facts()["reads_to_m"]) >= 8.0 and front.lamps()["wall"] == ""


def test_a_folder_or_a_distance_that_cannot_be_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    parser = argparse.ArgumentParser()
    pictures.add_commands(parser.add_subparsers())
    args = parser.parse_args(["wall-pictures", str(tmp_path / "file" / "in")])
    with pytest.raises(InputError) as refused:
        args.run(args)
    assert refused.value.code == "folder_unwritable"
    with pytest.raises(SystemExit):
        parser.parse_args(["wall-pictures", "--distance", "-3", str(tmp_path)])
    assert "'-3' is no number from 1 to 50" in capsys.readouterr().err

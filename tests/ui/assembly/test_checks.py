"""What the doctor says about screens and camera: a machine without a camera is warned, not failed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.doctor import Finding, Grade, run_checks
from kiosk.settings import Settings, write
from kiosk.settings.hall import Wall
from kiosk.settings.spec import Face, Terminal
from ui.assembly.checks import outer_checks


def found(profile: Path, name: str) -> Finding:
    return run_checks([check for check in outer_checks(profile) if check.name == name])[0]


@pytest.mark.parametrize(
    ("fronts", "camera", "grade"),
    [
        (("touch",), "video:/absent.avi", Grade.WARN),
        (("touch",), "folder:/absent", Grade.WARN),
        (("desk", "wall"), "video:/absent.avi", Grade.OK),
    ],
)
def test_a_camera_that_is_not_there_is_a_warning_where_one_is_needed(
    tmp_path: Path, fronts: tuple[str, ...], camera: str, grade: Grade
) -> None:
    write(tmp_path, replace(Settings(), face=replace(Face(), camera=camera), terminal=Terminal(fronts=fronts)))
    finding = found(tmp_path, "picture")
    assert finding.grade is grade
    assert bool(finding.remedy) is (grade is Grade.WARN)


def test_without_an_installation_no_camera_is_opened(tmp_path: Path) -> None:
    assert found(tmp_path, "picture").grade is Grade.OK


@pytest.mark.parametrize(("pitch", "grade"), [(0.9, Grade.OK), (0.3, Grade.WARN), (0.0, Grade.OK)])
def test_a_wall_too_small_for_the_room_is_a_warning(tmp_path: Path, pitch: float, grade: Grade) -> None:
    write(tmp_path, replace(Settings(), wall=Wall(pitch_mm=pitch, distance_m=9.0)))
    assert found(tmp_path, "wall").grade is grade


def test_a_mistake_in_the_walls_own_page_fails_with_its_entry(tmp_path: Path) -> None:
    write(tmp_path, Settings())
    (tmp_path / "wall.toml").write_text('[[honour]]\nzh = "奖"\n', encoding="utf-8")
    finding = found(tmp_path, "wall")
    assert finding.grade is Grade.FAIL and "honour" in finding.what

"""Set-up on a bare machine: missing libraries are named, installed where allowed, and stop only what needs them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from tests.packaging import ROOT, load


@pytest.fixture
def libraries() -> ModuleType:
    return load("system_libraries")


class Machine:
    """A machine whose loader finds some files and whose apt-get brings others, if it works at all."""

    def __init__(self, libraries: ModuleType, absent: set[str], *, apt_works: bool = True) -> None:
        self.files = {library.file for library in libraries.LIBRARIES} - absent
        self.packages = {library.package: library.file for library in libraries.LIBRARIES}
        self.apt_works = apt_works
        self.commands: list[list[str]] = []

    def load(self, file: str) -> None:
        if file not in self.files:
            raise OSError(file)

    def run(self, command: Sequence[str]) -> bool:
        self.commands.append(list(command))
        if "install" in command and self.apt_works:
            self.files |= {self.packages[word] for word in command if word in self.packages}
        return self.apt_works


def install(libraries: ModuleType, machine: Machine, prefix: list[str] | None) -> int:
    return int(libraries.main(load=machine.load, run=machine.run, privilege=lambda: prefix))


def test_nothing_is_said_or_run_when_all_is_there(libraries: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(libraries, set())
    assert install(libraries, machine, []) == 0
    assert machine.commands == []
    assert capsys.readouterr() == ("", "")


def test_root_installs_what_is_missing(libraries: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(libraries, {"libEGL.so.1", "libxcb-cursor.so.0"})
    assert install(libraries, machine, []) == 0
    assert machine.commands[-1][-2:] == ["libegl1", "libxcb-cursor0"]
    assert "DEBIAN_FRONTEND=noninteractive" in machine.commands[-1]
    assert "libEGL.so.1" in capsys.readouterr().err


def test_sudo_stands_before_every_command(libraries: ModuleType) -> None:
    machine = Machine(libraries, {"libEGL.so.1"}, apt_works=False)
    install(libraries, machine, ["sudo", "-n"])
    assert len(machine.commands) > 1
    assert all(command[:2] == ["sudo", "-n"] for command in machine.commands)


def test_without_rights_qt_stops_the_set_up_and_the_command_is_shown(
    libraries: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(libraries, {"libGL.so.1", "libpulse.so.0"})
    assert install(libraries, machine, None) == 1
    assert "libgl1 libpulse0" in capsys.readouterr().err
    assert machine.commands == []


@pytest.mark.parametrize("prefix", [None, []])
def test_windows_and_sound_never_stop_it(
    libraries: ModuleType, prefix: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(libraries, {"libpulse.so.0", "libxcb-cursor.so.0"}, apt_works=False)
    assert install(libraries, machine, prefix) == 0
    said = capsys.readouterr().err
    assert "libxcb-cursor0" in said
    assert "Going on without them" in said


def test_a_fresh_package_list_is_fetched_before_giving_up(libraries: ModuleType) -> None:
    machine = Machine(libraries, set(), apt_works=False)
    assert libraries.install(["libgl1"], [], machine.run) is False
    assert [("update" in command) for command in machine.commands] == [False, True]


def test_it_needs_nothing_but_the_standard_library() -> None:
    subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "packaging" / "system_libraries.py")], check=True, capture_output=True
    )

"""The command window: the head's password, then the window is free."""

from __future__ import annotations

import argparse
import io
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import AccessError
from kiosk.installation import open_installation
from kiosk.model.ticket import CounterState
from kiosk.window_commands import add_commands
from tests.kiosk.services.conftest import open_hall

PASSWORD = "battery staple"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    hall = open_hall(tmp_path / "profile")
    with hall.installation.store.write() as work:
        work.staff.set_password(hall.head.id, PASSWORD)
    hall.installation.close()
    return tmp_path / "profile"


def relieve(profile: Path, login: str, password: str, monkeypatch: pytest.MonkeyPatch) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    words = ["window", "relieve", "1", "--head", login, "--reason", "gone home", "--password-stdin"]
    args = parser.parse_args(words)
    args.profile = profile
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    code = args.run(args)
    assert isinstance(code, int)
    return code


def first_window(profile: Path) -> CounterState:
    with closing(open_installation(profile)) as installation:
        return installation.services.counters.all()[0].state


def test_the_head_frees_a_window(
    profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert relieve(profile, "head", PASSWORD, monkeypatch) == 0
    assert capsys.readouterr().out == "window 1: free; 0 numbers went back\n"
    assert first_window(profile) is CounterState.OFFLINE


@pytest.mark.parametrize(("login", "password"), [("head", "wrong"), ("desk", "correct horse")])
def test_nobody_else_does(profile: Path, monkeypatch: pytest.MonkeyPatch, login: str, password: str) -> None:
    with pytest.raises(AccessError):
        relieve(profile, login, password, monkeypatch)
    assert first_window(profile) is CounterState.FREE

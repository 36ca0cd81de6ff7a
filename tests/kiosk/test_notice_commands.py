"""The command notice: a text goes up, is listed, comes down."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from kiosk.errors import ConflictError
from kiosk.notice_commands import add_commands


def run(profile: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["notice", *words])
    args.profile = profile
    code = args.run(args)
    assert isinstance(code, int)
    return code


def test_a_notice_goes_up_is_listed_and_comes_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "add", "周五停电", "--en", "No power on Friday", "--until", "2999-01-01T12:00", "--wall", "W2")
    shown = capsys.readouterr().out.strip()
    run(tmp_path, "list", "--json")
    (row,) = json.loads(capsys.readouterr().out)
    assert row["id"] == shown and row["state"] == "shown" and row["walls"] == ["W2"]
    assert row["ends_at"] == "2999-01-01T12:00"
    run(tmp_path, "remove", shown)
    run(tmp_path, "list")
    assert "over" in capsys.readouterr().out


def test_an_unknown_notice_and_an_unreadable_time_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConflictError):
        run(tmp_path, "remove", "00000000-0000-0000-0000-000000000001")
    with pytest.raises(SystemExit):
        run(tmp_path, "add", "字", "--until", "Friday")

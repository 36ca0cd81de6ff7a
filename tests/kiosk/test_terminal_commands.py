"""The command terminals: who is there, what they lack, and forgetting one that was taken away."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.errors import RuleError
from kiosk.installation import open_installation
from kiosk.model.terminal import TerminalStatus
from kiosk.store.terminals import Terminals
from kiosk.terminal_commands import add_commands


def run(profile: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["terminals", *words])
    args.profile = profile
    code = args.run(args)
    assert isinstance(code, int)
    return code


def report(profile: Path, code: str, **lamps: str) -> None:
    with closing(open_installation(profile)) as installation:
        now = installation.services.context.clock.now()
        installation.services.terminals.report(TerminalStatus(code, ("touch", "wall"), "1.2", now, lamps))


def test_a_hall_that_is_well_is_zero_and_a_lamp_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path) == 0
    assert "no terminal" in capsys.readouterr().out
    report(tmp_path, "K1", printer="")
    assert run(tmp_path) == 0
    assert "K1       touch+wall       1.2" in capsys.readouterr().out
    report(tmp_path, "K2", printer="printer_paper_out")
    assert run(tmp_path, "--json") == 1
    shown = json.loads(capsys.readouterr().out)["terminals"]
    assert [row["lamps"] for row in shown] == [{}, {"printer": "printer_paper_out"}]


def test_only_a_lost_terminal_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report(tmp_path, "K1")
    with pytest.raises(RuleError):
        run(tmp_path, "forget", "K1")
    later = timedelta(minutes=1)
    monkeypatch.setattr(Terminals, "instant", lambda rows: rows.desk.now + later)
    assert run(tmp_path) == 1
    assert "terminal: terminal_lost" in capsys.readouterr().out
    assert run(tmp_path, "forget", "K1") == 0
    assert run(tmp_path) == 0

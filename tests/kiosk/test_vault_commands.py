"""The command vault: counts and numbers, never a name; 1 when something was wrong."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kiosk import installation
from kiosk.errors import InputError, WorldError
from kiosk.installation import open_installation
from kiosk.vault_commands import add_commands
from tests.fakes import FakeClock
from tests.kiosk.services.conftest import Hall, open_hall
from tests.kiosk.services.test_templates import enrol

Run = Callable[..., int]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = open_hall(tmp_path / "profile")
    enrol(made)
    yield made
    made.installation.close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands, two years after everybody enrolled."""
    later = FakeClock()
    later.advance(days=730)
    monkeypatch.setattr(installation, "SystemClock", lambda zone: later)
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def call(*words: str, profile: str = "profile") -> int:
        args = parser.parse_args(["vault", *words])
        args.profile = tmp_path / profile
        code = args.run(args)
        assert isinstance(code, int)
        return code

    return call


def test_an_operator_sees_counts_only(hall: Hall, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status") == 0
    said = capsys.readouterr().out
    assert said.startswith("1 people, 1 rows, models test; next expiry ") and str(hall.people[0].id) not in said
    assert run("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["people"] == 1


def test_a_purge_prints_receipts_that_can_be_looked_up(
    hall: Hall, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("purge", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    (receipt,) = said["receipts"]
    assert said["rows"] == 1 and str(hall.people[0].id) not in str(said)
    assert run("receipt", receipt["number"]) == 0
    assert receipt["number"] in (line := capsys.readouterr().out) and line.rstrip().endswith("valid")
    assert run("purge") == 0
    assert capsys.readouterr().out == "0 template rows deleted\n"
    with pytest.raises(InputError) as caught:
        run("receipt", "NOSUCHONE1")
    assert caught.value.code == "no_receipt"


def test_verify_says_what_it_found_and_is_one_when_something_was_wrong(
    hall: Hall, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify") == 1
    assert "1 without consent" in capsys.readouterr().out
    assert run("verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True


def test_rekey_says_how_many(hall: Hall, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    vault = hall.services.context.vault()
    assert vault is not None
    before = dict(vault.load("test"))
    assert run("rekey") == 0
    assert capsys.readouterr().out.startswith("1 rows issued anew, 0 unreadable left behind; generation 1")
    after = dict(vault.load("test"))
    assert after.keys() == before.keys()
    assert not np.allclose(*(next(iter(rows.values())) for rows in (before, after)), atol=0.1)


def test_where_the_module_was_never_on_there_is_nothing_to_look_at(tmp_path: Path, run: Run) -> None:
    with closing(open_installation(tmp_path / "fresh")):
        pass
    with pytest.raises(WorldError) as caught:
        run("status", profile="fresh")
    assert caught.value.code == "vault_missing"
    assert run("purge", profile="fresh") == 0
    assert not (tmp_path / "fresh" / "vault").exists()

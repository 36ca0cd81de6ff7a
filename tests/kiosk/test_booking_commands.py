"""The command booking: a code to bring, a list without names, a time given back."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from kiosk.booking_commands import add_commands
from kiosk.errors import RuleError
from kiosk.identify import qr
from kiosk.identify.way import ClaimKind
from tests.kiosk.services.conftest import open_hall

AT = "2031-03-03T10:00"
"""A Monday far ahead: the command works with the real clock."""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    open_hall(tmp_path / "profile").installation.close()
    return tmp_path / "profile"


def run(profile: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["booking", *words])
    args.profile = profile
    code = args.run(args)
    assert isinstance(code, int)
    return code


def test_a_time_is_promised_listed_without_a_name_and_given_back(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(profile, "add", AT, "101", "--staff-number", "DEMO-0001") == 0
    code, payload = capsys.readouterr().out.split()
    claim = qr.read("DEMO-", 4, payload)
    assert (claim.kind, claim.value, len(code)) == (ClaimKind.BOOKING, code, 8)
    run(profile, "list", "2031-03-03")
    row = capsys.readouterr().out
    assert row.startswith("10:00  booked") and "林" not in row and "DEMO" not in row and code not in row
    assert run(profile, "cancel", row.split()[-1]) == 0
    run(profile, "list", "2031-03-03")
    assert "cancelled" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("2031-03-02T10:00", "101"), "booking_hours"), ((AT, "101", "--staff-number", "DEMO-9"), "no_employee")],
)
def test_what_cannot_be_promised_is_refused(profile: Path, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(RuleError) as refused:
        run(profile, "add", *words)
    assert refused.value.code == code

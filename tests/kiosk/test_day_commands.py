"""The command day: a centre that opened yesterday can open today."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.day_commands import add_commands
from kiosk.errors import RuleError
from kiosk.installation import open_installation
from kiosk.model.ticket import TicketState
from tests.fakes import MONDAY, FakeClock


def run(profile: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["day", *words])
    args.profile = profile
    code = args.run(args)
    assert isinstance(code, int)
    return code


def test_the_day_is_opened_once_and_closed_for_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "status") == 1
    assert capsys.readouterr().out == "closed\n"
    assert run(tmp_path, "open", "--json") == 0
    assert json.loads(capsys.readouterr().out)["open"]
    assert run(tmp_path, "status") == 0
    with pytest.raises(RuleError) as twice:
        run(tmp_path, "open")
    assert run(tmp_path, "close") == 0
    with pytest.raises(RuleError) as again:
        run(tmp_path, "open")
    with pytest.raises(RuleError) as nothing:
        run(tmp_path, "close")
    assert [e.value.code for e in (twice, again, nothing)] == ["day_already_open", "day_closed_for_good", "day_closed"]


def test_yesterdays_forgotten_day_is_closed_with_its_numbers_before_today_opens(tmp_path: Path) -> None:
    with closing(open_installation(tmp_path, clock=FakeClock(MONDAY - timedelta(days=1)))) as yesterday:
        services, visitor = yesterday.services, yesterday.services.staff.visitor()
        services.days.open(services.staff.system())
        visit = services.arrivals.stay_anonymous(services.arrivals.begin("zh_CN", visitor).id, visitor)
        number = services.tickets.issue(visit.id, "101", False, visitor)
    assert run(tmp_path, "close") == 0
    assert run(tmp_path, "open") == 0
    with closing(open_installation(tmp_path)) as today, today.store.read() as work:
        left = work.tickets.get(number.id)
        assert left is not None and left.state is TicketState.EXPIRED


def test_numbers_are_stopped_with_a_sentence_and_given_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "open")
    assert run(tmp_path, "stop", "停电，请稍候", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["numbers"] == "停电，请稍候"
    run(tmp_path, "resume", "--json")
    status = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert status["numbers"] == "given" and set(status["closing_would_end"].values()) == {0}


def test_the_plan_of_a_day_follows_the_calendar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for day in ("2026-03-02", "2026-10-01"):
        assert run(tmp_path, "plan", day) == 0
    assert capsys.readouterr().out == "08:30-17:00\nno working day\n"

"""Two desks in two processes press 'next' at the same instant, again and again: nobody is called twice or forgotten."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model.ticket import TicketState
from kiosk.settings import demo_settings
from tests.system.hall import furnish_hall
from tests.system.inspection import inspect, told
from tests.system.nursery import Nursery

VISITORS = 40


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A hall on each engine."""
    if request.param == "sqlite":
        return Path(request.getfixturevalue("profile"))
    url = str(request.getfixturevalue("pg_url"))
    settings = demo_settings()
    furnish_hall(tmp_path / "profile", replace(settings, store=replace(settings.store, url=url)))
    return tmp_path / "profile"


def test_no_number_at_two_desks(shared: Path, nursery: Nursery, witness: Path) -> None:
    assert nursery.start("visitor", shared, witness, turns=VISITORS).wait() == 0
    desks = [nursery.start("caller", shared, witness, window=window) for window in ("1", "2")]
    while len(told(witness, "ready")) < len(desks):
        time.sleep(0.01)
    (shared / "start").touch()
    assert [desk.wait() for desk in desks] == [0, 0]

    record = inspect(shared, witness)
    called = [line["label"] for line in told(witness, "called")]
    assert sorted(called) == sorted(record.tickets)
    assert {line["window"] for line in told(witness, "called")} == {"1", "2"}
    assert {ticket.state for ticket in record.tickets.values()} == {TicketState.PASSED}

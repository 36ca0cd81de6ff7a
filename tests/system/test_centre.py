"""Kiosk, desk, line and central server are killed in turn: the centre gets every event exactly once."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kiosk.installation import load_settings, open_installation
from kiosk.model.visit import Proof
from kiosk.settings import demo_settings
from sync.bundle import Bundle
from sync.client.enrolment import enrol
from sync.server.run import OpenCore, open_core
from sync.server.schema import inbox, quarantine
from tests.system.centre import Centre, run_json
from tests.system.hall import furnish_hall
from tests.system.inspection import inspect, read_record, told
from tests.system.nursery import KILLED, Nursery

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def one_centre() -> Iterator[Centre]:
    """The centre of this file's halls."""
    with tempfile.TemporaryDirectory(prefix="centre-") as folder:  # short: the path of a socket has a limit
        made = Centre(Path(folder))
        yield made
        if made.process is not None:
            made.end(signal.SIGTERM)
        if made.database is not None:
            os.kill(made.database, signal.SIGQUIT)


@pytest.fixture
def centre(one_centre: Centre) -> Centre:
    """It runs, whatever the test before did to it."""
    if one_centre.process is None:
        one_centre.start()
    return one_centre


def until(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def received(opened: OpenCore, origin_id: UUID) -> list[int]:
    """Sequence numbers the centre holds; a number would stand twice if an event did."""
    with opened.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(quarantine)).scalar_one() == 0
        query = select(inbox.c.seq).where(inbox.c.origin_id == origin_id).order_by(inbox.c.seq)
        return list(connection.execute(query).scalars())


def entities(opened: OpenCore, origin_id: UUID) -> dict[str, int]:
    """How many different visits, tickets and appeals those events are about."""
    query = select(inbox.c.entity, func.count(inbox.c.entity_id.distinct())).where(inbox.c.origin_id == origin_id)
    with opened.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query.group_by(inbox.c.entity))}


@pytest.mark.skipif(os.name != "posix", reason="the server is ended by a signal")
def test_a_hall_joins_by_commands_and_somebody_hired_at_the_centre_checks_in(centre: Centre, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    furnish_hall(profile, demo_settings())  # a copy would have the id of another hall, and the centre says so
    assert run_json(profile, "sync", "enrol", centre.bundle())["centre"] == "一号中心"
    centre.add_employee("DEMO-0777", "新演示")
    assert run_json(profile, "sync", "once")["backlog"] == 0
    assert run_json(profile, "sync", "status")["count"] == 0

    installation = open_installation(profile, settings=load_settings(profile))
    arrivals, visitor = installation.services.arrivals, installation.services.staff.visitor()
    visit = arrivals.begin("zh_CN", visitor)
    proposal = arrivals.by_number("DEMO-0777")
    assert proposal is not None and proposal.masked_name == "新*"
    arrivals.identify(visit.id, proposal, Proof.NUMBER, visitor)
    label = installation.services.tickets.issue(visit.id, "101", False, visitor).label
    installation.close()
    assert read_record(profile).tickets[label].visit_id == visit.id


def until_more_arrive(opened: OpenCore, origin_id: UUID) -> None:
    """Wait until work that is going on now has reached the centre."""
    begun = len(received(opened, origin_id))
    until("events at the centre", lambda: len(received(opened, origin_id)) > begun + 25)


@pytest.mark.skipif(os.name != "posix", reason="workers are forked, servers are signalled")
def test_every_event_arrives_once_whoever_is_killed(
    centre: Centre, nursery: Nursery, profile: Path, witness: Path
) -> None:
    installation = open_installation(profile, settings=load_settings(profile))
    origin = installation.store.origin_id
    enrol(profile, installation.keys, origin, Bundle.parse(centre.bundle()))
    installation.close()
    opened = open_core(None, centre.folder)

    line = nursery.start("line", profile, witness)
    for turn in range(3):
        busy = {"turns": 1000, "rest_ms": 200}
        people = [nursery.start(role, profile, witness, **busy) for role in ("visitor", "clerk")]
        until_more_arrive(opened, origin)
        if turn == 0:
            line.kill()
            assert line.wait() == KILLED
            line = nursery.start("line", profile, witness)
        elif turn == 1:
            assert centre.end(signal.SIGKILL) == KILLED
            centre.start()
        for worker in people:
            worker.kill()
            assert worker.wait() == KILLED
    record = inspect(profile, witness)
    until("the last event", lambda: received(opened, origin)[-1:] == [len(record.events)])
    line.kill()
    assert line.wait() == KILLED

    assert received(opened, origin) == list(range(1, len(record.events) + 1))
    there = entities(opened, origin)
    assert (there["ticket"], there["appeal"]) == (len(record.tickets), len(record.appeals))
    assert len(record.appeals) >= len({row["number"] for row in told(witness, "registered")}) > 0
    opened.close()
    assert centre.end(signal.SIGTERM) == 0
    assert centre.database is None, "PostgreSQL was left behind"

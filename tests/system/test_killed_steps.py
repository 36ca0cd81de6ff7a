"""kill -9 before every single thing a visitor's or a clerk's process does: the next start finds everything."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from kiosk.model.ticket import TicketState
from tests.system.inspection import inspect, told
from tests.system.nursery import KILLED, Nursery, Worker


def counts_of(nursery: Nursery, role: str, profile: Path, witness: Path) -> dict[str, int]:
    """How many things the role does in one turn, and how many commits, in a run that nobody disturbs."""
    assert nursery.start("visitor", profile, witness, turns=1).wait() == 0
    assert nursery.start(role, profile, witness, turns=1).wait() == 0
    counts: dict[str, int] = json.loads(witness.with_name("witness.counts").read_text(encoding="ascii"))
    return counts


def kill_at(nursery: Nursery, role: str, profile: Path, witness: Path, places: list[dict[str, int]]) -> None:
    assert nursery.start("visitor", profile, witness, turns=len(places) + 2).wait() == 0
    for place in places:
        # Two turns: the first may be the short rest of a talk that the last kill interrupted.
        assert nursery.start(role, profile, witness, turns=2, **place).wait() == KILLED
        inspect(profile, witness)
    finish(nursery, profile, witness)


@pytest.mark.parametrize("role", ["visitor", "clerk"])
def test_killed_on_both_sides_of_every_commit(role: str, nursery: Nursery, profile: Path, witness: Path) -> None:
    """Between two commits the disk does not change: these places stand for all of them."""
    commits = counts_of(nursery, role, profile, witness)["commits"]
    assert commits >= {"visitor": 4, "clerk": 7}[role]
    places = [{"commit": number, "after": side} for number in range(1, commits + 1) for side in (0, 1)]
    kill_at(nursery, role, profile, witness, places)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["visitor", "clerk"])
def test_killed_at_every_step(role: str, nursery: Nursery, profile: Path, witness: Path) -> None:
    things = counts_of(nursery, role, profile, witness)["things"]
    kill_at(nursery, role, profile, witness, [{"kill_at": number} for number in range(1, things + 1)])


def finish(nursery: Nursery, profile: Path, witness: Path) -> None:
    """After all the kills the day goes on: everybody who waits is called once and served."""
    waiting = sum(t.state is not TicketState.DONE for t in inspect(profile, witness).tickets.values())
    assert nursery.start("clerk", profile, witness, turns=waiting).wait() == 0
    record = inspect(profile, witness)
    assert {ticket.state for ticket in record.tickets.values()} == {TicketState.DONE}
    assert {line["label"] for line in told(witness, "finished")} <= record.tickets.keys()


def test_killed_at_any_moment_while_all_work(nursery: Nursery, profile: Path, witness: Path) -> None:
    """Three processes at once; again and again one of them dies, wherever it happens to be."""
    staff: dict[str, Worker] = {}

    def send(name: str) -> None:
        role, window = ("visitor", "1") if name == "visitor" else ("clerk", name)
        staff[name] = nursery.start(role, profile, witness, turns=1000, window=window)

    names = ["visitor", "1", "2"]
    for name in names:
        send(name)
    chance = random.Random()
    for turn in range(9):
        before = len(told(witness, "shown"))
        while len(told(witness, "shown")) < before + 2:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        victim = names[turn % 3]
        staff[victim].kill()
        assert staff[victim].wait() == KILLED
        send(victim)
    for worker in staff.values():
        worker.kill()
        assert worker.wait() == KILLED
    record = inspect(profile, witness)
    assert len(record.tickets) >= 18
    assert {line["window"] for line in told(witness, "called")} == {"1", "2"}

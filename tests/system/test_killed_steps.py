"""kill -9 before every single thing a visitor's or a clerk's process does: the next start finds everything."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from kiosk.model.ticket import TicketState
from tests.system.inspection import inspect, told
from tests.system.nursery import KILLED, Nursery, Worker

FEW = 8
"""Places of one visit tried in the ordinary run; the slow run tries every one."""


def steps_of(nursery: Nursery, role: str, profile: Path, witness: Path) -> int:
    """How many things the role does in one turn, counted in a run that nobody disturbs."""
    assert nursery.start("visitor", profile, witness, turns=1).wait() == 0
    assert nursery.start(role, profile, witness, turns=1).wait() == 0
    return int(witness.with_name("witness.count").read_text(encoding="ascii"))


def kill_at(nursery: Nursery, role: str, profile: Path, witness: Path, places: list[int]) -> None:
    assert nursery.start("visitor", profile, witness, turns=len(places) + 2).wait() == 0
    for place in places:
        # Two turns: the first may be the short rest of a talk that the last kill interrupted.
        assert nursery.start(role, profile, witness, turns=2, kill_at=place).wait() == KILLED
        inspect(profile, witness)


def spread(count: int, wanted: int) -> list[int]:
    """``wanted`` places over the whole of one turn, others in every run of the suite."""
    return sorted(random.sample(range(1, count + 1), wanted))


@pytest.mark.parametrize("role", ["visitor", "clerk"])
def test_killed_at_some_steps(role: str, nursery: Nursery, profile: Path, witness: Path) -> None:
    kill_at(nursery, role, profile, witness, spread(steps_of(nursery, role, profile, witness), FEW))
    finish(nursery, profile, witness)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["visitor", "clerk"])
def test_killed_at_every_step(role: str, nursery: Nursery, profile: Path, witness: Path) -> None:
    count = steps_of(nursery, role, profile, witness)
    kill_at(nursery, role, profile, witness, list(range(1, count + 1)))
    finish(nursery, profile, witness)


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

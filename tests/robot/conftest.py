"""A hall on a fake clock, a broker inside the process, dispatchers and robots that step when told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.hall import CareKind, CareState, CareTask
from robot.dispatcher import Dispatcher
from robot.local import LocalBroker
from robot.simulator import SimulatedRobot, Temper
from robot.vocabulary import Topics
from tests.kiosk.services.conftest import Hall, open_hall

TOPICS = Topics("reception")


@dataclass
class Floor:
    """Everything that moves."""

    hall: Hall
    broker: LocalBroker = field(default_factory=LocalBroker)
    dispatchers: list[Dispatcher] = field(default_factory=list)
    robots: list[SimulatedRobot] = field(default_factory=list)

    def seconds(self) -> float:
        return self.hall.clock.now().timestamp()

    def dispatcher(self, holder: str = "T1-a", connect: Any = None) -> Dispatcher:
        verbs, actor = self.hall.services.robots, self.hall.services.staff.system()
        made = Dispatcher(verbs, connect or self.broker.connect, TOPICS, actor, holder, self.seconds)
        self.dispatchers.append(made)
        return made

    def robot(self, name: str = "r1", trouble: float = 0.0, seed: int = 1, drive: float = 12.0) -> SimulatedRobot:
        temper, dice = Temper(drive, trouble, recovery=600), random.Random(seed)
        made = SimulatedRobot(name, self.broker.connect, TOPICS, self.seconds, temper, dice)
        self.robots.append(made)
        return made

    def run(self, seconds: int, until: Any = None) -> float:
        """Let time pass second by second; the seconds that passed until ``until`` held."""
        for passed in range(seconds):
            if until is not None and until():
                return passed
            for part in (*self.robots, *self.dispatchers):
                part.step()
            self.hall.clock.advance(seconds=1)
        assert until is None or until(), f"not within {seconds} s"
        return seconds

    def ask(self, kind: CareKind = CareKind.WATER) -> CareTask:
        return self.hall.services.care.ask(self.hall.ticket().id, kind, self.hall.visitor)

    def now(self, task: CareTask) -> CareTask:
        with self.hall.installation.store.read() as work:
            return work.care.need(task.id)

    def is_staffs(self, task: CareTask) -> bool:
        """Whether the staff have it: new on their list, and no robot's any more."""
        now = self.now(task)
        return now.state is CareState.NEW and not now.robot and now.robot_tries == 1

    def words(self, robot: str = "r1") -> list[str]:
        """What was said to a robot."""
        return [m.payload.decode() for m in self.broker.said if m.topic == TOPICS.task(robot)]


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    hall = open_hall(tmp_path / "profile")
    yield Floor(hall)
    hall.installation.close()

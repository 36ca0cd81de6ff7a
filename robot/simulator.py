"""A robot that drives in no hall: it takes offers, moves, brings, fails and recovers, on command or by dice.

It is for the demo, for tests, and for whoever builds a real one: it speaks the whole vocabulary (docs/robot.md).
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from queue import Empty, SimpleQueue
from uuid import UUID

from kiosk.model.hall import ASKED_KINDS, CareKind, CareState
from robot.line import Connect, Line, Message, Will
from robot.vocabulary import Cancel, Offer, Progress, RobotState, Status, Topics, read_task, write

BEAT_S = 5.0
STEPS = 4
"""Way points on the way to a seat."""
REMEMBERED = 100
"""Tasks that ended, kept so that an offer said twice is answered and not driven twice."""
KINDS = frozenset({*ASKED_KINDS, CareKind.OFFER}) - {CareKind.QUIET_SEAT}


class Trouble(StrEnum):
    """What can go wrong on the way."""

    FAIL = "fail"  # the way is blocked, and it says so
    FREEZE = "freeze"  # it stands still but its heart beats
    DIE = "die"  # its power fails


@dataclass(frozen=True, slots=True)
class Temper:
    """Seconds to a seat; how often something goes wrong, from 0 to 1; seconds until it is well again."""

    drive: float = 12.0
    trouble: float = 0.0
    recovery: float = 90.0


class SimulatedRobot:
    """Call ``step`` a few times a second, always on the same thread. Commands may come between two steps."""

    def __init__(
        self,
        name: str,
        connect: Connect,
        topics: Topics,
        clock: Callable[[], float],
        temper: Temper,
        dice: random.Random,
    ) -> None:
        """``clock``: seconds that only grow. The same ``dice`` give the same troubles."""
        self.name, self._connect, self._topics = name, connect, topics
        self._clock, self._temper, self._dice = clock, temper, dice
        self._line: Line | None = None
        self._heard: SimpleQueue[Message] = SimpleQueue()
        self._task: Progress | None = None
        self._left = 0.0
        self._beat: float | None = None
        self._ended: OrderedDict[UUID, Progress] = OrderedDict()
        self._comes: Trouble | None = None
        self.trouble: Trouble | None = None
        self._well_again = 0.0

    @property
    def state(self) -> RobotState:
        """What it says of itself."""
        if self.trouble is Trouble.DIE:
            return RobotState.OFFLINE
        return RobotState.READY if self._task is None and self.trouble is None else RobotState.BUSY

    @property
    def task(self) -> Progress | None:
        """The task it is on, and how far."""
        return self._task

    def step(self) -> None:
        """Recover, hear, drive, beat: whatever is due."""
        now = self._clock()
        if self.trouble is not None and now >= self._well_again:
            self.recover()
        if self.trouble is Trouble.DIE:
            return
        if self._line is None:
            self._switch_on()
        self._hear_all(now)
        if self._task is not None and self.trouble is None:
            self._drive(now)
        if self._beat is None or now - self._beat >= BEAT_S:
            self._say_status()

    def close(self) -> None:
        """Say that it goes, and go."""
        if self._line is not None:
            self._line.say(self._topics.status(self.name), write(Status(RobotState.OFFLINE)), retain=True)
            self._line.close()
            self._line = None

    # --- commands --------------------------------------------------------------------------------------------

    def suffer(self, trouble: Trouble) -> None:
        """``trouble`` comes now; ``recover`` or time ends it."""
        self.trouble, self._well_again = trouble, self._clock() + self._temper.recovery
        if trouble is Trouble.FAIL:
            self.trouble = None
            self._end(CareState.FAILED, "way_blocked")
        elif trouble is Trouble.DIE and self._line is not None:
            self._line.drop()
            self._line, self._task = None, None

    def recover(self) -> None:
        """All is well again; a dead one begins with nothing in its hands."""
        self.trouble = None
        self._beat = None

    # --- inside ----------------------------------------------------------------------------------------------

    def _switch_on(self) -> None:
        topic = self._topics.status(self.name)
        self._line = self._connect(
            f"robot-{self.name}", Will(topic, write(Status(RobotState.OFFLINE))), self._heard.put
        )
        self._line.subscribe(self._topics.task(self.name))
        self._line.open()
        self._beat = None

    def _hear_all(self, now: float) -> None:
        while True:
            try:
                asked = read_task(self._heard.get_nowait().payload)
            except Empty:
                return
            if isinstance(asked, Cancel):
                self._cancel(asked.task)
            elif isinstance(asked, Offer):
                self._take(asked, now)

    def _take(self, offer: Offer, now: float) -> None:
        known = self._ended.get(offer.task) or (self._task if self._task and self._task.task == offer.task else None)
        if known is not None:
            self._say(known)
        elif self._task is not None or self.trouble is not None or offer.kind not in KINDS:
            self._say(Progress(offer.task, CareState.CANCELLED, reason="busy"))
        else:
            self._task, self._left = Progress(offer.task, CareState.ASSIGNED), now
            if self._dice.random() < self._temper.trouble:
                self._comes = self._dice.choice(list(Trouble))
            self._say(self._task)
            self._say_status()

    def _cancel(self, task: UUID) -> None:
        if self._task is not None and self._task.task == task:
            if self.trouble is Trouble.FREEZE:
                self.recover()
            self._end(CareState.CANCELLED, "called_off")

    def _drive(self, now: float) -> None:
        """One way point after the other; at the last the task is done."""
        assert self._task is not None
        step = int((now - self._left) / self._temper.drive * STEPS)
        if step >= 1 and self._comes is not None:
            trouble, self._comes = self._comes, None
            self.suffer(trouble)
        elif step >= STEPS:
            self._end(CareState.DONE, "")
        elif self._task.state is CareState.ASSIGNED or step > self._task.step:
            self._task = replace(self._task, state=CareState.MOVING, step=step)
            self._say(self._task)

    def _end(self, state: CareState, reason: str) -> None:
        if self._task is None:
            return
        ended = Progress(self._task.task, state, reason=reason)
        self._task, self._comes = None, None
        self._ended[ended.task] = ended
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        self._say(ended)
        self._say_status()

    def _say(self, progress: Progress) -> None:
        if self._line is not None:
            self._line.say(self._topics.progress(self.name), write(progress))

    def _say_status(self) -> None:
        """The heart beats only into a line that is there: beats that wait for one say nothing."""
        if self._line is None or not self._line.connected:
            return
        self._beat = self._clock()
        last = self._task or next(reversed(self._ended.values()), None)
        status = Status(self.state, KINDS, last)
        self._line.say(self._topics.status(self.name), write(status), retain=True)

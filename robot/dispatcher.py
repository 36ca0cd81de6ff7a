"""Gives open small services to present robots, follows them, and leaves to the staff whatever a robot does not finish.

One dispatcher speaks for a hall: any terminal may be asked to, one leads by a lease in the store. Who may have a task
is decided by the store alone (``kiosk.services.robots``), so that even two that both believe to lead give it once.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol
from uuid import UUID

from kiosk.model.hall import CareState
from kiosk.model.staff import Actor
from kiosk.services.robots import Errand, Errands
from robot.line import Connect, Line, Message
from robot.vocabulary import (
    FINAL,
    Cancel,
    Offer,
    Progress,
    RobotState,
    Status,
    Topics,
    read_progress,
    read_status,
    write,
)

_log = logging.getLogger(__name__)

PRESENT_S = 20.0
"""A robot whose last heartbeat is older is not offered anything."""
LEAD_S = 5.0
REMEMBERED = 500
"""Tasks of which the last word is kept: heartbeats repeat it."""
GONE = frozenset({RobotState.OFFLINE, RobotState.FAULT})


class Verbs(Protocol):
    """What the dispatcher needs of ``kiosk.services.robots.Robots``."""

    def lead(self, holder: str) -> bool: ...
    def resign(self, holder: str) -> None: ...
    def errands(self) -> Errands: ...
    def assign(self, task_id: UUID, robot: str, actor: Actor) -> Errand | None: ...
    def heard(self, task_id: UUID, robot: str, state: CareState, reason: str, actor: Actor) -> bool: ...
    def give_back(self, task_id: UUID, robot: str, reason: str, actor: Actor) -> bool: ...
    def give_back_silent(self, actor: Actor) -> int: ...


@dataclass(slots=True)
class Present:
    """A robot and when it was last heard, in seconds of the dispatcher's own clock; a retained word counts as never."""

    status: Status
    heard: float | None


class Dispatcher:
    """Call ``step`` about once a second, always on the same thread; ``close`` after the last one."""

    def __init__(
        self, verbs: Verbs, connect: Connect, topics: Topics, actor: Actor, holder: str, clock: Callable[[], float]
    ) -> None:
        """``holder``: a name no other dispatcher has. ``clock``: seconds that only grow."""
        self._verbs, self._connect, self._topics = verbs, connect, topics
        self._actor, self._holder, self._clock = actor, holder, clock
        self._line: Line | None = None
        self._heard: SimpleQueue[Message] = SimpleQueue()
        self._robots: dict[str, Present] = {}
        self._given: dict[UUID, str] = {}
        self._orders: OrderedDict[tuple[UUID, str], tuple[int, int]] = OrderedDict()
        self._asked: float | None = None
        self.leads = False

    def step(self) -> None:
        """Lead or stand by; hear, call off, offer. Raises what the store raises; the next step goes on."""
        if not self._lead():
            self._stand_down()
            return
        line = self._line or self._open_line()
        self._hear_all(line)
        self._verbs.give_back_silent(self._actor)
        errands = self._verbs.errands()
        self._call_off(line, errands)
        if line.connected:
            self._offer(line, errands)

    def close(self) -> None:
        """Stop leading; another terminal may begin at once."""
        self._stand_down()
        if self.leads:
            self.leads = False
            self._verbs.resign(self._holder)

    # --- leading ---------------------------------------------------------------------------------------------

    def _lead(self) -> bool:
        now = self._clock()
        if self._asked is None or now - self._asked >= LEAD_S:
            self.leads = False  # until the store says so: it may not answer at all
            self.leads = self._verbs.lead(self._holder)
            self._asked = now
        return self.leads

    def _stand_down(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        self._robots.clear()
        self._given.clear()
        self._orders.clear()

    def _open_line(self) -> Line:
        self._line = line = self._connect(f"dispatcher-{self._holder}", None, self._heard.put)
        line.subscribe(self._topics.status("+"))
        line.subscribe(self._topics.progress("+"))
        line.open()
        return line

    # --- hearing ---------------------------------------------------------------------------------------------

    def _hear_all(self, line: Line) -> None:
        while True:
            try:
                message = self._heard.get_nowait()
            except Empty:
                return
            robot, word = self._topics.robot_of(message.topic)
            status = read_status(message.payload) if robot and word == "status" else None
            progress = read_progress(message.payload) if robot and word == "progress" else None
            if status is not None:
                self._meet(line, robot, status, message.retained)
            elif progress is not None and not message.retained:
                self._follow(line, robot, progress)
            else:
                _log.info("a message on %s was not understood", message.topic if robot else "a strange topic")

    def _meet(self, line: Line, robot: str, status: Status, retained: bool) -> None:
        self._robots[robot] = Present(status, None if retained else self._clock())
        last = status.progress
        if last is not None and (last.state in FINAL or not retained):
            self._follow(line, robot, last)
        if status.state in GONE:
            for task in [task for task, owner in self._verbs.errands().given.items() if owner == robot]:
                self._verbs.give_back(task, robot, f"robot_{status.state.value}", self._actor)

    def _follow(self, line: Line, robot: str, said: Progress) -> None:
        """What was said before is passed over; who goes on with a task that is not its own is called off."""
        told = said.task, robot  # what another robot says of a task makes nobody deaf to its own
        if said.order <= self._orders.get(told, (-1, 0)):
            return
        mine = self._verbs.heard(said.task, robot, said.state, said.reason, self._actor)
        self._orders[told] = said.order
        while len(self._orders) > REMEMBERED:
            self._orders.popitem(last=False)
        if mine and said.state in FINAL:
            self._given.pop(said.task, None)
        elif not mine and said.state not in FINAL:
            line.say(self._topics.task(robot), write(Cancel(said.task)))

    # --- speaking --------------------------------------------------------------------------------------------

    def _call_off(self, line: Line, errands: Errands) -> None:
        """Tasks that are with a robot no more, without its doing: done by a person, cancelled, late."""
        for task, robot in list(self._given.items()):
            if errands.given.get(task) != robot:
                line.say(self._topics.task(robot), write(Cancel(task)))
                del self._given[task]
        self._given.update(errands.given)

    def _offer(self, line: Line, errands: Errands) -> None:
        idle = [robot for robot in sorted(self._robots) if self._idle(robot, errands)]
        for errand in errands.open:
            robot = next((name for name in idle if errand.kind in self._robots[name].status.kinds), None)
            if robot is None:
                continue
            idle.remove(robot)
            given = self._verbs.assign(errand.task_id, robot, self._actor)
            if given is not None:
                self._given[given.task_id] = robot
                offer = Offer(given.task_id, given.kind, given.number, given.seat, given.zone)
                line.say(self._topics.task(robot), write(offer))

    def _idle(self, robot: str, errands: Errands) -> bool:
        present = self._robots[robot]
        here = present.heard is not None and self._clock() - present.heard <= PRESENT_S
        return here and present.status.state is RobotState.READY and robot not in errands.given.values()

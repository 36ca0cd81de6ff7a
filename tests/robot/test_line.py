"""The line to a broker keeps its promises, at a real broker as at the one inside this process."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pytest

from kiosk.model.hall import CareKind, CareState
from kiosk.model.staff import Actor
from kiosk.services.robots import Errand, Errands
from robot.dispatcher import Dispatcher
from robot.line import Connect, Line, Message, MqttLine, Will
from robot.local import LocalBroker
from robot.simulator import SimulatedRobot, Temper
from robot.vocabulary import Topics

SYSTEM = Actor("system", None, frozenset(), "T1")


class RealBroker:
    """An MQTT broker on a free port of this machine, on a thread of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"mqtt://127.0.0.1:{probe.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    def start(self) -> None:
        from amqtt.broker import Broker

        async def begin() -> Broker:
            plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
            listeners = {"default": {"type": "tcp", "bind": self.url.removeprefix("mqtt://")}}
            broker = Broker({"listeners": listeners, "plugins": plugins})
            await broker.start()
            return broker

        self._broker = asyncio.run_coroutine_threadsafe(begin(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._broker.shutdown(), self._loop).result(10)

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(_leave_nothing(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _leave_nothing() -> None:
    """What the broker's shutdown left running ends, and its connections close, while the loop still turns."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for writer in [found for found in gc.get_objects() if isinstance(found, asyncio.StreamWriter)]:
        writer.close()
    await asyncio.sleep(0)


@dataclass
class Place:
    """A broker and how to reach it."""

    connect: Connect
    stop: Callable[[], None]
    start: Callable[[], None]


@pytest.fixture(params=["local", "mqtt"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "local":
        local = LocalBroker()
        yield Place(local.connect, local.cut, local.mend)
        return
    real = RealBroker()
    yield Place(partial(MqttLine, real.url), real.stop, real.start)
    real.stop()
    real.end()
    _collect_quietly()


def _collect_quietly() -> None:
    """The libraries on both sides leave sockets to the garbage collector, which would blame whatever test runs then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def join(place: Place) -> Iterator[Callable[..., tuple[Line, list[Message]]]]:
    """Open a line that listens; closed at the end."""
    lines: list[Line] = []

    def opened(name: str, *topics: str, will: Will | None = None) -> tuple[Line, list[Message]]:
        heard: list[Message] = []
        line = place.connect(name, will, heard.append)
        for topic in topics:
            line.subscribe(topic)
        line.open()
        lines.append(line)
        eventually(lambda: line.connected)
        time.sleep(0.2)  # the broker's answer to a subscription is not waited for by anybody else either
        return line, heard

    yield opened
    for line in lines:
        line.close()


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for the network."""
    for _ in range(int(seconds * 50)):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_what_is_said_is_heard_by_who_listens(join: Callable[..., tuple[Line, list[Message]]]) -> None:
    _, heard = join("a", "x/+/status")
    _, deaf = join("b", "y/#")
    speaker, _ = join("c")
    speaker.say("x/r1/status", b"1")
    speaker.say("x/r1/other", b"2")
    eventually(lambda: heard)
    assert [(message.topic, message.payload, message.retained) for message in heard] == [("x/r1/status", b"1", False)]
    assert deaf == []


def test_what_was_retained_is_known_as_old(join: Callable[..., tuple[Line, list[Message]]]) -> None:
    speaker, _ = join("a")
    _, seen = join("w", "x/1")
    speaker.say("x/1", b"kept", retain=True)
    eventually(lambda: seen)
    _, heard = join("b", "x/1")
    eventually(lambda: heard)
    assert set(heard) == {Message("x/1", b"kept", True)}


def test_the_broker_speaks_for_who_broke_off(join: Callable[..., tuple[Line, list[Message]]]) -> None:
    _, heard = join("a", "x/1")
    broken, _ = join("b", will=Will("x/1", b"gone"))
    broken.drop()
    eventually(lambda: heard)
    assert heard[0].payload == b"gone"


def test_what_is_said_while_the_broker_is_away_comes_later(
    place: Place, join: Callable[..., tuple[Line, list[Message]]]
) -> None:
    listener, heard = join("a", "x/1")
    speaker, _ = join("b")
    place.stop()
    eventually(lambda: not (listener.connected or speaker.connected))
    speaker.say("x/1", b"late")
    place.start()
    eventually(lambda: listener.connected and speaker.connected)
    speaker.say("x/1", b"now")
    eventually(lambda: any(message.payload == b"now" for message in heard))


class OneTask:
    """A hall with a single task."""

    def __init__(self) -> None:
        self.errand = Errand(UUID(int=1), CareKind.WATER, "A012", "Z1-01", "Z1")
        self.given: dict[UUID, str] = {}
        self.states: list[CareState] = []

    def lead(self, holder: str) -> bool:
        return True

    def resign(self, holder: str) -> None:
        """Nobody else waits."""

    def errands(self) -> Errands:
        return Errands(() if self.given or self.states else (self.errand,), self.given)

    def assign(self, task_id: UUID, robot: str, actor: Actor) -> Errand:
        self.given[task_id] = robot
        return self.errand

    def heard(self, task_id: UUID, robot: str, state: CareState, reason: str, actor: Actor) -> bool:
        if not self.states or self.states[-1] is not state:
            self.states.append(state)
        if state is CareState.DONE:
            self.given.clear()
        return True

    def give_back(self, task_id: UUID, robot: str, reason: str, actor: Actor) -> bool:
        return False

    def give_back_silent(self, actor: Actor) -> int:
        return 0


def test_a_simulated_robot_brings_water_over_the_line(place: Place) -> None:
    hall, topics = OneTask(), Topics("reception")
    dispatcher = Dispatcher(hall, place.connect, topics, SYSTEM, "T1-a", time.monotonic)
    robot = SimulatedRobot("r1", place.connect, topics, time.monotonic, Temper(drive=0.4), random.Random(1))

    def done() -> bool:
        dispatcher.step()
        robot.step()
        return hall.states[-1:] == [CareState.DONE]

    try:
        eventually(done)
        assert hall.states == [CareState.ASSIGNED, CareState.MOVING, CareState.DONE]
    finally:
        robot.close()
        dispatcher.close()

"""Whatever a robot does or fails to do, the visitor is served: by it, or by a person within a minute."""

from __future__ import annotations

import json
import re

import pytest

from kiosk.model.hall import CareKind, CareState
from kiosk.model.staff import Actor, Role
from robot.simulator import Trouble
from robot.vocabulary import Cancel, Progress, RobotState, Status, write
from tests.robot.conftest import TOPICS, Floor

GUIDE = Actor("staff", None, frozenset({Role.GUIDE}), "G1")
LIMIT = 60


@pytest.fixture
def driving(floor: Floor):
    """A robot on its way with a task, and a dispatcher that knows it."""
    floor.dispatcher()
    robot = floor.robot(drive=40)
    floor.run(3)
    task = floor.ask()
    floor.run(15, lambda: floor.now(task).state is CareState.MOVING)
    return robot, task


def test_a_robot_brings_what_was_asked(floor: Floor) -> None:
    floor.dispatcher()
    floor.robot()
    floor.run(3)
    task = floor.ask()
    floor.run(30, lambda: floor.now(task).state is CareState.DONE)
    done = floor.now(task)
    assert (done.owner, done.robot, done.robot_tries) == ("r1", True, 1)
    with floor.hall.installation.store.read() as work:
        said = [event.type for event in work.journal.of("care", task.id)]
    assert said == ["asked", "taken", "moving", "done"]


def test_it_is_told_a_number_and_a_seat_and_nobodys_name(floor: Floor) -> None:
    floor.dispatcher()
    floor.robot()
    floor.run(3)
    ticket = floor.hall.ticket(floor.hall.people[0], category="403")
    task = floor.hall.services.care.ask(ticket.id, CareKind.GLASSES, floor.hall.visitor)
    floor.run(30, lambda: floor.now(task).state is CareState.DONE)
    offer = json.loads(floor.words()[0])
    assert offer == {
        "v": 1, "do": "bring", "task": str(task.id), "kind": "glasses", "number": ticket.label, "seat": "Z2-01",
        "zone": "Z2",
    }  # fmt: skip
    everything = b"".join(message.payload for message in floor.broker.said).decode()
    person = floor.hall.people[0]
    for secret in (person.name, person.staff_number, str(person.id), str(ticket.id), str(ticket.visit_id), "403"):
        assert secret not in everything


def test_without_a_robot_nothing_is_lost(floor: Floor) -> None:
    floor.dispatcher()
    task = floor.ask()
    floor.run(30)
    assert floor.now(task).state is CareState.NEW
    floor.hall.services.care.done(task.id, GUIDE)
    assert floor.words() == []


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_robot_in_trouble_loses_the_task_within_the_minute(floor: Floor, driving, trouble: Trouble) -> None:
    robot, task = driving
    robot.suffer(trouble)
    took = floor.run(LIMIT, lambda: floor.is_staffs(task))
    assert took <= LIMIT
    assert floor.hall.services.care.open()[0].task.id == task.id
    floor.hall.services.care.take(task.id, GUIDE)
    floor.run(120)
    assert floor.now(task).owner == "G1", "it is not given to a robot again"


def test_the_staff_have_it_within_the_minute_when_the_dispatcher_is_gone_too(floor: Floor, driving) -> None:
    robot, task = driving
    floor.dispatchers.clear()
    robot.suffer(Trouble.DIE)
    floor.run(LIMIT - 2)
    floor.hall.services.housekeeping.run(floor.hall.desk)
    assert floor.is_staffs(task)


def test_a_broker_that_is_gone_costs_no_task(floor: Floor, driving) -> None:
    _robot, task = driving
    floor.broker.cut()
    floor.run(LIMIT, lambda: floor.is_staffs(task))
    other = floor.ask(CareKind.GLASSES)
    floor.run(10)
    assert floor.now(other).state is CareState.NEW and floor.now(other).robot_tries == 0
    floor.hall.services.care.done(task.id, GUIDE)
    floor.broker.mend()
    floor.run(60, lambda: floor.now(other).state is CareState.DONE)
    assert floor.now(other).robot, "back at work"
    assert floor.now(task).owner == "G1", "what the robot said late changed nothing"


def test_a_short_break_of_the_line_is_forgiven(floor: Floor, driving) -> None:
    _robot, task = driving
    floor.broker.cut()
    floor.run(15)
    floor.broker.mend()
    floor.run(60, lambda: floor.now(task).state is CareState.DONE)
    assert floor.now(task).robot


def test_late_words_of_a_robot_are_not_heard_and_it_is_called_off(floor: Floor, driving) -> None:
    robot, task = driving
    floor.hall.services.care.take(task.id, GUIDE)
    floor.robots.clear()
    floor.run(2)
    assert json.loads(floor.words()[-1]) == json.loads(write(Cancel(task.id)))
    for state in (CareState.MOVING, CareState.FAILED, CareState.DONE):
        floor.broker.pass_on(TOPICS.progress("r1"), write(Progress(task.id, state, 9)), False)
        floor.run(1)
        assert (floor.now(task).state, floor.now(task).owner) == (CareState.ASSIGNED, "G1")
    floor.robots.append(robot)
    floor.run(3)
    assert robot.state is RobotState.READY


def test_a_stranger_who_speaks_of_a_task_is_not_believed_and_makes_nobody_deaf(floor: Floor, driving) -> None:
    _robot, task = driving
    for state in (CareState.MOVING, CareState.DONE):
        floor.broker.pass_on(TOPICS.progress("stranger"), write(Progress(task.id, state, 10**6)), False)
    floor.run(1)
    assert (floor.now(task).state, floor.now(task).owner) == (CareState.MOVING, "r1")
    floor.run(60, lambda: floor.now(task).state is CareState.DONE)
    done = floor.now(task)
    assert (done.owner, done.robot) == ("r1", True), "its own last word was heard"


def test_what_is_cancelled_calls_the_robot_back(floor: Floor, driving) -> None:
    robot, task = driving
    floor.hall.services.care.cancel(task.id, floor.hall.visitor)
    floor.run(3)
    assert robot.state is RobotState.READY
    assert floor.now(task).state is CareState.CANCELLED


def test_everything_said_twice_is_done_once(floor: Floor) -> None:
    floor.dispatcher()
    robot = floor.robot()
    floor.run(3)
    task = floor.ask()
    for _ in range(40):
        before = len(floor.broker.said)
        floor.run(1)
        for message in floor.broker.said[before : len(floor.broker.said)]:
            floor.broker.pass_on(message.topic, message.payload, False)
    assert floor.now(task).state is CareState.DONE
    with floor.hall.installation.store.read() as work:
        assert [event.type for event in work.journal.of("care", task.id)] == ["asked", "taken", "moving", "done"]
    assert robot.state is RobotState.READY


def test_two_terminals_do_not_both_send(floor: Floor) -> None:
    first, second = floor.dispatcher("T1-a"), floor.dispatcher("T2-b")
    floor.robot("r1")
    floor.robot("r2")
    floor.run(3)
    tasks = [floor.ask(kind) for kind in (CareKind.WATER, CareKind.GLASSES, CareKind.ESCORT)]
    floor.run(60, lambda: all(floor.now(task).state is CareState.DONE for task in tasks))
    assert (first.leads, second.leads) == (True, False)
    offers = [word for robot in ("r1", "r2") for word in floor.words(robot) if '"bring"' in word]
    assert sorted(json.loads(word)["task"] for word in offers) == sorted(str(task.id) for task in tasks)


def test_even_two_that_both_believe_to_lead_give_a_task_once(floor: Floor) -> None:
    for dispatcher in (floor.dispatcher("T1-a"), floor.dispatcher("T2-b")):
        dispatcher._lead = lambda: True  # type: ignore[method-assign]
    floor.robot("r1")
    floor.robot("r2")
    floor.run(3)
    task = floor.ask()
    floor.run(40, lambda: floor.now(task).state is CareState.DONE)
    offers = [word for robot in ("r1", "r2") for word in floor.words(robot) if '"bring"' in word]
    assert len(offers) == 1


def test_another_terminal_goes_on_when_the_first_one_dies(floor: Floor, driving) -> None:
    _robot, task = driving
    floor.dispatchers.clear()
    second = floor.dispatcher("T2-b")
    floor.run(20, lambda: second.leads)
    floor.run(60, lambda: floor.now(task).state is CareState.DONE)
    assert floor.now(task).robot, "it followed what the first had given"


def test_a_terminal_that_ends_makes_way_at_once(floor: Floor) -> None:
    first = floor.dispatcher("T1-a")
    first.step()
    floor.dispatchers.clear()
    first.close()
    second = floor.dispatcher("T2-b")
    second.step()
    assert second.leads


def test_a_robot_nobody_heard_for_long_is_not_trusted(floor: Floor) -> None:
    """A retained heartbeat may be hours old."""
    status = write(Status(RobotState.READY, frozenset({CareKind.WATER})))
    floor.broker.pass_on(TOPICS.status("ghost"), status, True)
    floor.dispatcher()
    task = floor.ask()
    floor.run(10)
    assert floor.now(task).state is CareState.NEW and floor.words("ghost") == []


def test_a_robot_gets_what_it_can_do_and_one_thing_at_a_time(floor: Floor) -> None:
    floor.dispatcher()
    floor.robot()
    floor.run(3)
    water, glasses = floor.ask(), floor.ask(CareKind.GLASSES)
    floor.run(4)
    assert [floor.now(task).robot for task in (water, glasses)] == [True, False]
    floor.run(60, lambda: floor.now(glasses).state is CareState.DONE)


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\xff\xfe", b"[]", b"null", b'{"v":2,"state":"ready"}', b'{"v":1}', b'{"v":1,"state":"dancing"}',
        b'{"v":1,"state":"ready","kinds":7}', b'{"v":1,"task":7,"state":"done"}', b"[" * 2000,
        b'{"v":1,"x":"' + b"y" * 9000, b'{"v":1,"task":"01a2","state":"done"}',
        b'{"v":1,"state":"ready","progress":{"task":"no"}}',
    ],
)  # fmt: skip
def test_nonsense_is_passed_over(floor: Floor, payload: bytes) -> None:
    floor.dispatcher()
    task = floor.ask()
    floor.run(1)
    for topic in (TOPICS.status("r1"), TOPICS.progress("r1"), TOPICS.status("a b"), "reception/v1/robot/x/y/z"):
        floor.broker.pass_on(topic, payload, False)
        floor.run(1)
    assert floor.now(task).state is CareState.NEW


def test_the_dice_decide_the_same_twice(floor: Floor) -> None:
    stories = []
    for seed in (5, 5):
        robot = floor.robot(f"r{len(stories)}", trouble=0.7, seed=seed)
        stories.append([robot._dice.random() for _ in range(5)])
    assert stories[0] == stories[1]


def test_a_day_with_an_unlucky_robot_loses_nothing(floor: Floor) -> None:
    """Nine tasks, most of which go wrong on the way: each ends with the robot or stands on the staff's list."""
    floor.dispatcher()
    robot = floor.robot(trouble=0.6, seed=3)
    robot._temper = type(robot._temper)(12, 0.6, 30)
    floor.run(3)
    tasks = [floor.ask(kind) for kind in (CareKind.WATER, CareKind.GLASSES, CareKind.ESCORT) * 3]
    floor.run(900, lambda: not _with_robots(floor))
    states = [floor.now(task).state for task in tasks]
    assert set(states) == {CareState.DONE, CareState.NEW}
    reasons = {floor.now(task).reason for task in tasks if floor.now(task).state is CareState.NEW}
    assert all(re.fullmatch(r"[a-z_]+", reason) for reason in reasons)


def _with_robots(floor: Floor) -> bool:
    """Whether a robot has, or may still get, anything."""
    errands = floor.hall.services.robots.errands()
    return bool(errands.open or errands.given)

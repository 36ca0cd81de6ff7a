"""The command ``robot simulate``: a robot without a body, at a real broker."""

from __future__ import annotations

import argparse
import random
import sys
import time
from functools import partial
from typing import Any

from kiosk.errors import InputError
from robot.line import PORTS, Hear, MqttLine, Will
from robot.pacing import Pacer
from robot.simulator import SimulatedRobot, Temper, Trouble
from robot.vocabulary import Topics

HELP = "type fail, freeze, die or recover and Enter; end of input (Ctrl-D) or Ctrl-C ends it"


def add_commands(actions: argparse._SubParsersAction[Any]) -> None:
    """Register ``simulate`` among the actions of ``robot``."""
    parser = actions.add_parser("simulate", help=f"a robot that only exists here; {HELP}")
    parser.add_argument("--broker", required=True, metavar="URL", help="mqtt://[user@]host[:port] or mqtts://...")
    parser.add_argument("--name", default="sim1", help="the robot's name")
    parser.add_argument("--topic", default="reception", help="topic prefix, as in hall.robot_topic")
    parser.add_argument("--drive", type=float, default=12.0, metavar="S", help="seconds to a seat")
    parser.add_argument("--trouble", type=float, default=0.0, metavar="P", help="share of tasks that go wrong, 0 to 1")
    parser.add_argument("--recovery", type=float, default=90.0, metavar="S", help="seconds until it is well again")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same troubles")
    parser.add_argument(
        "--password-stdin", action="store_true", help="the first line of standard input is the password"
    )
    parser.set_defaults(run=simulate)


def simulate(args: argparse.Namespace) -> int:
    """Drive until the input ends; 0. Raises InputError for an address that is none."""
    check_url(args.broker)
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else ""
    temper = Temper(args.drive, args.trouble, args.recovery)
    robot = SimulatedRobot(
        args.name,
        partial(_connect, args.broker, password),
        Topics(args.topic),
        time.monotonic,
        temper,
        random.Random(args.seed),
    )
    pacer = Pacer(_Talking(robot), "robot", 0.25)
    print(HELP, file=sys.stderr)
    pacer.start()
    try:
        for line in sys.stdin:
            _obey(robot, line.strip())
    finally:
        pacer.stop()
    return 0


def check_url(url: str) -> None:
    """Raises InputError for what is no address of a broker."""
    if url.partition("://")[0] not in PORTS or not url.partition("://")[2]:
        raise InputError(
            "broker_url", f"{url} is no address of a broker.", "Write mqtt://host or mqtts://host.", url=url
        )


def _connect(url: str, password: str, name: str, will: Will | None, hear: Hear) -> MqttLine:
    return MqttLine(url, name, will, hear, password)


def _obey(robot: SimulatedRobot, word: str) -> None:
    if word == "recover":
        robot.recover()
    elif word in set(Trouble):
        robot.suffer(Trouble(word))
    elif word:
        print(HELP, file=sys.stderr)


class _Talking:
    """Says what the robot does, one line a change."""

    def __init__(self, robot: SimulatedRobot) -> None:
        self._robot, self._said = robot, ""

    def step(self) -> None:
        self._robot.step()
        task = self._robot.task
        doing = f"{task.task} {task.state.value} {task.step}" if task else ""
        said = " ".join(filter(None, (self._robot.state.value, doing)))
        if said != self._said:
            self._said = said
            print(said, flush=True)

    def close(self) -> None:
        self._robot.close()

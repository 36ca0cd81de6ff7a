"""The robot's dispatcher of this terminal, and the command ``robot``."""

from __future__ import annotations

import argparse
import random
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kiosk.installation import Installation, open_installation
from kiosk.staff_commands import read_password
from robot.commands import add_commands as add_robot_commands
from robot.dispatcher import Dispatcher
from robot.line import Connect, Hear, MqttLine, Will
from robot.local import LocalBroker
from robot.pacing import Pacer
from robot.simulator import SimulatedRobot, Temper
from robot.vocabulary import Topics

if TYPE_CHECKING:
    from ui.terminal import Running

SIMULATED = "simulated"
BROKER_KEY = "robot-broker"


def hall_dispatcher(installation: Installation) -> Running | None:
    """A started dispatcher, or None where the settings name no broker: then staff bring everything.

    Every terminal that keeps house may have one; the store lets one of them lead. With ``simulated`` broker and robot
    are brought along.
    """
    hall = installation.settings.hall
    if not hall.robot_broker or not installation.store.login.keeps_house:
        return None
    broker = LocalBroker() if hall.robot_broker == SIMULATED else None
    connect = broker.connect if broker else _mqtt(installation)
    topics = Topics(hall.robot_topic)
    parts = [Pacer(_dispatcher(installation, connect, topics), "robot dispatcher")]
    if broker:
        robot = SimulatedRobot("demo", connect, topics, time.monotonic, Temper(), random.Random(1))
        parts.append(Pacer(robot, "simulated robot", 0.5))
    for part in parts:
        part.start()
    return _Together(parts)


def _dispatcher(installation: Installation, connect: Connect, topics: Topics) -> Dispatcher:
    services, terminal = installation.services, installation.settings.terminal.code
    holder = f"{terminal}-{uuid4().hex[:8]}"
    return Dispatcher(services.robots, connect, topics, services.staff.system(), holder, time.monotonic)


def _mqtt(installation: Installation) -> Connect:
    password = (installation.keys.get(BROKER_KEY) or b"").decode()
    url = installation.settings.hall.robot_broker

    def connect(name: str, will: Will | None, hear: Hear) -> MqttLine:
        return MqttLine(url, name, will, hear, password)

    return connect


class _Together:
    """Several started things that end as one."""

    def __init__(self, parts: list[Pacer]) -> None:
        self._parts = parts

    def stop(self) -> None:
        """End them all."""
        for part in self._parts:
            part.stop()


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``robot``."""
    parser = commands.add_parser("robot", help="service robots: a simulated one, the password of their broker")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    add_robot_commands(actions)
    password = actions.add_parser("password", help="keep the password of the broker in this machine's key store")
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password.set_defaults(run=_keep_password)


def _keep_password(args: argparse.Namespace) -> int:
    with closing(open_installation(args.profile)) as installation:
        installation.keys.put(BROKER_KEY, read_password(args, new=True).encode())
    print("kept")
    return 0

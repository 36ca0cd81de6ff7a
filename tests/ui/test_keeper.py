"""The keeper: starts again what crashed or hangs, rests when ordered, and ends with its child."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from kiosk.errors import WorldError
from kiosk.installation import open_installation
from kiosk.model.terminal import OrderVerb
from kiosk.settings import demo_settings
from ui.keeper import Keeper, StoreHall, Tempo, add_commands
from ui.kept import CRASHES, EXIT_RESTART, EXIT_STOP, KEPT

QUICK = Tempo(0.01, 0.05, 0.0, 60.0, 0.5, 0.01, 0.01, 0.02, 5.0)
STAY = "import time; time.sleep(60)"
PATIENCE_S = 20.0


def leave(code: int) -> str:
    return f"raise SystemExit({code})"


class FakeHall:
    """Orders by hand; remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.orders: list[OrderVerb] = []
        self.closed = 0
        self.fault: WorldError | None = None

    def open(self) -> FakeHall:
        if self.fault is not None:
            raise self.fault
        return self

    def say(self, fault: str) -> None:
        self.said.append(fault)

    def wish(self) -> OrderVerb | None:
        return self.orders.pop(0) if self.orders else None

    def close(self) -> None:
        self.closed += 1


class Machine:
    """A keeper on a thread whose children run the given programs, one after the other; the last one stays."""

    def __init__(self, *programs: str, tempo: Tempo = QUICK) -> None:
        self.programs = [*programs, STAY]
        self.children: list[subprocess.Popen[bytes]] = []
        self.environments: list[dict[str, str]] = []
        self.hall = FakeHall()
        self.keeper = Keeper(self._spawn, self.hall.open, tempo)
        self._thread = threading.Thread(target=self.keeper.run)
        self._thread.start()

    def _spawn(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        program = self.programs[min(len(self.children), len(self.programs) - 1)]
        self.environments.append(environment)
        self.children.append(subprocess.Popen([sys.executable, "-c", program], env={**os.environ, **environment}))
        return self.children[-1]

    def stop(self) -> None:
        self.keeper.stop()
        self._thread.join()


@pytest.fixture
def machine() -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(*programs: str, **more: Tempo) -> Machine:
        made.append(Machine(*programs, **more))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE_S / 0.01)):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


def test_a_crash_is_followed_by_a_start_that_knows_of_it(machine: Callable[..., Machine]) -> None:
    one = machine(leave(1), leave(-9))
    wait_for(lambda: len(one.children) == 3)
    assert [environment[CRASHES] for environment in one.environments] == ["0", "1", "2"]
    assert one.children[-1].poll() is None


def test_an_ordered_restart_comes_at_once_and_is_no_crash(machine: Callable[..., Machine]) -> None:
    one = machine(leave(EXIT_RESTART), tempo=Tempo(first_pause_s=60, look_s=0.01))
    wait_for(lambda: len(one.children) == 2)
    assert one.environments[1][CRASHES] == "0"
    assert not one.hall.said


def test_a_stopped_terminal_rests_says_so_and_starts_when_ordered(machine: Callable[..., Machine]) -> None:
    one = machine(leave(EXIT_STOP))
    wait_for(lambda: "terminal_stopped" in one.hall.said)
    assert len(one.children) == 1
    one.hall.orders.append(OrderVerb.START)
    wait_for(lambda: len(one.children) == 2)
    assert one.hall.closed == 1, "while the terminal runs, the store is its own"


def test_after_many_crashes_the_hall_is_told_and_an_order_shortens_the_pause(machine: Callable[..., Machine]) -> None:
    one = machine(*[leave(1)] * 2, tempo=Tempo(60, 60, 1, 300, 60, 0.01, 0.01, 0.02, 5))
    wait_for(lambda: "terminal_crashing" in one.hall.said)
    one.hall.orders.append(OrderVerb.RESTART)
    wait_for(lambda: len(one.children) == 2)


def test_a_store_that_is_away_keeps_nobody_from_starting_again(machine: Callable[..., Machine]) -> None:
    tempo = Tempo(0.2, 0.2, 0.1, 300, 60, 0.01, 0.01, 0.02, 5)
    one = machine(STAY, tempo=tempo)
    one.hall.fault = WorldError("store_unavailable", "The server does not answer.")
    wait_for(lambda: len(one.children) == 1)
    one.children[0].kill()
    wait_for(lambda: len(one.children) == 2)
    assert not one.hall.said


HANG = f"""
import os, time
os.utime(os.environ["{KEPT}"])
time.sleep(60)
"""


def test_a_terminal_that_hangs_is_ended_and_started_again(machine: Callable[..., Machine]) -> None:
    one = machine(HANG, tempo=Tempo(0.01, 0.05, 5.0, 300, 0.3, 0.01, 0.01, 0.02, 5))
    wait_for(lambda: len(one.children) == 2)
    assert one.children[0].returncode == -signal.SIGKILL


def test_one_that_is_slow_to_start_is_left_in_peace(machine: Callable[..., Machine]) -> None:
    one = machine(STAY, tempo=Tempo(0.01, 0.05, 5.0, 300, 0.0, 0.01, 0.01, 0.02, 5))
    wait_for(lambda: len(one.children) == 1)
    time.sleep(0.3)
    assert len(one.children) == 1 and one.children[0].poll() is None


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"


def test_the_end_of_the_keeper_is_the_end_of_its_child_even_of_a_stubborn_one(machine: Callable[..., Machine]) -> None:
    one = machine(STUBBORN, tempo=Tempo(look_s=0.01, end_s=0.3))
    wait_for(lambda: len(one.children) == 1)
    time.sleep(0.3)
    one.stop()
    assert one.children[0].poll() is not None


def test_orders_of_the_store_reach_the_keeper_and_are_answered(tmp_path: Path) -> None:
    installation = open_installation(tmp_path / "profile", settings=demo_settings())
    terminals, mine = installation.services.terminals, installation.settings.terminal.code
    hall, actor = StoreHall(installation), installation.services.staff.system()
    hall.say("terminal_stopped")
    assert [(one.terminal, one.fault) for one in terminals.lamps()] == [(mine, "terminal_stopped")]
    terminals.order(mine, OrderVerb.PRINT, "x", actor)
    terminals.order(mine, OrderVerb.START, "", actor)
    assert hall.wish() is OrderVerb.START
    assert hall.wish() is None
    outcomes = {order.verb: order.outcome for order in terminals.recent()}
    assert outcomes == {OrderVerb.PRINT: "terminal_stopped", OrderVerb.START: "ok"}
    hall.close()


@pytest.mark.slow
def test_the_command_keeps_a_real_terminal_and_ends_with_it(tmp_path: Path) -> None:
    main = Path(__file__).parents[2] / "main.py"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(main), "--profile", str(tmp_path / "profile"), "keep", "wall"]
    keeper = subprocess.Popen(command, env=environment)
    process = psutil.Process(keeper.pid)
    wait_for(lambda: len(process.children()) == 1)
    first = process.children()[0]
    assert first.cmdline()[-3:] == ["terminal", "--fronts", "wall"]
    first.kill()
    wait_for(lambda: [child.pid for child in process.children()] not in ([], [first.pid]))
    second = process.children()[0]
    keeper.send_signal(signal.SIGTERM)
    assert keeper.wait(PATIENCE_S) == 0
    assert not second.is_running()


def test_a_front_that_does_not_exist_is_refused_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["keep", "wall", "screen"])
    assert "'screen' is no front; choose from touch, desk, wall" in capsys.readouterr().err
    assert parser.parse_args(["keep", "wall"]).fronts == ["wall"]
    assert parser.parse_args(["keep"]).fronts == []

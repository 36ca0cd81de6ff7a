"""Three windows in three processes on one store; all are killed and started again and show what they must."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.installation import load_settings, open_installation
from kiosk.model.ticket import TicketState
from kiosk.model.visit import VisitState
from tests.system.hall import CLERK_NAMES, CLERKS, PASSWORD, PEOPLE
from tests.system.inspection import read_record

SCRIPT = Path(__file__).with_name("window.py")


class Front:
    """A window's process, seen from outside."""

    def __init__(self, role: str, profile: Path) -> None:
        self._role = role
        pipe = subprocess.PIPE
        command = [sys.executable, str(SCRIPT), role, str(profile)]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)

    def __call__(self, verb: str, *arguments: str) -> str:
        """Order something and wait for the answer."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the {self._role} did not do: {verb} {arguments}"
        return str(json.loads(answer))

    def kill(self) -> None:
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL

    def close(self) -> None:
        """The polite end; nothing may go wrong in it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def end(self) -> None:
        """Leave nothing behind, however the test went."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


Open = Callable[[str], Front]


@pytest.fixture
def open_front(profile: Path) -> Iterator[Open]:
    """Starts a front on the hall of this test."""
    fronts: list[Front] = []

    def start(role: str) -> Front:
        fronts.append(Front(role, profile))
        return fronts[-1]

    yield start
    for front in fronts:
        front.end()


def take_anonymous(touch: Front) -> str:
    """A visitor without a name takes a number; its label."""
    touch("press", "way_anonymous")
    touch("press", "go")
    touch("press", "unsure")
    return touch("number")


def until_shown(profile: Path, label: str) -> None:
    """Wait until the wall's process has reported that it painted the call."""
    end = datetime.now(UTC) + timedelta(seconds=60)
    while label not in read_record(profile).shown:
        assert datetime.now(UTC) < end, "the wall never reported the call"


def test_killed_windows_show_the_same_again(open_front: Open, profile: Path) -> None:
    touch, desk, wall = (open_front(role) for role in ("touch", "desk", "wall"))
    label = take_anonymous(touch)
    desk("sign_in", CLERKS["1"], PASSWORD)
    desk("sees", CLERK_NAMES[CLERKS["1"]], label)
    desk("space")
    desk("finds", "arrived")
    wall("sees", label)
    until_shown(profile, label)
    desk("press", "arrived")
    desk("finds", "finish")
    touch("press", "done")
    touch("press", "way_staff_number")
    touch("type", "0001")
    touch("press", "yes")
    touch("finds", "unsure")
    for front in (touch, desk, wall):
        front.kill()

    assert read_record(profile).tickets[label].state is TicketState.SERVING
    touch, desk, wall = (open_front(role) for role in ("touch", "desk", "wall"))
    wall("sees", label)
    desk("sign_in", CLERKS["1"], PASSWORD)
    desk("sees", label)
    desk("press", "finish")
    first_page = touch("sees", "您好", "匿名取号")
    assert label not in first_page
    assert not any(name in first_page or name[:1] + "*" in first_page for name in PEOPLE.values())
    assert take_anonymous(touch) != label
    for front in (touch, desk, wall):
        front.close()
    record = read_record(profile)
    assert sorted(t.state for t in record.tickets.values()) == [TicketState.DONE, TicketState.WAITING]
    assert visits_after_closing(profile) == {VisitState.CLOSED: 2, VisitState.RESET: 1}


def visits_after_closing(profile: Path) -> dict[VisitState, int]:
    """Close the day; also the visit that died before it had a number must have ended then."""
    installation = open_installation(profile, settings=load_settings(profile))
    try:
        day = installation.services.days.close(installation.services.staff.system())
        with installation.store.read() as work:
            return Counter(visit.state for visit in work.visits.of_day(day.service_date))
    finally:
        installation.close()

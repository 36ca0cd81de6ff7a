"""The queue of writers: in order of arrival, and never a way to be kept out."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.store.turns import Turns

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock there")


def waiting(count: int) -> None:
    """Until so many writers stand in the queue."""
    while sum(thread.name == "write-turn" for thread in threading.enumerate()) < count:
        time.sleep(0.002)


def test_writers_come_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    served: list[int] = []

    def write(number: int) -> None:
        with Turns(tmp_path / "hall.db").turn(30) as held:
            assert held
            served.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    with Turns(tmp_path / "hall.db").turn():
        for number, writer in enumerate(writers, start=1):
            writer.start()
            waiting(number)
            time.sleep(0.02)  # into the kernel's queue
    for writer in writers:
        writer.join()
    assert served == list(range(6))


def test_who_waits_too_long_goes_on_without_a_turn_and_leaves_none_behind(tmp_path: Path) -> None:
    first, second = Turns(tmp_path / "hall.db"), Turns(tmp_path / "hall.db")
    with first.turn() as held:
        assert held
        with second.turn(0.02) as late:
            assert not late
    with first.turn(30) as again:  # the turn the second one was given too late is free again
        assert again


def test_a_folder_without_locks_keeps_nobody_out(tmp_path: Path) -> None:
    with Turns(tmp_path / "missing" / "hall.db").turn() as held:
        assert not held

"""Work runs on plain threads; results arrive on the GUI thread and only for a view that is still open."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from kiosk.errors import RuleError
from ui.bridge import Bridge
from ui.tasks import Command, Lane, Query, Scope, Tasks


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    bridge = Bridge()
    runner = Tasks(bridge.post)
    yield runner
    runner.stop()
    bridge.close()


@pytest.mark.parametrize("lane", list(Lane))
def test_work_leaves_the_gui_thread_and_the_result_comes_back_to_it(tasks: Tasks, qtbot: QtBot, lane: Lane) -> None:
    seen: list[tuple[int, int]] = []

    def received(worker: int) -> None:
        seen.append((worker, threading.get_ident()))

    tasks.run(Query(threading.get_ident, received, lane=lane), Scope())
    qtbot.waitUntil(lambda: bool(seen))
    worker, receiver = seen[0]
    assert receiver == threading.get_ident()
    assert worker != receiver


def test_one_lane_keeps_the_order(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(20):
        tasks.run(Query(lambda number=number: number, seen.append), Scope())  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_a_closed_view_gets_nothing_but_its_command_is_done(tasks: Tasks, qtbot: QtBot) -> None:
    gate, done, late = threading.Event(), threading.Event(), Scope()
    seen: list[str] = []

    def slow() -> str:
        gate.wait(5)
        return "late"

    def write() -> str:
        done.set()
        return "written"

    def read() -> str:
        seen.append("read after the view closed")
        return ""

    tasks.run(Query(slow, seen.append), late)
    tasks.run(Query(read, seen.append), late)
    tasks.run(Command(write, seen.append), late)
    late.close()
    gate.set()
    tasks.run(Query(lambda: "other view", seen.append), Scope())
    qtbot.waitUntil(lambda: "other view" in seen)
    assert seen == ["other view"]
    assert done.is_set()


def test_a_known_error_reaches_its_handler_quietly(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Exception] = []

    def refuse() -> None:
        raise RuleError("day_closed", "The day is closed.")

    tasks.run(Command(refuse, failure=seen.append), Scope())
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], RuleError)
    assert not caplog.records


def test_a_bug_is_logged_without_what_the_person_typed(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Exception] = []
    typed = "-".join(("DEMO", "0001"))

    def broken() -> None:
        raise ValueError(typed)

    with caplog.at_level(logging.ERROR):
        tasks.run(Command(broken, failure=seen.append), Scope())
        qtbot.waitUntil(lambda: bool(seen))
    assert "ValueError" in caplog.text
    assert typed not in caplog.text


def test_bridge_drops_what_comes_after_closing(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), list[str]()
    bridge.post(lambda: seen.append("queued"))
    bridge.close()
    bridge.post(lambda: seen.append("later"))
    qtbot.wait(20)
    assert seen == []

"""Background work as values: one thread each for the store, the network and devices. Owns the threads; knows no Qt.

A result comes back through ``post`` (the bridge) on the GUI thread, and only while the scope it was started in
is open: a view that closed, or a visitor who left, gets nothing. A ``Query`` of a closed scope is not even run;
a ``Command`` always runs, because the person was promised it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from kiosk.errors import ReceptionError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Lane(StrEnum):
    """Which thread does the work."""

    STORE = "store"
    NETWORK = "network"
    DEVICE = "device"


class Scope:
    """How long results are wanted: a view's life, or one visit. GUI thread."""

    def __init__(self) -> None:
        self.open = True

    def close(self) -> None:
        """Drop every result still under way."""
        self.open = False


def unheard(_error: Exception) -> None:
    """Failure handler of work whose failure changes nothing on the screen (it is logged by the runner)."""


def _unused(_value: object) -> None:
    """Success handler of work whose result is not shown."""


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """Reads. ``work`` runs on the lane's thread, ``success`` and ``failure`` on the GUI thread."""

    work: Callable[[], T]
    success: Callable[[T], None]
    failure: Callable[[Exception], None] = unheard
    lane: Lane = Lane.STORE


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """Writes, and returns what changed. Threads as for ``Query``."""

    work: Callable[[], T]
    success: Callable[[T], None] = _unused
    failure: Callable[[Exception], None] = unheard
    lane: Lane = Lane.STORE


class TaskRunner(Protocol):
    """What presenters see of the runner, so that tests can run tasks at once."""

    def run(self, task: Query[T] | Command[T], scope: Scope) -> None:
        """Start ``task``; returns at once."""


class Tasks:
    """Runs tasks. ``post`` hands a call to the GUI thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._lanes = {lane: ThreadPoolExecutor(max_workers=1, thread_name_prefix=lane.value) for lane in Lane}

    def run(self, task: Query[T] | Command[T], scope: Scope) -> None:
        """Start ``task`` on its lane, after everything started there before. GUI thread, never blocks."""
        self._lanes[task.lane].submit(self._work, task, scope)

    def stop(self) -> None:
        """Finish what was started and join the threads. GUI thread, at exit."""
        for lane in self._lanes.values():
            lane.shutdown(wait=True)

    def _work(self, task: Query[T] | Command[T], scope: Scope) -> None:
        if isinstance(task, Query) and not scope.open:
            return
        try:
            value = task.work()
        except Exception as error:
            _report(error)
            self._deliver(scope, task.failure, error)
        else:
            self._deliver(scope, task.success, value)

    def _deliver(self, scope: Scope, receive: Callable[[T], None], value: T) -> None:
        def on_gui_thread() -> None:
            if scope.open:
                receive(value)

        self._post(on_gui_thread)


def _report(error: Exception) -> None:
    """Log a bug, without its message: the message may carry what a person typed. Known errors have their own log."""
    if not isinstance(error, ReceptionError):
        frames = "".join(traceback.format_tb(error.__traceback__))
        _log.error("background work failed: %s\n%s", type(error).__name__, frames)

"""Signs of life of this terminal: to the hall every few seconds, and to the keeper that started it. GUI thread.

Facts are collected here, where the screens live, and written on the store's thread. Orders come back with each sign,
and at once when the hall changed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.model.terminal import TerminalOrder, TerminalStatus
from ui.kept import CRASHES, KEPT, kept
from ui.tasks import Command, Query, Scope, TaskRunner

if TYPE_CHECKING:
    from kiosk.services import Services
    from ui.fronts import Fronts

BEAT_MS = 10_000
PULSE_MS = 2_000
CLOCK_S = 5.0
"""By so much a clock may differ from the store's."""
CRASH_SHOWN_S = 300.0
"""So long after a start the hall is told that the starts before it ended badly."""
CRASHES_SHOWN = 3

Obey = Callable[[Iterable[TerminalOrder]], None]


class Camera(Protocol):
    """What is asked of the camera."""

    def fault(self) -> str:
        """The code of what is broken; empty while it works."""


class Condition:
    """What this terminal says of itself. ``skew_s`` is what the store said of our clock, ``line`` of the line."""

    def __init__(self, fronts: Fronts) -> None:
        self._fronts, self._since = fronts, time.monotonic()
        self.camera: Camera | None = None
        self.skew_s = 0.0
        self.line = ""

    def lamps(self) -> dict[str, str]:
        """Code of the fault of each device here, empty when it is well."""
        found = {"store": "", "clock": "clock_wrong" if abs(self.skew_s) > CLOCK_S else "", "line": self.line}
        touch = self._fronts.touch
        if touch is not None and touch.spool is not None:
            # A terminal without a printer shows its numbers: that is a choice, not a fault.
            found["printer"] = "" if touch.spool.health in ("ok", "printer_none") else touch.spool.health
        if self.camera is not None:
            found["camera"] = self.camera.fault()
        if self._fronts.announcer is not None:
            found["sound"] = self._fronts.speech.fault()
        if self._fronts.wall is not None:
            found |= self._fronts.wall.lamps()
        return found | {"terminal": self._crashing()}

    def facts(self) -> dict[str, str]:
        """Small figures for who looks after the machine."""
        facts = {"clock_ahead_s": f"{self.skew_s:.0f}", "kept": "yes" if kept() else "no"}
        if self._fronts.wall is not None:
            facts |= self._fronts.wall.facts()
        return facts

    def _crashing(self) -> str:
        fresh = time.monotonic() - self._since < CRASH_SHOWN_S
        return "terminal_crashing" if fresh and int(os.environ.get(CRASHES, "0")) >= CRASHES_SHOWN else ""


class Heartbeat:
    """Reports ``status()`` at each ``beat`` and hands new orders to ``obey``. The terminal keeps the time."""

    def __init__(self, services: Services, status: Callable[[], TerminalStatus], obey: Obey, tasks: TaskRunner) -> None:
        self._services, self._status, self._obey, self._tasks = services, status, obey, tasks
        self.skew: Callable[[float], None] = _unheard
        self._scope = Scope()
        self._beating = self._looking = self._again = False

    def stop(self) -> None:
        """No more signs; orders taken by now and not begun are answered by nobody and shown as such at the desk."""
        self._scope.close()

    def beat(self) -> None:
        """One sign of life. A store that hangs is not asked again and again."""
        if not self._beating:
            self._beating = True
            self._tasks.run(
                Command(partial(self._report, self._status()), self._reported, self._not_reported), self._scope
            )

    def journal_grew(self) -> None:
        """Something happened in the hall: it may have been an order."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._tasks.run(Query(self._take, self._looked, self._not_looked), self._scope)

    def _report(self, status: TerminalStatus) -> tuple[float, tuple[TerminalOrder, ...]]:
        lamps = {**status.lamps, **self._reserve()}
        return self._services.terminals.report(replace(status, lamps=lamps)), self._take()

    def _reserve(self) -> dict[str, str]:
        """A kiosk whose reserve is empty can give no number when it is cut off. Store thread."""
        left = self._services.cut_off.left()
        return {} if left is None else {"reserve": "" if left else "reserve_empty"}

    def _take(self) -> tuple[TerminalOrder, ...]:
        """Store thread. Looking costs a read; only taking writes."""
        terminals = self._services.terminals
        return terminals.take() if terminals.waiting() else ()

    def _reported(self, answer: tuple[float, tuple[TerminalOrder, ...]]) -> None:
        self._beating = False
        ahead, orders = answer
        self.skew(ahead)
        self._obey(orders)

    def _not_reported(self, _error: Exception) -> None:
        """The watch says that the store is gone; here it is only tried again."""
        self._beating = False

    def _looked(self, orders: tuple[TerminalOrder, ...]) -> None:
        self._looking = False
        self._obey(orders)
        self._look_again()

    def _not_looked(self, _error: Exception) -> None:
        self._looking = False
        self._look_again()

    def _look_again(self) -> None:
        if self._again:
            self._again = False
            self.journal_grew()


class Pulse:
    """Tells the keeper that the GUI thread still turns, and ends the terminal when the keeper is gone."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave, self._parent_id = leave, os.getppid()
        self._path = Path(os.environ[KEPT]) if kept() else None

    def beat(self) -> None:
        """Every ``PULSE_MS``; nothing happens in a terminal that nobody keeps."""
        if self._path is None:
            return
        if os.getppid() != self._parent_id:
            self._leave(0)  # a second terminal would otherwise be started beside this one
            return
        try:
            os.utime(self._path)
        except OSError:
            self._path = None  # the keeper tidied up: it is ending, and so shall we


def _unheard(_seconds: float) -> None:
    """Nobody wants to know."""

"""A thread that takes step after step until it is told to end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from kiosk.errors import ReceptionError

_log = logging.getLogger(__name__)


class Stepping(Protocol):
    """What a pacer drives: dispatcher or simulated robot."""

    def step(self) -> None:
        """Do what is due."""

    def close(self) -> None:
        """Put everything down."""


class Pacer:
    """Steps and closes on one thread of its own; a fault of the world is logged when it comes and when it goes."""

    def __init__(self, steps: Stepping, name: str, interval_s: float = 1.0) -> None:
        self._steps, self._interval_s = steps, interval_s
        self._ending = threading.Event()
        self._fault = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; a pacer starts once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present step, and wait."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self._interval_s):
            self._guarded(self._steps.step)
        self._guarded(self._steps.close)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ReceptionError as error:
            code = error.code
        else:
            code = ""
        if code != self._fault:
            _log.warning("%s: %s", self._thread.name, code or "well again")
            self._fault = code

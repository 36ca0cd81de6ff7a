"""What every process of the rush is given, and how it waits. Owns no work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.tour.rush.scaled_clock import ScaledClock
from ui.tour.rush.witness import Witness

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from kiosk.installation import Installation

ALIVE_MINUTES = 0.15
"""Signs of life come at least so often."""


@dataclass(frozen=True, slots=True)
class Post:
    """One terminal of the rush. ``closing`` is set when nobody comes any more; goes to a process of its own."""

    profile: Path
    terminal: str
    clock: ScaledClock
    papers: Path
    seed: int
    closing: Event

    def open(self) -> Installation:
        """The installation of this terminal, on the clock of the rush."""
        from kiosk.installation import load_settings, open_installation

        return open_installation(self.profile, clock=self.clock, settings=load_settings(self.profile))

    def witness(self) -> Witness:
        """Where this process writes what people were told."""
        return Witness(self.papers, self.terminal)

    def wait(self, minutes: float, alive: Callable[[], object] = lambda: None) -> None:
        """Let ``minutes`` of the rush pass, with a sign of life now and then."""
        end = self.clock.minute() + minutes
        while (left := end - self.clock.minute()) > 0:
            time.sleep(self.clock.real_seconds(min(left, ALIVE_MINUTES)))
            alive()

"""The webcam of the demo: the stage as a source with a plug that can be pulled and room for a second person.

What goes wrong with a camera in a hall goes wrong here on command, with the faults a real one raises.
"""

from __future__ import annotations

from threading import Event

import numpy as np

from kiosk.errors import WorldError
from recognition.sources.stage import WIDTH, StageFeed
from recognition.types import Frame

_QUARTER = WIDTH // 4


class DemoCamera:
    """Implements ``recognition.types.Source``. The verbs of a script (``plug`` to ``leave``) come from any thread."""

    synthetic = True

    def __init__(self, stage: StageFeed, beside: StageFeed) -> None:
        """``beside`` plays the second person; it is a feed of its own, so that each is painted by its own script."""
        self._stage, self._beside = stage, beside
        self._unplugged, self._company = Event(), Event()

    @property
    def name(self) -> str:
        """The name of the feed."""
        return self._stage.name

    def unplug(self) -> None:
        """Somebody trips over the cable."""
        self._unplugged.set()

    def plug(self) -> None:
        """The cable is back."""
        self._unplugged.clear()

    def join(self, name: str, view: int = 0) -> None:
        """A second person steps beside the visitor. Raises InputError for an unknown portrait."""
        self._beside.stand(name, view)
        self._company.set()

    def leave(self) -> None:
        """The second person goes."""
        self._company.clear()

    def open(self) -> None:
        """Start. Raises WorldError ``camera_missing`` while unplugged."""
        if self._unplugged.is_set():
            raise WorldError("camera_missing", "The demo camera is not connected.", "Plug it in again.")
        self._stage.open()
        self._beside.open()

    def read(self) -> Frame | None:
        """The stage, or both persons side by side. Raises WorldError ``camera_lost`` when unplugged meanwhile."""
        if self._unplugged.is_set():
            raise WorldError("camera_lost", "The demo camera was unplugged.", "Plug it in again.")
        frame = self._stage.read()
        if frame is None or not self._company.is_set():
            return frame
        second = self._beside.read()
        return frame if second is None else _side_by_side(frame, second)

    def close(self) -> None:
        """Stop both feeds."""
        self._stage.close()
        self._beside.close()


def _side_by_side(left: Frame, right: Frame) -> Frame:
    """The middle half of each picture; portraits stand in the middle."""
    middle = slice(_QUARTER, WIDTH - _QUARTER)
    pixels = np.hstack((left.pixels[:, middle], right.pixels[:, middle]))
    return Frame(pixels, left.at, left.number, left.synthetic)

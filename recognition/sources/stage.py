"""The empty room both demonstration feeds play in: size, rhythm, light, and who stands before the camera."""

from __future__ import annotations

import math
import threading
from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from recognition.sources.pace import Pace
from recognition.types import Frame, Pixels

WIDTH, HEIGHT, FPS = 640, 360, 15.0
Standing = tuple[str, int] | None


class StageFeed(ABC):
    """A synthetic webcam of 640x360 at about 15 frames a second. ``stand`` may be called from any thread."""

    synthetic = True
    name: str

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace(FPS)
        self._lock = threading.Lock()
        self._standing: Standing = None
        self._number = 0
        self._opened = False
        self._room = _empty_room()

    def stand(self, name: str | None, view: int = 0) -> None:
        """Put a visitor before the camera (the ``view``-th picture of them), or nobody."""
        with self._lock:
            self._standing = None if name is None else (name, view)

    def open(self) -> None:
        """Start from frame 0."""
        self._number, self._opened = 0, True
        self._pace.reset()

    def read(self) -> Frame | None:
        """The room with whoever stands in it, drifting a few pixels as people do."""
        if not self._opened:
            return None
        at = self._pace.wait()
        with self._lock:
            standing = self._standing
        pixels = self._room.copy()
        if standing is not None:
            self._paint(pixels, standing, _drift(self._number))
        frame = Frame(_lit(pixels, self._number), at, self._number, self.synthetic)
        self._number += 1
        return frame

    def close(self) -> None:
        """Stop delivering."""
        self._opened = False

    @abstractmethod
    def _paint(self, room: Pixels, standing: tuple[str, int], drift: tuple[int, int]) -> None:
        """Draw the visitor into ``room`` (BGR 360x640x3), moved by ``drift`` pixels."""


def _empty_room() -> Pixels:
    """A wall that falls off towards the floor."""
    rows: NDArray[np.float64] = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    top, bottom = np.array([214.0, 220.0, 222.0]), np.array([168.0, 176.0, 182.0])
    wall = np.broadcast_to(top + (bottom - top) * rows, (HEIGHT, WIDTH, 3))
    return np.ascontiguousarray(wall.astype(np.uint8))


def _drift(number: int) -> tuple[int, int]:
    """Pixels right and down; a function of the frame number so that a run can be repeated exactly."""
    return round(6 * math.sin(number / 11)), round(3 * math.sin(number / 7))


def _lit(pixels: Pixels, number: int) -> Pixels:
    """Light that swells by three in a hundred."""
    gain = np.float32(1.0 + 0.03 * math.sin(number / 23))
    return np.asarray(np.clip(pixels * gain, 0, 255), dtype=np.uint8)

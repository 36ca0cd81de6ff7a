"""The demonstration feed: real portraits shown to the real engine, by a script that says who stands there.

Pictures are shown unchanged but for size, place, slight drift and light (DECISIONS 1). Nothing about recognition is
faked: the frames go the way of a camera's frames. Always synthetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from kiosk.errors import InputError
from recognition.sources.pace import Pace
from recognition.sources.picture import read_picture
from recognition.sources.stage import HEIGHT, WIDTH, StageFeed
from recognition.types import Pixels

# A portrait takes at most this share of the room's width, and at least its upper 60 % must be in view: heads are there.
WIDTH_SHARE = 0.62
HEAD_SHARE = 0.6


class DemoFeed(StageFeed):
    """``portraits``: name of a demo visitor to their picture files (``people_in`` makes such a mapping)."""

    name = "demo"
    shows_faces = True

    def __init__(self, portraits: Mapping[str, Sequence[Path]], pace: Pace | None = None) -> None:
        super().__init__(pace)
        self._portraits = portraits
        self._scaled: dict[tuple[str, int], Pixels] = {}

    def stand(self, name: str | None, view: int = 0) -> None:
        """Put a visitor before the camera, or nobody. Raises InputError for an unknown name or view."""
        if name is not None and not 0 <= view < len(self._portraits.get(name, ())):
            raise InputError(
                "portrait_unknown",
                "There is no such demo portrait.",
                "Run `make demo` with a network, or give --faces DIR.",
            )
        super().stand(name, view)

    def close(self) -> None:
        """Stop delivering and forget the pictures."""
        super().close()
        self._scaled.clear()

    def _paint(self, room: Pixels, standing: tuple[str, int], drift: tuple[int, int]) -> None:
        """Centred, its top at the top of the room; what is taller than the room is cut by its lower edge."""
        if standing not in self._scaled:
            self._scaled[standing] = _fitted(read_picture(self._portraits[standing[0]][standing[1]]).pixels)
        portrait = self._scaled[standing]
        height, width = portrait.shape[:2]
        left = (WIDTH - width) // 2 + drift[0]
        top = max(0, (HEIGHT - height) // 2) + drift[1]
        _place(room, portrait, left, top)


def _fitted(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = min(WIDTH_SHARE * WIDTH / width, HEIGHT / (HEAD_SHARE * height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)


def _place(room: Pixels, picture: Pixels, left: int, top: int) -> None:
    """Copy ``picture`` into ``room``; parts outside are cut off."""
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(room.shape[1], left + picture.shape[1]), min(room.shape[0], top + picture.shape[0])
    room[y0:y1, x0:x1] = picture[y0 - top : y1 - top, x0 - left : x1 - left]

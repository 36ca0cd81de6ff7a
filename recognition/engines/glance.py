"""Looks for faces at the smallest size that shows whoever stands at a kiosk: a third of the cost of a full look.

For frames of a session; stills (enrolment files, ``evaluate``) get the engine's own full look. Every frame is looked
at whole, so a second person is seen in the very frame they step into: the gate that refuses two people loses nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recognition.engines.yunet import shrunk
from recognition.track import overlap
from recognition.types import Box, Face, Frame
from recognition.wrapped import WrappedEngine

# Longest side of the glance: 3 ms where the full look takes 12.
SIDE = 320
# Width the largest face needs in the glance. A rival is at least 0.6 times as wide (``GateLimits.rival``), so it has
# 21 pixels there, twice what the detector needs. The face that is used is always the largest: else it has a rival.
NEAR = 36.0
# The five points are found again in a square around that face, of this many face lengths, at most so many pixels long.
SURROUNDINGS = 1.6
CLOSE_UP = 160


class Glance(WrappedEngine):
    """``detect`` is quick; the largest face has points as exact as the full look gives (ADR 0016)."""

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first; the full look when the glance finds nobody near."""
        scale = SIDE / max(frame.width, frame.height)
        if scale >= 1.0:
            return self.inner.detect(frame)
        small = replace(frame, pixels=shrunk(frame.pixels, scale))
        faces = [_placed(face, scale) for face in self.inner.detect(small)]
        if not faces or faces[0].box.width * scale < NEAR:
            return self.inner.detect(frame)
        largest = self._close_up(frame, faces[0])
        return [largest, *faces[1:]] if largest is not None else self.inner.detect(frame)

    def _close_up(self, frame: Frame, face: Face) -> Face | None:
        """The same face found again in its surroundings; None when it is not."""
        (x, y), half = face.box.centre, max(face.box.width, face.box.height) * SURROUNDINGS / 2
        left, top = max(0, int(x - half)), max(0, int(y - half))
        crop = frame.pixels[top : int(y + half), left : int(x + half)]
        if not crop.size:
            return None
        scale = min(1.0, CLOSE_UP / max(crop.shape[:2]))
        found = self.inner.detect(replace(frame, pixels=shrunk(crop, scale)))
        placed = (_placed(other, scale, left, top) for other in found)
        best = max(placed, key=lambda other: overlap(other.box, face.box), default=None)
        return best if best is not None and overlap(best.box, face.box) > 0.5 else None


def _placed(face: Face, scale: float, left: int = 0, top: int = 0) -> Face:
    """A face of a shrunk part of the frame that begins at (left, top), in pixels of the frame."""
    box = Box(face.box.x / scale + left, face.box.y / scale + top, face.box.width / scale, face.box.height / scale)
    points = np.asarray(face.points / scale + np.array([left, top]), dtype=np.float32)
    return Face(box, points, face.score)

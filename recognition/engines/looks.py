"""Describes a face by the mean over several looks at it: points found again, chips a little larger, smaller, mirrored.

Networks answer slightly differently when the same face is cut out a few pixels off or mirrored. The mean over such
looks cancels much of that, for any engine (figures in docs/adr/0009). A still picture is worth the time; frames of a
session are fused anyway and get two looks each.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.pose import eye_distance
from recognition.types import Box, Engine, Face, Frame, Vector
from recognition.vectors import fused, wipe
from recognition.wrapped import WrappedEngine

Look = tuple[float, bool]
"""How much larger the face is cut out, and whether mirrored."""

STILL: tuple[Look, ...] = tuple((zoom, mirrored) for zoom in (1.0, 1.06, 0.94) for mirrored in (False, True))
SESSION: tuple[Look, ...] = ((1.06, False), (0.94, True))

# Around the face, in eye distances each way: no network's chip reaches further.
REACH = 4.0
# The points are found again where the face is this many pixels wide, and in the mirror.
WIDTHS = (80, 112, 160)
# A face box is about so many eye distances wide (mean over London portraits).
BOX_IN_EYES = 2.1
SURROUNDINGS = 2.2
# Points found again further away than this, in eye distances, belong to another face.
SAME_POINTS = 0.35
# The five points of a mirrored face in the order of the face itself: eyes and mouth corners change sides.
MIRRORED = (1, 0, 2, 4, 3)


class Looks(WrappedEngine):
    """``detect`` is the inner engine's; ``embed`` is the normalised mean over ``looks``."""

    def __init__(self, inner: Engine, looks: tuple[Look, ...] = STILL, *, settle: bool = True) -> None:
        """``settle``: find the five points again at several sizes and take their mean (about 15 ms)."""
        super().__init__(inner)
        self._looks = looks
        self._settle = settle

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 (dim,), in ``len(looks)`` times the time of the inner engine."""
        frame, face = _around(frame, face)
        mirror = replace(frame, pixels=frame.pixels[:, ::-1].copy())
        vectors: list[Vector] = []
        try:
            if self._settle:
                face = replace(face, points=self._settled(frame, face))
            reflected = _reflected(face, frame.width)
            for zoom, mirrored in self._looks:
                shown, seen = (mirror, reflected) if mirrored else (frame, face)
                vectors.append(self.inner.embed(shown, _zoomed(seen, zoom)))
            return fused(vectors)
        finally:
            wipe([*vectors, frame.pixels, mirror.pixels])

    def _settled(self, frame: Frame, face: Face) -> NDArray[np.float32]:
        """Mean of the points over every size and the mirror, float32 (5, 2); as given when found nowhere again."""
        found = [
            points
            for width in WIDTHS
            for mirrored in (False, True)
            if (points := self._found_again(frame, face, width, mirrored)) is not None
        ]
        return np.asarray(np.mean(found, axis=0), dtype=np.float32) if found else face.points

    def _found_again(self, frame: Frame, face: Face, width: int, mirrored: bool) -> NDArray[np.float32] | None:
        eyes = eye_distance(face)
        scale = width / (BOX_IN_EYES * eyes)
        side = round(SURROUNDINGS * width)
        corner = face.points.mean(axis=0) - side / scale / 2
        cut = _resampled(frame, corner, scale, side)
        if mirrored:
            cut = replace(cut, pixels=cut.pixels[:, ::-1].copy())
        seen = self.inner.detect(cut)
        wipe([cut.pixels])
        if not seen:
            return None
        points = _flipped(seen[0].points, side) if mirrored else seen[0].points
        placed: NDArray[np.float32] = np.asarray(points / scale + corner, dtype=np.float32)
        return placed if np.abs(placed - face.points).max() < SAME_POINTS * eyes else None


def _around(frame: Frame, face: Face) -> tuple[Frame, Face]:
    """A copy of the face's surroundings, and the face in it: mirroring a whole picture would cost more than looking."""
    reach = REACH * eye_distance(face)
    x, y = face.points.mean(axis=0)
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    pixels = frame.pixels[top : max(top + 1, int(y + reach)), left : max(left + 1, int(x + reach))].copy()
    box = Box(face.box.x - left, face.box.y - top, face.box.width, face.box.height)
    points = np.asarray(face.points - np.array([left, top]), dtype=np.float32)
    return replace(frame, pixels=pixels), Face(box, points, face.score)


def _resampled(frame: Frame, corner: NDArray[np.floating], scale: float, side: int) -> Frame:
    """The square of ``side`` pixels whose upper left is ``corner`` of the frame, at ``scale``; black outside."""
    shift = -corner * scale
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    return replace(frame, pixels=np.asarray(cv2.warpAffine(frame.pixels, matrix, (side, side)), dtype=np.uint8))


def _reflected(face: Face, width: int) -> Face:
    """The face as it lies in the mirrored picture of ``width`` pixels."""
    box = Box(width - face.box.x - face.box.width, face.box.y, face.box.width, face.box.height)
    return Face(box, _flipped(face.points, width), face.score)


def _flipped(points: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Points of the mirrored picture in the order of a face: its left eye is the other one now."""
    turned = points[list(MIRRORED)].copy()
    turned[:, 0] = width - 1 - turned[:, 0]
    return turned


def _zoomed(face: Face, zoom: float) -> Face:
    """Points drawn together by ``zoom``, so that the same face is cut out that much larger."""
    middle = face.points.mean(axis=0)
    return replace(face, points=np.asarray(middle + (face.points - middle) / zoom, dtype=np.float32))

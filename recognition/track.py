"""Follows the one person who stands centrally before the kiosk; everybody else is a bystander and never embedded.

Owns the choice of the central face and its continuity. Must not look at identity. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognition.types import Box, Face, Frame

# A face that moved further than this between two frames is another one (intersection over union of the boxes).
SAME_FACE = 0.3
# Frames a face may be away (a hand, a blink of the detector) before the track ends.
PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Track:
    """Where the central face was seen last, and for how many frames it has been missing."""

    box: Box
    missing: int = 0


def central(frame: Frame, faces: Sequence[Face]) -> Face | None:
    """The face that is large and near the middle; None without faces."""
    return max(faces, key=lambda face: _prominence(frame, face), default=None)


def follow(frame: Frame, faces: Sequence[Face], track: Track | None) -> tuple[Track | None, Face | None]:
    """The track continued (or begun with the central face) and its face in this frame; (None, None) when it ended."""
    if track is None:
        face = central(frame, faces)
        return (None, None) if face is None else (Track(face.box), face)
    face = max(faces, key=lambda other: overlap(other.box, track.box), default=None)
    if face is not None and overlap(face.box, track.box) >= SAME_FACE:
        return Track(face.box), face
    if track.missing >= PATIENCE:
        return None, None
    return Track(track.box, track.missing + 1), None


def overlap(first: Box, second: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return min(1.0, shared / (first.area + second.area - shared))


def _prominence(frame: Frame, face: Face) -> float:
    """Area, falling to a quarter at the corners of the frame."""
    x, y = face.box.centre
    away = float(np.hypot(x / frame.width - 0.5, y / frame.height - 0.5)) / float(np.hypot(0.5, 0.5))
    return face.box.area * (1.0 - min(1.0, away) / 2) ** 2

"""Where a head points and how near it is, from the five points of a detected face. Pure."""

from __future__ import annotations

import numpy as np

from recognition.types import Face


def turn_of(face: Face) -> float:
    """How far the nose left the middle between the eyes, in eye distances.

    Positive towards the right of the picture, which is the visitor's own left (frames are not mirrored). A flat picture
    of a face keeps its value nearly unchanged however it is held.
    """
    eyes = face.points[1] - face.points[0]
    along = float((face.points[2] - face.points[0]) @ eyes) / max(float(eyes @ eyes), 1e-9)
    return along - 0.5


def eye_distance(face: Face) -> float:
    """Pixels between the eyes, at least 1."""
    return max(1.0, float(np.linalg.norm(face.points[1] - face.points[0])))

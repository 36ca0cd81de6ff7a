"""How a head is held, from the five points of a detected face. Pure; pixels and shares of the eye distance."""

from __future__ import annotations

import numpy as np

from recognition.types import Face

# Eye distance by the distance from the eyes to the mouth, in the template faces are aligned to (35.2 / 40.6).
EYES_BY_HEIGHT = 0.87


def turn_of(face: Face) -> float:
    """How far the nose left the middle between the eyes, in eye distances along their line.

    Positive when the nose moved to the right in the picture: the person turned to their own left. 0.2 is about 20
    degrees, the nose standing out by half an eye distance. A flat picture of a face keeps its value nearly unchanged
    however it is held.
    """
    eyes = face.points[1] - face.points[0]
    along = float((face.points[2] - face.points[0]) @ eyes) / max(float(eyes @ eyes), 1e-9)
    return along - 0.5


def nod_of(face: Face) -> float:
    """Height of the nose between the eyes (0) and the mouth (1): falls when the head is raised."""
    eyes = face.points[1] - face.points[0]
    down = np.array([-eyes[1], eyes[0]])
    mouth = face.points[3:].mean(axis=0) - face.points[0]
    reach = float(mouth @ down)
    return float((face.points[2] - face.points[0]) @ down) / reach if abs(reach) > 1e-6 else 0.0


def roll_of(face: Face) -> float:
    """How far the line between the eyes leaves the horizontal, in degrees, whichever way."""
    x, y = face.points[1] - face.points[0]
    return abs(float(np.degrees(np.arctan2(y, x))))


def eye_distance(face: Face) -> float:
    """Pixels between the eyes as they are seen, at least 1."""
    return max(1.0, float(np.linalg.norm(face.points[1] - face.points[0])))


def frontal_eye_distance(face: Face) -> float:
    """Pixels between the eyes; of a turned face as many as its height says, which turning does not shorten."""
    middle = face.points[:2].mean(axis=0)
    down = float(np.linalg.norm(face.points[3:].mean(axis=0) - middle))
    return max(eye_distance(face), EYES_BY_HEIGHT * down)

"""Decides whether a view of a face is good enough, with one reason a visitor can act on.

Owns the limits and their order (what to correct first). Must not embed or decide who it is. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from recognition.pose import frontal_eye_distance, nod_of, roll_of, turn_of
from recognition.types import Face, Frame, Gate, Pixels

# Brightness and sharpness are measured on the face at this size, so that distance does not count as blur.
PATCH = 64


@dataclass(frozen=True, slots=True)
class GateLimits:
    """Limits of a usable view. Found on portraits and clips with engines' own detector; see ADR 0003."""

    min_face_px: float = 56.0
    """Width of the face box; below that the chip is enlarged more than twice."""
    min_eye_px: float = 0.0
    """Distance between the eyes (``frontal_eye_distance``); what is kept for months is held to more than a glance."""
    max_height_share: float = 0.85
    """Share of the frame's height a face may fill."""
    max_offset: float = 0.3
    """Distance of the face's centre from the frame's centre, in shares of the frame's width."""
    darkest: float = 40.0
    """Mean grey of the face; low on purpose, because dark skin is not bad light."""
    brightest: float = 225.0
    min_sharpness: float = 0.05
    """Variance of the Laplacian by variance of the grey values: contrast and skin do not matter."""
    max_turn: float = 0.25
    """How far the nose leaves the middle between the eyes, in eye distances."""
    nod: tuple[float, float] = (0.3, 0.75)
    """Height of the nose between eyes (0) and mouth (1)."""
    max_roll: float = 25.0
    """Degrees."""
    rival: float = 0.6
    """A second face at least this wide, compared with the central one, is a second person before the kiosk."""


# Photographs handed over for enrolment or search: the face may stand anywhere and fill the picture.
PHOTOGRAPH = replace(GateLimits(), max_height_share=1.0, max_offset=1.0)


@dataclass(frozen=True, slots=True)
class Assessment:
    """``gate`` None means usable; ``quality`` in [0, 1] orders usable views of one face."""

    gate: Gate | None
    quality: float = 0.0


def assess(frame: Frame, faces: Sequence[Face], main: Face | None, limits: GateLimits) -> Assessment:
    """The first thing to correct about ``main`` among ``faces``, or its quality as a view."""
    if main is None:
        return Assessment(Gate.NO_FACE)
    gate = _company(faces, main, limits) or _placement(frame, main, limits)
    if gate is not None:
        return Assessment(gate)
    patch = _patch(frame, main)
    gate = _light(patch, limits)
    if gate is not None:
        return Assessment(gate)
    aside, sharpness = abs(turn_of(main)), _sharpness(patch)
    if sharpness < limits.min_sharpness:
        return Assessment(Gate.BLURRED)
    if aside > limits.max_turn or not limits.nod[0] <= nod_of(main) <= limits.nod[1] or roll_of(main) > limits.max_roll:
        return Assessment(Gate.TURNED)
    size = min(1.0, main.box.width / 112)
    return Assessment(None, quality=size * min(1.0, sharpness / 0.3) * (1.0 - aside / (2 * limits.max_turn)))


def _company(faces: Sequence[Face], main: Face, limits: GateLimits) -> Gate | None:
    others = (face for face in faces if face is not main)
    return Gate.SEVERAL if any(face.box.width >= limits.rival * main.box.width for face in others) else None


def _placement(frame: Frame, main: Face, limits: GateLimits) -> Gate | None:
    if main.box.width < limits.min_face_px or frontal_eye_distance(main) < limits.min_eye_px:
        return Gate.TOO_FAR
    if main.box.height > limits.max_height_share * frame.height:
        return Gate.TOO_CLOSE
    x, y = main.box.centre
    offset = float(np.hypot(x - frame.width / 2, y - frame.height / 2)) / frame.width
    inside = all(-1 <= px < frame.width + 1 and -1 <= py < frame.height + 1 for px, py in main.points)
    return None if inside and offset <= limits.max_offset else Gate.OFF_CENTRE


def _patch(frame: Frame, face: Face) -> Pixels:
    """The face as grey uint8 (64, 64)."""
    x0, y0 = max(0, int(face.box.x)), max(0, int(face.box.y))
    x1, y1 = int(face.box.x + face.box.width), int(face.box.y + face.box.height)
    crop = frame.pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    small = cv2.resize(crop, (PATCH, PATCH), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _light(patch: Pixels, limits: GateLimits) -> Gate | None:
    mean = float(patch.mean())
    if mean < limits.darkest:
        return Gate.TOO_DARK
    return Gate.TOO_BRIGHT if mean > limits.brightest else None


def _sharpness(patch: Pixels) -> float:
    edges = cv2.Laplacian(patch, cv2.CV_32F)
    return float(np.var(edges)) / max(float(np.var(patch)), 1.0)

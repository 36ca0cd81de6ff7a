"""Brings a face into the position its network was trained on: a similarity transform by the five points."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Face, Frame, Pixels

SIZE = 112
# The usual ArcFace template: where the five points stand in a 112 x 112 chip.
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    dtype=np.float64,
)


def similarity(points: NDArray[np.float32], template: NDArray[np.float64] = TEMPLATE) -> NDArray[np.float64]:
    """Least-squares rotation, uniform scale and shift (Umeyama 1991) from ``points`` (n, 2) to ``template``: (2, 3)."""
    from_mean, to_mean = points.mean(axis=0), template.mean(axis=0)
    start, goal = points - from_mean, template - to_mean
    u, spread, vt = np.linalg.svd(goal.T @ start / len(points))
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    rotation = u @ np.diag(sign) @ vt
    scale = float((spread * sign).sum() / max(float(start.var(axis=0).sum()), 1e-9))
    shift = to_mean - scale * rotation @ from_mean
    return np.hstack([scale * rotation, shift[:, None]])


def chip(frame: Frame, face: Face) -> Pixels:
    """The aligned face, BGR uint8 (112, 112, 3)."""
    warped = cv2.warpAffine(frame.pixels, similarity(face.points), (SIZE, SIZE))
    return np.asarray(warped, dtype=np.uint8)

"""Tells a solid head from a sheet by how points moved. Pure geometry; knows no faces, frames or thresholds."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Share of the points whose error is at most the one reported: the nose is a small part of a face.
PERCENTILE = 80.0
MIN_POINTS = 8


def plane_residual(start: NDArray[np.float32], now: NDArray[np.float32], unit: float) -> float:
    """What a plane cannot explain of the motion from ``start`` to ``now`` (n, 2): the 80th percentile of the error of
    the best homography (least median of squares; Hartley and Zisserman 2004, 4.7), in ``unit`` pixels.

    0.0 with fewer than eight points: nothing is proved.
    """
    if len(start) < MIN_POINTS:
        return 0.0
    sheet, _ = cv2.findHomography(start, now, cv2.LMEDS)
    if sheet is None or not np.isfinite(sheet).all():
        return 0.0
    predicted = cv2.perspectiveTransform(start[None], sheet)[0]
    return float(np.percentile(np.linalg.norm(predicted - now, axis=1), PERCENTILE)) / unit

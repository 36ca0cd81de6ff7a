"""Tells a solid head from a sheet by how points moved. Pure geometry; knows no faces, frames or thresholds.

All coordinates are (n, 2) float32; every result is in eye distances. Errors are 80th percentiles: the nose is a small
part of a face, and a few points always go astray.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Floats = NDArray[np.float64]

PERCENTILE = 80.0
MIN_POINTS = 20
# Directions along which paper may be bent or folded, in degrees from the upright of the face.
AXES = (0.0, -25.0, 25.0, 90.0)
# The profile of bent paper: so many bumps side by side, held back a little where no point lies.
BUMPS, RIDGE = 6, 0.02
# Rounds of reweighting, and the error in medians at which a point counts half.
ROUNDS, TOLERANCE = 3, 3.0


def plane_residual(start: Points, now: Points, unit: float) -> float:
    """What a plane cannot explain of the motion from ``start`` to ``now``: the error of the best homography (least
    median of squares; Hartley and Zisserman 2004, 4.7). ``unit`` is the eye distance in pixels.

    0.0 with too few points: nothing is proved.
    """
    if len(start) < MIN_POINTS:
        return 0.0
    sheet, _ = cv2.findHomography(start, now, cv2.LMEDS)
    if sheet is None or not np.isfinite(sheet).all():
        return 0.0
    predicted = cv2.perspectiveTransform(start[None], sheet)[0]
    return _error(predicted - now) / unit


def relief(start: Points, now: Points, eyes: Points, unit: float) -> float:
    """What no bent or folded sheet can explain of the motion, whichever way its axis runs.

    Paper bends along one direction only, so the depth of every bent, rolled or folded sheet is a profile over one
    coordinate; a nose rises out of any such profile. ``eyes`` is the vector between the eyes at ``start``. 0.0 with too
    few points.
    """
    if len(start) < MIN_POINTS:
        return 0.0
    before, after = (start - start.mean(axis=0)) / unit, (now - now.mean(axis=0)) / unit
    upright = np.degrees(np.arctan2(eyes[1], eyes[0]))
    return min(_bent_residual(before.astype(float), after.astype(float), upright + axis) for axis in AXES)


def _bent_residual(before: Floats, after: Floats, across: float) -> float:
    """Error of the best sheet bent over the direction ``across`` (degrees): a homography plus a free profile, both in
    one linear system, solved by iteratively reweighted least squares."""
    system, goal = _system(before, after, _profile(before, across))
    weights = np.ones(len(before))
    error = np.zeros_like(before)
    for _ in range(ROUNDS):
        both = np.concatenate([weights, weights])[:, None]
        weighted = system * both
        square = weighted.T @ weighted + RIDGE**2 * np.eye(system.shape[1])
        solution = np.linalg.solve(square, weighted.T @ (goal[:, None] * both))[:, 0]
        error = (system @ solution - goal).reshape(2, -1).T
        lengths = np.linalg.norm(error, axis=1)
        weights = 1.0 / (1.0 + (lengths / (TOLERANCE * (float(np.median(lengths)) + 1e-6))) ** 2)
    return _error(error)


def _profile(points: Floats, across: float) -> Floats:
    """Gaussian bumps side by side over the whole width: (n, BUMPS)."""
    angle = np.radians(across)
    along = points @ np.array([np.cos(angle), np.sin(angle)])
    centres = np.linspace(-1.0, 1.0, BUMPS) * float(np.abs(points).max())
    return np.asarray(np.exp(-(((along[:, None] - centres) / (centres[1] - centres[0])) ** 2)))


def _system(before: Floats, after: Floats, profile: Floats) -> tuple[Floats, Floats]:
    """The linear equations of x' (h7 x + h8 y + 1) = h1 x + h2 y + h3 + profile, and of y' alike."""
    terms = np.hstack([before, np.ones((len(before), 1)), profile])
    nothing = np.zeros_like(terms)
    rows_x = np.hstack([terms, nothing, -after[:, :1] * before])
    rows_y = np.hstack([nothing, terms, -after[:, 1:] * before])
    return np.vstack([rows_x, rows_y]), np.concatenate([after[:, 0], after[:, 1]])


def _error(differences: NDArray[np.floating]) -> float:
    return float(np.percentile(np.linalg.norm(differences, axis=1), PERCENTILE))

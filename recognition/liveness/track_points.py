"""Follows corners of one face from frame to frame. Knows neither challenges nor verdicts.

Shi-Tomasi corners inside the face, pyramidal Lucas-Kanade, and the way back as a check (Kalal et al. 2010). Coordinates
are pixels of the frame times ``scale``, so that a near face and a large camera cost no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.pose import eye_distance
from recognition.types import Face, Frame, Pixels

Points = NDArray[np.float32]
"""(n, 2), x and y."""

CORNERS = 160
# The eyes stand this many pixels apart where points are followed: enough for LK, little enough for a few ms.
WORKING_EYES = 56.0
# Share of the face box that is certainly skin: beyond it lies background, which moves otherwise than any face.
INNER = 0.88
# A point that does not come back to where it began was not the same point.
RETURN_PX = 0.7
WINDOW = (15, 15)
LEVELS = 3


@dataclass(frozen=True, slots=True, eq=False)
class PointTrack:
    """Points at the beginning and now, row by row the same; ``grey`` is the frame they were last seen in (uint8)."""

    scale: float
    start: Points
    now: Points
    grey: Pixels

    def wipe(self) -> None:
        """Overwrite the grey picture."""
        self.grey.fill(0)


def start_track(frame: Frame, face: Face) -> PointTrack:
    """Corners inside the ellipse of the face. There may be few or none in a blurred or dark picture."""
    scale = min(1.0, WORKING_EYES / eye_distance(face))
    grey = _grey(frame, scale)
    mask = np.zeros_like(grey)
    x, y = face.box.centre
    axes = (face.box.width * INNER / 2 * scale, face.box.height * INNER / 2 * scale)
    cv2.ellipse(mask, (round(x * scale), round(y * scale)), (round(axes[0]), round(axes[1])), 0, 0, 360, 255, -1)
    spacing = max(2.0, eye_distance(face) * scale / 12)
    found = cv2.goodFeaturesToTrack(grey, CORNERS, 0.005, spacing, mask=mask, blockSize=5)
    points = np.asarray([] if found is None else found, dtype=np.float32).reshape(-1, 2)
    return PointTrack(scale, points, points, grey)


def follow_points(track: PointTrack, frame: Frame) -> PointTrack:
    """The same points in ``frame``, less those that were lost on the way."""
    grey = _grey(frame, track.scale)
    if not len(track.now) or grey.shape != track.grey.shape:
        return PointTrack(track.scale, track.start[:0], track.now[:0], grey)
    there, found = _flow(track.grey, grey, track.now)
    back, returned = _flow(grey, track.grey, there)
    error = np.linalg.norm(back - track.now, axis=1)
    kept = found & returned & (error < RETURN_PX)
    return PointTrack(track.scale, track.start[kept], there[kept], grey)


def _flow(before: Pixels, after: Pixels, points: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Where ``points`` of ``before`` are in ``after``, and which were found."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, np.empty_like(points), winSize=WINDOW, maxLevel=LEVELS
    )
    return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() == 1


def _grey(frame: Frame, scale: float) -> Pixels:
    grey = cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2GRAY)
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)

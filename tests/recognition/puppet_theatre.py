"""Drawn people before a drawn camera: the texture is grain, the five points come from geometry. No photograph."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks import scene
from benchmarks.presentations import Look, Portrait, developed
from benchmarks.scene import Pose, Surface
from recognition.types import Box, Face, Frame

# Eyes, nose, mouth corners in eye distances from the point between the eyes.
FIVE = np.array([[-0.5, 0.0], [0.5, 0.0], [0.0, 0.62], [-0.4, 1.1], [0.4, 1.1]])
OUTLINE = np.array([[-1.05, 0.45], [1.05, 0.45], [0.0, -0.9], [0.0, 1.9]])


def drawn_person(seed: int = 0) -> Portrait:
    """Blobs of several sizes, as a face has corners of several sizes."""
    rng = np.random.default_rng(seed)
    fine, coarse = (cv2.GaussianBlur(rng.normal(0, 1, (520, 520)), (0, 0), sigma) for sigma in (1.6, 5))
    grey = 128 + 45 * fine / fine.std() + 35 * coarse / coarse.std()
    pixels = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    return Portrait(pixels, (260.0, 220.0))


def projected(surface: Surface, pose: Pose, places: np.ndarray) -> np.ndarray:
    """Where places on the surface (n, 2; eye distances) are seen, in pixels of the window."""
    depth = -np.array([surface.height(x, y) for x, y in places])
    pivot = np.array([0.0, 0.0, surface.pivot])
    world = (np.column_stack([places, depth]) - pivot) @ scene.rotation(pose).T + pivot
    world += [pose.x, pose.y, pose.away]
    return scene.FOCAL * world[:, :2] / world[:, 2:] + np.array(scene.WINDOW) / 2


def face_on(surface: Surface, pose: Pose) -> Face:
    """What a perfect detector says."""
    points, edge = projected(surface, pose, FIVE), projected(surface, pose, OUTLINE)
    (x0, y0), (x1, y1) = edge.min(axis=0), edge.max(axis=0)
    return Face(Box(x0, y0, x1 - x0, y1 - y0), points.astype(np.float32), 0.95)


def turning(degrees: float, frames: int, hold: int = 4) -> list[Pose]:
    """Rest, an even turn, rest again."""
    angles = [0.0, *np.linspace(0, degrees, frames), *[degrees] * hold]
    return [Pose(yaw=angle, y=-0.5) for angle in angles]


def shown(surface: Surface, poses: list[Pose], seed: int = 0) -> Iterator[tuple[Frame, Face]]:
    """Frames of the surface in these poses, and its face."""
    rng = np.random.default_rng(seed)
    for number, pose in enumerate(poses):
        pixels = developed(scene.render(surface, pose), Look(), rng)
        yield Frame(pixels, number / 15, number, synthetic=True), face_on(surface, pose)

"""A small renderer of one textured surface before a camera: heads, sheets, bent paper and screens, simulated.

Lengths are eye distances (63 mm), origin between the eyes, x right, y down, heights towards the camera. What is shown
is a window of 320x288 pixels cut out of a view of 640x360 (lens of 60 degrees). Owns no verdict and no people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Pixels

Floats = NDArray[np.float32]
Height = Callable[[Any, Any], Any]
"""(x, y) of the surface to its height, arrays of any shape."""
Unrolled = Callable[[Any, Any], tuple[Any, Any]]
"""(x, y) of the surface to (x, y) of the picture before it was bent."""

Size = tuple[int, int]
WINDOW, VIEW, FOCAL = (320, 288), (640, 360), 554.0
# Texture pixels per eye distance: a little finer than the picture, so that shrinking does not flicker.
TEXEL = 72
# Rays are followed on a grid this much coarser than the picture, and in this many steps.
COARSE, STEPS = 2, 9
ROOM = (190, 198, 202)
BEYOND = 1e4


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees and eye distances. ``yaw`` > 0 turns towards the right of the picture; ``away`` is the distance of the
    eyes from the camera."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    away: float = 11.0


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What stands before the camera: its texture (BGRA, ``TEXEL`` per eye distance), where the point between the eyes
    lies in it (pixels), its height, where the texture is read, and the depth of its pivot."""

    texture: Pixels
    origin: tuple[float, float]
    height: Height
    unrolled: Unrolled = lambda x, y: (x, y)
    pivot: float = 0.0


def rotation(pose: Pose) -> NDArray[np.float64]:
    """Roll, then pitch, then yaw."""
    yaw, pitch, roll = np.radians([-pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z)


def render(surface: Surface, pose: Pose, size: Size = WINDOW) -> Pixels:
    """The middle (width, height) of the view, BGR uint8, the surface before an empty room."""
    x, y = surface.unrolled(*_hits(surface, pose, size))
    u, v = (x * TEXEL + surface.origin[0]).astype(np.float32), (y * TEXEL + surface.origin[1]).astype(np.float32)
    seen = cv2.remap(surface.texture, _enlarged(u, size), _enlarged(v, size), cv2.INTER_LINEAR)
    cover = seen[:, :, 3:].astype(np.float32) / 255
    return np.asarray(seen[:, :, :3] * cover + np.array(ROOM, np.float32) * (1 - cover), dtype=np.uint8)


def _hits(surface: Surface, pose: Pose, size: Size) -> tuple[Floats, Floats]:
    """Where the ray of each coarse pixel meets the surface, in its own x and y: fixed-point iteration on the height."""
    ys, xs = np.mgrid[0 : size[1] // COARSE, 0 : size[0] // COARSE].astype(np.float32)
    centre = COARSE / 2 - 0.5
    rays = np.stack(
        [(xs * COARSE + centre - size[0] / 2) / FOCAL, (ys * COARSE + centre - size[1] / 2) / FOCAL, np.ones_like(xs)]
    )
    back = rotation(pose).T
    pivot = np.array([0.0, 0.0, surface.pivot])
    start = back @ -(np.array([pose.x, pose.y, pose.away]) + pivot) + pivot
    direction = np.tensordot(back.astype(np.float32), rays, axes=1)
    height = np.zeros_like(xs)
    for _ in range(STEPS):
        along = (-height - start[2]) / direction[2]
        x, y = start[0] + along * direction[0], start[1] + along * direction[1]
        height = np.asarray(surface.height(x, y), dtype=np.float32)
    return np.asarray(x, dtype=np.float32), np.asarray(y, dtype=np.float32)


def _enlarged(grid: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def head(rng: np.random.Generator) -> Height:
    """A generic head: an ellipsoid with nose, sockets, lips and chin, of the sizes adults have (nose 14 to 22 mm)."""
    depth, nose = rng.uniform(1.25, 1.6), rng.uniform(0.22, 0.35)
    wide, tall = rng.uniform(1.2, 1.35), rng.uniform(1.9, 2.1)

    def height(x: Any, y: Any) -> Any:
        inside = np.clip(1 - (x / wide) ** 2 - ((y - 0.45) / tall) ** 2, 0.02, None)
        skull = depth * (np.sqrt(inside) - 1)
        ridge = nose * np.exp(-((x / 0.2) ** 2)) * _ramp(y)
        sockets = -0.1 * (np.exp(-((x - 0.5) ** 2 + y**2) / 0.06) + np.exp(-((x + 0.5) ** 2 + y**2) / 0.06))
        lips = 0.07 * np.exp(-((x / 0.4) ** 2) - ((y - 1.1) / 0.2) ** 2)
        chin = 0.1 * np.exp(-((x / 0.35) ** 2) - ((y - 1.75) / 0.22) ** 2)
        return skull + ridge + sockets + lips + chin

    return height


def _ramp(y: Any) -> Any:
    """The bridge of a nose rises from between the eyes to the tip and falls quickly below."""
    rising = np.clip((y + 0.1) / 0.75, 0, 1)
    return rising * np.exp(-((np.clip(y - 0.62, 0, None) / 0.14) ** 2))


def flat(x: Any, _y: Any) -> Any:
    """A sheet."""
    return 0.0 * x


def cylinder(radius: float, axis: float = 0.0) -> tuple[Height, Unrolled]:
    """Paper bent around an axis ``axis`` degrees from the upright; nothing beyond the edge one sees."""
    edge = 0.97 * radius

    def length(across: Any) -> Any:
        return np.where(np.abs(across) < edge, radius * np.arcsin(np.clip(across / radius, -1, 1)), BEYOND)

    return _profiled(lambda across: np.sqrt(radius**2 - np.clip(across, -edge, edge) ** 2) - radius, length, axis)


def folded(slope: float, axis: float = 0.0) -> tuple[Height, Unrolled]:
    """Paper folded along the nose like a tent, the fold a little round."""
    return _profiled(
        lambda across: -slope * np.sqrt(across**2 + 0.01), lambda across: across * np.sqrt(1 + slope**2), axis
    )


def _profiled(height: Callable[[Any], Any], length: Callable[[Any], Any], axis: float) -> tuple[Height, Unrolled]:
    """A sheet whose height depends on one direction only, and its arc ``length``."""
    cos, sin = np.cos(np.radians(axis)), np.sin(np.radians(axis))

    def unrolled(x: Any, y: Any) -> tuple[Any, Any]:
        across, along = length(cos * x + sin * y), cos * y - sin * x
        return cos * across - sin * along, sin * across + cos * along

    return lambda x, y: height(cos * x + sin * y), unrolled


def uneven(size: float, phases: NDArray[np.float64], steps: float = 0.0) -> Height:
    """Paper that waves or is crumpled: a few sines in all directions, moving with ``steps``."""

    def height(x: Any, y: Any) -> Any:
        waves = (
            np.sin(1.6 * (n % 3 + 1) * x * np.cos(n) + 1.6 * y * np.sin(2 * n) + p + steps * (n + 1))
            for n, p in enumerate(phases)
        )
        return size * sum(waves) / np.sqrt(len(phases))

    return height

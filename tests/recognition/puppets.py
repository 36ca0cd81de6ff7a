"""Puppets before a scripted camera: textured heads that turn as solid bodies, and sheets that only say they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from recognition.types import Face, Frame
from tests.recognition.conftest import face_at

WIDTH, HEIGHT, FPS = 640, 360, 15
TURN_FRAMES = 6
FAR = 0.24
NOSE = 2.0
"""How far the nose stands out: enough that no bent sheet explains how it moves."""


@dataclass(frozen=True)
class Pose:
    """What one frame shows: ``person`` (index of the embedding), ``turn`` in eye distances, and where the face is.

    ``solid`` False: the five points turn but the pixels lie in a plane. ``faces`` other people's faces."""

    person: int = 0
    turn: float = 0.0
    x: float = 320.0
    width: float = 110.0
    solid: bool = True
    seen: bool = True
    others: tuple[Face, ...] = ()


def still(count: int, pose: Pose = Pose()) -> list[Pose]:
    """The same pose for some frames."""
    return [pose] * count


def turning(way: float, pose: Pose = Pose()) -> list[Pose]:
    """Turn out and back; ``way`` +1 is the person's own left."""
    out = [replace(pose, turn=way * FAR * step / TURN_FRAMES) for step in range(1, TURN_FRAMES + 1)]
    return [*out, *reversed(out[:-1]), replace(pose, turn=0.0)]


def nearing(pose: Pose = Pose()) -> list[Pose]:
    """Come a quarter nearer and go back."""
    out = [replace(pose, width=pose.width * (1 + 0.25 * step / TURN_FRAMES)) for step in range(1, TURN_FRAMES + 1)]
    return [*out, *reversed(out[:-1]), pose]


def face_of(pose: Pose) -> Face:
    """The detected face of a pose."""
    return face_at(x=pose.x, width=pose.width, turn=pose.turn)


def frame_of(pose: Pose, number: int, *, at: float | None = None, synthetic: bool = False) -> Frame:
    """640x360 of the pose; time runs at 15 frames a second."""
    picture = _picture(replace(pose, others=()))
    return Frame(picture, at=number / FPS if at is None else at, number=number, synthetic=synthetic)


@cache
def _picture(pose: Pose) -> np.ndarray:
    """Shared by all frames of the pose: whoever writes into a frame that is not theirs fails."""
    picture = _moved(_texture(pose.person), pose) if pose.seen else _texture(99)
    picture.flags.writeable = False
    return picture


@cache
def _texture(seed: int) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(128, 70, (HEIGHT, WIDTH, 3))
    return np.clip(cv2.GaussianBlur(grain, (0, 0), 1.2) * 2 - 128, 0, 255).astype(np.uint8)


def _moved(picture: np.ndarray, pose: Pose) -> np.ndarray:
    """The texture scaled and shifted with the face; a solid face bulges towards the nose, which moves further."""
    scale, eyes = pose.width / 110.0, pose.width * 0.46
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    across, down = (x - pose.x) / pose.width, (y - 180.0) / pose.width
    nose = NOSE * np.exp(-((across / 0.15) ** 2 + (down / 0.2) ** 2) / 2)
    bulge = nose if pose.solid else np.zeros_like(x)
    source_x = 320 + (x - pose.x - pose.turn * eyes * bulge) / scale
    source_y = 180 + (y - 180) / scale
    return cv2.remap(picture, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR)

"""Makes the small picture the visitor sees of a frame. Keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.types import Frame, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """``rgb``: uint8 (height, width, 3), own memory, never mirrored (the view mirrors)."""

    rgb: Pixels
    number: int
    synthetic: bool


def preview(frame: Frame, width: int = 480) -> Preview:
    """The frame at ``width`` pixels (never enlarged), as RGB."""
    scale = min(1.0, width / frame.width)
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    small = frame.pixels if scale == 1.0 else cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
    return Preview(np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), dtype=np.uint8), frame.number, frame.synthetic)

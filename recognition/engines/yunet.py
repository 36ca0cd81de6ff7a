"""The detector every engine shares: YuNet run by OpenCV. Finds faces and five points; knows no identities."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.types import Box, Face, Frame, Pixels
from recognition.weights import ledger, locate

MODEL = ledger()["yunet"]
# Longest side looked at: a face at kiosk distance is large, and 640 pixels cost 12 ms where 1280 cost 50.
LOOK_AT = 640


class YuNet:
    """Detector; one instance per thread. Native code releases the interpreter lock."""

    def __init__(self, min_score: float = 0.7) -> None:
        self._min_score = min_score
        self._net: cv2.FaceDetectorYN | None = None

    def load(self) -> None:
        """Load the model; idempotent. Raises WorldError when the file is missing or changed."""
        if self._net is None:
            self._net = cv2.FaceDetectorYN.create(
                str(locate(MODEL)), "", (LOOK_AT, LOOK_AT), self._min_score, nms_threshold=0.3, top_k=200
            )

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first, in pixels of the frame given."""
        self.load()
        assert self._net is not None
        scale = min(1.0, LOOK_AT / max(frame.width, frame.height))
        small = shrunk(frame.pixels, scale)
        self._net.setInputSize((small.shape[1], small.shape[0]))
        found = self._net.detect(small)[1]
        rows = np.asarray([] if found is None else found, dtype=np.float32).reshape(-1, 15)
        faces = [_face(row, scale) for row in rows if np.isfinite(row).all()]
        return sorted(faces, key=lambda face: -face.box.area)


def shrunk(pixels: Pixels, scale: float) -> Pixels:
    """The picture at ``scale`` (at most 1) of its size, one pixel at least each way."""
    if scale == 1.0:
        return pixels
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _face(row: NDArray[np.float32], scale: float) -> Face:
    """A row of YuNet (x, y, width, height, five points, score) in pixels of the full frame."""
    x, y, width, height = (float(value) / scale for value in row[:4])
    return Face(Box(x, y, width, height), (row[4:14] / np.float32(scale)).reshape(5, 2), float(row[14]))

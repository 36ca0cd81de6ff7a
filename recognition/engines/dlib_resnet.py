"""The second engine: dlib's ResNet, its CC0 weights read by path from an installed package.

Only the five-point predictor and the network are ever loaded; the 68-point file beside them was trained on a set that
excludes commercial use. dlib computes 80 ms a face while holding the interpreter lock, so this engine serves commands
and comparisons; a worker beside a GUI refuses it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kiosk.errors import WorldError
from recognition.engines.yunet import MODEL as YUNET
from recognition.engines.yunet import YuNet
from recognition.types import Face, Frame, Vector
from recognition.vectors import unit
from recognition.weights import ledger, locate

NETWORK = ledger()["dlib_resnet"]
POINTS = ledger()["dlib_five_points"]
# dlib's predictor expects the square of dlib's own detector. Relative to the line from the middle of the eyes to the
# middle of the mouth its side and centre are (means over portraits where both detectors agree):
SIDE = 2.24
CENTRE = 0.53


class DlibEngine:
    """Engine of 128-dimensional unit vectors."""

    name = "dlib"
    dim = 128
    agreement = 0.9
    holds_interpreter_lock = True

    def __init__(self) -> None:
        self._detector = YuNet()
        self._dlib: Any = None
        self._points: Any = None
        self._network: Any = None

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of detector, predictor and network; all three shape the vector."""
        return YUNET.id, POINTS.id, NETWORK.id

    def load(self) -> None:
        """Load the models. Raises WorldError when dlib or a file is missing, or a file is changed."""
        if self._network is not None:
            return
        try:
            import dlib
        except ImportError as fault:
            raise WorldError(
                "engine_missing",
                "The face engine dlib is not installed.",
                "Install the package dlib-bin, or use the default engine sface.",
                engine=self.name,
            ) from fault
        self._detector.load()
        self._dlib = dlib
        self._points = dlib.shape_predictor(str(locate(POINTS)))
        self._network = dlib.face_recognition_model_v1(str(locate(NETWORK)))

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first."""
        return self._detector.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 (128,); dlib itself leaves the norm between 1.3 and 1.6."""
        self.load()
        rgb = np.ascontiguousarray(frame.pixels[:, :, ::-1])
        shape = self._points(rgb, self._square(face))
        vector = np.asarray(self._network.compute_face_descriptor(rgb, shape), dtype=np.float32)
        return unit(vector)

    def _square(self, face: Face) -> Any:
        """The rectangle dlib's own detector would have given, from the five points."""
        eyes, mouth = face.points[:2].mean(axis=0), face.points[3:].mean(axis=0)
        down = mouth - eyes
        x, y = eyes + CENTRE * down
        half = SIDE * float(np.linalg.norm(down)) / 2
        return self._dlib.rectangle(int(x - half), int(y - half), int(x + half), int(y + half))

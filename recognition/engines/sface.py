"""The default engine: YuNet finds, SFace describes (ADR 0003). Releases the interpreter lock in both networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort

from recognition.engines import align
from recognition.engines.network import one_thread_session
from recognition.engines.sface_graph import folded
from recognition.engines.yunet import MODEL as YUNET
from recognition.engines.yunet import YuNet
from recognition.types import Face, Frame, Vector
from recognition.vectors import taken
from recognition.weights import ledger

MODEL = ledger()["sface"]


class SFaceEngine:
    """Engine of 128-dimensional unit vectors; about 12 ms to look at 640x360 in full and 13 ms to embed on one core."""

    name = "sface"
    dim = 128
    agreement = 0.3
    crowd = 50
    holds_interpreter_lock = False

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._detector = YuNet()
        self._session: ort.InferenceSession | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of detector and network; both shape the vector."""
        return YUNET.id, MODEL.id

    def load(self) -> None:
        """Load both models (0.2 s, the first time ever 1 s). Raises WorldError when a file is missing or changed."""
        if self._session is None:
            self._detector.load()
            self._session = one_thread_session(folded(MODEL, self._cache_dir))

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first."""
        return self._detector.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 (128,): aligned chip as RGB 0-255, NCHW, network, L2 norm."""
        self.load()
        assert self._session is not None
        rgb = align.chip(frame, face)[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        (raw,) = self._session.run(None, {"data": rgb})
        return taken(np.asarray(raw, dtype=np.float32)[0])

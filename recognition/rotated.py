"""An engine seen through this installation's secret rotation, so that probes meet the vault's rotated templates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recognition.types import Engine, Face, Frame, Vector


class RotatedEngine:
    """Fulfils ``Engine``. Rotation keeps every cosine; without the secret, vectors of two centres do not compare."""

    def __init__(self, engine: Engine, rotation: NDArray[np.float32]) -> None:
        """``rotation``: orthogonal float32 (dim, dim) from the vault."""
        self._engine = engine
        self._rotation = rotation

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def dim(self) -> int:
        return self._engine.dim

    @property
    def holds_interpreter_lock(self) -> bool:
        return self._engine.holds_interpreter_lock

    @property
    def models(self) -> tuple[str, ...]:
        return self._engine.models

    @property
    def agreement(self) -> float:
        return self._engine.agreement

    def load(self) -> None:
        self._engine.load()

    def detect(self, frame: Frame) -> list[Face]:
        return self._engine.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        plain = self._engine.embed(frame, face)
        turned = plain @ self._rotation
        plain.fill(0.0)
        return np.ascontiguousarray(turned, dtype=np.float32)

"""An engine seen through this installation's secret rotation, so that probes meet the vault's rotated templates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recognition.types import Engine, Face, Frame, Vector
from recognition.wrapped import WrappedEngine


class RotatedEngine(WrappedEngine):
    """Rotation keeps every cosine; without the secret, vectors of two centres do not compare."""

    def __init__(self, engine: Engine, rotation: NDArray[np.float32]) -> None:
        """``rotation``: orthogonal float32 (dim, dim) from the vault."""
        super().__init__(engine)
        self._rotation = rotation

    def embed(self, frame: Frame, face: Face) -> Vector:
        plain = self.inner.embed(frame, face)
        turned = plain @ self._rotation
        plain.fill(0.0)
        return np.ascontiguousarray(turned, dtype=np.float32)

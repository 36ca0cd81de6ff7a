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

    def turn(self, rotation: NDArray[np.float32]) -> None:
        """Use another rotation from the next vector on: the vault was re-keyed. Any thread."""
        self._rotation = rotation

    def rotated(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Views (count, dim) of an engine that is not rotated, as the gallery holds them; the caller wipes both."""
        turned: NDArray[np.float32] = np.einsum("ni,ij->nj", views, self._rotation)
        return turned

    def embed(self, frame: Frame, face: Face) -> Vector:
        plain = self.inner.embed(frame, face)
        turned: Vector = np.einsum("i,ij->j", plain, self._rotation)  # BLAS would keep a copy of ``plain``
        plain.fill(0.0)
        return turned

"""Arithmetic of face vectors: unit length, fused mean. Owns no data; keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recognition.types import Vector


def unit(vector: NDArray[np.floating]) -> Vector:
    """The same direction with length one, float32. A zero vector stays zero and matches nobody."""
    length = max(float(np.linalg.norm(vector)), 1e-9)
    return np.asarray(vector / length, dtype=np.float32)


def fused(vectors: Sequence[Vector] | NDArray[np.float32]) -> Vector:
    """Normalised mean of unit vectors, shape (count, dim): the template of a person or the probe of a visit."""
    return unit(np.mean(np.asarray(vectors, dtype=np.float32), axis=0))


def lowest_agreement(vectors: Sequence[Vector]) -> float:
    """Smallest cosine between any two; 1.0 when there is only one. Low means that two people got mixed."""
    stacked = np.asarray(vectors, dtype=np.float32)
    return float((stacked @ stacked.T).min(initial=1.0))

"""Arithmetic of face vectors: unit length, fused mean, and their end. Owns no data; keeps nothing.

Nothing here goes through BLAS or numpy's hidden temporaries (``linalg.norm`` along an axis copies its input): they
would leave copies of templates in memory that nobody owns and nobody can overwrite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recognition.types import Vector


def unit(vector: NDArray[np.floating]) -> Vector:
    """The same direction with length one, float32. A zero vector stays zero and matches nobody."""
    length = max(float(np.linalg.norm(vector)), 1e-9)
    return np.asarray(vector / length, dtype=np.float32)


def taken(raw: NDArray[np.float32]) -> Vector:
    """The unit vector of a network's output, which is overwritten: it would be a second copy of the template."""
    vector = unit(raw)
    raw.fill(0)
    return vector


def fused(vectors: Sequence[Vector] | NDArray[np.float32]) -> Vector:
    """Normalised mean of unit vectors, shape (count, dim): the template of a person or the probe of a visit."""
    rows = np.asarray(vectors, dtype=np.float32)
    mean = np.mean(rows, axis=0)
    result = unit(mean)
    _wipe_copies(mean, rows, vectors)
    return result


def lowest_agreement(vectors: Sequence[Vector] | NDArray[np.float32]) -> float:
    """Smallest cosine between any two; 1.0 when there is only one. Low means that two people got mixed."""
    rows = np.asarray(vectors, dtype=np.float32)
    lowest = float(np.einsum("ik,jk->ij", rows, rows).min(initial=1.0))
    _wipe_copies(None, rows, vectors)
    return lowest


def wipe(arrays: Iterable[NDArray[np.generic]]) -> None:
    """Overwrite vectors with zeros, in place: call it as soon as nobody needs them. Takes rows of a matrix too.

    Raises ValueError for a read-only array: its owner must wipe it.
    """
    for array in arrays:
        array.fill(0)


def _wipe_copies(own: Vector | None, rows: NDArray[np.float32], given: object) -> None:
    """Overwrite what this module made itself; ``rows`` only when it is a copy of what was given."""
    if own is not None:
        own.fill(0)
    if isinstance(given, np.ndarray) and np.may_share_memory(rows, given):
        return
    rows.fill(0)

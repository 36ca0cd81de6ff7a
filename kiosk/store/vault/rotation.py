"""The secret rotation: an orthogonal matrix computed from a secret by arithmetic that no library version changes."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def rotation(secret: bytes, engine: str, dim: int) -> Vectors:
    """Float32 (dim, dim) for one installation and engine: rotate rows by ``v @ r``. SHAKE-256, Box-Muller, QR."""
    return _orthogonal(secret + f"/{engine}/{dim}".encode(), dim)


def rotate(vectors: Vectors, matrix: Vectors) -> Vectors:
    """``vectors @ matrix``, float32 (n, dim), without BLAS, which keeps copies of the vectors in buffers of its own."""
    turned: Vectors = np.einsum("ij,jk->ik", vectors, matrix)
    return turned


def lengths(vectors: Vectors) -> NDArray[np.float32]:
    """Length of each row, without hidden copies."""
    squares: NDArray[np.float32] = np.einsum("ij,ij->i", vectors, vectors)
    return np.sqrt(squares)


def _orthogonal(seed: bytes, dim: int) -> Vectors:
    """Haar-distributed orthogonal matrix from ``seed``: QR of a Gaussian matrix, with the signs of R made positive."""
    half = (dim * dim + 1) // 2
    bits = np.frombuffer(hashlib.shake_256(seed).digest(16 * half), dtype="<u8").reshape(2, half)
    uniform = ((bits >> 11) + 0.5) / float(1 << 53)
    radius = np.sqrt(-2 * np.log(uniform[0]))
    gauss = np.concatenate([radius * np.cos(2 * np.pi * uniform[1]), radius * np.sin(2 * np.pi * uniform[1])])
    q, r = np.linalg.qr(gauss[: dim * dim].reshape(dim, dim))
    return np.ascontiguousarray(q * np.sign(np.diag(r)), dtype=np.float32)

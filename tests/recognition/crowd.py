"""People made of numbers: views that scatter around a direction of their own, for tests of calibration."""

from __future__ import annotations

import numpy as np


def crowd(count, *, views=3, seed=0, dim=64, scatter=0.5):
    """``count`` people, each float32 (views, dim) of unit length."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(count, 1, dim)) + scatter * rng.normal(size=(count, views, dim))
    drawn /= np.linalg.norm(drawn, axis=2, keepdims=True)
    return list(drawn.astype(np.float32))


def templates(people):
    means = np.stack([views.mean(axis=0) for views in people])
    return means / np.linalg.norm(means, axis=1, keepdims=True)

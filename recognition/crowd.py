"""How far somebody stands out: the cosine with the best match less the mean cosine with the people ranked after it.

A blurred, dark or plain view resembles everybody a little, and its best match is worth less. This is the test
normalisation of speaker verification (Auckenthaler and others 2000) with the nearest people as cohort (Sturim and
Reynolds 2005), without the division by their spread, which did not help. The cohort is this device's own gallery.
Whether it helps depends on the engine (``Engine.crowd``, docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def standing(scores: Sequence[float] | NDArray[np.floating], crowd: int) -> float:
    """Score of a ranking (cosines, best first): the first less the mean of the ``crowd`` after it."""
    row = np.asarray(scores, dtype=np.float64)[None]
    return float(row[0, 0] - crowd_mean(row[:, 1:], crowd)[0])


def crowd_mean(ranked: NDArray[np.floating], crowd: int) -> NDArray[np.float64]:
    """Mean of the first ``crowd`` of each row (rows, people), greatest first; zero where there is nobody."""
    near = ranked[:, :crowd]
    return np.asarray(near.mean(axis=1) if near.size else np.zeros(len(ranked)), dtype=np.float64)

"""Cues nobody is asked for: what a few frames of one face show by themselves.

That is what a network says, and nothing else: somebody who looks ahead moves no more than a print in a hand does, and
blinks or patterns of a screen could not be tried on real ones (docs/adr/0011-liveness.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from recognition.liveness.network import LivenessModel
from recognition.types import Face, Frame

# Mean share of the live class from which frames pass.
NETWORK_LIMIT = 0.7


def passive(views: Sequence[tuple[Frame, Face]], network: LivenessModel | None) -> bool:
    """Whether the frames of one face pass without being asked. Without a network, or frames, nothing passes."""
    if network is None or not views:
        return False
    return sum(network.score(frame, face) for frame, face in views) / len(views) >= NETWORK_LIMIT

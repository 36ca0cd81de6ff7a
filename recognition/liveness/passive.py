"""Cues nobody is asked for: what a few frames of one face show by themselves.

That is what a network says, and nothing else: somebody who looks ahead moves no more than a print in a hand does, and
blinks or patterns of a screen could not be tried on real ones (docs/adr/0011-liveness.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recognition.liveness.network import LivenessModel
from recognition.types import Face, Frame

# Mean share of the live class from which frames pass.
NETWORK_LIMIT = 0.7


@dataclass(frozen=True, slots=True)
class PassiveCheck:
    """``score`` 0 to 1, higher is more alive; ``reasons`` say what spoke against it: ``no_frames``, ``no_model``,
    ``network``."""

    passed: bool
    score: float
    reasons: tuple[str, ...] = ()


def passive(frames_and_faces: Sequence[tuple[Frame, Face]], slot: LivenessModel | None = None) -> PassiveCheck:
    """What the frames of one face say without being asked. Without a network nothing is checked, so nothing passes."""
    if not frames_and_faces:
        return PassiveCheck(False, 0.0, ("no_frames",))
    if slot is None:
        return PassiveCheck(False, 0.0, ("no_model",))
    score = sum(slot.score(frame, face) for frame, face in frames_and_faces) / len(frames_and_faces)
    return PassiveCheck(True, score) if score >= NETWORK_LIMIT else PassiveCheck(False, score, ("network",))

"""Cues nobody is asked for: what a few frames of one face show by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recognition.liveness.network import LivenessModel
from recognition.types import Face, Frame

NETWORK_LIMIT = 0.7


@dataclass(frozen=True, slots=True)
class PassiveCheck:
    """``score`` 0 to 1, higher is more alive; ``reasons`` name the cues that spoke against it."""

    passed: bool
    score: float
    reasons: tuple[str, ...] = ()


def passive(frames_and_faces: Sequence[tuple[Frame, Face]], slot: LivenessModel | None = None) -> PassiveCheck:
    """What the frames of one face (oldest first) say without being asked."""
    if not frames_and_faces:
        return PassiveCheck(False, 0.0, ("no_frames",))
    if slot is None:
        return PassiveCheck(True, 0.5)
    score = sum(slot.score(frame, face) for frame, face in frames_and_faces) / len(frames_and_faces)
    return PassiveCheck(True, score) if score >= NETWORK_LIMIT else PassiveCheck(False, score, ("network",))

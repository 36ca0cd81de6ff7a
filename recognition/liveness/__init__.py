"""Is a person standing there, or a picture of one? Asked movements, unasked cues, and a slot for a network.

Reduces casual tricks with a photograph or a telephone; never certified (measured: docs/adr/0011).
A failure leads to another way of being recognised, never to a lock-out: that is the caller's part.
"""

from __future__ import annotations

from recognition.liveness.challenge import CHALLENGES, Motion, Outcome, begin, observe, sequence
from recognition.liveness.network import CardLiveness, LivenessModel, networks_of
from recognition.liveness.passive import passive

__all__ = [
    "CHALLENGES",
    "CardLiveness",
    "LivenessModel",
    "Motion",
    "Outcome",
    "begin",
    "networks_of",
    "observe",
    "passive",
    "sequence",
]

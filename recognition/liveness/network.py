"""The slot for a network that scores one face as live or not (MiniFASNet and its like)."""

from __future__ import annotations

from typing import Protocol

from recognition.types import Face, Frame


class LivenessModel(Protocol):
    """Scores single pictures. Never the only control: such networks have called telephone screens live."""

    def score(self, frame: Frame, face: Face) -> float:
        """Share of confidence, 0 to 1, that a living face stands there. Not thread-safe."""

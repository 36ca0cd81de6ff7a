"""The face hint: what recognition proposes. A hint, never a key; it can open nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class HintKind(StrEnum):
    """The three zones: sure -> 'are you W*?'; ask -> last digits of the staff number; unknown -> another way."""

    SURE = "sure"
    ASK = "ask"
    UNKNOWN = "unknown"


class Liveness(StrEnum):
    """What speaks for a living head before the camera: nothing, cues nobody was asked for, or a challenge passed."""

    NONE = "none"
    PASSIVE = "passive"
    CHALLENGED = "challenged"


@dataclass(frozen=True, slots=True)
class FaceHint:
    """Proposal of the pipeline. ``score`` tells how alike the face is (``recognition.vote.Thresholds``), ``best`` what
    the very same picture would have had; neither ever sets priority or acceptance (A16)."""

    kind: HintKind
    person_id: UUID | None
    score: float
    margin: float
    liveness: Liveness
    synthetic: bool
    best: float = 1.0

    @property
    def live(self) -> bool:
        """True when the person did as asked and moved as a head does."""
        return self.liveness is Liveness.CHALLENGED

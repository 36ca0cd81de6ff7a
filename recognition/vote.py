"""Turns the ranking of one fused probe into sure, ask or unknown. Pure; the thresholds come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.model.face import FaceHint, HintKind, Liveness
from recognition.gallery import Candidate


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosines above which a match is asked about or taken as sure, and the lead the first needs over the second.

    ``calibrated`` says that they come from enough cross-scores of this gallery; until then every match is ``ask``
    (DECISIONS 9).
    """

    ask: float
    sure: float
    margin: float
    calibrated: bool = False


class Policy:
    """The thresholds in force, replaced as a whole when they are calibrated anew. Any thread."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    @property
    def thresholds(self) -> Thresholds:
        """What decides now."""
        return self._thresholds

    def replace(self, thresholds: Thresholds) -> None:
        """From the next decision on."""
        self._thresholds = thresholds

    def decide(self, ranking: Sequence[Candidate], *, liveness: Liveness, synthetic: bool) -> FaceHint:
        """The hint for the best candidate of ``ranking`` (best first)."""
        return decide(ranking, self._thresholds, liveness=liveness, synthetic=synthetic)


def decide(ranking: Sequence[Candidate], thresholds: Thresholds, *, liveness: Liveness, synthetic: bool) -> FaceHint:
    """The hint for the best candidate of ``ranking`` (best first).

    With nobody to compare with, the margin is the score itself.
    """
    score = ranking[0].score if ranking else -1.0
    margin = score - ranking[1].score if len(ranking) > 1 else max(score, 0.0)
    kind = _kind(score, margin, thresholds)
    person_id = ranking[0].person_id if kind is not HintKind.UNKNOWN else None
    return FaceHint(kind, person_id, score, margin, liveness, synthetic=synthetic)


def _kind(score: float, margin: float, thresholds: Thresholds) -> HintKind:
    if score < thresholds.ask:
        return HintKind.UNKNOWN
    sure = thresholds.calibrated and score >= thresholds.sure and margin >= thresholds.margin
    return HintKind.SURE if sure else HintKind.ASK

"""Turns the ranking of one fused probe into sure, ask or unknown. Pure; thresholds and lessons come from outside.

Everything that is raised is raised by a share of what is left to the best possible score, so that the rules hold for
engines whose cosines lie close together too, and whatever the crowd takes from a score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kiosk.model.face import FaceHint, HintKind, Liveness
from recognition.crowd import standing
from recognition.gallery import Candidate

STRIKES_AT_MOST = 3
"""More mistakes about one person raise the bar no further: by then the digits are asked anyway."""
SURE_SHARE = 0.15
ASK_SHARE = 0.05
"""Share of the way to the best score that one mistake raises the bar of the person it was about."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores above which a match is asked about or taken as sure, and the lead the first needs over the second.

    A score is the cosine of the best match less the mean of the ``crowd`` ranked after it (0: the cosine itself); the
    cosine must reach ``floor`` in any case. ``calibrated`` says that they come from enough cross-scores of this
    gallery; until then every match is ``ask`` (DECISIONS 9).
    """

    ask: float
    sure: float
    margin: float
    calibrated: bool = False
    crowd: int = 0
    floor: float = -1.0

    @property
    def wanted(self) -> int:
        """How many candidates a decision by these thresholds looks at."""
        return max(self.crowd + 1, 2)

    def raised(self, strikes: int, best: float = 1.0) -> Thresholds:
        """The bar of somebody who was named by mistake ``strikes`` times, where ``best`` is the highest score."""
        count = min(strikes, STRIKES_AT_MOST)
        ask, sure = higher(self.ask, count * ASK_SHARE, best), higher(self.sure, count * SURE_SHARE, best)
        return replace(self, ask=ask, sure=sure)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What 'not me' taught (DECISIONS 9): ``pairs`` of enrolled people who were mixed up, and how often each was named
    to somebody who is not enrolled (``strikes``). Ids and counts only; nothing of a stranger."""

    pairs: frozenset[frozenset[UUID]] = frozenset()
    strikes: Mapping[UUID, int] = field(default_factory=dict)


NO_LESSONS = Lessons()


def no_lessons() -> Lessons:
    """Nobody was ever mixed up."""
    return NO_LESSONS


class Policy:
    """The thresholds in force, replaced as a whole when they are calibrated anew. Any thread."""

    def __init__(self, thresholds: Thresholds, lessons: Callable[[], Lessons] = no_lessons) -> None:
        """``lessons`` is asked at each decision, so that a mistake counts from the next visitor on, in every process
        of the hall; what it raises ends the session, and the visitor takes another way."""
        self._thresholds = thresholds
        self._lessons = lessons

    @property
    def thresholds(self) -> Thresholds:
        """What decides now."""
        return self._thresholds

    def replace(self, thresholds: Thresholds) -> None:
        """From the next decision on."""
        self._thresholds = thresholds

    def decide(self, ranking: Sequence[Candidate], *, liveness: Liveness, synthetic: bool) -> FaceHint:
        """The hint for the best candidate of ``ranking`` (best first)."""
        return decide(ranking, self._thresholds, self._lessons(), liveness=liveness, synthetic=synthetic)


def decide(
    ranking: Sequence[Candidate],
    thresholds: Thresholds,
    lessons: Lessons = NO_LESSONS,
    *,
    liveness: Liveness,
    synthetic: bool,
) -> FaceHint:
    """The hint for the best candidate of ``ranking`` (best first).

    ``ranking`` is as long as ``thresholds.wanted``, or as the gallery. With nobody to compare with, the margin is the
    score itself. Two people who were mixed up before and lead the
    ranking together are never sure: the digits decide.
    """
    score = standing([candidate.score for candidate in ranking], thresholds.crowd) if ranking else -1.0
    margin = ranking[0].score - ranking[1].score if len(ranking) > 1 else max(score, 0.0)
    best = 1.0 - (ranking[0].score - score) if ranking else 1.0
    kind = _kind(ranking, score, best, margin, thresholds, lessons) if ranking else HintKind.UNKNOWN
    person_id = ranking[0].person_id if kind is not HintKind.UNKNOWN else None
    return FaceHint(kind, person_id, score, margin, liveness, synthetic=synthetic, best=best)


def higher(score: float, share: float, best: float) -> float:
    """``score`` moved towards the ``best`` one by ``share`` (0 to 1) of the way."""
    return score + max(best - score, 0.0) * share


def _kind(
    ranking: Sequence[Candidate], score: float, best: float, margin: float, thresholds: Thresholds, lessons: Lessons
) -> HintKind:
    first = ranking[0]
    bar = thresholds.raised(lessons.strikes.get(first.person_id, 0), best)
    if first.score < bar.floor or score < bar.ask:
        return HintKind.UNKNOWN
    mixed_up = frozenset(candidate.person_id for candidate in ranking[:2]) in lessons.pairs
    sure = bar.calibrated and score >= bar.sure and margin >= bar.margin and not mixed_up
    return HintKind.SURE if sure else HintKind.ASK

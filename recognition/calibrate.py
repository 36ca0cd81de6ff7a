"""Thresholds from this installation's own people: how alike strangers look here, and how alike a person is to himself.

Owns the measurement and the estimate (docs/adr/0013); must not read a vault or write a file. Every enrolled person is
searched against everybody else: a search by somebody who is not in that gallery. The best score of such a search is
what a stranger would reach. The threshold for a false-positive identification rate (FPIR) p is the level that the best
scores pass with probability p. With n people, rates near 1/n lie beyond the data, so the upper fifth of the scores gets
a generalised Pareto tail (Pickands, Balkema and de Haan), fitted by probability-weighted moments (Hosking and Wallis
1987), whose shape is pulled towards the exponential tail while there are few people. People are resampled, not scores
(the views of one person hang together), and the 95 % upper bound of the estimate is taken.

Vectors are read, never kept, and every copy made of them is overwritten: a ``Calibration`` holds thresholds and counts
only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recognition.crowd import crowd_mean
from recognition.vote import Thresholds

PEOPLE_NEEDED = 100
"""Fewer enrolled people say too little about strangers: every match is then asked about (docs/adr/0013)."""
SEARCHES_AT_MOST = 9000
"""Three times what 3 / 0.001 asks for; beyond, people are taken in equal steps."""
CONFIDENCE = 0.95
BINS = 60

_TAIL = 0.2
_TAIL_AT_LEAST = 10
_SHRINK = 300
_RESAMPLES = 200
_BLOCK = 1024

Scores = NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Rates:
    """Stated shares of strangers who may be taken for somebody: surely (``sure``), or be asked for digits (``ask``)."""

    sure: float = 0.001
    ask: float = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Results of searches, one entry each: score (``recognition.crowd``), lead over the second, and whose search it was
    (index)."""

    best: Scores
    lead: Scores
    owner: NDArray[np.int64]


NO_SEARCHES = Searches(np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Scale:
    """What an engine says about its cosines: how many people make the ``crowd`` (``recognition.crowd``), and the
    ``floor`` below which two views do not show one person."""

    floor: float
    crowd: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """Counts of scores in ``BINS`` equal steps from ``low`` to ``high``."""

    low: float
    high: float
    strangers: tuple[int, ...]
    same: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration found: no vector, no id, nothing about one person.

    ``asked``: share of the members' own searches that score below ``sure``; ``missed``: below ``ask``; None without
    people of several views. ``alike``: members whose template reaches ``sure`` with somebody else's.
    """

    models: str
    people: int
    views: int
    searches: int
    rates: Rates
    thresholds: Thresholds
    asked: float | None
    missed: float | None
    alike: int
    picture: Picture


def calibrate(
    people: Sequence[NDArray[np.float32]],
    models: str,
    fallback: Thresholds,
    scale: Scale,
    rates: Rates,
    progress: Progress = lambda share: None,
) -> Calibration:
    """Measure and estimate. ``people``: per person float32 (views, dim), unit rows, rotated or not (cosines are equal).

    ``fallback`` holds, uncalibrated, while there are fewer than ``PEOPLE_NEEDED``. 1,000 people with 4 views take about
    a second; no thread but one that may wait.
    """
    templates = _templates(people)
    try:
        strangers = _stranger_searches(people, templates, scale.crowd, progress)
        same = _own_searches(people, templates, scale.crowd)
        thresholds = replace(fallback, calibrated=False)
        if len(people) >= PEOPLE_NEEDED:
            thresholds = _thresholds(strangers, same, scale, rates, progress)
    finally:
        templates.fill(0)
        _ = templates[:_BLOCK] @ templates.T  # zeros over the copies that BLAS keeps in buffers of its own
    singles, fused = strangers
    return Calibration(
        models=models,
        people=len(people),
        views=sum(len(views) for views in people),
        searches=sum(len(searches.best) for searches in strangers),
        rates=rates,
        thresholds=thresholds,
        asked=_share_below(same.best, thresholds.sure),
        missed=_share_below(same.best, thresholds.ask),
        alike=int((fused.best >= thresholds.sure).sum()),
        picture=_picture(singles.best, same.best),
    )


def tail_threshold(best: Scores, rate: float, people: int) -> float:
    """Level that the best scores of strangers pass with probability ``rate``, from a generalised Pareto tail.

    With tail excesses of mean a0 and first weighted moment a1, shape = 2 - a0 / (a0 - 2 a1); cosines end at 1, so a
    positive shape is taken as 0 (exponential), and a negative one counts only by the share that ``people`` support.
    Never below what was seen: at most ``rate`` of the scores themselves pass.
    """
    ranked = np.sort(best)[::-1]
    count = min(max(int(_TAIL * len(ranked)), _TAIL_AT_LEAST), len(ranked) - 1)
    start = ranked[count]
    excess = (ranked[:count] - start)[::-1]
    mean = float(excess.mean())
    weights = 1 - (np.arange(1, count + 1) - 0.35) / count
    moment = mean - 2 * float((excess * weights).mean())
    supported = people * _TAIL / (people * _TAIL + _SHRINK)
    shape = min(2 - mean / moment, 0.0) * supported if moment > 0 else 0.0
    beyond = count / len(ranked) / rate
    scale = mean * (1 - shape)
    steps = np.log(beyond) if shape > -1e-6 else (beyond**shape - 1) / shape
    return float(max(start + scale * steps, ranked[int(rate * len(ranked))]))


def upper_bound(searches: Searches, rate: float) -> float:
    """Upper ``CONFIDENCE`` bound of ``tail_threshold`` when people, with all their searches, are drawn anew."""
    _, owner = np.unique(searches.owner, return_inverse=True)
    people = int(owner.max()) + 1
    rng = np.random.default_rng(0)
    found = []
    for _ in range(_RESAMPLES):
        drawn = np.bincount(rng.integers(0, people, people), minlength=people)
        found.append(tail_threshold(np.repeat(searches.best, drawn[owner]), rate, people))
    return float(np.quantile(found, CONFIDENCE))


def _thresholds(
    strangers: Sequence[Searches], same: Searches, scale: Scale, rates: Rates, progress: Progress
) -> Thresholds:
    """The more careful of single views and fused views, since the kiosk fuses what one visit shows.

    ``sure`` is the bound, because a wrong name harms; ``ask`` the estimate itself: its mistakes cost a few digits.
    """
    sure = max(upper_bound(searches, rates.sure) for searches in strangers)
    ask = max(tail_threshold(s.best, rates.ask, len(np.unique(s.owner))) for s in strangers)
    progress(1.0)
    lowest = scale.floor if not scale.crowd else 0.0
    sure = min(max(sure, lowest), 1.0)
    return Thresholds(
        ask=round(min(max(ask, lowest), sure), 4),
        sure=round(sure, 4),
        margin=round(_margin(strangers[0], same), 4),
        calibrated=True,
        crowd=scale.crowd,
        floor=scale.floor,
    )


def _margin(strangers: Searches, same: Searches) -> float:
    """The lead that one stranger in twenty has by chance, but none that more than one member in a hundred lacks."""
    chance = float(np.quantile(strangers.lead, 0.95))
    return max(min(chance, float(np.quantile(same.lead, 0.01))), 0.0) if len(same.lead) else chance


def _templates(people: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Normalised means, float32 (people, dim), made in place so that no other copy is left in memory."""
    templates = np.empty((len(people), people[0].shape[1] if people else 1), dtype=np.float32)
    for row, views in zip(templates, people, strict=True):
        np.mean(views, axis=0, out=row)
    templates /= np.maximum(np.linalg.norm(templates, axis=1, keepdims=True), 1e-9)
    return templates


def _stranger_searches(
    people: Sequence[NDArray[np.float32]], templates: NDArray[np.float32], crowd: int, progress: Progress
) -> tuple[Searches, Searches]:
    """Everybody against everybody else: each view by itself, and all views of a person fused."""
    if len(templates) < 3:
        return NO_SEARCHES, NO_SEARCHES
    chosen, singles, owners = _some(people, range(len(people)))
    every = np.asarray(chosen)

    def half(share: float) -> None:
        progress(0.5 * share)

    try:
        return (
            _by_chance(_search_others(singles, owners, templates, crowd, half), owners, crowd),
            _by_chance(_search_others(templates[chosen.start :: chosen.step], every, templates, crowd), every, crowd),
        )
    finally:
        singles.fill(0)


def _some(
    people: Sequence[NDArray[np.float32]], among: Sequence[int]
) -> tuple[range, NDArray[np.float32], NDArray[np.int64]]:
    """Positions in ``among`` taken in equal steps, the views of those people as one array, and whose each is."""
    step = max(-(-sum(len(people[index]) for index in among) // SEARCHES_AT_MOST), 1)
    positions = range(0, len(among), step)
    taken = [among[position] for position in positions]
    views = np.concatenate([people[index] for index in taken]) if taken else np.zeros((0, 1), np.float32)
    return positions, views, np.repeat(np.asarray(taken, np.int64), [len(people[index]) for index in taken])


def _search_others(
    probes: NDArray[np.float32],
    owners: NDArray[np.int64],
    templates: NDArray[np.float32],
    crowd: int,
    progress: Progress = lambda share: None,
) -> Scores:
    """The nearest others of each probe. Scores, not vectors: none needs to be overwritten."""
    kept = min(max(crowd, 1) + 1, len(templates) - 1)
    found = np.empty((len(probes), kept))
    for start in range(0, len(probes), _BLOCK):
        part = slice(start, min(start + _BLOCK, len(probes)))
        scores = probes[part] @ templates.T
        scores[np.arange(len(scores)), owners[part]] = -2
        found[part] = np.sort(np.partition(scores, -kept, axis=1)[:, -kept:], axis=1)[:, ::-1]
        progress(part.stop / len(probes))
    return found


def _by_chance(found: Scores, owners: NDArray[np.int64], crowd: int) -> Searches:
    """What the searches of strangers reach."""
    return Searches(found[:, 0] - crowd_mean(found[:, 1:], crowd), found[:, 0] - found[:, 1], owners)


def _own_searches(people: Sequence[NDArray[np.float32]], templates: NDArray[np.float32], crowd: int) -> Searches:
    """Each view against its person's template without that view, and its lead over the best other person."""
    several = [index for index, views in enumerate(people) if len(views) > 1]
    if not several or len(templates) < 3:
        return NO_SEARCHES
    _, views, owners = _some(people, several)
    _, first, counts = np.unique(owners, return_index=True, return_counts=True)
    sums = np.add.reduceat(views, first, axis=0)
    rest = np.repeat(sums, counts, axis=0)
    rest -= views
    try:
        lengths = np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
        own = (np.einsum("ij,ij->i", views, rest) / lengths).astype(np.float64)
        others = _search_others(views, owners, templates, crowd)
        return Searches(own - crowd_mean(others, crowd), own - others[:, 0], owners)
    finally:
        for copied in (views, sums, rest):
            copied.fill(0)


def _share_below(scores: Scores, level: float) -> float | None:
    return round(float((scores < level).mean()), 5) if len(scores) else None


def _picture(strangers: Scores, same: Scores) -> Picture:
    """From the tenth below which next to nothing lies, up to 1."""
    low, high = 0.0, 1.0
    if len(strangers):
        low = np.floor(10 * float(np.quantile(np.concatenate([strangers, same]), 0.002))) / 10
    counts = [np.histogram(np.clip(scores, low, high), BINS, (low, high))[0] for scores in (strangers, same)]
    return Picture(float(low), high, *(tuple(int(count) for count in row) for row in counts))

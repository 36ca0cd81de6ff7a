"""Measures an engine on a folder ``person/image``: who is missed, who is given a stranger's name, and how fast.

Owns the protocol (design page RECOGNITION, DECISIONS 11). Vectors live in memory while it runs and nowhere else.
Quality gates for capture do not apply; a picture in which no face is found counts as missed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition.crowd import standing
from recognition.survey import Stopwatch
from recognition.vectors import fused

FPIRS = (0.01, 0.003, 0.001)
PROBES_PER_PERSON = 3
RESAMPLES = 1000
# Score of a search that could not be made because no face was found: below every cosine.
NO_SEARCH = -2.0

Vectors = Mapping[str, Sequence[NDArray[np.float32] | None]]
"""Per person the vectors of their pictures in order; None where no face was found."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``gallery`` people enrolled (None: everybody who can be), ``enrol`` pictures a template, ``probe`` a search.
    ``seed`` permutes people; pictures too when ``shuffle_pictures`` (else the first are enrolled)."""

    gallery: int | None = None
    enrol: int = 1
    probe: int = 1
    seed: int = 0
    shuffle_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """Who plays what: pictures are indices into the person's list. Enrolled people may have no searches."""

    enrolled: dict[str, list[int]]
    searches: dict[str, list[list[int]]]
    strangers: dict[str, list[list[int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Results of all searches, one entry each. Mated: ``top`` the best score, ``right`` whether it was the person,
    ``owner`` the number of the person. ``strangers``: the best score of each search by somebody not enrolled."""

    top: NDArray[np.float64]
    right: NDArray[np.bool_]
    owner: NDArray[np.int64]
    strangers: NDArray[np.float64]


def assign(pictures: Mapping[str, int], plan: Plan) -> Roles:
    """Roles by the protocol, from the number of pictures of each person.

    People are sorted and permuted by ``default_rng(seed)``. The gallery is the first ``gallery`` people with enough
    pictures to be searched, filled up with people who have too few for that; everybody else is a stranger.
    """
    rng = np.random.default_rng(plan.seed)
    names = sorted(pictures)
    names = [names[index] for index in rng.permutation(len(names))]
    order = {name: _order(pictures[name], rng, plan.shuffle_pictures) for name in names}
    able = [name for name in names if pictures[name] >= plan.enrol + plan.probe]
    filling = [name for name in names if plan.enrol <= pictures[name] < plan.enrol + plan.probe]
    members = (able + filling)[: plan.gallery]
    chosen = set(members)
    return Roles(
        enrolled={name: order[name][: plan.enrol] for name in members},
        searches={name: _probes(order[name][plan.enrol :], plan.probe) for name in members},
        strangers={name: _probes(order[name], plan.probe) for name in names if name not in chosen},
    )


def search(vectors: Vectors, roles: Roles, watch: Stopwatch, crowd: int = 0) -> tuple[Searches, int]:
    """Make every search, scored by ``recognition.crowd``; returns the results and how many people could not be enrolled
    (no face in their pictures).

    Searches of people who could not be enrolled, or in whose pictures no face was found, count as missed.
    """
    templates = {name: _fused_or_none(vectors[name], chosen) for name, chosen in roles.enrolled.items()}
    names = [name for name, template in templates.items() if template is not None]
    rows = [template for template in templates.values() if template is not None]
    matrix = np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32)

    def best(name: str, group: Sequence[int]) -> tuple[str | None, float]:
        probe = _fused_or_none(vectors[name], group)
        if probe is None or not names:
            return None, NO_SEARCH
        start = time.perf_counter()
        scores = matrix @ probe
        first = int(scores.argmax())
        watch.lap("search", start)
        return names[first], standing(np.sort(scores)[::-1][: crowd + 1], crowd)

    mated = [
        (number, name, *best(name, group))
        for number, (name, groups) in enumerate(roles.searches.items())
        for group in groups
    ]
    outside = [best(name, group)[1] for name, groups in roles.strangers.items() for group in groups]
    found = Searches(
        top=np.array([score for _, _, _, score in mated], dtype=np.float64),
        right=np.array([match == name for _, name, match, _ in mated], dtype=np.bool_),
        owner=np.array([number for number, *_ in mated], dtype=np.int64),
        strangers=np.array(outside, dtype=np.float64),
    )
    return found, len(templates) - len(names)


def threshold_for(fpir: float, strangers: NDArray[np.float64]) -> float | None:
    """The lowest threshold at which at most ``fpir`` of the strangers' best scores pass; None without strangers."""
    if not len(strangers):
        return None
    ranked = np.sort(strangers)[::-1]
    return math.nextafter(float(ranked[math.floor(fpir * len(ranked))]), math.inf)


def rates(found: Searches, threshold: float, seed: int = 0) -> dict[str, Any]:
    """FNIR (the person is not the first match above the threshold) with its 95 % interval by resampling people, and
    misidentification (somebody else is)."""
    if not len(found.top):
        return {"fnir": None, "misidentification": None, "fnir_ci95": None}
    passed = found.top >= threshold
    missed = ~(passed & found.right)
    return {
        "fnir": round(float(missed.mean()), 5),
        "misidentification": round(float((passed & ~found.right).mean()), 5),
        "fnir_ci95": _interval(missed, found.owner, seed),
    }


def measure(
    vectors: Vectors, plan: Plan, watch: Stopwatch, threshold: float | None = None, crowd: int = 0
) -> dict[str, Any]:
    """The figures of the protocol as JSON values. ``crowd``: see ``Engine.crowd``. ``claimable``: enough strangers
    (3 / FPIR) to state that rate."""
    roles = assign({name: len(views) for name, views in vectors.items()}, plan)
    found, not_enrolled = search(vectors, roles, watch, crowd)
    no_face = sum(view is None for views in vectors.values() for view in views)
    result: dict[str, Any] = {
        "n": len(roles.enrolled),
        "mated": len(found.top),
        "nonmated": len(found.strangers),
        "rank1": round(float(found.right.mean()), 5) if len(found.right) else None,
        "rank1_count": int(found.right.sum()),
        "failure_to_enrol": not_enrolled,
        "failure_to_detect": no_face,
        "at_fpir": [_at(fpir, found, plan.seed) for fpir in FPIRS],
    }
    if threshold is not None:
        fpir = round(float((found.strangers >= threshold).mean()), 5) if len(found.strangers) else None
        result["at_threshold"] = {"threshold": threshold, "fpir": fpir, **rates(found, threshold, plan.seed)}
    return result


def _at(fpir: float, found: Searches, seed: int) -> dict[str, Any]:
    threshold = threshold_for(fpir, found.strangers)
    if threshold is None:
        figures: dict[str, Any] = {"threshold": None, "fnir": None, "misidentification": None, "fnir_ci95": None}
    else:
        figures = {"threshold": round(threshold, 5), **rates(found, threshold, seed)}
    return {"fpir": fpir, **figures, "claimable": len(found.strangers) >= 3 / fpir}


def _order(count: int, rng: np.random.Generator, shuffle: bool) -> list[int]:
    return [int(index) for index in rng.permutation(count)] if shuffle else list(range(count))


def _probes(pictures: Sequence[int], size: int) -> list[list[int]]:
    """Disjoint groups of ``size`` pictures, at most three; a rest too small is left out."""
    groups = [list(pictures[start : start + size]) for start in range(0, len(pictures) - size + 1, size)]
    return groups[:PROBES_PER_PERSON]


def _fused_or_none(views: Sequence[NDArray[np.float32] | None], chosen: Sequence[int]) -> NDArray[np.float32] | None:
    """Normalised mean of the chosen pictures in which a face was found; None when there is none."""
    found = [view for index in chosen if (view := views[index]) is not None]
    return fused(found) if found else None


def _interval(missed: NDArray[np.bool_], owner: NDArray[np.int64], seed: int) -> list[float]:
    """Percentile bootstrap by people: searches of one person are not independent."""
    people = np.unique(owner, return_inverse=True)[1]
    misses = np.bincount(people, weights=missed)
    searches = np.bincount(people)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(searches), size=(RESAMPLES, len(searches)))
    shares = misses[drawn].sum(axis=1) / searches[drawn].sum(axis=1)
    return [round(float(bound), 5) for bound in np.quantile(shares, [0.025, 0.975])]

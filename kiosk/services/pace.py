"""How long somebody will wait, from this centre's own history: pure rules. Owns no storage.

While every desk is busy and talks have no memory, ``ahead`` people before you at ``desks`` desks take a time that is
Erlang distributed (M/M/c queue): mean m * (ahead + 1) / desks, standard deviation mean / sqrt(ahead + 1). The span goes
so many standard deviations below and above the mean as the queue has learnt (``Pace.low``, ``Pace.high``): each promise
that was broken widens its side, each that was kept narrows both a little, so that in the long run nine of ten waits end
above the lower and nine of ten below the upper bound (adaptive conformal inference, Gibbs and Candes 2021).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.model.service_quality import Pace
from kiosk.model.ticket import CallClass
from kiosk.services.policy import DEFAULT_SERVICE_MINUTES, PRIORITY_RUN, WaitSpan

MISSED_EACH_SIDE = 0.1
"""Share of waits that may end outside the span, on each side."""
STEP = 0.1
"""How far one broken promise moves a bound, in standard deviations."""
START = 1.28
"""Standard deviations to each side before anything was learnt: eight of ten under a normal law."""
NARROWEST, WIDEST = 0.3, 5.0
PRIOR_TALKS = 5
"""The default length of a talk weighs as much as so many real ones."""
TALKS_KEPT = 40
FORGOTTEN_AT_LEAST = timedelta(minutes=60)
FORGOTTEN_TIMES = 5
ROUND_FROM, ROUND_TO = 20, 5
"""From twenty minutes on, a span is written in steps of five: more would claim more than anybody knows."""

AT_ONCE_MIN = 2
"""A span up to this says "at once". It is nearly always kept, so that learning from it would narrow the others."""

Waiting = Mapping[tuple[str, CallClass], int]
"""People waiting by queue and class."""


def fresh_pace(queue: str, at: datetime) -> Pace:
    """A queue that has learnt nothing yet."""
    return Pace(queue, DEFAULT_SERVICE_MINUTES, START, START, 0, 0, at)


def called_before(waiting: Waiting, queue: str, call_class: CallClass, run: int = PRIORITY_RUN) -> int:
    """How many of ``queue`` are called before somebody who joins it now, by the order of DECISIONS 19."""
    urgent, priority, ordinary = (waiting.get((queue, kind), 0) for kind in CallClass)
    if call_class is CallClass.URGENT:
        return urgent
    if call_class is CallClass.PRIORITY:
        return urgent + priority + min(ordinary, priority // run)
    return urgent + ordinary + min(priority, run * (ordinary + 1))


def people_ahead(
    waiting: Waiting,
    desks: Sequence[Collection[str]],
    queue: str,
    call_class: CallClass = CallClass.ORDINARY,
    run: int = PRIORITY_RUN,
) -> float:
    """Who is called before, counting other queues as far as they share the desks of ``queue``.

    ``desks`` are the queues served by each window at work.
    """
    ahead = 0.0
    for other in {name for name, _ in waiting} | {queue}:
        serving = [desk for desk in desks if other in desk]
        shared = sum(1 for desk in serving if queue in desk) / len(serving) if serving else float(other == queue)
        ahead += shared * called_before(waiting, other, call_class, run)
    return ahead


def promised(pace: Pace, ahead: float, desks: int, free: bool = False) -> WaitSpan:
    """The span of waiting in whole minutes. ``free``: a window is free, so that nobody ahead means no wait."""
    if free and ahead < 1:
        return WaitSpan(0, AT_ONCE_MIN)
    places = ahead + 1
    mean = pace.minutes * places / max(1, desks)
    deviation = mean / math.sqrt(places)
    low = _down(max(0.0, mean - pace.low * deviation))
    return WaitSpan(low, max(_up(mean + pace.high * deviation), low + 2))


def _down(minutes: float) -> int:
    whole = math.floor(minutes)
    return whole - whole % ROUND_TO if whole >= ROUND_FROM else whole


def _up(minutes: float) -> int:
    whole = math.ceil(minutes)
    return whole + -whole % ROUND_TO if whole >= ROUND_FROM else whole


def judge(pace: Pace, low_min: int, high_min: int, waited: timedelta, at: datetime) -> Pace:
    """``pace`` after one promise was compared with the wait. Pure; order matters, so judge in the order of calls."""
    if high_min <= AT_ONCE_MIN:
        return pace
    minutes = waited.total_seconds() / 60
    early, late = minutes < low_min, minutes > high_min
    return replace(
        pace,
        low=_moved(pace.low, early),
        high=_moved(pace.high, late),
        judged=pace.judged + 1,
        kept=pace.kept + (not early and not late),
        at=at,
    )


def _moved(bound: float, missed: bool) -> float:
    step = STEP * ((1 - MISSED_EACH_SIDE) if missed else -MISSED_EACH_SIDE)
    return min(WIDEST, max(NARROWEST, bound + step))


def mean_minutes(talks: Iterable[timedelta]) -> float:
    """Mean length of the talks of a queue, newest first, drawn towards the default while there are few."""
    counted = trustworthy(list(talks)[:TALKS_KEPT])
    total = sum(talk.total_seconds() for talk in counted) / 60
    return (total + PRIOR_TALKS * DEFAULT_SERVICE_MINUTES) / (len(counted) + PRIOR_TALKS)


def trustworthy(talks: Sequence[timedelta]) -> list[timedelta]:
    """Without those whose end was forgotten: over an hour and five times the middle one."""
    if not talks:
        return []
    middle = sorted(talks)[len(talks) // 2]
    limit = max(FORGOTTEN_AT_LEAST, FORGOTTEN_TIMES * middle)
    return [talk for talk in talks if talk <= limit]

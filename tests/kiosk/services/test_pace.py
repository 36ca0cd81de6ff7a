"""Wait promises as pure rules: they are spans, they count the right people, and broken ones widen the next."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import CallClass
from kiosk.services.pace import (
    called_before,
    fresh_pace,
    judge,
    mean_minutes,
    people_ahead,
    promised,
    trustworthy,
)

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
PACE = fresh_pace("A", NOW)
COUNTS = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from(list(CallClass))), st.integers(0, 30), max_size=6
)


@given(st.floats(0, 200), st.integers(0, 12))
def test_a_promise_is_a_span_that_grows_with_the_line_and_shrinks_with_the_desks(ahead, desks):
    span, longer, shorter = promised(PACE, ahead, desks), promised(PACE, ahead + 1, desks), promised(PACE, ahead, 13)
    assert 0 <= span.low < span.high
    assert longer.low >= span.low and longer.high >= span.high
    assert shorter.high <= span.high


def test_a_free_window_means_hardly_any_wait():
    assert promised(PACE, 0, 2, free=True).high == 2
    assert promised(PACE, 3, 2, free=True) == promised(PACE, 3, 2)


def test_a_long_wait_is_told_in_steps_of_five_minutes():
    span = promised(PACE, 20, 2)
    assert span.low % 5 == span.high % 5 == 0
    assert span.low < 63 < span.high


@given(COUNTS)
def test_who_is_called_before_never_exceeds_who_waits_and_follows_the_classes(waiting):
    total = sum(count for (queue, _), count in waiting.items() if queue == "A")
    urgent, priority, ordinary = (called_before(waiting, "A", kind) for kind in CallClass)
    assert 0 <= urgent <= priority <= total
    assert urgent <= ordinary <= total


def test_two_of_three_before_an_ordinary_visitor_may_be_priority():
    waiting = {("A", CallClass.PRIORITY): 9, ("A", CallClass.ORDINARY): 2}
    assert called_before(waiting, "A", CallClass.ORDINARY) == 2 + 6
    assert called_before(waiting, "A", CallClass.PRIORITY) == 9 + 2


def test_people_of_another_queue_count_as_far_as_they_share_the_windows():
    waiting = {("A", CallClass.ORDINARY): 4, ("B", CallClass.ORDINARY): 6}
    assert people_ahead(waiting, [("A",), ("B",)], "A") == 4
    assert people_ahead(waiting, [("A", "B"), ("A", "B")], "A") == 10
    assert people_ahead(waiting, [("A", "B"), ("B",)], "A") == 4 + 3
    assert people_ahead(waiting, [], "A") == 4


@given(st.lists(st.booleans(), max_size=60))
def test_a_broken_promise_widens_its_side_and_kept_ones_narrow_it_again(outcomes):
    pace = PACE
    for late in outcomes:
        after = judge(pace, 5, 10, timedelta(minutes=12 if late else 7), NOW)
        assert (after.high > pace.high or after.high == 5.0) if late else after.high <= pace.high
        assert after.low <= pace.low
        pace = after
    assert (pace.judged, pace.kept) == (len(outcomes), outcomes.count(False))
    assert 0.3 <= pace.low <= 5 and 0.3 <= pace.high <= 5


@pytest.mark.parametrize("mean", [3.0, 6.0, 15.0])
def test_eight_of_ten_promises_are_kept_whatever_the_talks_are_like(mean):
    """One desk, ten people ahead at most, lengths drawn from a law the rule knows nothing about."""
    dice = random.Random(7)
    pace, talks, kept = PACE, [timedelta(minutes=6)], []
    for _ in range(1500):
        ahead = dice.randrange(10)
        lengths = [dice.lognormvariate(0, 0.8) * mean / 1.377 for _ in range(ahead + 1)]
        wait, span = timedelta(minutes=sum(lengths)), promised(pace, ahead, 1)
        kept.append(span.low <= wait.total_seconds() / 60 <= span.high)
        pace = judge(pace, span.low, span.high, wait, NOW)
        talks = [timedelta(minutes=minutes) for minutes in lengths] + talks
        pace = type(pace)(**{**{n: getattr(pace, n) for n in pace.__slots__}, "minutes": mean_minutes(talks)})
    share = sum(kept[300:]) / len(kept[300:])
    assert 0.75 <= share <= 0.93


def test_a_forgotten_end_does_not_make_the_next_promise_longer():
    talks = [timedelta(minutes=5)] * 20
    assert mean_minutes([timedelta(hours=7), *talks]) == mean_minutes(talks)
    assert len(trustworthy([timedelta(minutes=70), *talks])) == 20
    assert trustworthy([timedelta(minutes=70), timedelta(minutes=40)]) == [timedelta(minutes=70), timedelta(minutes=40)]


def test_few_talks_hardly_move_the_default():
    assert mean_minutes([]) == 6.0
    assert 6.0 < mean_minutes([timedelta(minutes=30)]) < 11
    assert 27 < mean_minutes([timedelta(minutes=30)] * 200) < 30

"""What 'not me' taught acts in the decision: pairs, raised bars, and the policy that asks for them each time."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.face import HintKind, Liveness
from recognition.gallery import Candidate
from recognition.vote import NO_LESSONS, Lessons, Policy, Thresholds, decide

SITE = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)
ANN, BOB, EVE = (UUID(int=number) for number in (1, 2, 3))
BOTH = Lessons(pairs=frozenset({frozenset({ANN, BOB})}))


def ranking(**scores):
    return sorted((Candidate(globals()[name], score) for name, score in scores.items()), key=lambda c: -c.score)


def kind(ranked, lessons):
    return decide(ranked, SITE, lessons, liveness=Liveness.NONE, synthetic=False).kind


@given(st.floats(0.4, 1), st.floats(-1, 0.4))
def test_two_people_who_were_mixed_up_are_never_sure_together(first, second):
    assert kind(ranking(ANN=first, BOB=second), BOTH) is HintKind.ASK
    assert kind(ranking(BOB=first, ANN=second), BOTH) is HintKind.ASK


def test_a_pair_holds_only_for_the_two():
    assert kind(ranking(ANN=0.9, EVE=0.5), BOTH) is HintKind.SURE
    assert kind(ranking(EVE=0.9, ANN=0.5), BOTH) is HintKind.SURE
    assert kind(ranking(ANN=0.9), BOTH) is HintKind.SURE


@given(st.floats(-1, 1), st.integers(0, 9))
def test_a_raised_bar_never_makes_a_match_easier(score, strikes):
    order = (HintKind.UNKNOWN, HintKind.ASK, HintKind.SURE)
    plain = kind(ranking(ANN=score), NO_LESSONS)
    raised = kind(ranking(ANN=score), Lessons(strikes={ANN: strikes}))
    assert order.index(raised) <= order.index(plain)
    assert kind(ranking(BOB=score), Lessons(strikes={ANN: strikes})) is plain


def test_each_mistake_raises_the_bar_until_it_is_high_enough():
    bars = [SITE.raised(strikes) for strikes in range(6)]
    assert [bar.sure for bar in bars[:4]] == pytest.approx([0.6, 0.66, 0.72, 0.78])
    assert [bar.ask for bar in bars[:4]] == pytest.approx([0.4, 0.43, 0.46, 0.49])
    assert bars[4] == bars[5] == bars[3]
    assert all(bar.ask < bar.sure <= 1 for bar in bars)


@given(st.floats(0.0, 0.4), st.integers(0, 3))
def test_what_the_crowd_takes_from_a_score_it_takes_from_a_raised_bar(near, strikes):
    """The same cosine passes the same raised bar, whether the thresholds are cosines or stand above the crowd."""
    lessons = Lessons(strikes={ANN: strikes})
    crowded = replace(SITE, ask=SITE.ask - near, sure=SITE.sure - near, crowd=1, floor=-1.0)
    for cosine in (0.45, 0.58, 0.65, 0.7, 0.75, 0.8, 0.95):
        ranked = ranking(ANN=cosine, EVE=near)
        alike = decide(ranked, crowded, lessons, liveness=Liveness.NONE, synthetic=False)
        assert alike.kind is kind(ranked, lessons)
        assert alike.best == pytest.approx(1 - near)


def test_a_mistake_counts_at_the_next_decision():
    learned = []
    policy = Policy(SITE, lambda: learned[-1] if learned else NO_LESSONS)

    def decided():
        return policy.decide(ranking(ANN=0.62), liveness=Liveness.NONE, synthetic=False).kind

    assert decided() is HintKind.SURE
    learned.append(Lessons(strikes={ANN: 1}))
    assert decided() is HintKind.ASK
    policy.replace(Thresholds(ask=0.7, sure=0.8, margin=0.1, calibrated=True))
    assert decided() is HintKind.UNKNOWN

"""One probe, for a moment, and only what may be learned."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from kiosk.model.face import FaceHint, HintKind, Liveness
from recognition import keepsake
from recognition.keepsake import Keepsake
from recognition.vectors import unit
from recognition.vote import Thresholds

ANN, BOB = UUID(int=1), UUID(int=2)
BAR = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)
GOOD = FaceHint(HintKind.SURE, ANN, 0.8, 0.3, Liveness.CHALLENGED, synthetic=False)


class Learner:
    """A keepsake, what it learned, and the memory it held."""

    def __init__(self, bar=BAR, learns=True):
        self.learned = []
        self.keepsake = Keepsake(lambda: bar, self.learn if learns else None)

    def learn(self, person_id, view):
        self.learned.append((person_id, view.copy()))

    def hold(self, hint=GOOD, seed=0):
        probe = unit(np.random.default_rng(seed).normal(size=8))
        self.keepsake.hold(probe, hint)
        probe_copy, held = probe.copy(), self.keepsake._probe
        probe.fill(0)  # as the pipeline does
        return probe_copy, held


@pytest.fixture
def learner():
    made = Learner()
    yield made
    made.keepsake.forget()


def test_a_confirmed_visit_is_learned_once(learner):
    probe, held = learner.hold()
    learner.keepsake.confirmed(ANN)
    learner.keepsake.confirmed(ANN)
    ((person, view),) = learner.learned
    assert person == ANN
    assert view.tolist() == probe.tolist()
    assert not held.any()


@pytest.mark.parametrize(
    "end", [lambda k: k.forget(), lambda k: k.confirmed(BOB), lambda k: k.hold(np.ones(8, np.float32), GOOD)]
)
def test_forgetting_replacing_and_somebody_else_overwrite_it(learner, end):
    _, held = learner.hold()
    end(learner.keepsake)
    assert not held.any()
    assert learner.learned == []


@pytest.mark.parametrize(
    "change",
    [
        {"liveness": Liveness.PASSIVE},
        {"liveness": Liveness.NONE},
        {"synthetic": True},
        {"score": 0.71},
        {"margin": 0.09},
        {"kind": HintKind.UNKNOWN, "person_id": None},
    ],
)
def test_what_is_not_good_enough_is_never_held(learner, change):
    learner.hold()
    learner.hold(replace(GOOD, **change))
    assert not learner.keepsake.holding
    learner.keepsake.confirmed(ANN)
    assert learner.learned == []


def test_an_asked_match_may_be_learned_after_the_digits(learner):
    learner.hold(replace(GOOD, kind=HintKind.ASK))
    learner.keepsake.confirmed(ANN)
    assert [person for person, _ in learner.learned] == [ANN]


@pytest.mark.parametrize(("bar", "learns"), [(replace(BAR, calibrated=False), True), (BAR, False)])
def test_nothing_is_held_before_calibration_or_with_the_setting_off(bar, learns):
    learner = Learner(bar, learns)
    learner.hold()
    assert not learner.keepsake.holding


def test_time_ends_it(monkeypatch):
    monkeypatch.setattr(keepsake, "HELD_S", 0.01)
    learner = Learner()
    _, held = learner.hold()
    timer = learner.keepsake._timer
    if timer is not None:  # else it is over already
        timer.join()
    assert not learner.keepsake.holding
    assert held is None or not held.any()


def test_a_vault_that_fails_leaves_nothing_behind():
    def broken(_person, _view):
        raise OSError("disk")

    made = Keepsake(lambda: BAR, broken)
    made.hold(np.ones(8, np.float32), GOOD)
    held = made._probe
    with pytest.raises(OSError, match="disk"):
        made.confirmed(ANN)
    assert not held.any()
    assert not made.holding

"""The three-way decision, and the arithmetic of vectors."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.face import HintKind, Liveness
from recognition.gallery import Candidate
from recognition.vectors import fused, lowest_agreement, unit
from recognition.vote import Thresholds, decide

SITE = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)


def people(count):
    return [UUID(int=number + 1) for number in range(count)]


def candidates(*scores):
    return [Candidate(person, score) for person, score in zip(people(len(scores)), scores, strict=True)]


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ((0.7, 0.3), HintKind.SURE),
        ((0.7,), HintKind.SURE),
        ((0.7, 0.65), HintKind.ASK),
        ((0.5, 0.1), HintKind.ASK),
        ((0.3, 0.1), HintKind.UNKNOWN),
        ((), HintKind.UNKNOWN),
    ],
)
def test_three_zones(scores, kind):
    hint = decide(candidates(*scores), SITE, liveness=Liveness.NONE, synthetic=False)
    assert hint.kind is kind
    assert (hint.person_id is None) == (kind is HintKind.UNKNOWN)
    assert not hint.live


@given(st.lists(st.floats(-1, 1), max_size=5))
def test_without_calibration_nothing_is_sure(scores):
    rule = Thresholds(ask=0.4, sure=0.6, margin=0.1)
    hint = decide(candidates(*sorted(scores, reverse=True)), rule, liveness=Liveness.NONE, synthetic=True)
    assert hint.kind is not HintKind.SURE
    assert hint.synthetic


def test_agreement_is_the_worst_pair():
    one, other = np.eye(2, dtype=np.float32)
    assert lowest_agreement([one]) == 1.0
    assert lowest_agreement([one, one, other]) == 0.0
    assert fused([one, other]) == pytest.approx([np.sqrt(0.5)] * 2)
    assert unit(np.zeros(2)).tolist() == [0.0, 0.0]

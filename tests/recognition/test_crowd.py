"""A match counts by how far it stands out, and several looks describe a face better than one."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.face import HintKind, Liveness
from recognition.crowd import crowd_mean, standing
from recognition.engines.looks import SESSION, Looks
from recognition.gallery import Candidate
from recognition.track import central
from recognition.vote import Thresholds, decide

COSINES = st.lists(st.floats(-1, 1), min_size=1, max_size=80).map(lambda found: sorted(found, reverse=True))


def ranked(*scores):
    return [Candidate(UUID(int=number), score) for number, score in enumerate(scores)]


@given(COSINES, st.integers(0, 60))
def test_a_score_is_the_cosine_less_the_mean_of_those_after_it(scores, crowd):
    others = scores[1 : 1 + crowd]
    expected = scores[0] - (sum(others) / len(others) if others else 0.0)
    assert standing(scores, crowd) == pytest.approx(expected, abs=1e-9)
    assert crowd_mean(np.array([scores]), crowd)[0] <= scores[0] + 1e-9 or not crowd


def test_who_resembles_everybody_is_not_sure_where_somebody_who_stands_out_is():
    bar = Thresholds(ask=0.2, sure=0.4, margin=0.05, calibrated=True, crowd=3)
    clear = decide(ranked(0.6, 0.1, 0.1, 0.1), bar, liveness=Liveness.NONE, synthetic=False)
    blurred = decide(ranked(0.6, 0.5, 0.5, 0.5), bar, liveness=Liveness.NONE, synthetic=False)
    assert (clear.kind, blurred.kind) == (HintKind.SURE, HintKind.UNKNOWN)
    assert clear.score == pytest.approx(0.5)


def test_standing_out_does_not_help_below_the_engines_own_floor():
    bar = Thresholds(ask=0.1, sure=0.2, margin=0.0, calibrated=True, crowd=2, floor=0.3)
    hint = decide(ranked(0.29, -0.5, -0.5), bar, liveness=Liveness.NONE, synthetic=False)
    assert hint.kind is HintKind.UNKNOWN


def test_a_decision_asks_for_as_many_people_as_it_looks_at():
    assert Thresholds(0.1, 0.2, 0.0).wanted == 2
    assert Thresholds(0.1, 0.2, 0.0, crowd=50).wanted == 51


@pytest.mark.parametrize("looks", [{}, {"looks": SESSION, "settle": False}], ids=["still", "session"])
def test_several_looks_bring_two_pictures_of_one_person_closer(sface, london, faces_dir, looks):
    """On the mean over people; the difference between people grows."""
    plain, several = sface, Looks(sface, **looks)
    people = sorted(folder.name for folder in (faces_dir / "london").iterdir() if folder.is_dir())[:6]
    found = {}
    for engine in (plain, several):
        pairs = [[_described(london(person, mood), engine) for mood in ("neutral", "smiling")] for person in people]
        found[engine] = np.mean([float(first @ second) for first, second in pairs])
    assert found[several] > found[plain] + 0.005


def test_looks_leave_the_frame_as_it_was(sface, london):
    frame = london("001")
    before = frame.pixels.copy()
    vector = Looks(sface).embed(frame, central(frame, sface.detect(frame)))
    assert (frame.pixels == before).all() and float(vector @ vector) == pytest.approx(1.0, abs=1e-4)


def test_nothing_of_a_face_stays_when_the_network_breaks(make_frame, make_face, script_engine, monkeypatch):
    """The pixels and vectors of the looks before the fault are overwritten."""
    engine, held = script_engine(lambda n: []), []

    def embed(frame, face):
        held.append(frame.pixels)
        if len(held) == 3:
            raise RuntimeError("the network broke")
        held.append(np.ones(engine.dim, np.float32))
        return held[-1]

    monkeypatch.setattr(engine, "embed", embed)
    with pytest.raises(RuntimeError):
        Looks(engine).embed(make_frame(), make_face())
    assert len(held) == 3 and not any(array.any() for array in held)


def _described(frame, engine):
    return engine.embed(frame, central(frame, engine.detect(frame)))

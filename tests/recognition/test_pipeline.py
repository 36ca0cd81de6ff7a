"""From frames to a verdict: who is embedded, when, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from kiosk.errors import WorldError
from kiosk.model.face import HintKind
from recognition import pipeline as pipeline_module
from recognition.gallery import Gallery
from recognition.pipeline import DEMO_TRIAL, Pipeline, Rules, State
from recognition.sources.demo import DemoFeed
from recognition.sources.pace import Pace
from recognition.track import central
from recognition.types import Gate, Stage
from recognition.vectors import fused, unit
from recognition.vote import Policy, Thresholds

ANN, BOB = UUID(int=1), UUID(int=2)
SITE = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)
UNASKED = Rules(challenge=False)


@pytest.fixture
def run(make_frame, script_engine):
    """Steps a scripted engine through frames; returns engine and verdicts. Ann is enrolled; nobody is asked to move."""

    def run(script, count, thresholds=SITE, vector=None):
        engine = script_engine(script)
        if vector is not None:
            engine.vector = vector
        gallery = Gallery(engine.dim)
        gallery.put(ANN, np.array([[1.0, 0, 0, 0]], np.float32))
        pipeline, state, verdicts = Pipeline(engine, gallery, Policy(thresholds), UNASKED), State(), []
        for number in range(count):
            state, verdict = pipeline.step(make_frame(number), state)
            verdicts.append(verdict)
        return engine, verdicts

    return run


def test_a_visitor_is_recognised_after_a_few_views(run, make_face):
    engine, verdicts = run(lambda n: [make_face(x=320 + n)], 8)
    decided = [verdict for verdict in verdicts if verdict is not None and verdict.stage is Stage.DECIDED]
    (verdict,) = decided
    assert (verdict.hint.kind, verdict.hint.person_id) == (HintKind.SURE, ANN)
    assert verdicts.index(verdict) == Rules().window - 1
    assert len(engine.embedded) == Rules().views
    assert verdicts[-1] is None
    progress = [verdict.progress for verdict in verdicts[:5]]
    assert progress == sorted(progress) and progress[-1] == 1.0


def test_before_calibration_the_same_visitor_is_asked(run, make_face):
    _, verdicts = run(lambda n: [make_face()], 5, Thresholds(ask=0.4, sure=0.6, margin=0.1))
    assert verdicts[-1].hint.kind is HintKind.ASK


def unreachable():
    raise WorldError("store_unavailable", "The server does not answer.")


def test_a_store_out_of_reach_at_the_decision_leaves_no_vector(make_frame, make_face, script_engine, monkeypatch):
    made = []

    def kept(vector):
        made.append(vector)
        return vector

    engine = script_engine(lambda n: [make_face()])
    engine.vector = lambda frame, face: kept(unit(np.array([1.0, 0, 0, 0])))
    monkeypatch.setattr(pipeline_module, "fused", lambda vectors: kept(fused(vectors)))
    gallery = Gallery(engine.dim)
    gallery.put(ANN, np.array([[1.0, 0, 0, 0]], np.float32))
    pipeline, state = Pipeline(engine, gallery, Policy(SITE, unreachable)), State()
    with pytest.raises(WorldError):
        for number in range(Rules().window):
            state, _ = pipeline.step(make_frame(number), state)
    assert len(made) == Rules().views + 1 and not any(vector.any() for vector in made)


def test_a_view_that_cannot_be_described_leaves_none_of_the_others(make_frame, make_face, script_engine):
    made = []

    def vector(frame, face):
        if made:
            raise RuntimeError("the network stopped")
        made.append(unit(np.array([1.0, 0, 0, 0])))
        return made[-1]

    engine = script_engine(lambda n: [make_face()])
    engine.vector = vector
    pipeline, state = Pipeline(engine, Gallery(engine.dim), Policy(SITE)), State()
    with pytest.raises(RuntimeError):
        for number in range(Rules().window):
            state, _ = pipeline.step(make_frame(number), state)
    assert made and not made[0].any()


def test_a_stranger_stays_unknown(run, make_face):
    _, verdicts = run(lambda n: [make_face()], 5, vector=lambda frame, face: unit(np.array([0, 1.0, 0, 0])))
    assert verdicts[-1].hint.kind is HintKind.UNKNOWN
    assert verdicts[-1].hint.person_id is None


def test_the_best_views_are_chosen(run, make_face):
    turned = {0: 0.2, 3: 0.15}
    engine, _ = run(lambda n: [make_face(turn=turned.get(n, 0.0))], 5)
    assert {number for number, _ in engine.embedded} == {1, 2, 4}


def test_two_people_get_no_verdict(run, make_face):
    engine, verdicts = run(lambda n: [make_face(x=250), make_face(x=400)], 20)
    assert engine.embedded == []
    assert all(verdict.hint is None and verdict.gate is Gate.SEVERAL for verdict in verdicts)


def test_a_second_person_stepping_in_starts_the_views_anew(run, make_face):
    engine, verdicts = run(lambda n: [make_face(x=250)] + ([make_face(x=420)] if n == 3 else []), 8)
    assert engine.embedded == []
    assert verdicts[4].progress == pytest.approx(0.2)


def test_people_in_the_distance_are_never_embedded(run, make_face):
    engine, verdicts = run(lambda n: [make_face(x=100 + 90 * i, width=30) for i in range(5)], 20)
    assert engine.embedded == []
    assert {verdict.gate for verdict in verdicts} <= {Gate.SEVERAL, Gate.TOO_FAR}


def test_only_the_central_person_is_embedded(run, make_face):
    engine, _ = run(lambda n: [make_face(x=330), make_face(x=560, width=50)], 5)
    assert {face.box.width for _, face in engine.embedded} == {110}


def test_somebody_else_taking_the_place_starts_the_views_anew(run, make_face):
    engine, verdicts = run(lambda n: [make_face(x=200)] if n < 4 else [make_face(x=480)] if n > 9 else [], 13)
    assert engine.embedded == []
    assert verdicts[10].progress == pytest.approx(0.2)


def test_views_that_do_not_agree_lead_to_no_name(run, make_face):
    def mixed(frame, face):
        return unit(np.eye(4)[frame.number % 2])

    _, verdicts = run(lambda n: [make_face()], 5, vector=mixed)
    assert verdicts[-1].hint is None and verdicts[-1].gate is Gate.SEVERAL


def test_vectors_are_overwritten_after_the_decision(run, make_face):
    given = []

    def remembered(frame, face):
        given.append(unit(np.array([1.0, 0, 0, 0])))
        return given[-1]

    run(lambda n: [make_face()], 5, vector=remembered)
    assert len(given) == 3
    assert all(not vector.any() for vector in given)


def test_a_synthetic_frame_marks_the_hint(make_frame, make_face, script_engine):
    engine = script_engine(lambda n: [make_face()])
    pipeline, state = Pipeline(engine, Gallery(4), Policy(SITE)), State()
    for number in range(5):
        state, verdict = pipeline.step(make_frame(number, synthetic=number == 2), state)
    assert verdict.hint.synthetic


def test_real_faces_from_the_demo_feed(sface, london, faces_dir):
    """Ann is enrolled from one picture and stands there with another; Bob is enrolled; a third is a stranger."""
    gallery = Gallery(sface.dim)
    for person_id, name in ((ANN, "001"), (BOB, "005")):
        frame = london(name)
        gallery.put(person_id, [sface.embed(frame, central(frame, sface.detect(frame)))])
    pipeline = Pipeline(sface, gallery, Policy(Thresholds(ask=0.45, sure=0.5, margin=0.05, calibrated=True)))
    feed = DemoFeed({name: [faces_dir / "london" / name / "smiling.jpg"] for name in ("001", "009")}, Pace(0))
    pipeline = replace(pipeline, rules=Rules(trial=replace(DEMO_TRIAL, seconds=0.2)))
    for name, expected in (("001", (HintKind.SURE, ANN)), ("009", (HintKind.UNKNOWN, None))):
        feed.open()
        feed.stand(name)
        state = State()
        while not state.decided:
            state, verdict = pipeline.step(feed.read(), state)
        assert (verdict.hint.kind, verdict.hint.person_id) == expected
    assert set(pipeline.health.report().stage_ms) == {"detect", "gate", "embed", "search", "liveness"}


def test_a_real_head_that_turns_is_told_to_look_ahead(sface, faces_dir):
    from recognition.sources.video import VideoFile

    film = VideoFile(faces_dir / "video" / "head-pose-face-detection-female.gif", paced=False)
    pipeline, state, gates = Pipeline(sface, Gallery(sface.dim), Policy(SITE)), State(), set()
    film.open()
    while (frame := film.read()) is not None:
        state, verdict = pipeline.step(frame, state)
        gates.add(verdict.gate if verdict else None)
    film.close()
    assert Gate.TURNED in gates

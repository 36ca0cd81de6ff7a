"""Every engine of the registry keeps the contract, on real pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiosk.errors import InputError
from recognition import engines
from recognition.track import central
from recognition.types import Engine, Frame, Vector

PEOPLE = ("001", "005", "009", "033")


@pytest.fixture(scope="module", params=sorted(engines.ENGINES))
def engine(request: pytest.FixtureRequest, model_cache: Path) -> Engine:
    if request.param == "dlib":
        pytest.importorskip("dlib", reason="the second engine is optional")
    made = engines.create(request.param, model_cache)
    made.load()
    return made


def vector(engine: Engine, frame: Frame) -> Vector:
    face = central(frame, engine.detect(frame))
    assert face is not None
    return engine.embed(frame, face)


def test_finds_one_face_with_points_inside_its_box(engine, london):
    (face,) = engine.detect(london("001"))
    left_eye, right_eye, nose, left_mouth, right_mouth = face.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert left_eye[1] < nose[1] < left_mouth[1]
    assert face.box.x < left_eye[0] and right_eye[0] < face.box.x + face.box.width


def test_vectors_are_unit_and_of_the_promised_length(engine, london):
    found = vector(engine, london("001"))
    assert found.shape == (engine.dim,)
    assert found.dtype == np.float32
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)


def test_the_same_person_is_nearer_than_anybody_else(engine, london):
    neutral = np.stack([vector(engine, london(person, "neutral")) for person in PEOPLE])
    smiling = np.stack([vector(engine, london(person, "smiling")) for person in PEOPLE])
    scores = smiling @ neutral.T
    assert (scores.argmax(axis=1) == np.arange(len(PEOPLE))).all()
    others = scores[~np.eye(len(PEOPLE), dtype=bool)]
    assert scores.diagonal().min() > others.max()


def test_a_smaller_picture_gives_nearly_the_same_vector(engine, london):
    large = london("001")
    small = Frame(np.ascontiguousarray(large.pixels[::2, ::2]), 0.0, 0, synthetic=True)
    assert float(vector(engine, large) @ vector(engine, small)) > 0.9


def test_nothing_is_found_where_nothing_is(engine, make_frame):
    assert engine.detect(make_frame()) == []
    assert engine.detect(Frame(np.zeros((1, 1, 3), np.uint8), 0.0, 0, synthetic=True)) == []


def test_names_its_models_and_loads_twice_without_harm(engine):
    engine.load()
    assert engine.name in engines.ENGINES
    assert all("@" in model for model in engine.models)


def test_an_unknown_engine_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(InputError, match="sface") as caught:
        engines.create("eigenfaces", tmp_path)
    assert caught.value.code == "engine_unknown"

"""Before an enrolment is stored: who enrolled resembles the newcomer, other than the newcomer."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.engines import create
from recognition.enrol import LOOK_ALIKES_AT_MOST, look_alikes, views_of
from recognition.gallery import Gallery
from recognition.pose import frontal_eye_distance
from recognition.rotated import RotatedEngine
from recognition.sources.picture import read_picture
from recognition.types import Gate, Vector
from recognition.vectors import unit
from recognition.vote import Thresholds
from tests.recognition.conftest import ScriptEngine, face_at, textured_frame

BARS = Thresholds(ask=0.4, sure=0.7, margin=0.1)
SELF = UUID(int=1)


def towards(cosine: float) -> Vector:
    """A unit vector with this cosine to the first axis."""
    return np.array([cosine, np.sqrt(1 - cosine**2), 0, 0], np.float32)


def views() -> np.ndarray:
    return np.tile(towards(1.0), (3, 1))


def gallery(**people: float) -> Gallery:
    made = Gallery(4)
    for name, cosine in people.items():
        made.put(UUID(int=int(name[1:])), [towards(cosine)])
    return made


def test_the_count_says_who_is_alike_and_who_is_the_same() -> None:
    found = look_alikes(views(), gallery(p2=0.5, p3=0.3, p4=0.9, p5=0.42), BARS, SELF)
    assert found.people == (UUID(int=4), UUID(int=2), UUID(int=5))
    assert found.doubles == 1


def test_in_a_gallery_where_everybody_is_a_little_alike_nobody_is_a_look_alike() -> None:
    """The score is what stands above the crowd, for the last of those compared too."""
    crowded = replace(BARS, crowd=50)
    many = {f"p{number + 2}": 0.75 for number in range(150)}
    assert look_alikes(views(), gallery(**many), crowded, SELF).found == ()


def test_two_who_are_both_the_same_do_not_hide_each_other() -> None:
    """Of three alike the first stands out least; each counts by its own score."""
    close = Thresholds(ask=0.19, sure=0.34, margin=0.1, crowd=2)
    others = {f"p{number}": 0.5 for number in range(4, 40)}
    found = look_alikes(views(), gallery(p2=0.9, p3=0.89, **{**others, "p4": 0.55}), close, SELF)
    assert found.people == (UUID(int=3),)
    assert found.doubles == 1


def test_ones_own_older_enrolment_is_no_look_alike() -> None:
    found = look_alikes(views(), gallery(p1=0.95, p2=0.5), BARS, SELF)
    assert found.people == (UUID(int=2),)
    assert found.doubles == 0


@given(st.lists(st.floats(-0.9, 0.99), max_size=30))
def test_nobody_below_the_bar_is_counted_and_nobody_above_is_forgotten(cosines: list[float]) -> None:
    people = {f"p{number + 2}": cosine for number, cosine in enumerate(cosines)}
    found = look_alikes(views(), gallery(**people), BARS, SELF)
    clear = [cosine for cosine in cosines if abs(cosine - BARS.ask) > 1e-3]
    above = sum(cosine > BARS.ask for cosine in clear)
    assert all(candidate.score >= BARS.ask for candidate in found.found)
    assert min(above, LOOK_ALIKES_AT_MOST) <= len(found.found) <= above + len(cosines) - len(clear)
    assert found.doubles <= len(found.found)


def test_views_meet_a_rotated_gallery_only_after_the_same_rotation() -> None:
    rotation = np.linalg.qr(np.random.default_rng(7).normal(size=(4, 4)))[0].astype(np.float32)
    engine = ScriptEngine(lambda number: [face_at()])
    rotated = RotatedEngine(engine, rotation)
    templates = Gallery(4)
    templates.put(UUID(int=2), [rotated.embed(textured_frame(), face_at())])
    turned = rotated.rotated(np.tile(unit(np.array([1.0, 0, 0, 0])), (3, 1)))
    assert look_alikes(turned, templates, BARS, SELF).doubles == 1


def test_a_picture_with_small_eyes_is_not_enrolled_though_it_may_be_searched() -> None:
    small = face_at(width=70.0)
    assert 30 < frontal_eye_distance(small) < 36
    engine = ScriptEngine(lambda number: [small if number else face_at()])
    made = views_of([textured_frame(0), textured_frame(1)], engine)
    assert made.refused == ((1, Gate.TOO_FAR),)


def test_a_turned_head_is_not_farther_away() -> None:
    ahead = face_at()
    points = ahead.points.copy()
    points[:2, 0] = 320 + (points[:2, 0] - 320) * 0.8
    turned = type(ahead)(ahead.box, points, 0.9)
    assert frontal_eye_distance(turned) == pytest.approx(frontal_eye_distance(ahead), rel=0.15)


def test_one_real_face_twice_is_a_double_and_two_are_not(faces_dir, tmp_path_factory) -> None:
    engine = create("sface", tmp_path_factory.mktemp("models"))

    def template(person: str, mood: str) -> np.ndarray:
        return views_of([read_picture(faces_dir / "london" / person / f"{mood}.jpg")], engine).vectors

    enrolled = Gallery(engine.dim)
    for number, person in enumerate(("001", "002", "003", "004")):
        enrolled.put(UUID(int=number + 2), template(person, "neutral"))
    assert look_alikes(template("001", "smiling"), enrolled, BARS, SELF).people == (UUID(int=2),)
    assert look_alikes(template("005", "smiling"), enrolled, BARS, SELF).people == ()

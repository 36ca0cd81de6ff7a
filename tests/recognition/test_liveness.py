"""A head that turns as asked is told from a sheet that is turned, bent, folded or exchanged on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import scene
from benchmarks.presentations import bent, living, sheet
from recognition.liveness import CHALLENGES, Motion, Outcome, begin, observe, sequence
from recognition.liveness.challenge import LIMITS, ORDERS
from recognition.liveness.solid import plane_residual, relief
from recognition.pose import turn_of
from recognition.types import Ask, Box
from tests.recognition.puppet_theatre import drawn_person, face_on, projected, shown, turning

PERSON = drawn_person()
HEAD = living(PERSON, np.random.default_rng(1))
SHEET = sheet(PERSON)
TENT = bent(SHEET, scene.folded(0.7), False)
ROLL = bent(SHEET, scene.cylinder(1.5), False)


def watched(seen, ask: Ask) -> Motion:
    """The movement after all frames, or after the first final outcome."""
    motion = None
    for frame, face in seen:
        motion = begin(ask, frame, face) if motion is None else observe(motion, frame, face)
        if motion.outcome is not Outcome.WAITING:
            break
    assert motion is not None
    return motion


def claimed(surface, poses):
    """The pixels of ``surface``, but the five points of a head that turns: a detector that is fooled."""
    frames = (frame for frame, _ in shown(surface, poses))
    return ((frame, face_on(HEAD, pose)) for frame, pose in zip(frames, poses, strict=True))


@pytest.mark.parametrize(("ask", "degrees"), [(Ask.LEFT, 25), (Ask.RIGHT, -25)])
def test_a_head_that_turns_as_asked_passes(ask, degrees):
    motion = watched(shown(HEAD, turning(degrees, 10)), ask)
    assert (motion.outcome, motion.progress) == (Outcome.PASSED, 1.0)


def test_left_is_the_visitors_own_left():
    """Frames are not mirrored: the visitor's left is the right of the picture."""
    (_, ahead), *_, (_, turned) = shown(HEAD, turning(25, 3))
    assert turn_of(turned) > turn_of(ahead) + LIMITS.turn


def test_turning_slowly_is_no_fault():
    assert watched(shown(HEAD, turning(22, 40)), Ask.LEFT).outcome is Outcome.PASSED


def test_a_small_turn_waits_and_shows_how_far_it_is():
    motion = watched(shown(HEAD, turning(5, 6)), Ask.LEFT)
    assert motion.outcome is Outcome.WAITING
    assert 0.1 < motion.progress < 1.0


@pytest.mark.parametrize("surface", [SHEET, ROLL], ids=["flat", "bent"])
def test_turned_paper_does_not_look_like_a_turned_head(surface):
    assert watched(shown(surface, turning(30, 10)), Ask.LEFT).outcome is not Outcome.PASSED


@pytest.mark.parametrize("surface", [SHEET, ROLL, TENT], ids=["flat", "bent", "folded"])
def test_paper_is_flat_even_when_the_detector_is_fooled(surface):
    motion = watched(claimed(surface, turning(25, 10, hold=LIMITS.patience)), Ask.LEFT)
    assert motion.outcome is Outcome.FLAT


def test_turning_the_other_way_loses():
    assert watched(shown(HEAD, turning(-30, 10)), Ask.LEFT).outcome is Outcome.LOST


def test_turning_when_asked_to_come_nearer_loses():
    assert watched(shown(HEAD, turning(30, 10)), Ask.NEARER).outcome is Outcome.LOST


def test_coming_nearer_passes():
    poses = [scene.Pose(y=-0.5, away=away) for away in np.linspace(12, 9.5, 8)]
    assert watched(shown(HEAD, poses), Ask.NEARER).outcome is Outcome.PASSED


def test_a_face_that_jumps_is_lost():
    frames = list(shown(HEAD, turning(25, 10)))
    frame, face = frames[3]
    box = replace(face.box, x=face.box.x + face.box.width)
    frames[3] = frame, replace(face, box=box)
    assert watched(frames[:4], Ask.LEFT).outcome is Outcome.LOST


def test_another_face_in_the_same_place_is_lost():
    """The picture is taken away and a real head comes in its place between two frames."""
    other = living(drawn_person(7), np.random.default_rng(1))
    poses = turning(25, 10)
    swapped = [*list(shown(SHEET, poses))[:4], *list(shown(other, poses))[4:]]
    assert watched(swapped, Ask.LEFT).outcome is Outcome.LOST


def test_points_that_stay_behind_on_the_wall_are_lost():
    """The face is said to go aside, its points do not."""
    frames = list(shown(HEAD, [scene.Pose(y=-0.5)] * 12))
    moved = [
        (frame, replace(face, box=Box(face.box.x + 8 * n, face.box.y, face.box.width, face.box.height)))
        for n, (frame, face) in enumerate(frames)
    ]
    assert watched(moved, Ask.LEFT).outcome is Outcome.LOST


def test_nothing_to_follow_is_lost():
    frames = [
        (replace(frame, pixels=np.full_like(frame.pixels, 20)), face)
        for frame, face in shown(HEAD, turning(25, 3, hold=1))
    ]
    assert watched(frames, Ask.LEFT).outcome is Outcome.LOST


def test_a_larger_camera_gives_the_same_outcome():
    frames = [
        (
            replace(frame, pixels=np.kron(frame.pixels, np.ones((2, 2, 1), np.uint8))),
            replace(face, points=face.points * 2, box=Box(*(2 * v for v in (
                face.box.x, face.box.y, face.box.width, face.box.height)))),
        )
        for frame, face in shown(HEAD, turning(25, 10))
    ]  # fmt: skip
    assert watched(frames, Ask.LEFT).outcome is Outcome.PASSED


def test_an_outcome_is_final():
    frames = list(shown(HEAD, turning(25, 10)))
    passed = watched(frames, Ask.LEFT)
    assert observe(passed, *frames[0]) is passed


def test_observing_changes_nothing_that_is_there():
    (first, second, *_) = shown(HEAD, turning(25, 10))
    motion = begin(Ask.LEFT, *first)
    before = motion.track.grey.copy()
    once, again = observe(motion, *second), observe(motion, *second)
    np.testing.assert_array_equal(motion.track.grey, before)
    np.testing.assert_array_equal(once.track.now, again.track.now)
    assert (once.outcome, once.progress) == (again.outcome, again.progress)


def test_wiping_leaves_no_pixel():
    motion = begin(Ask.LEFT, *next(shown(HEAD, turning(25, 3))))
    assert motion.track.grey.any()
    motion.wipe()
    assert not motion.track.grey.any()


def test_every_order_asks_for_a_turn_and_no_movement_twice():
    assert len(set(ORDERS)) == 6
    for order in ORDERS:
        assert len(set(order)) == len(order) == 2
        assert set(order) <= set(CHALLENGES)
        assert set(order) & {Ask.LEFT, Ask.RIGHT}


def test_a_film_of_one_order_is_right_once_in_six():
    drawn = Counter(sequence(lambda orders, n=n: orders[n]) for n in range(6))
    assert set(drawn.values()) == {1}


PLACES = np.array([(x, y) for x in np.linspace(-0.85, 0.85, 9) for y in np.linspace(-0.6, 1.5, 10)])
ANGLES = st.floats(-35, 35)


def moved(surface, pose):
    """Exact points before and after, the vector between the eyes, and the eye distance."""
    start, now = (projected(surface, p, PLACES).astype(np.float32) for p in (scene.Pose(), pose))
    return start, now, np.array([1.0, 0.0], np.float32), scene.FOCAL / 11.0


@settings(max_examples=40)
@given(ANGLES, ANGLES, st.floats(-20, 20), st.floats(9, 14))
def test_no_flat_sheet_leaves_the_plane(yaw, pitch, roll, away):
    start, now, eyes, unit = moved(SHEET, scene.Pose(yaw, pitch, roll, away=away))
    assert plane_residual(start, now, unit) < 0.005
    assert relief(start, now, eyes, unit) < 0.005


@settings(max_examples=40)
@given(ANGLES, st.floats(-15, 15), st.one_of(
    st.floats(1.1, 4).map(scene.cylinder), st.floats(0.1, 0.9).map(scene.folded)))  # fmt: skip
def test_no_bent_or_folded_sheet_has_the_relief_of_a_face(yaw, pitch, shape):
    start, now, eyes, unit = moved(bent(SHEET, shape, False), scene.Pose(yaw, pitch))
    flat = plane_residual(start, now, unit)
    assert relief(start, now, eyes, unit) < max(LIMITS.relief, LIMITS.relief_share * flat)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(20, 35), st.sampled_from([-1, 1]))
def test_every_turned_head_has_relief(seed, yaw, side):
    head = replace(HEAD, height=scene.head(np.random.default_rng(seed)))
    start, now, eyes, unit = moved(head, scene.Pose(side * yaw))
    assert relief(start, now, eyes, unit) > 0.8 * LIMITS.relief


def test_too_few_points_prove_nothing():
    few = np.random.default_rng(0).uniform(0, 50, (5, 2)).astype(np.float32)
    assert plane_residual(few, few[::-1].copy(), 50.0) == 0.0
    assert relief(few, few[::-1].copy(), np.array([1.0, 0.0], np.float32), 50.0) == 0.0

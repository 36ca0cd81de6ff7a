"""Each gate names the first thing a visitor can correct, and lets good views pass."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from recognition.gates import PHOTOGRAPH, GateLimits, assess
from recognition.track import central
from recognition.types import Gate

LIMITS = GateLimits()


def gate_of(frame, main, *others):
    return assess(frame, [main, *others], main, LIMITS).gate


def test_a_good_view_passes_with_a_quality(make_frame, make_face):
    face = make_face()
    seen = assess(make_frame(), [face], face, LIMITS)
    assert seen.gate is None
    assert 0 < seen.quality <= 1


def test_nobody(make_frame):
    assert assess(make_frame(), [], None, LIMITS).gate is Gate.NO_FACE


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"width": 40}, Gate.TOO_FAR),
        ({"width": 270}, Gate.TOO_CLOSE),
        ({"x": 80}, Gate.OFF_CENTRE),
        ({"x": 600}, Gate.OFF_CENTRE),
        ({"turn": 0.35}, Gate.TURNED),
        ({"turn": -0.35}, Gate.TURNED),
    ],
)
def test_placement_and_pose(make_frame, make_face, where, expected):
    assert gate_of(make_frame(), make_face(**where)) is expected


def test_a_tilted_head(make_frame, make_face):
    face = make_face()
    turn, centre = cv2.getRotationMatrix2D((320, 180), 35, 1.0), np.ones((5, 1), np.float32)
    tilted = replace(face, points=(np.hstack([face.points, centre]) @ turn.T).astype(np.float32))
    assert gate_of(make_frame(), tilted) is Gate.TURNED


@pytest.mark.parametrize(("mean", "expected"), [(15, Gate.TOO_DARK), (250, Gate.TOO_BRIGHT), (70, None), (200, None)])
def test_light(make_frame, make_face, mean, expected):
    assert gate_of(make_frame(mean=mean, spread=8), make_face()) is expected


def test_a_second_person_of_similar_size(make_frame, make_face):
    main = make_face()
    assert gate_of(make_frame(), main, make_face(x=520, width=80)) is Gate.SEVERAL


def test_a_bystander_far_behind_does_not_matter(make_frame, make_face):
    assert gate_of(make_frame(), make_face(), make_face(x=520, width=50)) is None


def test_blur_is_noticed_on_a_real_face(sface, london):
    sharp = london("001")
    blurred = replace(sharp, pixels=cv2.GaussianBlur(sharp.pixels, (0, 0), 8))
    for frame, expected in ((sharp, None), (blurred, Gate.BLURRED)):
        faces = sface.detect(frame)
        assert assess(frame, faces, central(frame, faces), PHOTOGRAPH).gate is expected


def test_portraits_of_all_complexions_pass(sface, london, faces_dir):
    """No gate may prefer a skin: every fifth consenting adult of the set passes as a photograph."""
    for folder in sorted((faces_dir / "london").iterdir())[::5]:
        frame = london(folder.name)
        faces = sface.detect(frame)
        assert assess(frame, faces, central(frame, faces), PHOTOGRAPH).gate is None


def test_every_gate_has_its_own_sentence():
    keys = {gate.key for gate in Gate}
    assert len(keys) == len(Gate)
    assert all(key.startswith("touch.hint.") for key in keys)

"""One central person is followed; bystanders and successors are not mistaken for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recognition.track import PATIENCE, Track, central, follow, overlap
from recognition.types import Box

SIDES = st.floats(1, 300)
BOXES = st.builds(Box, st.floats(-50, 600), st.floats(-50, 400), SIDES, SIDES)


def test_the_central_face_wins_over_an_equal_one_aside(make_frame, make_face):
    aside, middle = make_face(x=80), make_face(x=330)
    assert central(make_frame(), [aside, middle]) is middle


def test_a_near_face_wins_over_a_small_one_in_the_middle(make_frame, make_face):
    near, small = make_face(x=240, width=160), make_face(width=50)
    assert central(make_frame(), [small, near]) is near


def test_the_track_stays_with_its_person_when_somebody_larger_appears(make_frame, make_face):
    frame, person = make_frame(), make_face(x=300)
    track, _ = follow(frame, [person], None)
    moved, larger = make_face(x=306), make_face(x=500, width=200)
    _, face = follow(frame, [larger, moved], track)
    assert face is moved


def test_a_short_absence_is_bridged_and_a_long_one_ends_the_track(make_frame, make_face):
    frame = make_frame()
    track, _ = follow(frame, [make_face()], None)
    for _ in range(PATIENCE):
        track, face = follow(frame, [], track)
        assert track is not None and face is None
    assert follow(frame, [make_face()], track)[1] is not None
    assert follow(frame, [], track) == (None, None)


def test_a_jump_is_another_person(make_frame, make_face):
    track = Track(make_face(x=100).box)
    assert follow(make_frame(), [make_face(x=500)], track)[1] is None


@given(BOXES, BOXES)
def test_overlap_is_symmetric_and_a_share(first, second):
    assert 0 <= overlap(first, second) <= 1
    assert overlap(first, second) == overlap(second, first)
    assert abs(overlap(first, first) - 1) < 1e-9

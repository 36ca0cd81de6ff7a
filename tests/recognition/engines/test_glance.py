"""The quick look of a session: as exact as the full look for the person in front, blind to nobody beside them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from recognition.engines.glance import Glance
from recognition.gates import GateLimits, assess
from recognition.pose import eye_distance
from recognition.sources.stage import HEIGHT, WIDTH
from recognition.track import overlap
from recognition.types import Frame, Gate
from recognition.wrapped import WrappedEngine


class CountedEngine(WrappedEngine):
    """Remembers how large each picture was that was looked at."""

    def __init__(self, inner):
        super().__init__(inner)
        self.looks = []

    def detect(self, frame):
        self.looks.append(max(frame.width, frame.height))
        return self.inner.detect(frame)


@pytest.fixture
def looks(sface):
    return CountedEngine(sface)


@pytest.fixture
def room(london, sface):
    """Builds a 640x360 frame of people: (person, face width, centre x)."""

    def build(*people, size=(WIDTH, HEIGHT)):
        pixels = np.full((size[1], size[0], 3), 190, np.uint8)
        for person, width, x in people:
            picture = london(person)
            face = sface.detect(picture)[0]
            scale = width / face.box.width
            small = cv2.resize(picture.pixels, (0, 0), fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            left = int(x - face.box.centre[0] * scale)
            top = int(size[1] / 2 - face.box.centre[1] * scale)
            x0, y0, x1, y1 = left + width // 4, max(0, top), left + small.shape[1] - width // 4, size[1]
            part = small[y0 - top : y1 - top, x0 - left : x1 - left]
            pixels[y0 : y0 + len(part), x0:x1] = part
        return Frame(pixels, 0.0, 0, synthetic=True)

    return build


@pytest.mark.parametrize("width", [80, 110, 150])
def test_a_near_face_is_found_small_and_its_points_are_as_exact(room, looks, sface, london, width):
    for person in ("001", "005", "009"):
        frame = room((person, width, 320))
        (quick,), (full,) = Glance(looks).detect(frame), sface.detect(frame)
        assert overlap(quick.box, full.box) > 0.7
        assert np.linalg.norm(quick.points - full.points, axis=1).max() < 0.25 * eye_distance(full)
        picture = london(person, "smiling")
        template = sface.embed(picture, sface.detect(picture)[0])
        assert float(sface.embed(frame, quick) @ template) > float(sface.embed(frame, full) @ template) - 0.1
    assert max(looks.looks) == 320


def test_the_embedding_sees_the_full_resolution(room, looks):
    frame = room(("001", 110, 320))
    (face,) = Glance(looks).detect(frame)
    assert np.array_equal(Glance(looks).embed(frame, face), looks.inner.embed(frame, face))


@pytest.mark.parametrize("share", [0.62, 0.8, 1.0])
def test_a_second_person_is_refused_in_the_very_frame_they_step_into(room, sface, share):
    limits = GateLimits()
    for main, rival in (("001", "005"), ("009", "001"), ("033", "009")):
        frame = room((rival, int(76 * share), 500), (main, 76, 280))
        faces = Glance(sface).detect(frame)
        assert len(faces) == 2
        assert assess(frame, faces, faces[0], limits).gate is Gate.SEVERAL


def test_somebody_far_away_gets_the_full_look(room, looks):
    frame = room(("001", 50, 320))
    (face,) = Glance(looks).detect(frame)
    assert 40 < face.box.width < 60
    assert looks.looks == [320, 640]


def test_an_empty_room_gets_the_full_look(make_frame, looks):
    assert Glance(looks).detect(make_frame()) == []
    assert looks.looks == [320, 640]


def test_a_small_picture_is_looked_at_once(london, looks):
    small = replace(london("001"), pixels=cv2.resize(london("001").pixels, (240, 320)))
    assert len(Glance(looks).detect(small)) == 1
    assert looks.looks == [320]


def test_a_face_not_found_again_is_looked_for_in_full(make_frame, make_face, script_engine):
    """The detector sees a face in the small picture only: what it is worth is decided by the full look."""
    engine = script_engine(lambda n: [])
    engine.detect = lambda frame: [make_face(x=160, y=90, width=60)] if frame.width == 320 else []
    assert Glance(engine).detect(make_frame()) == []


def test_a_box_outside_the_frame_is_no_trouble(make_frame, make_face, script_engine):
    engine = script_engine(lambda n: [])
    engine.detect = lambda frame: [make_face(x=-200, y=-200, width=60)] if frame.width == 320 else []
    assert Glance(engine).detect(make_frame()) == []

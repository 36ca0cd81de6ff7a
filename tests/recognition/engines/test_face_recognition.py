"""The library everybody knows agrees with our engines on the same pictures. It is imported here and nowhere else."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PIL import ImageFile

from recognition.engines.dlib_resnet import DlibEngine
from recognition.sources.picture import read_picture
from recognition.track import central, overlap
from recognition.types import Box

PEOPLE = ("001", "005", "009", "033")


@pytest.fixture(scope="module")
def face_recognition():
    """The library; importing it warns about pkg_resources and makes Pillow accept cut-off files everywhere."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pytest.importorskip("face_recognition", reason="face_recognition is a development package")
    ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return library


def rgb(frame):
    return np.ascontiguousarray(frame.pixels[:, :, ::-1])


def test_both_detectors_see_the_same_face(face_recognition, sface, london):
    for person in PEOPLE:
        frame = london(person)
        ((top, right, bottom, left),) = face_recognition.face_locations(rgb(frame))
        (ours,) = sface.detect(frame)
        assert overlap(ours.box, Box(left, top, right - left, bottom - top)) > 0.4


def test_both_decide_the_same_about_same_and_different_people(face_recognition, sface, london):
    known, ours = [], []
    for person in PEOPLE:
        for mood in ("neutral", "smiling"):
            frame = london(person, mood)
            known.append(face_recognition.face_encodings(rgb(frame))[0])
            ours.append(sface.embed(frame, central(frame, sface.detect(frame))))
    distances = np.linalg.norm(np.stack(known)[:, None] - np.stack(known)[None], axis=2)
    cosines = np.stack(ours) @ np.stack(ours).T
    np.fill_diagonal(distances, np.inf)
    np.fill_diagonal(cosines, -np.inf)
    assert (distances.argmin(axis=1) == cosines.argmax(axis=1)).all()


def press_pictures(faces_dir):
    """Every fifteenth of a slice of the press photographs: other cameras, poses, light and ages than the portraits."""
    return [read_picture(path) for path in sorted((faces_dir / "lfw-dev").glob("*/*.jpg"))[100:280:15]]


def test_the_second_engine_gives_the_descriptors_of_the_library(face_recognition, london, faces_dir, model_cache):
    """Same picture, same rectangle: the same 128 numbers, as far as floats go."""
    engine = DlibEngine(model_cache)
    portraits = [london(person, mood) for person in PEOPLE for mood in ("neutral", "smiling")]
    compared = 0
    for frame in [*portraits, *press_pictures(faces_dir)]:
        face = central(frame, engine.detect(frame))
        assert face is not None
        square = engine.square(face)
        place = (square.top(), square.right(), square.bottom(), square.left())
        (theirs,) = face_recognition.face_encodings(rgb(frame), [place])
        ours = engine.descriptor(rgb(frame), square)
        assert np.abs(theirs - ours).max() < 1e-5
        assert float(engine.embed(frame, face) @ theirs / np.linalg.norm(theirs)) > 1 - 1e-6
        compared += 1
    assert compared == 20


def test_with_its_own_detector_the_library_sees_nearly_the_same_vector(face_recognition, london, model_cache):
    """Our square comes from YuNet's points instead of dlib's detector: nearly the same direction."""
    engine = DlibEngine(model_cache)
    for person in PEOPLE:
        frame = london(person)
        theirs = face_recognition.face_encodings(rgb(frame), model="small")[0]
        ours = engine.embed(frame, central(frame, engine.detect(frame)))
        assert float(ours @ theirs / np.linalg.norm(theirs)) > 0.97

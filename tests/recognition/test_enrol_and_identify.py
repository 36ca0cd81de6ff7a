"""Enrolment takes only good views of one person; searching a picture gives ids and scores."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest

from kiosk.errors import InputError
from kiosk.model.face import HintKind
from recognition.enrol import views_of
from recognition.gallery import Gallery
from recognition.identify import identify_pictures
from recognition.types import Frame, Gate
from recognition.vote import Thresholds

ANN, BOB = UUID(int=1), UUID(int=2)
RULE = Thresholds(ask=0.45, sure=0.5, margin=0.05)


def beside(*frames):
    return Frame(np.hstack([frame.pixels for frame in frames]), 0.0, 0, synthetic=True)


def test_two_views_of_one_person(sface, london):
    found = views_of([london("001"), london("001", "smiling")], sface)
    assert found.vectors.shape == (2, sface.dim)
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert found.refused == ()


def test_unusable_pictures_are_named_with_their_reason(sface, london, make_frame):
    dark = Frame(london("001").pixels // 20, 0.0, 0, synthetic=True)
    found = views_of([make_frame(), london("001"), beside(london("001"), london("005")), dark], sface)
    assert len(found.vectors) == 1
    assert [index for index, _ in found.refused] == [0, 2, 3]
    assert found.refused[0][1] is Gate.NO_FACE and found.refused[1][1] is Gate.SEVERAL


def test_views_of_two_people_are_refused(sface, london):
    with pytest.raises(InputError) as caught:
        views_of([london("001"), london("005")], sface)
    assert caught.value.code == "enrolment_views_differ"


def test_views_that_are_refused_leave_no_vector(make_frame, make_face, script_engine):
    made, engine = [], script_engine(lambda number: [make_face()])

    def vector(frame, face):
        made.append(np.eye(4, dtype=np.float32)[len(made)])
        return made[-1]

    engine.vector = vector
    with pytest.raises(InputError):
        views_of([make_frame(0), make_frame(1)], engine)
    assert len(made) == 2 and not any(view.any() for view in made)


@pytest.mark.parametrize("count", [0, 2])
def test_without_a_usable_picture_there_is_no_enrolment(sface, make_frame, count):
    with pytest.raises(InputError) as caught:
        views_of([make_frame(number) for number in range(count)], sface)
    assert caught.value.code == "enrolment_no_view"


def test_a_picture_is_searched_in_the_gallery(sface, london, faces_dir, tmp_path):
    gallery = Gallery(sface.dim)
    for person_id, name in ((ANN, "001"), (BOB, "005")):
        gallery.put(person_id, views_of([london(name)], sface).vectors)
    pictures = [faces_dir / "london" / name / "smiling.jpg" for name in ("001", "009")]
    known, stranger = identify_pictures(pictures, sface, gallery, RULE, count=1)
    assert (known.file, known.faces, known.gate) == ("smiling.jpg", 1, None)
    assert [candidate.person_id for candidate in known.ranking] == [ANN]
    assert (known.hint.kind, known.hint.person_id) == (HintKind.ASK, ANN)
    assert (stranger.hint.kind, stranger.hint.person_id) == (HintKind.UNKNOWN, None)


def test_a_picture_without_a_face_says_so(sface, tmp_path):
    from PIL import Image

    Image.new("RGB", (200, 200), "white").save(tmp_path / "wall.png")
    (result,) = identify_pictures([tmp_path / "wall.png"], sface, Gallery(sface.dim), RULE)
    assert (result.faces, result.gate, result.ranking, result.hint) == (0, Gate.NO_FACE, (), None)

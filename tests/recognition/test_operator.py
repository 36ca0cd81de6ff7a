"""The operator's commands on files nobody can be seen in: a sentence each, exit code 1, nothing stored."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import UUID

import pytest
from PIL import Image

from kiosk.errors import InputError
from recognition import operator
from recognition.gallery import Gallery
from recognition.vote import Thresholds
from tests.recognition.spoilt import encoded, png_that_claims


@pytest.fixture
def desk(sface):
    """The hall as the operator's commands see it; remembers what was stored."""
    pipeline = SimpleNamespace(
        engine=sface, policy=SimpleNamespace(thresholds=Thresholds(ask=0.4, sure=0.6, margin=0.1))
    )
    station = SimpleNamespace(pipeline=pipeline, gallery=Gallery(sface.dim))
    station.views = lambda frames: pytest.fail("looked at some pictures although one of them was refused")
    kept = []
    return SimpleNamespace(
        station=station,
        kept=kept,
        note_search=lambda pictures: None,
        consent_of=lambda number: UUID(int=1),
        keep=lambda consent, views: kept.append(consent),
    )


@pytest.fixture
def bad_pictures(tmp_path):
    """Five files that nobody can be seen in."""
    contents = {
        "cut.jpg": encoded(Image.effect_noise((900, 900), 60), "JPEG")[:9000],
        "bomb.png": png_that_claims(30_000, 30_000),
        "empty.png": b"",
        "letter.jpg": b"Dear centre,",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [*(tmp_path / name for name in contents), tmp_path / "absent.png"]


@pytest.mark.parametrize("run", [operator.run_identify, operator.run_enrol])
def test_the_operator_hears_a_sentence_for_every_bad_file_and_nothing_is_stored(
    run, desk, bad_pictures, faces_dir, capsys
):
    @contextmanager
    def open_desk(profile):
        yield desk

    images = [*bad_pictures, faces_dir / "london" / "001" / "neutral.jpg"]
    args = argparse.Namespace(profile=None, image=images, json=False, staff_number="1", checked=False)
    assert run(args, open_desk) == 1
    sentences = capsys.readouterr().err.splitlines()
    assert len(sentences) == len(bad_pictures)
    for path, sentence in zip(bad_pictures, sentences, strict=True):
        assert sentence.count(path.name) == 2 and "。" in sentence and sentence.endswith(".")
    assert desk.kept == []


def test_what_was_found_is_written_for_people(capsys):
    alike = [{"id": "7", "score": 0.9}, {"id": "8", "score": 0.5}]
    operator._print(False, [{"file": "a.jpg", "problem": None, "stored": False, "look_alikes": alike, "unused": []}])
    assert capsys.readouterr().out == "file: a.jpg  stored: no\n    look alike: 7  0.9\n    look alike: 8  0.5\n"


def test_pictures_that_cannot_be_enrolled_together_end_the_same_way(desk, faces_dir, capsys):
    @contextmanager
    def open_desk(profile):
        yield desk

    def no_view(frames):
        raise InputError("enrolment_no_view", "No picture is usable.", "Take new pictures.")

    desk.station.views = no_view
    args = argparse.Namespace(
        profile=None,
        image=[faces_dir / "london" / "001" / "neutral.jpg"],
        json=True,
        staff_number="1",
        checked=False,
    )
    assert operator.run_enrol(args, open_desk) == 1
    assert "enrolment_no_view" in capsys.readouterr().out
    assert desk.kept == []

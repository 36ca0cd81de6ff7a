"""Damaged films and folders end or are refused; nobody waits for them and nothing crashes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.errors import InputError
from recognition.sources.folder import PictureFolder
from recognition.sources.video import VideoFile
from tests.recognition.spoilt import FUZZ, WHOLE, encoded, played, refused


def film(path, sizes, fps=10.0):
    """A motion-JPEG film; None where the size of its pictures changes on the way."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, sizes[0])
    for number, size in enumerate(sizes):
        writer.write(np.full((size[1], size[0], 3), 10 * number % 256, np.uint8))
    writer.release()
    return path


def test_a_film_of_one_picture_plays_and_loops(tmp_path):
    path = film(tmp_path / "one.avi", [(64, 48)])
    assert len(played(path)) == 1
    assert len(played(path, loop=True)) == 50


def test_a_film_without_a_picture_says_so(tmp_path):
    path = tmp_path / "none.avi"
    path.write_bytes(film(tmp_path / "ten.avi", [(64, 48)] * 10).read_bytes()[:400])
    with pytest.raises(InputError) as caught:
        played(path, loop=True)
    assert refused(caught.value, path.name) == "video_unreadable"


@FUZZ
@given(share=st.floats(0, 1), form=st.sampled_from(["avi", "gif"]), data=st.data())
def test_a_damaged_film_ends_or_is_refused(tmp_path_factory, capfd, share, form, data):
    folder = tmp_path_factory.mktemp("film")
    if form == "avi":
        content = bytearray(film(folder / "whole.avi", [(32, 32)] * 5).read_bytes())
    else:
        shades = [Image.new("L", (32, 32), shade) for shade in (0, 80, 160)]
        content = bytearray(encoded(shades[0], "GIF", save_all=True, append_images=shades[1:]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    path = folder / f"damaged.{form}"
    path.write_bytes(content[: int(share * len(content))])
    try:
        frames = played(path)
    except InputError as error:
        refused(error, path.name)
    else:
        assert all(frame.pixels.ndim == 3 for frame in frames)


@pytest.mark.parametrize("said", [0.0, -3.0, 1e9, 1e-9, float("nan")])
def test_a_film_that_names_no_possible_speed_plays_at_an_ordinary_one(tmp_path, monkeypatch, said):
    class Nonsense:
        def get(self, prop):
            return said if prop == cv2.CAP_PROP_FPS else 4

        def isOpened(self):
            return True

        def read(self):
            return True, np.zeros((4, 4, 3), np.uint8)

        def release(self):
            pass

    monkeypatch.setattr(cv2, "VideoCapture", lambda path, backend: Nonsense())
    slept = []
    monkeypatch.setattr("recognition.sources.pace.Pace.wait", lambda pace: slept.append(pace._step) or 0.0)
    path = tmp_path / "film.mp4"
    path.write_bytes(b"x")
    source = VideoFile(path)
    source.open()
    source.read()
    assert slept == [1 / 25]


def test_a_folder_names_its_bad_picture(tmp_path):
    (tmp_path / "1.png").write_bytes(WHOLE["PNG"])
    (tmp_path / "2.png").write_bytes(WHOLE["PNG"][:60])
    source = PictureFolder(tmp_path, fps=0)
    source.open()
    assert source.read() is not None
    with pytest.raises(InputError) as caught:
        source.read()
    assert refused(caught.value, "2.png") == "picture_unreadable"
    source.close()

"""Whatever lies in a file or a frame: recognition goes on, or a sentence names the file and says why and what to do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from kiosk.errors import InputError
from recognition.engines.glance import Glance
from recognition.gates import PHOTOGRAPH, GateLimits, assess
from recognition.sources.files import shown_name
from recognition.sources.picture import read_picture
from recognition.sources.preview import preview
from recognition.track import central
from recognition.types import Frame
from tests.recognition.spoilt import FUZZ, QUARTERS, WHOLE, encoded, played, png_that_claims, read_or_refused, refused


def walk(frame, *engines):
    """The whole way of a frame, as a session and as the operator's commands go it; vectors must be sound."""
    for engine in engines:
        faces = engine.detect(frame)
        face = central(frame, faces)
        for limits in (GateLimits(), PHOTOGRAPH):
            assess(frame, faces, face, limits)
        if face is not None:
            assert np.isfinite(engine.embed(frame, face)).all()
    assert preview(frame).rgb.ndim == 3


@FUZZ
@given(form=st.sampled_from(sorted(WHOLE)), share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_at_any_byte(tmp_path, form, share):
    path = tmp_path / "cut.jpg"
    path.write_bytes(WHOLE[form][: int(share * len(WHOLE[form]))])
    found = read_or_refused(path)
    assert isinstance(found, Frame) or found in {"file_empty", "picture_unknown", "picture_unreadable"}


@FUZZ
@given(form=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_a_file_with_any_bytes_changed(tmp_path, form, data):
    content = bytearray(WHOLE[form])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed.png"
    path.write_bytes(content)
    read_or_refused(path)


@FUZZ
@given(content=st.binary(max_size=200), head=st.sampled_from([b"", *(whole[:12] for whole in WHOLE.values())]))
def test_any_bytes_at_all(tmp_path, content, head):
    path = tmp_path / "noise.jpg"
    path.write_bytes(head + content)
    read_or_refused(path)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_large_picture_cut_short_is_refused_and_never_half_used(tmp_path, share):
    whole = encoded(Image.effect_noise((900, 900), 60), "JPEG")
    path = tmp_path / "half.jpg"
    path.write_bytes(whole[: int(share * len(whole))])
    assert read_or_refused(path) == "picture_unreadable"


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("absent.png", lambda path: None, "file_missing"),
        ("folder.png", lambda path: path.mkdir(), "file_not_plain"),
        ("pipe.png", os.mkfifo, "file_not_plain"),
        ("loop.png", lambda path: path.symlink_to(path), "file_missing"),
        ("empty.png", lambda path: path.touch(), "file_empty"),
        ("letter.png", lambda path: path.write_text("Dear centre,"), "picture_unknown"),
        ("archive.jpg", lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 500), "picture_unknown"),
        ("page.svg", lambda path: path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>"), "picture_unknown"),
        ("bomb.png", lambda path: path.write_bytes(png_that_claims(30_000, 30_000)), "picture_too_large"),
        ("wide.png", lambda path: path.write_bytes(png_that_claims(9_500, 9_500)), "picture_too_large"),
        ("flat.png", lambda path: path.write_bytes(png_that_claims(0, 10)), "picture_unknown"),
    ],
)
def test_what_is_no_picture_says_why(tmp_path, name, make, code):
    make(tmp_path / name)
    assert read_or_refused(tmp_path / name) == code
    with pytest.raises(InputError) as caught:  # nor is it a film
        played(tmp_path / name)
    assert refused(caught.value, name) == (code if code.startswith("file_") else "video_unreadable")


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "nul\0.png"])
def test_a_name_no_file_can_have(tmp_path, name):
    with pytest.raises(InputError) as caught:
        read_picture(tmp_path / name)
    assert caught.value.code == "file_missing"


@pytest.mark.parametrize("verb", ["stat", "open"])
def test_a_file_that_may_not_be_read(tmp_path, monkeypatch, verb):
    path = tmp_path / "closed.png"
    path.write_bytes(WHOLE["PNG"])

    def deny(*args, **kwargs):
        raise PermissionError

    monkeypatch.setattr(Path, verb, deny)
    assert read_or_refused(path) == "file_forbidden"


def test_a_name_is_printed_without_what_a_terminal_would_obey():
    assert shown_name(Path("\x1b[31mred\n\udcff.png")) == "?[31mred??.png"
    assert len(shown_name(Path("x" * 300))) == 80


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_is_used(tmp_path, form):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "lime")]
    path = tmp_path / "moving"
    path.write_bytes(encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=50))
    blue, _, red = read_picture(path).pixels[15, 20]
    assert red > 240 and blue < 15


def test_a_wrong_extension_does_not_matter(tmp_path):
    path = tmp_path / "picture.gif"
    path.write_bytes(WHOLE["PNG"])
    assert read_picture(path).pixels.shape == QUARTERS.shape


def test_swollen_metadata_is_read_over_or_refused(tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", "x" * 20_000_000, zip=True)
    image = Image.fromarray(QUARTERS)
    contents = {
        "text.png": encoded(image, "PNG", pnginfo=notes),
        "profile.png": encoded(image, "PNG", icc_profile=os.urandom(3_000_000)),
        "profile.jpg": encoded(image, "JPEG", icc_profile=os.urandom(3_000_000)),
        "exif.jpg": encoded(image, "JPEG", exif=b"Exif\0\0MM\0*" + os.urandom(60_000)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        found = read_or_refused(tmp_path / name)
        assert found == "picture_unreadable" or found.pixels.shape == QUARTERS.shape


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(np.full((2100, 30), 40_000, np.uint16)),
        Image.fromarray(np.full((30, 30), np.nan, np.float32)),
        Image.fromarray(np.linspace(-1e30, 1e30, 900, dtype=np.float32).reshape(30, 30)),
        Image.new("CMYK", (30, 30)),
        Image.new("LAB", (30, 30)),
        Image.new("I", (30, 30), -5),
    ],
    ids=lambda image: f"{image.mode}-{image.size}",
)
def test_unusual_colours_become_ordinary_ones(tmp_path, image):
    path = tmp_path / "unusual.tif"
    image.save(path)
    pixels = read_picture(path).pixels
    assert pixels.dtype == np.uint8 and pixels.shape[2] == 3


@pytest.mark.parametrize("size", [(1, 1), (1, 30_000), (30_000, 1), (30_000, 30), (2, 2000), (640, 1)])
def test_tiny_and_endless_pictures_go_the_whole_way(tmp_path, sface, size):
    path = tmp_path / "thin.png"
    Image.effect_noise(size, 80).save(path)
    frame = read_picture(path)
    assert max(frame.width, frame.height) <= 1920
    walk(frame, sface, Glance(sface))


# How a camera held in each of the eight ways stores an upright scene, by the number in the picture's notes.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def held(image, orientation, form="PNG"):
    how = HELD[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image.transpose(how) if how is not None else image, form, exif=exif)


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_a_drawing_is_upright_however_the_camera_was_held(tmp_path, orientation, form):
    path = tmp_path / "held"
    path.write_bytes(held(Image.fromarray(QUARTERS), orientation, form))
    assert np.array_equal(read_picture(path).pixels[:, :, ::-1], QUARTERS)


@pytest.mark.parametrize("orientation", HELD)
def test_a_face_is_found_in_the_same_place_however_the_camera_was_held(sface, london, faces_dir, orientation):
    picture = Image.open(faces_dir / "london" / "001" / "neutral.jpg").convert("RGB")
    (upright,) = sface.detect(london("001"))
    with TemporaryDirectory() as folder:  # no photograph outlives the test
        path = Path(folder) / "held.png"
        path.write_bytes(held(picture, orientation))
        (found,) = sface.detect(read_picture(path))
    assert np.abs(found.points - upright.points).max() < 4


def odd_frames(pixels):
    """One picture in every memory layout numpy knows, and sizes no camera has."""
    loose = np.zeros((pixels.shape[0], pixels.shape[1], 5), np.uint8)
    loose[:, :, 1:4] = pixels
    return {
        "plain": pixels,
        "upside down": pixels[::-1],
        "mirrored": pixels[:, ::-1],
        "other colours first": pixels[:, :, ::-1],
        "every second": pixels[::2, ::2],
        "transposed": pixels.transpose(1, 0, 2),
        "by columns": np.asfortranarray(pixels),
        "read only": np.frombuffer(pixels.tobytes(), np.uint8).reshape(pixels.shape),
        "inside another": loose[:, :, 1:4],
        "one value": np.broadcast_to(np.uint8(7), (360, 640, 3)),
        "1x1": pixels[:1, :1],
        "1x2000": np.zeros((1, 2000, 3), np.uint8),
        "2000x1": np.zeros((2000, 1, 3), np.uint8),
        "huge": np.zeros((3000, 4000, 3), np.uint8),
    }


def test_frames_of_any_layout_and_size_go_the_whole_way(sface, london):
    for pixels in odd_frames(london("001").pixels).values():
        walk(Frame(pixels, 0.0, 0, synthetic=True), sface, Glance(sface))


def test_the_layout_of_memory_changes_no_result(sface, london):
    frames = odd_frames(london("001").pixels)
    for engine in (sface, Glance(sface)):
        vectors = []
        for name in ("plain", "by columns", "read only", "inside another"):
            frame = Frame(frames[name], 0.0, 0, synthetic=True)
            vectors.append(engine.embed(frame, engine.detect(frame)[0]))
        assert np.min(np.stack(vectors) @ vectors[0]) > 0.9999


@FUZZ
@given(
    x=st.floats(-500, 900), y=st.floats(-500, 900), width=st.floats(0, 2000),
    pixels=st.sampled_from([(1, 1), (1, 2000), (360, 640)]),
)  # fmt: skip
def test_gates_judge_any_box_in_any_frame(make_face, x, y, width, pixels):
    frame = Frame(np.zeros((*pixels, 3), np.uint8), 0.0, 0, synthetic=True)
    face = make_face(x=x, y=y, width=width)
    for limits in (GateLimits(), PHOTOGRAPH):
        assess(frame, [face, make_face(x=y, y=x, width=width / 2)], face, limits)


def test_frames_that_change_their_size_on_the_way_are_followed(sface, london):
    large = london("001")
    small = replace(large, pixels=cv2.resize(large.pixels, (300, 400)))
    for frame in (large, small, large, replace(large, pixels=large.pixels[:5, :5])):
        walk(frame, sface, Glance(sface))

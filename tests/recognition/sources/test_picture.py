"""Whatever file a person hands over is read right or refused with a sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.errors import InputError
from recognition.sources import picture
from recognition.sources.picture import read_picture

RED_LEFT = np.zeros((40, 60, 3), np.uint8)
RED_LEFT[:, :30, 0] = 255


def saved(path, image, **options):
    image.save(path, **options)
    return path


def refused(path):
    with pytest.raises(InputError) as caught:
        read_picture(path)
    assert path.name in str(caught.value)
    return caught.value.code


def test_pixels_are_bgr(tmp_path):
    frame = read_picture(saved(tmp_path / "a.png", Image.fromarray(RED_LEFT)))
    assert frame.pixels.shape == (40, 60, 3)
    assert frame.pixels[0, 0].tolist() == [0, 0, 255]
    assert frame.synthetic


def test_a_phone_picture_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    frame = read_picture(saved(tmp_path / "a.png", Image.fromarray(RED_LEFT), exif=exif))
    assert (frame.height, frame.width) == (60, 40)
    assert frame.pixels[0, 0, 2] == 255 and frame.pixels[-1, 0, 2] == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_transparent_parts_become_white(tmp_path, mode):
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image = clear.convert("P") if mode in {"P", "PA"} else clear.convert(mode)
    options = {"transparency": 0} if mode in {"P", "PA"} else {}
    assert read_picture(saved(tmp_path / "a.png", image, **options)).pixels.min() == 255


def test_sixteen_bit_grey_keeps_its_upper_bits(tmp_path):
    deep = np.full((20, 20), 0x8000, np.uint16)
    frame = read_picture(saved(tmp_path / "a.png", Image.fromarray(deep)))
    assert set(np.unique(frame.pixels)) <= {127, 128}


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "YCbCr"])
def test_other_modes_become_colour(tmp_path, mode):
    suffix = "png" if mode in {"L", "1"} else "jpg"
    frame = read_picture(saved(tmp_path / f"a.{suffix}", Image.new("RGB", (20, 20), "white").convert(mode)))
    assert frame.pixels.shape == (20, 20, 3)
    assert frame.pixels.min() > 250


def test_large_pictures_are_made_smaller(tmp_path):
    frame = read_picture(saved(tmp_path / "a.jpg", Image.new("RGB", (4000, 1000), "white")))
    assert (frame.width, frame.height) == (1920, 480)


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.png", Image.new("1", (3000, 3000)))
    monkeypatch.setattr(picture, "MAX_PIXELS", 1_000_000)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    assert refused(path) == "picture_too_large"


@pytest.mark.parametrize("limit", [3_000_000, 8_000_000])
def test_pillow_s_own_alarm_is_the_same_refusal(tmp_path, monkeypatch, limit):
    path = saved(tmp_path / "a.png", Image.new("1", (3000, 3000)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert refused(path) == "picture_too_large"


def test_a_cut_off_file_is_refused(tmp_path):
    whole = saved(tmp_path / "whole.jpg", Image.fromarray(np.tile(RED_LEFT, (8, 8, 1)))).read_bytes()
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "picture_unreadable"


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear centre,")
    assert refused(path) == "picture_unknown"
    assert refused(tmp_path / "absent.jpg") == "file_missing"
    assert refused(tmp_path) == "file_not_plain"


def encoded(form):
    memory = io.BytesIO()
    Image.fromarray(RED_LEFT).save(memory, form)
    return memory.getvalue()


SAMPLES = {form: encoded(form) for form in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_damaged_files_never_crash(tmp_path, form, data):
    content = bytearray(SAMPLES[form])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "fuzzed"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        frame = read_picture(path)
    except InputError as fault:
        assert fault.remedy
    else:
        assert frame.pixels.dtype == np.uint8 and frame.pixels.shape[2] == 3

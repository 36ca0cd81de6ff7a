"""The protocol is an allow-list, its JSON is canonical, and its decoder cannot be made to eat the server's memory."""

from __future__ import annotations

import gzip
import inspect
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kiosk.errors import InputError
from sync import wire
from sync.bundle import Bundle

MODELS = [
    model
    for _, model in inspect.getmembers(wire, inspect.isclass)
    if issubclass(model, wire.Strict) and model is not wire.Strict
]
BIOMETRIC = re.compile(r"face|template|embed|vector|biometr|picture|image|photo|landmark|feature", re.IGNORECASE)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_refuses_what_it_does_not_name(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"face_template": "x"})
    assert any(error["type"] == "extra_forbidden" for error in caught.value.errors())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_model_has_a_place_for_a_face(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if BIOMETRIC.search(name)] == []


@given(st.binary(max_size=20_000), st.integers(1, 999))
def test_gunzip_gives_back_what_was_packed_however_it_is_cut(body: bytes, step: int) -> None:
    packed = gzip.compress(body)
    unzip = wire.Gunzip()
    for start in range(0, len(packed), step):
        unzip.feed(packed[start : start + step])
    assert unzip.finish() == body


@given(st.binary(max_size=500))
def test_gunzip_refuses_noise_as_value_error(noise: bytes) -> None:
    unzip = wire.Gunzip()
    try:
        unzip.feed(noise)
        unzip.finish()
    except ValueError:
        return
    assert gzip.decompress(noise) is not None


def test_a_bomb_is_refused_by_ratio_and_by_size() -> None:
    with pytest.raises(wire.TooLargeError):
        wire.Gunzip().feed(gzip.compress(bytes(4 << 20)))
    random_like = zlib.compress(b"").join(str(number).encode() for number in range(900_000))
    with pytest.raises(wire.TooLargeError):
        wire.Gunzip(limit=1 << 20).feed(gzip.compress(random_like))


def test_a_cut_or_lengthened_body_is_refused() -> None:
    packed = gzip.compress(b"hello" * 100)
    cut = wire.Gunzip()
    cut.feed(packed[:-3])
    with pytest.raises(ValueError, match="cut"):
        cut.finish()
    with pytest.raises(ValueError, match="after the end"):
        wire.Gunzip().feed(packed + b"more")


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.booleans() | st.none()))
def test_canonical_json_does_not_depend_on_order(value: dict[str, object]) -> None:
    assert wire.canonical(value) == wire.canonical(dict(reversed(value.items())))


def test_canonical_json_refuses_what_has_no_one_form() -> None:
    with pytest.raises(ValueError):
        wire.canonical(float("nan"))
    with pytest.raises(TypeError):
        wire.canonical(object())


def test_a_bundle_survives_being_carried() -> None:
    bundle = Bundle("https://centre.example:8443", "ab" * 32, "0123456789AB")
    assert Bundle.parse(f"  {bundle}\n") == bundle


@pytest.mark.parametrize(
    "text", ["", "http://x#" + "ab" * 32 + ".0123456789AB", "https://x#abc.0123456789AB", "https://x"]
)
def test_a_broken_bundle_says_so(text: str) -> None:
    with pytest.raises(InputError, match="not an enrolment bundle"):
        Bundle.parse(text)

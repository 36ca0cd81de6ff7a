"""A card says everything about a model, and a wrong one is refused with file, key and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import InputError, WorldError
from recognition.model_cards import CARD, Kind, content_of, installed_cards, read_card

from .card_files import embedder_card, liveness_card, projection, toml_of, write_card


def test_a_whole_card_is_read(tmp_path):
    card = read_card(write_card(tmp_path, embedder_card(), b"network"))
    assert (card.name, card.kind, card.embedder.dim) == ("little", Kind.EMBEDDER, 16)
    assert card.input.mean == (127.5, 127.5, 127.5)
    assert content_of(card, card.files[0]) == b"network"


def test_the_example_of_the_documentation_is_a_card(tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    path = tmp_path / "my-arcface.toml"
    path.write_text(example, encoding="utf-8")
    card = read_card(path)
    assert (card.name, card.embedder.dim) == ("my-arcface", 512)


def test_a_liveness_card_names_several_files_with_their_crops(tmp_path):
    card = read_card(write_card(tmp_path, liveness_card(), b"one", b"two"))
    picture, network = card.live
    assert [file.crop for file in card.files] == [2.7, 4.0]
    assert (picture.width, network.live_class) == (16, 1)


WRONG = {
    "name": ["Big", "x", "../up", "a/b", "", "con.1", "a" * 32, 3, None],
    "kind": ["detector", None],
    "licence": ["", "  ", None],
    "doubts": ["", None],
    "folder": ["/etc"],
    "path": ["/etc"],
    "surprise": [1],
    "files": [[], [{"file": "a", "sha256": "0" * 64}] * 2],
    "files__file": ["../up.onnx", "/etc/passwd", "a/b", ".hidden", CARD, "", None],
    "files__sha256": ["00", "Z" * 64, None],
    "files__crop": [2.7],
    "input": [None],
    "input__name": [None, 1],
    "input__width": [0, -1, 15, 100_000, 1.5, "112"],
    "input__layout": ["CHW"],
    "input__colour": ["YUV"],
    "input__mean": [[0], [0, 0], [0, 0, 0, 0], ["a", 0, 0], 0],
    "input__scale": [[1, 1, 0], [1, 1]],
    "embedder": [None],
    "embedder__dim": [0, 15, 5000, True],
    "embedder__metric": ["euclidean"],
    "embedder__agreement": [1.5, -2],
    "embedder__template": [[], [[1, 1]] * 5, [[5, 6], [11, 6], [8, 9], [6, 12], [10, 99]], [[1, 2, 3]] * 5],
    "dlib": [{"agreement": 0.9}],
}
CASES = [(key, value) for key, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("key", "value"), CASES)
def test_every_wrong_field_is_refused_by_name(tmp_path, key, value):
    path = tmp_path / "card-of-mine.toml"
    path.write_text(toml_of(embedder_card(**{key: value})), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_card(path)
    error = caught.value
    assert error.code == "content_file" and error.remedy
    assert "card-of-mine.toml" in error.what
    assert key.rpartition("__")[2].rstrip("s") in str(error)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_that_are_none_are_refused(tmp_path, number):
    path = tmp_path / "card.toml"
    for line in ("mean = [127.5, 127.5, 127.5]", "agreement = 0.3"):
        text = toml_of(embedder_card())
        wrong = line.replace("127.5,", f"{number},", 1) if "mean" in line else f"agreement = {number}"
        path.write_text(text.replace(line, wrong), encoding="utf-8")
        with pytest.raises(InputError):
            read_card(path)


@pytest.mark.parametrize(
    "change",
    [{"files__crop": 0.5}, {"liveness__live_class": 3}, {"liveness__classes": 1}, {"liveness__scores": "odds"}],
)
def test_wrong_liveness_cards_are_refused(tmp_path, change):
    path = write_card(tmp_path, liveness_card(**change))
    with pytest.raises(InputError):
        read_card(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin1"))))
def test_no_text_crashes(tmp_path, text):
    path = tmp_path / "any.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_card(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_value_of_any_field_crashes(tmp_path, data):
    scalar = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=5) | st.floats(-1e9, 1e9)
    values = st.recursive(scalar.filter(lambda value: value is not None), lambda inner: st.lists(inner, max_size=4))
    key = data.draw(st.sampled_from([key for key in WRONG if key not in ("files", "input", "embedder", "dlib")]))
    path = tmp_path / "any.toml"
    path.write_text(toml_of(embedder_card(**{key: data.draw(values)})), encoding="utf-8")
    try:
        assert read_card(path).kind is Kind.EMBEDDER
    except InputError as error:
        assert error.code == "content_file"


SHAPING = {
    "input__mean": [0, 0, 0],
    "input__colour": "BGR",
    "input__layout": "NHWC",
    "embedder__template": [[5, 6], [11, 6], [8, 9], [6, 12], [10, 13]],
    "embedder__output": "other",
    "files__sha256": "1" * 64,
}


@pytest.mark.parametrize("key", SHAPING)
def test_what_shapes_a_vector_changes_the_id(tmp_path, key):
    before = read_card(write_card(tmp_path, embedder_card()))
    after = read_card(write_card(tmp_path, embedder_card(**{key: SHAPING[key]})))
    assert before.id != after.id


def test_words_about_a_model_and_its_place_do_not_change_the_id(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = read_card(write_card(tmp_path, embedder_card()))
    assert before.id == read_card(write_card(elsewhere, embedder_card(licence="other", doubts="many"))).id


def test_a_file_that_is_gone_or_another_one_is_not_used(tmp_path):
    card = read_card(write_card(tmp_path, embedder_card(), projection()))
    (tmp_path / "little.onnx").write_bytes(projection() + b"\0")
    with pytest.raises(WorldError) as caught:
        content_of(card, card.files[0])
    assert caught.value.code == "model_changed"
    (tmp_path / "little.onnx").unlink()
    with pytest.raises(WorldError) as caught:
        content_of(card, card.files[0])
    assert caught.value.code == "model_missing"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("make", ["mkfifo", "mkdir"])
def test_a_pipe_or_a_folder_in_place_of_a_file_is_not_waited_for(tmp_path, make):
    card = read_card(write_card(tmp_path, embedder_card()))
    getattr(os, make)(tmp_path / "little.onnx")
    with pytest.raises(WorldError) as caught:
        content_of(card, card.files[0])
    assert caught.value.code == "model_missing"


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    card = read_card(write_card(tmp_path, embedder_card(), projection()))
    monkeypatch.setattr("recognition.model_cards.MAX_FILE_BYTES", 100)
    with pytest.raises(WorldError, match="larger than"):
        content_of(card, card.files[0])


def test_a_folder_and_its_card_must_agree(tmp_path):
    (tmp_path / "little").mkdir()
    path = write_card(tmp_path / "little", embedder_card(), b"x")
    path.rename(path.parent / CARD)
    assert [card.name for card in installed_cards(tmp_path)] == ["little"]
    (tmp_path / "little").rename(tmp_path / "other")
    with pytest.raises(InputError, match="other"):
        installed_cards(tmp_path)
    assert installed_cards(tmp_path / "nowhere") == ()

"""An operator's own embedder works from its card alone, and a wrong one never computes."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from kiosk.errors import InputError, WorldError
from recognition import engines
from recognition.added_models import try_card, try_engine
from recognition.engines import align
from recognition.engines.drop_in import DropInEngine
from recognition.engines.network import tensor
from recognition.engines.sface_graph import fold
from recognition.model_cards import Colour, Layout, PictureInput, read_card
from recognition.track import central
from recognition.weights import ledger, locate

from ..card_files import embedder_card, liveness_card, projection, with_outside_weights, write_card


def test_sface_described_by_a_card_is_sface(tmp_path, sface, london):
    card = embedder_card(
        input__name="data", input__width=112, input__height=112, input__mean=[0, 0, 0], input__scale=[1, 1, 1],
        embedder__output="fc1", embedder__dim=128, embedder__template=align.TEMPLATE.tolist(),
    )  # fmt: skip
    engine = DropInEngine(read_card(write_card(tmp_path, card, fold(locate(ledger()["sface"])))))
    frame = london("005", "smiling")
    face = central(frame, engine.detect(frame))
    np.testing.assert_allclose(engine.embed(frame, face), sface.embed(frame, face), atol=1e-5)
    assert set(engine.models) - set(sface.models)


def test_the_vector_is_what_the_card_says(tmp_path, make_frame, make_face):
    """Computed by hand: aligned chip, colours, normalisation, axes, product, unit length."""
    weights = np.random.default_rng(9).normal(size=(3 * 16 * 16, 16)).astype("f4")
    card = read_card(write_card(tmp_path, embedder_card(), projection(weights=weights)))
    engine, frame, face = DropInEngine(card), make_frame(), make_face()
    import cv2

    chip = cv2.warpAffine(
        frame.pixels, align.similarity(face.points, np.array(card.embedder.template, float)), (16, 16)
    )
    plain = ((chip[:, :, ::-1].astype("f4") - 127.5) / 128).transpose(2, 0, 1).reshape(-1) @ weights
    np.testing.assert_allclose(engine.embed(frame, face), plain / np.linalg.norm(plain), atol=1e-5)
    assert (engine.name, engine.dim, engine.agreement) == ("little", 16, 0.3)
    assert not engine.holds_interpreter_lock


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("colour", list(Colour))
def test_pixels_reach_the_network_in_the_order_of_the_card(layout, colour):
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[2, 7] = 10, 20, 30  # blue, green, red
    made = tensor(pixels, PictureInput("x", 30, 20, layout, colour, (1.0, 2.0, 3.0), (1.0, 0.5, 2.0)))
    place = made[0, :, 2, 7] if layout is Layout.NCHW else made[0, 2, 7]
    red_first = [29.0, 9.0, 14.0]
    blue_first = [9.0, 9.0, 54.0]
    assert place.tolist() == (red_first if colour is Colour.RGB else blue_first)
    assert made.dtype == np.float32 and made.flags.c_contiguous


def nothing_finite():
    return projection(weights=np.full((3 * 16 * 16, 16), np.nan, "f4"))


def no_input():
    model = onnx.load_model_from_string(projection())
    del model.graph.input[:]
    return model.SerializeToString()


WRONG = {
    "not onnx": (b"PK\x03\x04 something else", "not an ONNX file"),
    "empty": (b"", "not an ONNX file"),
    "cut": (projection()[:-3000], "cannot be used"),
    "weights elsewhere": (with_outside_weights(projection()), "one file"),
    "another size": (projection(side=17), "shape"),
    "another input name": (projection(name="data"), "inputs are data"),
    "another output name": (projection(output="fc1"), "outputs are fc1"),
    "another length": (projection(dim=32), "32 values"),
    "integers": (projection(dtype=TensorProto.UINT8), "tensor\\(uint8\\)"),
    "not finite": (nothing_finite(), "not finite"),
    "blind": (projection(weights=np.zeros((3 * 16 * 16, 16), "f4")), "same numbers"),
    "no input": (no_input(), "cannot be used"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_network_is_refused_when_loaded(tmp_path, case):
    content, said = WRONG[case]
    engine = DropInEngine(read_card(write_card(tmp_path, embedder_card(), content)))
    with pytest.raises(InputError, match=said) as caught:
        try_engine(engine)
    assert caught.value.code == "model_unusable" and "little" in caught.value.what


def test_an_exchanged_file_is_refused_when_loaded(tmp_path):
    card = read_card(write_card(tmp_path, embedder_card(), projection()))
    (tmp_path / "little.onnx").write_bytes(projection(weights=np.ones((768, 16), "f4")))
    with pytest.raises(WorldError) as caught:
        DropInEngine(card).load()
    assert caught.value.code == "model_changed"


def test_each_network_of_a_liveness_card_is_tried(tmp_path):
    good = projection(dim=3)
    try_card(read_card(write_card(tmp_path, liveness_card(), good, good)), tmp_path)
    with pytest.raises(InputError, match="card says 3"):
        try_card(read_card(write_card(tmp_path, liveness_card(), good, projection(dim=4))), tmp_path)


@pytest.fixture
def models_dir(tmp_path):
    """An installation's folder with one added embedder."""
    folder = tmp_path / "models" / "little"
    folder.mkdir(parents=True)
    write_card(folder, embedder_card(), projection()).rename(folder / "card.toml")
    return folder.parent


def test_the_registry_finds_added_models_by_name_and_fingerprint(models_dir, model_cache):
    engine = engines.create("little", model_cache, models_dir)
    pinned = engines.create(engine.models[1], model_cache, models_dir)
    assert pinned.models == engine.models
    with pytest.raises(InputError, match="sface, dlib, little"):
        engines.create("none", model_cache, models_dir)
    with pytest.raises(InputError):
        engines.create("little", model_cache)


def test_a_model_that_is_not_the_one_of_the_settings_is_refused(models_dir, model_cache):
    """Exchanged with a card that fits the new file: consistent in itself, and still not what was activated."""
    before = engines.create("little", model_cache, models_dir).models[1]
    folder = models_dir / "little"
    other = projection(weights=np.random.default_rng(8).normal(size=(768, 16)).astype("f4"))
    write_card(folder, embedder_card(), other).rename(folder / "card.toml")
    with pytest.raises(WorldError) as caught:
        engines.create(before, model_cache, models_dir)
    assert caught.value.code == "model_changed"
    assert engines.create("little", model_cache, models_dir).models[1] != before

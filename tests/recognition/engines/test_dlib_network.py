"""dlib's network read without dlib and computed by onnxruntime: the same numbers, and nothing hostile gets through."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import InputError, ReceptionError
from recognition.engines.dlib_file import (
    AddPrevious,
    Affine,
    Conv,
    Dense,
    FaceNetwork,
    Pool,
    Relu,
    Skip,
    Tag,
    read_network,
)
from recognition.engines.dlib_graph import INPUT, converted, to_onnx
from recognition.engines.dlib_resnet import NETWORK, DlibEngine, training_of
from recognition.engines.network import one_thread_session
from recognition.model_cards import read_card
from recognition.weights import locate, sha256

from .dlib_writer import integer, tensor, text, written


def small_network(seed=0):
    """Both kinds of residual block, on pictures of 16 x 16."""
    rng = np.random.default_rng(seed)

    def conv(out, into, side, stride):
        weights = rng.normal(size=(out, into, side, side)).astype("f4") / side
        padding = (side // 2,) * 2 if stride == 1 else (0, 0)
        return Conv(weights, rng.normal(size=out).astype("f4"), (stride, stride), padding)

    def affine(count):
        return Affine(*rng.normal(1, 0.1, size=(2, count)).astype("f4"))

    layers = [
        *(conv(4, 3, 3, 1), affine(4), Relu(), Pool(True, (3, 3), (2, 2), (0, 0))),
        *(Tag(1), conv(4, 4, 3, 1), affine(4), AddPrevious(1), Relu()),
        *(Tag(1), conv(6, 4, 3, 2), affine(6), Tag(2), Skip(), Pool(False, (2, 2), (2, 2), (0, 0)), AddPrevious(2)),
        *(Pool(False, (0, 0), (1, 1), (0, 0)), Dense(rng.normal(size=(6, 5)).astype("f4"), np.zeros(5, "f4"))),
    ]
    return FaceNetwork((16, 16), (122.0, 117.0, 104.0), tuple(layers))


SMALL = written(small_network())


def answers(network, chips):
    session = one_thread_session(to_onnx(network, "test"))
    return np.stack([session.run(None, {INPUT: chip[None]})[0][0] for chip in chips])


def grain(side, count=3):
    return np.random.default_rng(5).integers(0, 256, (count, side, side, 3), np.uint8)


@pytest.fixture(scope="module")
def published():
    return locate(NETWORK).read_bytes()


@pytest.mark.parametrize("newer", [False, True])
def test_dlib_itself_reads_what_we_read_and_gives_the_same_numbers(published, newer, tmp_path):
    """The oracle is dlib: the published weights, rewritten in the old and in the newer form of the file."""
    dlib = pytest.importorskip("dlib", reason="the second engine is optional")
    path = tmp_path / "network.dat"
    path.write_bytes(written(read_network(published, "published"), newer=newer))
    reference = dlib.face_recognition_model_v1(str(path))
    chips = grain(150)
    theirs = np.stack([reference.compute_face_descriptor(chip) for chip in chips])
    assert np.abs(theirs - answers(read_network(path.read_bytes(), "rewritten"), chips)).max() < 1e-5


def test_the_published_file_is_read_to_its_last_byte(published):
    network = read_network(published, "published")
    assert (network.size, len(network.layers)) == ((150, 150), 130)
    with pytest.raises(InputError, match="follow the last layer"):
        read_network(published + b"x", "longer")


def test_old_and_newer_form_of_one_network_are_the_same():
    chips = grain(16)
    old, newer = (answers(read_network(written(small_network(), newer=form), "x"), chips) for form in (False, True))
    assert old.shape == (3, 5)
    np.testing.assert_allclose(old, newer, rtol=1e-4, atol=1e-5)


def usable(content):
    """Whether reader and converter accept the content; anything but a clear refusal is raised."""
    try:
        to_onnx(read_network(content, "test.dat"), "test.dat")
    except ReceptionError as error:
        assert error.code == "model_unusable" and "test.dat" in str(error) and error.remedy
        return False
    return True


def test_every_truncation_is_refused():
    assert usable(SMALL)
    assert not any(usable(SMALL[:length]) for length in [*range(300), *range(300, len(SMALL), 13)])


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 255))
def test_no_changed_byte_crashes(place, byte):
    usable(SMALL[:place] + bytes([byte]) + SMALL[place + 1 :])


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=9)), max_size=4))
def test_no_spliced_bytes_crash(splices):
    content = SMALL
    for place, piece in splices:
        content = content[:place] + piece + content[place:]
    usable(content)


@given(st.binary(max_size=200))
def test_foreign_content_is_refused(content):
    assert not usable(content)


def test_damage_anywhere_in_the_published_file_is_no_crash(published):
    dice = random.Random(1)
    for length in [0, 1, 40, 500, *(dice.randrange(len(published)) for _ in range(20))]:
        with pytest.raises(InputError):
            read_network(published[:length], "cut")


def plain_conv(count, weight=1.0):
    return Conv(np.full((count, 3, 1, 1), weight, "f4"), np.ones(count, "f4"), (1, 1), (0, 0))


def network_of(*layers, side=16):
    return written(FaceNetwork((side, side), (0.0, 0.0, 0.0), layers))


@pytest.mark.parametrize(
    "hostile",
    [
        SMALL.replace(integer(3), integer(2), 1),
        integer(1) + text("loss_metric_2") + b"\x01\x02" * 100_000,
        SMALL.replace(text("con_4") + integer(2), text("con_4") + integer(2) + integer(1 << 40), 1),
        SMALL.replace(b"relu_", b"gelu_", 1),
        SMALL.replace(text("loss_metric_2"), text("loss_multiclass_log_"), 1),
        network_of(plain_conv(65535), side=1024),
        network_of(plain_conv(4), AddPrevious(1)),
        network_of(plain_conv(4), Dense(np.ones((3, 5), "f4"), np.zeros(5, "f4"))),
        network_of(plain_conv(4, weight=np.nan)),
        network_of(plain_conv(4, weight=1e30), Affine(np.full(4, 1e30, "f4"), np.ones(4, "f4"))),
    ],
)
def test_hostile_content_is_refused_before_memory_is_taken(hostile):
    assert not usable(hostile)


def test_a_tensor_larger_than_the_file_is_refused_by_its_size():
    claim = tensor(np.zeros(1)).replace(integer(1), integer(1 << 39), 1)
    first_tensor = SMALL.index(text("con_4")) + len(text("con_4"))
    with pytest.raises(InputError, match="larger than the file"):
        read_network(SMALL[:first_tensor] + claim + SMALL[first_tensor:], "bomb")


def dlib_card(folder, content, name="other-training"):
    (folder / "network.dat").write_bytes(content)
    path = folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\nkind = "dlib"\nlicence = "CC0"\norigin = "test"\ntraining_data = "none"\ndoubts = "none"\n'
        f'[[files]]\nfile = "network.dat"\nsha256 = "{sha256(content)}"\n[dlib]\nagreement = 0.9\n'
    )
    return read_card(path)


def test_another_training_works_by_its_card(published, tmp_path, model_cache, london):
    """The published weights, rewritten: another file with another id, the same numbers."""
    pytest.importorskip("dlib", reason="the second engine is optional")
    card = dlib_card(tmp_path, written(read_network(published, "published")))
    theirs, ours = DlibEngine(model_cache), DlibEngine(tmp_path / "cache", training_of(card))
    frame = london("001")
    (face,) = ours.detect(frame)
    np.testing.assert_allclose(ours.embed(frame, face), theirs.embed(frame, face), atol=1e-6)
    assert (ours.name, ours.models[2]) == ("other-training", card.id)
    assert set(theirs.models) - set(ours.models)


def test_a_network_of_another_size_is_refused(tmp_path, model_cache):
    pytest.importorskip("dlib", reason="the second engine is optional")
    engine = DlibEngine(tmp_path / "cache", training_of(dlib_card(tmp_path, SMALL)))
    with pytest.raises(InputError, match=r"\[1, 16, 16, 3\]") as caught:
        engine.load()
    assert caught.value.code == "model_unusable"


def test_it_is_converted_once(tmp_path, monkeypatch):
    first = converted(SMALL, "small@1", tmp_path)
    monkeypatch.setattr("recognition.engines.dlib_graph.to_onnx", lambda *_: pytest.fail("converted again"))
    assert converted(SMALL, "small@1", tmp_path) == first


WATCH_68_POINTS = """
import ctypes, os, sys
from pathlib import Path
from recognition import added_models, engines
from recognition.engines.dlib_resnet import NETWORK

poison, cache = map(Path, sys.argv[1:])
libc = ctypes.CDLL(None, use_errno=True)
IN_OPEN = 0x20
watch = libc.inotify_init1(os.O_NONBLOCK)
assert libc.inotify_add_watch(watch, os.fsencode(poison), IN_OPEN) > 0

def opened():
    try:
        return bool(os.read(watch, 4096))
    except BlockingIOError:
        return False

for name in engines.ENGINES:
    added_models.try_engine(engines.create(name, cache))
print("opened" if opened() else "untouched", "face_recognition" in sys.modules)
poison.read_bytes()
print("opened" if opened() else "untouched")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="watches the file by inotify")
def test_nothing_opens_the_68_point_file(tmp_path, model_cache):
    """A carrier package of its own, so that no other process touches the watched file."""
    pytest.importorskip("dlib", reason="the second engine is optional")
    models = tmp_path / "face_recognition_models" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").touch()
    for path in locate(NETWORK).parent.glob("*.dat"):
        (models / path.name).symlink_to(path)
    poison = models / "shape_predictor_68_face_landmarks.dat"
    poison.unlink()
    poison.write_bytes(b"never to be read")
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", WATCH_68_POINTS, str(poison), str(model_cache)],
        env={"PYTHONPATH": f"{tmp_path}:{root}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["untouched False", "opened"]

"""Fixtures of recognition: real engines prepared once, and an engine that follows a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from recognition import engines
from recognition.sources.picture import read_picture
from recognition.types import Box, Engine, Face, Frame, Vector
from recognition.vectors import unit

MakeFace = Callable[..., Face]
MakeFrame = Callable[..., Frame]


def face_at(x: float = 320.0, y: float = 180.0, width: float = 110.0, turn: float = 0.0) -> Face:
    """A frontal face around (x, y); ``turn`` moves the nose sideways, in eye distances."""
    height, eyes = width * 1.3, width * 0.46
    points = np.array(
        [
            [x - eyes / 2, y - height * 0.12],
            [x + eyes / 2, y - height * 0.12],
            [x + turn * eyes, y + height * 0.1],
            [x - eyes * 0.4, y + height * 0.28],
            [x + eyes * 0.4, y + height * 0.28],
        ],
        dtype=np.float32,
    )
    return Face(Box(x - width / 2, y - height / 2, width, height), points, 0.95)


def textured_frame(number: int = 0, *, mean: float = 128.0, spread: float = 30.0, synthetic: bool = False) -> Frame:
    """640x360 of fine grain: sharp, evenly lit."""
    grain = np.random.default_rng(number).normal(mean, spread, (360, 640, 3))
    return Frame(np.clip(grain, 0, 255).astype(np.uint8), at=number / 15, number=number, synthetic=synthetic)


class ScriptEngine:
    """Sees in frame ``n`` the faces ``script(n)`` says, and embeds them to ``vector``; counts what it embedded."""

    name = "script"
    dim = 4
    agreement = 0.4
    crowd = 0
    models = ("script@1",)

    def __init__(self, script: Callable[[int], Sequence[Face]], *, holds_interpreter_lock: bool = False) -> None:
        self.script = script
        self.holds_interpreter_lock = holds_interpreter_lock
        self.vector: Callable[[Frame, Face], Vector] = lambda frame, face: unit(np.array([1.0, 0, 0, 0]))
        self.loads = 0
        self.embedded: list[tuple[int, Face]] = []

    def load(self) -> None:
        self.loads += 1

    def detect(self, frame: Frame) -> list[Face]:
        return list(self.script(frame.number))

    def embed(self, frame: Frame, face: Face) -> Vector:
        self.embedded.append((frame.number, face))
        return self.vector(frame, face)


@pytest.fixture
def make_face() -> MakeFace:
    return face_at


@pytest.fixture
def make_frame() -> MakeFrame:
    return textured_frame


@pytest.fixture
def script_engine() -> type[ScriptEngine]:
    return ScriptEngine


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared models, made once for the whole run."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def sface(model_cache: Path) -> Engine:
    engine = engines.create("sface", model_cache)
    engine.load()
    return engine


@pytest.fixture(scope="session")
def london(faces_dir: Path) -> Callable[[str, str], Frame]:
    """``london("001", "neutral")``: a picture of a consenting adult."""
    return lambda person, mood="neutral": read_picture(faces_dir / "london" / person / f"{mood}.jpg")

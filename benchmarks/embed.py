"""embed.*: one face to its descriptor, our dlib engine against dlib itself, and the default engine beside both."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result, cannot_run, median
from recognition import engines
from recognition.engines.dlib_resnet import NETWORK, DlibEngine
from recognition.sources.picture import read_picture
from recognition.track import central
from recognition.types import Box, Face, Frame, Pixels
from recognition.weights import locate

METRIC, TARGET = "embed.dlib_ratio", ">= 10"
ROUNDS = 7
FACES = 6
LARGEST_DIFFERENCE = 1e-5
_PICTURES = Path(os.environ.get("RECEPTION_FACES", Path(__file__).resolve().parents[2] / "shared" / "faces"))


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """One face, as each side needs it."""

    frame: Frame
    face: Face
    rgb: Pixels
    shape: Any


def measure() -> list[Result]:
    """Chip and network per face; landmarks, the same for both, are left out."""
    try:
        import dlib
    except ImportError:
        return [cannot_run(METRIC, "ms", TARGET, "the package dlib-bin is not installed")]
    reference = dlib.face_recognition_model_v1(str(locate(NETWORK)))
    with tempfile.TemporaryDirectory(prefix="reception-bench-") as cache:
        engine = DlibEngine(Path(cache))
        sface = engines.create("sface", Path(cache))
        samples, content = _samples(engine)
        sides: dict[str, Callable[[_Sample], Any]] = {
            "dlib": lambda one: np.array(reference.compute_face_descriptor(one.rgb, one.shape, 1)),
            "ours": lambda one: engine.of_shape(one.rgb, one.shape),
            "sface": lambda one: sface.embed(one.frame, one.face),
        }
        difference = max(float(np.abs(sides["dlib"](one) - sides["ours"](one)).max()) for one in samples)
        sface.load()
        rounds = [{name: _per_face(side, samples) for name, side in sides.items()} for _ in range(ROUNDS)]
    return [_result(rounds, difference, content)]


def _result(rounds: list[dict[str, float]], difference: float, content: str) -> Result:
    theirs, ours = median([one["dlib"] for one in rounds]), median([one["ours"] for one in rounds])
    ratios = [one["dlib"] / one["ours"] for one in rounds]
    ratio = median(ratios)
    note = (
        f"median of {ROUNDS} interleaved rounds of {FACES} {content}, one thread; ratio {min(ratios):.1f} to "
        f"{max(ratios):.1f}; largest difference of a descriptor {difference:.1e} (must be < {LARGEST_DIFFERENCE:g}); "
        f"sface beside it {median([one['sface'] for one in rounds]):.1f} ms"
    )
    ok = ratio >= 10 and difference < LARGEST_DIFFERENCE
    return Result(METRIC, round(ours, 2), "ms", round(theirs, 1), ratio, TARGET, ok, note)


def _per_face(side: Callable[[_Sample], Any], samples: list[_Sample]) -> float:
    """Milliseconds a face."""
    start = time.perf_counter()
    for one in samples:
        side(one)
    return (time.perf_counter() - start) * 1000 / len(samples)


def _samples(engine: DlibEngine) -> tuple[list[_Sample], str]:
    """Faces of the photographs at hand, else grain: the network takes the same time for any content."""
    found = [sample for path in _portraits() if (sample := _of_picture(engine, read_picture(path))) is not None]
    if len(found) == FACES:
        return found, "photographed faces"
    return [_grain(engine, number) for number in range(FACES)], "chips of grain (speed does not depend on content)"


def _portraits() -> Iterable[Path]:
    return sorted(_PICTURES.glob("london/*/neutral.jpg"))[:FACES]


def _of_picture(engine: DlibEngine, frame: Frame) -> _Sample | None:
    face = central(frame, engine.detect(frame))
    return _sample(engine, frame, face) if face is not None else None


def _grain(engine: DlibEngine, number: int) -> _Sample:
    pixels = np.random.default_rng(number).integers(0, 256, (400, 400, 3), np.uint8)
    points = np.array([[160, 180], [240, 180], [200, 225], [170, 270], [230, 270]], np.float32)
    return _sample(engine, Frame(pixels, 0.0, number, synthetic=True), Face(Box(120, 120, 160, 200), points, 1.0))


def _sample(engine: DlibEngine, frame: Frame, face: Face) -> _Sample:
    rgb = np.ascontiguousarray(frame.pixels[:, :, ::-1])
    return _Sample(frame, face, rgb, engine.shape(rgb, engine.square(face)))

"""identify.fps_ratio and identify.verdict_p95_ms: how much work a second, and how long a visitor waits."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from itertools import chain, cycle
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.identify_scene import FPS, GALLERY, Film, Scene, Sessions, fresh_engine, identity_known, pipeline
from benchmarks.result import Result, cannot_run, median, percentile
from recognition.engines.glance import Glance
from recognition.pipeline import Pipeline
from recognition.sources.preview import preview
from recognition.types import Engine, Face, Frame, Pixels, Vector
from recognition.worker import Purpose, Worker
from recognition.wrapped import WrappedEngine

ROUNDS = 7
OURS, THEIRS = 50, 6
SESSIONS, WARM_UP = 200, 3
PATIENCE_SECONDS = 20.0
RATIO, VERDICT = "identify.fps_ratio", "identify.verdict_p95_ms"


class Counting(WrappedEngine):
    """Counts how often a face was described."""

    def __init__(self, inner: Engine) -> None:
        super().__init__(inner)
        self.embedded = 0

    def embed(self, frame: Frame, face: Face) -> Vector:
        self.embedded += 1
        return self.inner.embed(frame, face)


def frame_rate(scene: Scene) -> list[Result]:
    """Frames a second of our pipeline and of the usual webcam loop on the same film, in turns."""
    try:
        usual = _face_recognition()
    except ImportError:
        return [cannot_run(RATIO, "fps", ">= 8", "face_recognition is not installed")]
    counting, careful = Counting(Glance(fresh_engine())), fresh_engine()
    ours, full = Looped(pipeline(scene, counting)), Looped(pipeline(scene, careful))
    known = [np.random.default_rng(number).standard_normal(128) for number in range(2)]
    film = cycle(chain.from_iterable(scene.film[:1]))
    rates: dict[str, list[float]] = {"ours": [], "full_look": [], "full": [], "quarter": []}
    for _ in range(ROUNDS):
        rates["ours"].append(_rate(ours.frame, film, OURS))
        rates["full"].append(_rate(lambda pixels: _webcam_loop(usual, pixels, known, 1.0), film, THEIRS))
        rates["full_look"].append(_rate(full.frame, film, OURS))
        rates["quarter"].append(_rate(lambda pixels: _webcam_loop(usual, pixels, known, 0.25), film, THEIRS))
    return _rates({name: median(values) for name, values in rates.items()}, counting.embedded / ours.frames)


def _rates(fps: dict[str, float], embedded: float) -> list[Result]:
    ratio = fps["ours"] / fps["full"]
    note = (
        f"640x360, one face, medians of {ROUNDS} rounds in turns; each frame previewed, searched, gated; a new session "
        f"after each identity, {embedded:.2f} embeddings a frame, gallery {GALLERY}; baseline: face_recognition's "
        f"webcam loop, full size, two known faces; at quarter size it makes {fps['quarter']:.1f} fps"
    )
    look = "the same with the full look of stills at every frame instead of the quick one"
    return [
        Result(RATIO, round(fps["ours"], 1), "fps", round(fps["full"], 2), ratio, ">= 8", ratio >= 8, note),
        Result(
            "identify.fps_full_look", round(fps["full_look"], 1), "fps", round(fps["full"], 2),
            fps["full_look"] / fps["full"], note=look,
        ),
    ]  # fmt: skip


class Looped:
    """Session after session on one pipeline, as fast as it goes; nothing is skipped after a decision."""

    def __init__(self, steps: Pipeline) -> None:
        self._steps = steps
        self._state = steps.begin()
        self.frames = 0

    def frame(self, pixels: Pixels) -> None:
        """What the worker's two threads do with one frame."""
        frame = Frame(pixels, self.frames / FPS, self.frames, synthetic=True)
        preview(frame)
        self._state, verdict = self._steps.step(frame, self._state)
        if identity_known(verdict):
            self._steps.wipe(self._state)
            self._state = self._steps.begin()
        self.frames += 1


def verdict_time(scene: Scene) -> list[Result]:
    """From the first usable frame to the identity, by a real worker at a camera's pace."""
    waits, right = [], 0
    listener = Sessions()
    films = cycle([(person, Film(frames)) for person, frames in zip(scene.enrolled, scene.film, strict=True)])
    playing = next(films)
    worker = Worker(
        {Purpose.FACE: pipeline(scene)}, lambda: playing[1], listener, allow_synthetic=True, beside_gui=False
    )
    for number in range(SESSIONS + WARM_UP):
        playing = next(films)
        listener.begin()
        worker.start(Purpose.FACE)
        known = listener.wait(PATIENCE_SECONDS)
        worker.stop()
        if not known or listener.verdict is None:
            return [cannot_run(VERDICT, "ms", "<= 600", f"no identity within {PATIENCE_SECONDS:.0f} s")]
        if number >= WARM_UP:
            waits.append((listener.at - playing[1].first_at) * 1000)
            hint = listener.verdict.hint
            right += hint is not None and hint.person_id == playing[0]
    p95 = percentile(waits, 0.95)
    note = (
        f"{SESSIONS} sessions of a real worker, film at {FPS:.0f} fps (every frame usable), gallery {GALLERY}, "
        f"models loaded; median {percentile(waits, 0.5):.0f} ms, worst {max(waits):.0f} ms; right person {right}"
    )
    return [Result(VERDICT, round(p95), "ms", target="<= 600", ok=p95 <= 600, note=note)]


def _rate(work: Callable[[Pixels], object], film: Iterator[Pixels], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        work(next(film))
    return count / (time.perf_counter() - start)


def _face_recognition() -> ModuleType:
    """Imported here only: it loads a model file that the product must not use (DECISIONS 10)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import face_recognition
    return face_recognition  # type: ignore[no-any-return]


def _webcam_loop(usual: Any, pixels: Pixels, known: list[NDArray[np.float64]], scale: float) -> None:
    """The body of the library's example ``facerec_from_webcam`` (quarter size: ``..._faster``) for one frame."""
    small = pixels if scale == 1.0 else cv2.resize(pixels, (0, 0), fx=scale, fy=scale)
    rgb = np.ascontiguousarray(small[:, :, ::-1])
    places = usual.face_locations(rgb)
    for encoding in usual.face_encodings(rgb, places):
        usual.compare_faces(known, encoding)
        np.argmin(usual.face_distance(known, encoding))

"""What every measure of ``identify`` looks at: people swaying before a kiosk, and a gallery of ten thousand.

The film is made in memory from portraits at hand (``RECEPTION_FACES``, else those of the demo); nothing is written.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from kiosk.errors import ReceptionError, WorldError
from recognition import engines
from recognition.engines.glance import Glance
from recognition.gallery import Gallery
from recognition.gates import GateLimits, assess
from recognition.pipeline import Pipeline, Rules
from recognition.sources.demo import DemoFeed
from recognition.sources.folder import people_in
from recognition.sources.pace import Pace
from recognition.track import central
from recognition.types import Engine, Frame, Pixels, Stage, Verdict
from recognition.vote import Policy, Thresholds
from recognition.weights import model_cache

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    Path(os.environ.get("RECEPTION_FACES", ROOT.parent / "shared" / "faces")) / "london",
    ROOT / ".cache" / "demo-faces",
)
PEOPLE = 8
FRAMES_EACH = 30
GALLERY = 10_000
FPS = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """``film``: per person their frames, 640x360, one face each, every one usable. ``enrolled``: who they are."""

    film: list[list[Pixels]]
    enrolled: list[UUID]
    gallery: Gallery


class Film:
    """A source that plays frames over and over at the pace of a camera. ``first_at``: when its first frame came."""

    name = "film"
    synthetic = True

    def __init__(self, frames: Sequence[Pixels], fps: float = FPS) -> None:
        self._frames, self._pace = frames, Pace(fps)
        self._number = 0
        self.first_at = 0.0

    def open(self) -> None:
        """From the first frame."""
        self._number = 0
        self._pace.reset()

    def read(self) -> Frame | None:
        """The next frame, when it is due."""
        at = self._pace.wait()
        if not self._number:
            self.first_at = at
        frame = Frame(self._frames[self._number % len(self._frames)], at, self._number, self.synthetic)
        self._number += 1
        return frame

    def close(self) -> None:
        """Nothing is held."""


class Sessions:
    """A listener that waits for one session after the other."""

    def __init__(self) -> None:
        self._known = threading.Event()
        self.verdict: Verdict | None = None
        self.at = 0.0

    def begin(self) -> None:
        """Before a session starts."""
        self._known.clear()
        self.verdict = None

    def wait(self, seconds: float) -> bool:
        """Until the identity is known; False when it takes longer."""
        return self._known.wait(seconds) and self.verdict is not None

    def on_verdict(self, _session: int, verdict: Verdict) -> None:
        """From the worker's thread."""
        if identity_known(verdict) and not self._known.is_set():
            self.at, self.verdict = time.monotonic(), verdict
            self._known.set()

    def on_preview(self, _session: int, _picture: object) -> None:
        """Converted by the worker as always, shown nowhere."""

    def on_fault(self, _session: int, _fault: ReceptionError) -> None:
        """Ends the waiting without a verdict."""
        self._known.set()


def identity_known(verdict: Verdict | None) -> bool:
    """True for the verdict that names somebody or nobody."""
    return verdict is not None and verdict.stage is Stage.DECIDED


def fresh_engine() -> Engine:
    """The product's default engine with full looks, loaded. Raises WorldError without its models."""
    engine = engines.create(engines.DEFAULT, model_cache())
    engine.load()
    return engine


def make_scene() -> Scene:
    """Film and gallery. Raises WorldError where there are neither portraits nor models."""
    engine, people = fresh_engine(), _portraits()
    gallery = Gallery(engine.dim)
    rng = np.random.default_rng(1)
    strangers = rng.standard_normal((GALLERY - len(people), 1, engine.dim)).astype(np.float32)
    gallery.put_all({UUID(int=number + 1000): row for number, row in enumerate(strangers)})
    enrolled = [UUID(int=number + 1) for number in range(len(people))]
    film = []
    for person, picture in zip(enrolled, people, strict=True):
        frames = _played(picture, engine)
        film.append(frames)
        still = Frame(frames[-1], 0.0, 0, synthetic=True)
        gallery.put(person, [engine.embed(still, engine.detect(still)[0])])
    return Scene(film, enrolled, gallery)


def pipeline(scene: Scene, engine: Engine | None = None) -> Pipeline:
    """The product's pipeline as a station builds it, but for the secret rotation (one product of 128 x 128).

    Without asked movements, so that a session ends with the identity (DECISIONS 12); unasked cues are looked at.
    """
    chosen = engine or Glance(fresh_engine())
    policy = Policy(Thresholds(ask=0.45, sure=0.55, margin=0.05, calibrated=True))
    return Pipeline(chosen, scene.gallery, policy, Rules(challenge=False))


def _portraits() -> list[Path]:
    for place in PLACES:
        if place.is_dir():
            return [pictures[0] for pictures in people_in(place).values()][:PEOPLE]
    raise WorldError("folder_empty", "There are no portraits here.", "Set RECEPTION_FACES, or run `make demo` once.")


def _played(picture: Path, engine: Engine) -> list[Pixels]:
    """The demonstration feed as it comes, without its rhythm; frames that a gate would refuse are left out."""
    feed = DemoFeed({"visitor": [picture]}, Pace(0))
    feed.open()
    feed.stand("visitor")
    frames = [feed.read() for _ in range(FRAMES_EACH)]
    return [frame.pixels for frame in frames if frame is not None and _usable(frame, engine)]


def _usable(frame: Frame, engine: Engine) -> bool:
    faces = engine.detect(frame)
    return assess(frame, faces, central(frame, faces), GateLimits()).gate is None

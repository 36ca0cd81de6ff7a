"""Values and Protocols of recognition. Owns no behaviour beyond derived properties; must not import any engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.model.face import FaceHint

Pixels = NDArray[np.uint8]
"""Height x width x 3, BGR unless said otherwise."""

Vector = NDArray[np.float32]
"""Unit vector of an engine's ``dim``; cosine of two is their dot product."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source. ``at`` is monotonic seconds, ``number`` counts from 0 within one opening."""

    pixels: Pixels
    at: float
    number: int
    synthetic: bool

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Box:
    """Rectangle in pixels of the frame, or in shares of it (0 to 1) where ``relative`` made it."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    def relative(self, frame: Frame) -> Box:
        """The same box in shares of the frame."""
        return Box(self.x / frame.width, self.y / frame.height, self.width / frame.width, self.height / frame.height)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A detected face. ``points``: float32 (5, 2) in pixels: the eyes (left in the picture first), nose, mouth corners
    (left in the picture first). ``score`` is the detector's confidence in [0, 1]."""

    box: Box
    points: NDArray[np.float32]
    score: float


class Gate(StrEnum):
    """Why a view is not used; the value is the last part of the visitor's hint ``touch.hint.<value>``."""

    NO_FACE = "no_face"
    SEVERAL = "one_person"
    TOO_FAR = "closer"
    TOO_CLOSE = "back"
    OFF_CENTRE = "centre"
    TOO_DARK = "brighter"
    TOO_BRIGHT = "darker"
    BLURRED = "hold_still"
    TURNED = "look_ahead"

    @property
    def key(self) -> str:
        """Locale key of the sentence shown to the visitor."""
        return f"touch.hint.{self.value}"


class Ask(StrEnum):
    """What the visitor is asked to do, seen from the visitor: ``LEFT`` is their own left. The value is the last part
    of the locale key ``touch.ask.<value>``."""

    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    NEARER = "nearer"
    GLASSES = "glasses"
    """Put the glasses on, or take them off: the other way than just now."""

    @property
    def key(self) -> str:
        """Locale key of the sentence shown to the visitor."""
        return f"touch.ask.{self.value}"


class Stage(StrEnum):
    """Where a session stands: nobody usable yet, collecting views, waiting for an asked-for movement, or finished."""

    SEARCHING = "searching"
    GATHERING = "gathering"
    CHALLENGE = "challenge"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one frame led to. ``hint`` (identification) or ``views`` (enrolment) only when decided; ``gate`` only while
    something is to be corrected; ``ask`` while a movement or a pose is wanted; ``box`` of the central face in shares of
    the frame; ``progress`` is the share done of what is wanted now: of the views, or of the asked movement."""

    stage: Stage
    synthetic: bool
    hint: FaceHint | None = None
    gate: Gate | None = None
    ask: Ask | None = None
    box: Box | None = None
    progress: float = 0.0
    taken: int = 0
    """Views kept so far (enrolment)."""
    views: NDArray[np.float32] | None = None


class Engine(Protocol):
    """A detector and an embedding network. Instances are not thread-safe: one per thread."""

    @property
    def name(self) -> str:
        """The name under which the registry knows it."""

    @property
    def dim(self) -> int:
        """Length of its vectors."""

    @property
    def holds_interpreter_lock(self) -> bool:
        """True when its native code stops every other thread; it may then never run beside a GUI."""

    @property
    def agreement(self) -> float:
        """Lowest cosine two views of one person may have; below, they show two people."""

    @property
    def crowd(self) -> int:
        """How many of the people ranked after the best tell what a chance resemblance is worth; 0: none do."""

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the model files; vectors of different ids must never be compared."""

    def load(self) -> None:
        """Load the models (idempotent, tens to hundreds of ms). Raises WorldError if a file is missing or changed."""

    def detect(self, frame: Frame) -> list[Face]:
        """All faces of the frame, largest first."""

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 vector (dim,) of one detected face, computed from the full resolution."""


class Steps(Protocol):
    """One purpose of the face camera, frame by frame. Used by one thread at a time; ``step`` is a pure function of
    frame and state but for counters."""

    @property
    def engine(self) -> Engine:
        """What finds and describes faces here; loaded before the first step."""

    def begin(self) -> Any:
        """The state of a session before its first frame."""

    def step(self, frame: Frame, state: Any) -> tuple[Any, Verdict | None]:
        """The next state, and what to tell the visitor; None once the session has had its decision."""

    def wipe(self, state: Any) -> None:
        """Overwrite every vector the state holds: the session ended, decided or not."""

    def discard(self, verdict: Verdict) -> None:
        """Overwrite what goes with a verdict that nobody will hear: the visitor left while it was found."""


class Source(Protocol):
    """Where frames come from. ``open``, ``read`` and ``close`` are called by one thread."""

    @property
    def name(self) -> str:
        """What staff call it; never personal data."""

    @property
    def synthetic(self) -> bool:
        """True for everything but a physical camera; declared truthfully, checked by the worker."""

    def open(self) -> None:
        """Start delivering. Raises WorldError (``camera_missing``...) or InputError."""

    def read(self) -> Frame | None:
        """The next frame, waiting for it; None at the end. Raises WorldError ``camera_lost`` when unplugged."""

    def close(self) -> None:
        """Stop and let go of the device; silent when not open."""

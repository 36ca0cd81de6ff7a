"""One frame's way: detect, follow the central face, gate, collect a few best views, embed them, search, decide.

``step`` is a pure function of frame and state but for the time counters. Vectors exist only inside the step that
decides and are overwritten there; pixels live in the state until the decision. Nothing is written anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.model.face import FaceHint, Liveness
from recognition.gallery import Gallery
from recognition.gates import GateLimits, assess
from recognition.health import Health
from recognition.track import Track, follow
from recognition.types import Box, Engine, Face, Frame, Gate, Stage, Verdict
from recognition.vectors import fused, lowest_agreement
from recognition.vote import Policy


@dataclass(frozen=True, slots=True)
class Rules:
    """What a session needs before it decides."""

    gates: GateLimits = field(default_factory=GateLimits)
    window: int = 5
    """Usable frames seen before the best are chosen: a third of a second."""
    views: int = 3
    """Best views embedded and fused."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A usable frame of the tracked face, waiting to be chosen."""

    frame: Frame
    face: Face
    quality: float


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A session between two frames. ``State()`` begins one."""

    track: Track | None = None
    views: tuple[View, ...] = ()
    decided: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """Engine, gallery, policy and rules together. Used by one thread at a time (the engine is not thread-safe)."""

    engine: Engine
    gallery: Gallery
    policy: Policy
    rules: Rules = field(default_factory=Rules)
    health: Health = field(default_factory=Health)

    def begin(self) -> State:
        """Nobody was seen yet."""
        return State()

    def wipe(self, state: State) -> None:
        """Nothing to overwrite: no vector outlives its step."""

    def step(self, frame: Frame, state: State) -> tuple[State, Verdict | None]:
        """The next state and what to tell the visitor; None once the session has had its decision."""
        if state.decided:
            return state, None
        with self.health.stage("detect"):
            faces = self.engine.detect(frame)
        track, face = follow(frame, faces, state.track)
        with self.health.stage("gate"):
            seen = assess(frame, faces, face, self.rules.gates)
        if track is None or face is None:
            return State(track, state.views if track else ()), self._searching(frame, Gate.NO_FACE, None)
        box = face.box.relative(frame)
        if seen.gate is not None:
            kept = () if seen.gate is Gate.SEVERAL else state.views
            return State(track, kept), self._searching(frame, seen.gate, box)
        views = (*state.views, View(frame, face, seen.quality))
        if len(views) < self.rules.window:
            progress = len(views) / self.rules.window
            return State(track, views), Verdict(Stage.GATHERING, frame.synthetic, box=box, progress=progress)
        return self._conclude(track, views, box)

    def _searching(self, frame: Frame, gate: Gate, box: Box | None) -> Verdict:
        return Verdict(Stage.SEARCHING, frame.synthetic, gate=gate, box=box)

    def _conclude(self, track: Track, views: tuple[View, ...], box: Box) -> tuple[State, Verdict]:
        """Decide from the best views; when they do not agree, start collecting again."""
        synthetic = any(view.frame.synthetic for view in views)
        best = sorted(views, key=lambda view: -view.quality)[: self.rules.views]
        hint = self._identify(best, synthetic)
        if hint is None:
            return State(track), Verdict(Stage.GATHERING, synthetic, gate=Gate.SEVERAL, box=box)
        return State(decided=True), Verdict(Stage.DECIDED, synthetic, hint=hint, box=box, progress=1.0)

    def _identify(self, views: list[View], synthetic: bool) -> FaceHint | None:
        """The hint, or None when the views show different people. Vectors are overwritten before returning."""
        vectors = []
        for view in views:
            with self.health.stage("embed"):
                vectors.append(self.engine.embed(view.frame, view.face))
        probe = fused(vectors)
        try:
            if lowest_agreement(vectors) < self.engine.agreement:
                return None
            with self.health.stage("search"):
                ranking = self.gallery.snapshot.search(probe)
            return self.policy.decide(ranking, liveness=Liveness.NONE, synthetic=synthetic)
        finally:
            for vector in (*vectors, probe):
                vector.fill(0.0)

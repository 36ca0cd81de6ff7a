"""One frame's way: detect, follow the central face, gate, collect a few best views, embed them, search, and for whoever
is matched: proof of life.

``step`` changes nothing but its own state and the time counters. Kept views are copies; they and every vector are
overwritten as soon as the session no longer needs them. The probe alone outlives its step, for as long as the
asked movements take. Nothing is written anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kiosk.model.face import FaceHint, HintKind, Liveness
from recognition import liveness
from recognition.gallery import Gallery
from recognition.gates import GateLimits, assess
from recognition.health import Health
from recognition.keepsake import Keepsake
from recognition.liveness import LivenessModel
from recognition.proving import Course, Trial, TrialRules, advance
from recognition.track import Track, follow
from recognition.types import Ask, Engine, Face, Frame, Gate, Stage, Vector, Verdict
from recognition.vectors import fused, lowest_agreement, wipe
from recognition.vote import Policy

Orders = Sequence[tuple[Ask, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a session needs before it decides."""

    gates: GateLimits = field(default_factory=GateLimits)
    window: int = 5
    """Usable frames seen before the best are chosen: a third of a second."""
    views: int = 3
    """Best views embedded and fused."""
    challenge: bool = True
    """False: nobody is asked to move, only unasked cues are looked at (setting ``face.liveness`` = passive)."""
    trial: TrialRules = field(default_factory=TrialRules)


DEMO_TRIAL = TrialRules(seconds=2.0, retries=0)
"""A demo shows what is asked and goes on: portraits cannot turn, and nothing is enforced (DECISIONS 2)."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A usable frame of the tracked face, waiting to be chosen."""

    frame: Frame
    face: Face
    quality: float


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Who was found, not yet told; ``probe`` is kept to be compared with the head that moved."""

    hint: FaceHint
    probe: Vector
    trial: Trial


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A session between two frames. ``State()`` begins one. ``order`` stays until a trial is missed, so that stepping
    away and coming back draws no other movements."""

    track: Track | None = None
    views: tuple[View, ...] = ()
    match: Match | None = None
    order: tuple[Ask, ...] = ()
    missed: int = 0
    decided: bool = False

    def anew(self, track: Track | None) -> State:
        """Nothing collected; what was drawn and missed in this session still counts."""
        return State(track, order=self.order, missed=self.missed)


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """Fulfils ``Steps`` for ``Purpose.FACE``: engine, gallery, policy and rules together. One thread at a time.

    ``choose`` picks one of the orders of movements, evenly. ``keepsake`` may hold the probe of a visitor who proved to
    be alive; ``network`` is the slot for a liveness model.
    """

    engine: Engine
    gallery: Gallery
    policy: Policy
    rules: Rules = field(default_factory=Rules)
    health: Health = field(default_factory=Health)
    choose: Callable[[Orders], tuple[Ask, ...]] = secrets.choice
    keepsake: Keepsake | None = None
    network: LivenessModel | None = None

    def begin(self) -> State:
        """Nobody was seen yet."""
        return State()

    def wipe(self, state: State) -> None:
        """Overwrite the probe and every kept picture."""
        wipe(view.frame.pixels for view in state.views)
        if state.match is not None:
            wipe([state.match.probe])
            state.match.trial.wipe()

    def discard(self, verdict: Verdict) -> None:
        """Nobody can confirm any more: the probe that was held for it goes."""
        if verdict.hint is not None and self.keepsake is not None:
            self.keepsake.forget()

    def step(self, frame: Frame, state: State) -> tuple[State, Verdict | None]:
        """The next state and what to tell the visitor; None once the session has had its decision.

        A state is stepped once: what it held and the next one does not need is overwritten.
        """
        if state.decided:
            return state, None
        with self.health.stage("detect"):
            faces = self.engine.detect(frame)
        track, face = follow(frame, faces, state.track)
        with self.health.stage("gate"):
            gate = assess(frame, faces, face, self.rules.gates)
        box = face.box.relative(frame) if face is not None else None
        if track is None or gate.gate is Gate.SEVERAL:
            self.wipe(state)
            return state.anew(track), Verdict(Stage.SEARCHING, frame.synthetic, gate=gate.gate, box=box)
        state = replace(state, track=track)
        if state.match is not None:
            return self._prove(frame, face, gate.gate, state, state.match)
        if face is None or gate.gate is not None:
            return state, Verdict(Stage.SEARCHING, frame.synthetic, gate=gate.gate, box=box)
        return self._gather(frame, face, gate.quality, state)

    def _gather(self, frame: Frame, face: Face, quality: float, state: State) -> tuple[State, Verdict]:
        """Keep this view; with enough of them, find out who it is."""
        kept = replace(frame, pixels=frame.pixels.copy())
        views = (*state.views, View(kept, face, quality))
        wipe(view.frame.pixels for view in views[: -self.rules.window])
        state = replace(state, views=views[-self.rules.window :])
        box = face.box.relative(frame)
        if len(state.views) < self.rules.window or not self.gallery.ready:
            progress = len(state.views) / self.rules.window
            return state, Verdict(Stage.GATHERING, frame.synthetic, box=box, progress=progress)
        try:
            found = self._identify(state.views)
            if found is None:
                verdict = Verdict(Stage.GATHERING, frame.synthetic, gate=Gate.SEVERAL, box=box)
                return state.anew(state.track), verdict
            return self._go_on(frame, face, replace(state, views=()), *found)
        finally:
            wipe(view.frame.pixels for view in state.views)

    def _identify(self, views: Sequence[View]) -> tuple[FaceHint, Vector] | None:
        """The hint and its probe, from the best views; None when the views show different people."""
        best = sorted(views, key=lambda view: -view.quality)[: self.rules.views]
        synthetic = any(view.frame.synthetic for view in views)
        vectors: list[Vector] = []
        try:
            vectors.extend(self._embed(view.frame, view.face) for view in best)
            if lowest_agreement(vectors) < self.engine.agreement:
                return None
            probe = fused(vectors)
        finally:
            wipe(vectors)
        try:
            hint = self._decide(probe, synthetic)
            if hint.kind is not HintKind.UNKNOWN and not self.rules.challenge:
                hint = replace(hint, liveness=self._unasked(views))
        except Exception:  # the store that knows what "not me" taught may be out of reach
            wipe([probe])
            raise
        return hint, probe

    def _go_on(self, frame: Frame, face: Face, state: State, hint: FaceHint, probe: Vector) -> tuple[State, Verdict]:
        """A stranger, and everybody where nobody is asked to move, is decided; whoever is matched begins the trial."""
        if hint.kind is HintKind.UNKNOWN or not self.rules.challenge:
            wipe([probe])
            return self._told(frame, face, hint)
        order = state.order or self._draw()
        match = Match(hint, probe, Trial(order, frame.at))
        try:
            return self._prove(frame, face, None, replace(state, order=order), match)
        except Exception:
            wipe([probe])
            raise

    def _prove(
        self, frame: Frame, face: Face | None, gate: Gate | None, state: State, match: Match
    ) -> tuple[State, Verdict]:
        """One frame of the asked movements; when they are over, the decision."""
        with self.health.stage("liveness"):
            trial = advance(
                match.trial, frame, face, usable=gate is None,
                same=lambda shown, seen: self._same(match, shown, seen), rules=self.rules.trial,
            )  # fmt: skip
        if trial.course is Course.MISSED and state.missed < self.rules.trial.retries:
            trial.wipe()
            order = self._draw()
            state, trial = replace(state, missed=state.missed + 1, order=order), Trial(order, frame.at)
        if trial.course is not Course.GOING:
            return self._conclude(frame, face, replace(match, trial=trial))
        told = None if gate is Gate.TURNED or trial.moving else gate
        box = face.box.relative(frame) if face is not None else None
        asked, progress = trial.ask, trial.progress
        verdict = Verdict(Stage.CHALLENGE, frame.synthetic, gate=told, ask=asked, box=box, progress=progress)
        return replace(state, match=replace(match, trial=trial)), verdict

    def _conclude(self, frame: Frame, face: Face | None, match: Match) -> tuple[State, Verdict]:
        """The hint as it was found, with what the movements showed. A failed trial blames nobody."""
        done = match.trial.course is Course.DONE
        hint = replace(
            match.hint,
            liveness=Liveness.CHALLENGED if done else Liveness.NONE,
            synthetic=match.hint.synthetic or frame.synthetic,
        )
        if done and self.keepsake is not None:
            self.keepsake.hold(match.probe, hint)
        self.wipe(State(match=match))
        return self._told(frame, face, hint)

    def _told(self, frame: Frame, face: Face | None, hint: FaceHint) -> tuple[State, Verdict]:
        box = face.box.relative(frame) if face is not None else None
        return State(decided=True), Verdict(Stage.DECIDED, hint.synthetic, hint=hint, box=box, progress=1.0)

    def _same(self, match: Match, frame: Frame, face: Face) -> bool:
        """Whether this view agrees with the probe and is still recognised as the same person."""
        vector = self._embed(frame, face)
        try:
            agrees = float(np.dot(vector, match.probe)) >= self.engine.agreement
            return agrees and self._decide(vector, frame.synthetic).person_id == match.hint.person_id
        finally:
            wipe([vector])

    def _embed(self, frame: Frame, face: Face) -> Vector:
        with self.health.stage("embed"):
            return self.engine.embed(frame, face)

    def _decide(self, probe: Vector, synthetic: bool) -> FaceHint:
        with self.health.stage("search"):
            ranking = self.gallery.search(probe, self.policy.thresholds.wanted)
        return self.policy.decide(ranking, liveness=Liveness.NONE, synthetic=synthetic)

    def _unasked(self, views: Sequence[View]) -> Liveness:
        """What the views show without anybody being asked."""
        with self.health.stage("liveness"):
            passed = liveness.passive([(view.frame, view.face) for view in views], self.network)
        return Liveness.PASSIVE if passed else Liveness.NONE

    def _draw(self) -> tuple[Ask, ...]:
        return liveness.sequence(self.choose)

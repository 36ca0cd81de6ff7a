"""Guided enrolment, frame by frame: asks for one pose after another and takes the best of a few frames of each.

A view is taken by itself once the pose is reached and held and no gate is in the way. A pose that does not come is
skipped; frontal views fill up what is missing, so that a stiff neck or a still portrait is no obstacle. A second
person, a jump, or views that do not agree start the series again. Frames are overwritten one step after they were
used (the preview of a frame may still be in the making during its own step), vectors by ``wipe``; nothing is written.

Bands of poses: measured with sface on pictures of 420 people. Cosines with a frontal view stay as high as between two
frontal ones up to a turn of 0.35 and a nod of 0.15, and fall beyond (fifth percentile 0.37 against 0.46).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recognition.enrol import MIN_EYE_PX
from recognition.gates import GateLimits, assess
from recognition.pose import nod_of, turn_of
from recognition.track import Track, follow
from recognition.types import Ask, Engine, Face, Frame, Gate, Stage, Vector, Verdict
from recognition.vectors import lowest_agreement, wipe

SERIES = (Ask.AHEAD, Ask.LEFT, Ask.RIGHT, Ask.UP, Ask.DOWN)
GLASSES_SERIES = (Ask.AHEAD, Ask.LEFT, Ask.RIGHT, Ask.GLASSES, Ask.AHEAD, Ask.AHEAD)
"""With glasses off and on: five views as well, two of them the other way."""
PLAIN_SERIES = (Ask.AHEAD,) * 3
"""For somebody whose turned views do not fit together."""

_SIDES = {Ask.LEFT: 1.0, Ask.RIGHT: -1.0}
_TILTS = {Ask.UP: -1.0, Ask.DOWN: 1.0}
_LONGEST_GAP_S = 0.5


@dataclass(frozen=True, slots=True)
class GuidedRules:
    """What a guided enrolment asks for. Times in seconds of usable frames."""

    gates: GateLimits = field(default_factory=lambda: GateLimits(min_eye_px=MIN_EYE_PX))
    least: int = 3
    hold: int = 4
    """Frames in a row in the pose; the best of them is taken."""
    rest: float = 0.6
    """Between two views: time to see what is asked next."""
    patience: float = 8.0
    """A pose that does not come in this time is skipped."""
    glasses_pause: float = 6.0
    synthetic_patience: float = 0.8
    """For portraits and clips, which cannot be asked to move."""
    side: tuple[float, float] = (0.12, 0.35)
    """Turn against the frontal view, in eye distances: about 13 to 30 degrees."""
    tilt: tuple[float, float] = (0.06, 0.15)
    """Nod against the frontal view, in shares of the height from eyes to mouth: about 8 to 18 degrees."""
    straight: float = 0.12
    """How far the other direction may be off meanwhile."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A usable frame in the asked pose, waiting for better ones."""

    frame: Frame
    face: Face
    quality: float


@dataclass(frozen=True, slots=True, eq=False)
class EnrolState:
    """A session between two frames; ``series[done]`` is asked now."""

    series: tuple[Ask, ...]
    done: int = 0
    track: Track | None = None
    lost: bool = False
    """The face was out of sight since the last view (allowed while the glasses change)."""
    held: tuple[Held, ...] = ()
    views: tuple[Vector, ...] = ()
    frontal: tuple[float, float] = (0.0, 0.5)
    """Turn and nod of the first view: where this person's nose is, and where this camera hangs."""
    spent: float = 0.0
    at: float | None = None
    misfits: int = 0
    synthetic: bool = False
    waste: tuple[Frame, ...] = ()
    decided: bool = False

    @property
    def ask(self) -> Ask:
        """What is asked now."""
        return self.series[self.done]

    @property
    def changing(self) -> bool:
        """True from the moment the glasses are asked for: the face may be out of sight for a while."""
        return Ask.GLASSES in self.series[: self.done + 1]


class GuidedEnrolment:
    """Fulfils ``Steps`` for ``Purpose.ENROL``. ``engine`` must not be rotated: the vault does that."""

    def __init__(self, engine: Engine, rules: GuidedRules | None = None) -> None:
        self._engine = engine
        self.rules = rules or GuidedRules()
        self.two_looks = False
        """Said on the screen before: glasses are sometimes taken off. Read when a session begins; any thread."""

    @property
    def engine(self) -> Engine:
        """What finds and describes faces here."""
        return self._engine

    def begin(self) -> EnrolState:
        """Nobody was seen yet."""
        return EnrolState(GLASSES_SERIES if self.two_looks else SERIES)

    def wipe(self, state: EnrolState) -> None:
        """Overwrite the vectors and every frame the state holds."""
        wipe(state.views)
        _overwrite((*state.waste, *(held.frame for held in state.held)))

    def discard(self, verdict: Verdict) -> None:
        """Overwrite the views of a visitor who left."""
        if verdict.views is not None:
            wipe([verdict.views])

    def step(self, frame: Frame, state: EnrolState) -> tuple[EnrolState, Verdict | None]:
        """The next state and what to tell the visitor; ``views`` of a verdict belong to whoever receives it."""
        _overwrite(state.waste)
        if state.decided:
            return replace(state, waste=(frame,)), None
        passed = 0.0 if state.at is None else min(max(frame.at - state.at, 0.0), _LONGEST_GAP_S)
        faces = self.engine.detect(frame)
        track, face = follow(frame, faces, state.track)
        gone = track is None and bool(state.views)
        synthetic = state.synthetic or frame.synthetic
        state = replace(state, waste=(), at=frame.at, track=track, lost=state.lost or gone, synthetic=synthetic)
        if gone and not state.changing:
            return self._again(state, frame, Gate.NO_FACE)
        if state.ask is Ask.GLASSES:
            return self._pause(state, frame, passed)
        return self._look(state, frame, faces, face, passed)

    def _look(
        self, state: EnrolState, frame: Frame, faces: Sequence[Face], face: Face | None, passed: float
    ) -> tuple[EnrolState, Verdict]:
        """Gate the frame and keep it for a moment when it shows what is asked."""
        seen = assess(frame, faces, face, self._limits(state.ask))
        if seen.gate is Gate.SEVERAL and state.views and not state.changing:
            return self._again(state, frame, seen.gate)
        if face is None or seen.gate is not None:
            return self._tell(_released(state, frame), frame, face, seen.gate)
        state = replace(state, spent=state.spent + passed)
        rested = not state.views or state.spent >= self.rules.rest
        if not rested or not self._reached(state, face):
            return self._wait(_released(state, frame), frame, face)
        state = replace(state, held=(*state.held, Held(frame, face, seen.quality)))
        return self._take(state, frame) if len(state.held) >= self.rules.hold else self._tell(state, frame, face)

    def _limits(self, ask: Ask) -> GateLimits:
        """Frontal views are gated as frontal; the others are held to their pose by ``_reached``."""
        return self.rules.gates if ask is Ask.AHEAD else replace(self.rules.gates, max_turn=1.0, nod=(0.0, 1.0))

    def _reached(self, state: EnrolState, face: Face) -> bool:
        """Whether the face stands as asked, measured against this person's own frontal view."""
        rules = self.rules
        aside, down = turn_of(face) - state.frontal[0], nod_of(face) - state.frontal[1]
        if side := _SIDES.get(state.ask):
            return rules.side[0] <= side * aside <= rules.side[1] and abs(down) <= rules.straight
        if tilt := _TILTS.get(state.ask):
            return rules.tilt[0] <= tilt * down <= rules.tilt[1] and abs(aside) <= rules.straight
        return True

    def _wait(self, state: EnrolState, frame: Frame, face: Face) -> tuple[EnrolState, Verdict]:
        """The pose is not there yet; after a while it is not asked for any longer."""
        patience = self.rules.synthetic_patience if state.synthetic else self.rules.patience
        if state.ask is not Ask.AHEAD and state.spent >= self.rules.rest + patience:
            return self._next(state, frame)
        return self._tell(state, frame, face)

    def _pause(self, state: EnrolState, frame: Frame, passed: float) -> tuple[EnrolState, Verdict]:
        """Time to put the glasses on or to take them off, whatever the camera sees meanwhile."""
        pause = self.rules.synthetic_patience if state.synthetic else self.rules.glasses_pause
        state = replace(_released(state, frame), spent=state.spent + passed)
        return self._next(state, frame) if state.spent >= pause else self._tell(state, frame, None)

    def _take(self, state: EnrolState, frame: Frame) -> tuple[EnrolState, Verdict]:
        """Describe the best of the held frames; a view that does not fit the others begins the series again."""
        best = max(state.held, key=lambda held: held.quality)
        view = self.engine.embed(best.frame, best.face)
        fits = all(float(np.dot(view, other)) >= self._agreement(state) for other in state.views)
        frontal = state.frontal if state.views else (turn_of(best.face), nod_of(best.face))
        state = replace(state, views=(*state.views, view), frontal=frontal, lost=False)
        if not fits:
            return self._again(replace(state, misfits=state.misfits + 1), frame, Gate.SEVERAL)
        return self._next(_released(state), frame)

    def _agreement(self, state: EnrolState) -> float:
        """Lowest cosine with the views before.

        Halfway to what this person's views have among themselves once the face was out of sight: nothing else speaks
        then for its being the same one.
        """
        bound = self.engine.agreement
        return (bound + lowest_agreement(state.views)) / 2 if state.lost and state.views else bound

    def _next(self, state: EnrolState, frame: Frame) -> tuple[EnrolState, Verdict]:
        """Ask for what comes next; frontal views fill up what was skipped; then the views are handed over."""
        state = replace(state, done=state.done + 1, spent=0.0)
        if state.done < len(state.series):
            return self._tell(state, frame, None)
        if len(state.views) < self.rules.least:
            return self._tell(replace(state, series=(*state.series, Ask.AHEAD)), frame, None)
        views = np.stack(state.views)
        wipe(state.views)
        verdict = Verdict(Stage.DECIDED, state.synthetic, progress=1.0, taken=len(views), views=views)
        return replace(state, views=(), decided=True), verdict

    def _again(self, state: EnrolState, frame: Frame, gate: Gate) -> tuple[EnrolState, Verdict]:
        """Forget what was taken; from the second misfit on only frontal views are asked for."""
        wipe(state.views)
        fresh = self.begin() if state.misfits < 2 else EnrolState(PLAIN_SERIES)
        waste = _released(state, frame).waste
        state = replace(fresh, at=state.at, misfits=state.misfits, synthetic=state.synthetic, waste=waste)
        return self._tell(state, frame, None, gate)

    def _tell(
        self, state: EnrolState, frame: Frame, face: Face | None, gate: Gate | None = None
    ) -> tuple[EnrolState, Verdict]:
        stage = Stage.SEARCHING if gate is Gate.NO_FACE else Stage.GATHERING
        box = face.box.relative(frame) if face is not None else None
        progress = state.done / len(state.series)
        verdict = Verdict(
            stage, state.synthetic, gate=gate, ask=state.ask, box=box, progress=progress, taken=len(state.views)
        )
        return state, verdict


def _released(state: EnrolState, *frames: Frame) -> EnrolState:
    """The state without held frames; they and ``frames`` are overwritten at the next step."""
    held = tuple(held.frame for held in state.held)
    return replace(state, held=(), waste=(*state.waste, *held, *(f for f in frames if f not in held)))


def _overwrite(frames: Sequence[Frame]) -> None:
    wipe(frame.pixels for frame in frames if frame.pixels.flags.writeable)

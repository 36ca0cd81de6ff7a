"""The asked movements of one session, after the match: did the person who was matched do them?

Owns the order of a trial: look ahead, move as asked, look ahead again and be compared, for each movement. The points on
the face are followed without a gap from before a movement until the view that is compared, so that neither a photograph
can take the place of a head in between nor a head that of a photograph. Who it is, is asked of ``Same``; nothing here
knows vectors or people. Time is ``Frame.at``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from recognition.liveness import Motion, Outcome, begin, observe
from recognition.liveness.track_points import PointTrack, follow_points
from recognition.pose import turn_of
from recognition.types import Ask, Face, Frame

Same = Callable[[Frame, Face], bool]
"""Whether a usable view shows the person of the match."""


class Course(StrEnum):
    """Where a trial stands. ``MISSED``: not done, late, or out of sight, which happens to everybody once. ``REFUSED``:
    a sheet moved, or another person."""

    GOING = "going"
    DONE = "done"
    MISSED = "missed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TrialRules:
    """How long the visitor has and how often; see ADR 0012."""

    seconds: float = 12.0
    """For each step: a movement, and looking ahead before and after it. Generous, because waiting proves nothing."""
    retries: int = 1
    """Trials after a missed one, each with an order drawn anew."""
    ahead: float = 0.1
    """How far the nose may leave the middle between the eyes when a movement begins and when the face is compared, in
    eye distances: what a movement is measured against must not be one."""
    still: float = 0.03
    """How far it may have moved since the frame before: a head on its way back is not there yet."""
    min_points: int = 8
    """Points that must be left on the face when it looks ahead again."""
    kept: float = 0.5
    """Share of the points that must be found again in the next frame: a head loses few at a time, a swap most."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Asked movements between two frames. ``order[made]`` is asked now; ``since`` is when the present step began,
    ``turn`` where the nose was in the frame before."""

    order: tuple[Ask, ...]
    since: float
    made: int = 0
    motion: Motion | None = None
    turn: float | None = None
    course: Course = Course.GOING

    @property
    def ask(self) -> Ask:
        """What the visitor reads: the movement, or to look ahead before and after it."""
        return self.order[self.made] if self.moving else Ask.AHEAD

    @property
    def moving(self) -> bool:
        """True while the movement itself is waited for."""
        return self.motion is not None and self.motion.outcome is Outcome.WAITING

    @property
    def progress(self) -> float:
        """Share of the asked movement; full while the visitor looks ahead again."""
        return self.motion.progress if self.motion is not None else 0.0

    def wipe(self) -> None:
        """Overwrite the pixels it holds."""
        if self.motion is not None:
            self.motion.wipe()


def advance(trial: Trial, frame: Frame, face: Face | None, *, usable: bool, same: Same, rules: TrialRules) -> Trial:
    """The trial after one more frame. ``face`` None: out of sight for a moment; ``usable``: a view good enough to be
    compared. The pixels of the trial before are overwritten."""
    if frame.at - trial.since > rules.seconds:
        return replace(trial, course=Course.MISSED)
    if face is None:
        return trial
    usable = usable and _looks_ahead(trial, face, rules)
    trial = replace(trial, turn=turn_of(face))
    if trial.motion is None:
        return _start(trial, frame, face) if usable else trial
    if trial.moving:
        return _watch(trial, trial.motion, frame, face, rules)
    return _return(trial, trial.motion, frame, face, usable=usable, same=same, rules=rules)


def _looks_ahead(trial: Trial, face: Face, rules: TrialRules) -> bool:
    turn = turn_of(face)
    still = trial.turn is None or abs(turn - trial.turn) <= rules.still
    return still and abs(turn) <= rules.ahead


def _start(trial: Trial, frame: Frame, face: Face) -> Trial:
    return replace(trial, since=frame.at, motion=begin(trial.order[trial.made], frame, face))


def _watch(trial: Trial, motion: Motion, frame: Frame, face: Face, rules: TrialRules) -> Trial:
    moved = observe(motion, frame, face)
    motion.wipe()
    if not _chained(motion.track, moved.track, rules):
        return replace(trial, motion=moved, course=Course.MISSED)
    if moved.outcome is Outcome.WAITING:
        return replace(trial, motion=moved)
    courses = {Outcome.PASSED: Course.GOING, Outcome.FLAT: Course.REFUSED, Outcome.LOST: Course.MISSED}
    return replace(trial, motion=moved, since=frame.at, course=courses[moved.outcome])


def _return(
    trial: Trial, motion: Motion, frame: Frame, face: Face, *, usable: bool, same: Same, rules: TrialRules
) -> Trial:
    """Look ahead again: the head that moved is compared, and the next movement begins in the very same frame."""
    track = follow_points(motion.track, frame)
    motion.wipe()
    followed = replace(trial, motion=replace(motion, track=track))
    if not (_chained(motion.track, track, rules) and _on(face, track, rules)):
        return replace(followed, course=Course.MISSED)
    if not usable:
        return followed
    if not same(frame, face):
        return replace(followed, course=Course.REFUSED)
    followed.wipe()
    done = replace(trial, made=trial.made + 1, motion=None)
    return replace(done, course=Course.DONE) if done.made == len(trial.order) else _start(done, frame, face)


def _chained(before: PointTrack, after: PointTrack, rules: TrialRules) -> bool:
    """Whether both frames show the same thing: some points are found by chance in anything."""
    return len(after.now) >= rules.kept * len(before.now)


def _on(face: Face, track: PointTrack, rules: TrialRules) -> bool:
    """Whether enough of the followed points are left, and lie on this face."""
    if len(track.now) < rules.min_points:
        return False
    x, y = np.median(track.now, axis=0) / track.scale
    box = face.box
    return bool(box.x < x < box.x + box.width and box.y < y < box.y + box.height)

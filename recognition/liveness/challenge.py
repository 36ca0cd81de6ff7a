"""Asked movements: did the face move as asked, and as a solid body rather than as a sheet?

Owns the limits and the order of asks. ``observe`` returns a new value each time; nothing here knows who it is. Whoever
holds a ``Motion`` wipes it when the session ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from recognition.liveness.solid import plane_residual, relief
from recognition.liveness.track_points import PointTrack, follow_points, start_track
from recognition.pose import eye_distance, turn_of
from recognition.track import overlap
from recognition.types import Ask, Face, Frame

CHALLENGES: tuple[Ask, ...] = (Ask.LEFT, Ask.RIGHT, Ask.NEARER)
ORDERS = tuple((first, second) for first in CHALLENGES for second in CHALLENGES if first is not second)
"""Every ordered pair of different movements; each holds at least one turn, because coming nearer alone proves little:
a sheet comes nearer too."""


class Outcome(StrEnum):
    """Where an asked movement stands. All but ``WAITING`` are final.

    ``FLAT``: moved as asked, but a sheet, bent or not, explains the motion. ``LOST``: the points were lost, the face
    jumped, or it clearly made another movement than the asked one: begin anew with a new order, or take another way.
    """

    WAITING = "waiting"
    PASSED = "passed"
    FLAT = "flat"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class MotionLimits:
    """Lengths in eye distances. Where they come from: docs/adr/0011-liveness.md."""

    turn: float = 0.10
    """How far the nose must leave the middle between the eyes: 10 to 15 degrees."""
    neutral: float = 0.06
    """A face already turned further than this at the beginning is not taken as looking ahead."""
    nearer: float = 1.2
    """How much the eye distance must grow."""
    relief: float = 0.04
    """Motion that no bent sheet explains, from which the face is solid."""
    relief_share: float = 0.6
    """The same as a share of what no flat sheet explains: strongly bent paper moves much, and mostly as paper."""
    confirmed: int = 2
    """Frames one after the other in which the face must be solid."""
    patience: int = 20
    """Frames in the asked pose without being solid after which the verdict is FLAT; many, because whoever turns slowly
    shows little relief at first."""
    min_points: int = 20
    min_kept: float = 0.4
    """Share of the points that must be found again from one frame to the next; fewer, and it is another face."""
    min_overlap: float = 0.5
    """Overlap of the face's box with the one of the frame before; less is a jump."""


LIMITS = MotionLimits()


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """An asked movement between two frames. ``progress`` 0 to 1 is the share of it made. ``wipe`` when done."""

    outcome: Outcome
    progress: float
    ask: Ask
    begun: Face
    seen: Face
    track: PointTrack
    reached: int = 0
    solid: int = 0

    def wipe(self) -> None:
        """Overwrite the pixels it holds."""
        self.track.wipe()


def sequence(choose: Callable[[Sequence[tuple[Ask, ...]]], tuple[Ask, ...]]) -> tuple[Ask, ...]:
    """The movements to ask for, one after the other: two different ones, at least one of them a turn.

    ``choose`` picks one of the six orders evenly (``secrets.choice``): a recorded film that plays one order passes one
    attempt in six.
    """
    return choose(ORDERS)


def begin(ask: Ask, frame: Frame, face: Face) -> Motion:
    """Start watching ``face`` for ``ask`` (one of ``CHALLENGES``)."""
    return Motion(Outcome.WAITING, 0.0, ask, face, face, start_track(frame, face))


def observe(motion: Motion, frame: Frame, face: Face) -> Motion:
    """The movement after one more frame, a few ms at 640x360. A final outcome stays."""
    if motion.outcome is not Outcome.WAITING:
        return motion
    track, progress = follow_points(motion.track, frame), _progress(motion, face)
    moved = replace(motion, track=track, seen=face, progress=min(1.0, max(0.0, progress)))
    if _lost(motion, moved) or _other_movement(moved):
        return replace(moved, outcome=Outcome.LOST)
    if progress < 1.0:
        return replace(moved, solid=0)
    if motion.ask is Ask.NEARER:
        return replace(moved, outcome=Outcome.PASSED)
    return _judged(moved)


def _judged(motion: Motion) -> Motion:
    """A turn that went far enough: is it a head that turned?"""
    solid = motion.solid + 1 if _is_solid(motion) else 0
    reached = motion.reached + 1
    outcome = Outcome.WAITING
    if solid >= LIMITS.confirmed:
        outcome = Outcome.PASSED
    elif reached - solid >= LIMITS.patience:
        outcome = Outcome.FLAT
    return replace(motion, solid=solid, reached=reached, outcome=outcome)


def _is_solid(motion: Motion) -> bool:
    start, now = motion.track.start, motion.track.now
    eyes, unit = motion.begun.points[1] - motion.begun.points[0], eye_distance(motion.begun) * motion.track.scale
    needed = max(LIMITS.relief, LIMITS.relief_share * plane_residual(start, now, unit))
    return relief(start, now, eyes, unit) >= needed


def _progress(motion: Motion, face: Face) -> float:
    """Share of the asked movement; below 0 or above 1 when it went the other way or further."""
    if motion.ask is Ask.NEARER:
        grown = eye_distance(face) / eye_distance(motion.begun)
        return (grown - 1.0) / (LIMITS.nearer - 1.0)
    ahead = float(np.clip(turn_of(motion.begun), -LIMITS.neutral, LIMITS.neutral))
    return _side(motion.ask) * (turn_of(face) - ahead) / LIMITS.turn


def _side(ask: Ask) -> float:
    return 1.0 if ask is Ask.LEFT else -1.0


def _lost(before: Motion, after: Motion) -> bool:
    """Too few points left, a jump of the face, or points that no longer lie on it."""
    if len(after.track.now) < max(LIMITS.min_points, LIMITS.min_kept * len(before.track.now)):
        return True
    if overlap(before.seen.box, after.seen.box) < LIMITS.min_overlap:
        return True
    x, y = np.median(after.track.now, axis=0) / after.track.scale
    box = after.seen.box
    return not (box.x < x < box.x + box.width and box.y < y < box.y + box.height)


def _other_movement(motion: Motion) -> bool:
    """The head turned where it was not asked to."""
    turned, limit = turn_of(motion.seen), LIMITS.turn + abs(turn_of(motion.begun))
    if motion.ask is Ask.NEARER:
        return abs(turned) > limit
    return -_side(motion.ask) * turned > limit

"""Guided enrolment: one pose after another, never a view behind a closed gate, and nothing left of it at the end."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.engines import create
from recognition.guided import GuidedEnrolment, GuidedRules
from recognition.pose import frontal_eye_distance, nod_of, turn_of
from recognition.sources.demo import DemoFeed
from recognition.sources.folder import people_in
from recognition.sources.pace import Pace
from recognition.sources.video import VideoFile
from recognition.types import Ask, Engine, Face, Frame, Gate, Pixels, Stage, Vector, Verdict
from recognition.vectors import unit
from tests.recognition.conftest import ScriptEngine, face_at, textured_frame

GRAIN = textured_frame().pixels
SIDE = 0.2
TILT = 0.1
POSES = {Ask.LEFT: (SIDE, 0.0), Ask.RIGHT: (-SIDE, 0.0), Ask.UP: (0.0, -TILT), Ask.DOWN: (0.0, TILT)}


def posed(ask: Ask, *, x: float = 320.0, width: float = 110.0) -> Face:
    """A face in the asked pose: the nose moved against eyes and mouth."""
    aside, down = POSES.get(ask, (0.0, 0.0))
    face = face_at(x, width=width, turn=aside)
    points = face.points.copy()
    points[2, 1] += down * (points[3, 1] - points[0, 1])
    return Face(face.box, points, face.score)


class Sitting:
    """A person before the kiosk who does what ``act`` answers to what is asked, for so many seconds."""

    def __init__(
        self, act: Callable[[Ask, int], Sequence[Face]], rules: GuidedRules | None = None, *, keeps: bool = False
    ) -> None:
        """``keeps``: remember every frame, which takes 10 MB a second."""
        self.engine = ScriptEngine(lambda number: act(self.ask, number))
        self.steps = GuidedEnrolment(self.engine, rules)
        self.ask = Ask.AHEAD
        self.verdicts: list[Verdict] = []
        self.frames: list[Frame] = []
        self.keeps = keeps
        self.state: Any = None

    def run(self, seconds: float, *, synthetic: bool = False) -> Verdict | None:
        """The deciding verdict, or None."""
        self.state = self.steps.begin()
        for number in range(round(seconds * 15)):
            frame = Frame(GRAIN.copy(), number / 15, number, synthetic)
            if self.keeps:
                self.frames.append(frame)
            self.state, verdict = self.steps.step(frame, self.state)
            assert verdict is not None
            self.verdicts.append(verdict)
            if verdict.stage is Stage.DECIDED:
                return verdict
            assert verdict.ask is not None
            self.ask = verdict.ask
        return None

    @property
    def asked(self) -> list[Ask]:
        """What was asked, without repeats."""
        asks = [verdict.ask for verdict in self.verdicts if verdict.ask]
        return [ask for number, ask in enumerate(asks) if number == 0 or asks[number - 1] is not ask]


def test_who_follows_gives_five_views_in_the_order_asked() -> None:
    sitting = Sitting(lambda ask, _: [posed(ask)])
    decided = sitting.run(20)
    assert decided is not None
    assert decided.views is not None
    assert decided.views.shape == (5, 4)
    assert decided.views.dtype == np.float32
    assert decided.taken == 5
    assert sitting.asked == [Ask.AHEAD, Ask.LEFT, Ask.RIGHT, Ask.UP, Ask.DOWN]
    shown = [(turn_of(face), nod_of(face) - nod_of(posed(Ask.AHEAD))) for _, face in sitting.engine.embedded]
    assert np.allclose(shown, [(0, 0), (SIDE, 0), (-SIDE, 0), (0, -TILT), (0, TILT)], atol=0.02)


def test_left_is_the_persons_own_left() -> None:
    assert turn_of(posed(Ask.LEFT)) > 0, "the nose moves to the right of an unmirrored picture"
    sitting = Sitting(lambda ask, _: [posed(Ask.RIGHT if ask is Ask.LEFT else Ask.AHEAD)])
    sitting.run(6)
    assert sitting.verdicts[-1].taken == 1


def test_a_stiff_neck_is_no_obstacle() -> None:
    sitting = Sitting(lambda ask, _: [posed(Ask.AHEAD)])
    decided = sitting.run(60)
    assert decided is not None
    assert decided.taken == 3
    assert sitting.asked == [*SERIES_OF_FIVE, Ask.AHEAD]


SERIES_OF_FIVE = [Ask.AHEAD, Ask.LEFT, Ask.RIGHT, Ask.UP, Ask.DOWN]


def test_who_can_turn_but_not_nod_gives_three_views() -> None:
    sitting = Sitting(lambda ask, _: [posed(ask if ask in (Ask.LEFT, Ask.RIGHT) else Ask.AHEAD)])
    decided = sitting.run(60)
    assert decided is not None
    assert decided.taken == 3
    assert sitting.asked == SERIES_OF_FIVE


def test_a_still_portrait_is_through_quickly() -> None:
    sitting = Sitting(lambda ask, _: [posed(Ask.AHEAD)])
    decided = sitting.run(12, synthetic=True)
    assert decided is not None
    assert decided.synthetic


def test_a_turn_too_far_is_not_taken() -> None:
    far = face_at(turn=0.5)
    sitting = Sitting(lambda ask, _: [far if ask in (Ask.LEFT, Ask.RIGHT) else posed(ask)])
    sitting.run(60)
    assert all(abs(turn_of(face)) < 0.4 for _, face in sitting.engine.embedded)


def test_the_pose_is_measured_against_the_persons_own_face() -> None:
    """A nose that is not in the middle, a camera that hangs high: what counts is the movement."""

    def off(ask: Ask) -> Face:
        face = posed(ask)
        points = face.points.copy()
        points[2] += np.array([6.0, -4.0], np.float32)
        return Face(face.box, points, face.score)

    decided = Sitting(lambda ask, _: [off(ask)]).run(30)
    assert decided is not None
    assert decided.taken == 5


def test_glasses_both_ways_within_five_views() -> None:
    sitting = Sitting(lambda ask, _: [] if ask is Ask.GLASSES else [posed(ask)])
    sitting.steps.two_looks = True
    decided = sitting.run(60)
    assert decided is not None
    assert decided.taken == 5
    assert sitting.asked == [Ask.AHEAD, Ask.LEFT, Ask.RIGHT, Ask.GLASSES, Ask.AHEAD]


def test_another_person_after_the_glasses_begins_the_series_again() -> None:
    """Out of sight, only the face itself says who came back: the bar lies halfway to what the views share."""
    sitting = Sitting(lambda ask, _: [] if ask is Ask.GLASSES else [posed(ask)])
    sitting.steps.two_looks = True
    half = unit(np.array([0.6, 0.8, 0, 0]))  # above the engine's own bound of 0.4

    def vector(frame: Frame, face: Face) -> Vector:
        came_back = any(verdict.ask is Ask.GLASSES for verdict in sitting.verdicts)
        return half.copy() if came_back else unit(np.array([1.0, 0, 0, 0]))

    sitting.engine.vector = vector
    sitting.run(20)
    taken = [verdict.taken for verdict in sitting.verdicts]
    falls = [earlier for earlier, later in itertools.pairwise(taken) if later < earlier]
    assert falls == [3], "the first view after the glasses does not join the three before"


def test_a_second_person_begins_the_series_again() -> None:
    company = [posed(Ask.AHEAD), face_at(520.0, width=90)]
    sitting = Sitting(lambda ask, number: company if number == 30 else [posed(ask)])
    decided = sitting.run(30)
    taken = [verdict.taken for verdict in sitting.verdicts]
    assert taken[29] >= 2
    assert taken[30] == 0
    assert sitting.verdicts[30].gate is Gate.SEVERAL
    assert decided is not None


def test_a_jump_begins_the_series_again() -> None:
    sitting = Sitting(lambda ask, number: [posed(ask, x=220.0 if number < 30 else 400.0)])
    decided = sitting.run(30)
    assert 0 in [verdict.taken for verdict in sitting.verdicts[30:40]]
    assert decided is not None


def test_views_of_two_people_are_never_handed_over_together() -> None:
    one, other = unit(np.array([1.0, 0, 0, 0])), unit(np.array([0, 1.0, 0, 0]))
    sitting = Sitting(lambda ask, _: [posed(ask)])
    sitting.engine.vector = lambda frame, face: (one if turn_of(face) < 0.1 else other).copy()
    decided = sitting.run(90)
    assert decided is not None, "after two misfits only frontal views are asked for"
    assert decided.views is not None
    assert float((decided.views @ decided.views.T).min()) >= sitting.engine.agreement


@st.composite
def behaviour(draw: st.DrawFn) -> list[tuple[str, float]]:
    """What somebody does for half a second at a time, with some size of face."""
    acts = st.sampled_from(["follow", "follow", "follow", "away", "company", "aside", "ahead", "far"])
    return draw(st.lists(st.tuples(acts, st.floats(60, 140)), min_size=8, max_size=40))


@given(behaviour())
@settings(max_examples=15, deadline=None)
def test_whatever_people_do_no_view_passes_a_closed_gate(acts: list[tuple[str, float]]) -> None:
    def seen(ask: Ask, number: int) -> list[Face]:
        act, width = acts[(number // 8) % len(acts)]
        made = {
            "away": [],
            "company": [posed(ask), face_at(500.0, width=100)],
            "aside": [face_at(60.0, width=width)],
            "ahead": [posed(Ask.AHEAD, width=width)],
            "far": [posed(ask, width=40)],
        }
        return list(made.get(act, [posed(ask, width=width)]))

    sitting = Sitting(seen, GuidedRules(patience=1.0))
    decided = sitting.run(20)
    for number, face in sitting.engine.embedded:
        assert acts[(number // 8) % len(acts)][0] in ("follow", "ahead")
        assert frontal_eye_distance(face) >= 36
    assert decided is None or (decided.views is not None and 3 <= len(decided.views) <= 5)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 4.0, 30.0])
def test_frames_and_vectors_are_overwritten_however_it_ends(seconds: float) -> None:
    sitting = Sitting(lambda ask, _: [posed(ask)], keeps=True)
    made: list[Vector] = []

    def vector(frame: Frame, face: Face) -> Vector:
        made.append(unit(np.array([1.0, 0.1, 0, 0])))
        return made[-1]

    sitting.engine.vector = vector
    decided = sitting.run(seconds)
    sitting.steps.wipe(sitting.state)
    assert not any(view.any() for view in made)
    assert sitting.frames and not any(frame.pixels.any() for frame in sitting.frames if frame is not sitting.frames[-1])
    if decided is not None:
        assert decided.views is not None
        assert decided.views.all(axis=1).sum() == 0
        assert decided.views.any(axis=1).all(), "what was handed over belongs to the receiver"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = create("sface", tmp_path_factory.mktemp("models"))
    made.load()
    return made


def enlarged(frame: Frame) -> Pixels:
    """The clip at a kiosk camera's size."""
    return np.ascontiguousarray(frame.pixels.repeat(2, axis=0).repeat(2, axis=1))


def guided(engine: Engine, frames: Iterator[Frame]) -> Iterator[Verdict]:
    steps = GuidedEnrolment(engine)
    state = steps.begin()
    for frame in frames:
        state, verdict = steps.step(frame, state)
        if verdict is not None:
            yield verdict
    steps.wipe(state)


def test_a_real_portrait_gives_three_views_of_itself(engine: Engine, faces_dir: Path) -> None:
    people = people_in(faces_dir / "london")
    name = next(iter(people))
    feed = DemoFeed(people, Pace(0))
    feed.stand(name)
    feed.open()
    frames = [replace(frame, at=number / 15) for number in range(180) if (frame := feed.read()) is not None]
    decided = next(verdict for verdict in guided(engine, iter(frames)) if verdict.stage is Stage.DECIDED)
    assert decided.views is not None
    assert float((decided.views @ decided.views.T).min()) > 0.8


def test_a_real_head_that_turns_gives_views_from_both_sides(engine: Engine, faces_dir: Path) -> None:
    """One woman turns her head to both sides within two seconds; played to and fro at a sixth of the speed."""
    clip = VideoFile(faces_dir / "video" / "head-pose-face-detection-female.gif", paced=False)
    clip.open()
    seen: list[Frame] = []
    while (frame := clip.read()) is not None:
        seen.append(frame)
    shown = itertools.islice(itertools.cycle([*seen, *reversed(seen)]), 80)
    frames = (
        Frame(enlarged(frame), at=number / 15, number=number, synthetic=False)
        for number, frame in enumerate(frame for frame in shown for _ in range(6))
    )
    taken = (before.ask for before, after in itertools.pairwise(guided(engine, frames)) if after.taken > before.taken)
    assert {next(taken) for _ in range(3)} == {Ask.AHEAD, Ask.LEFT, Ask.RIGHT}

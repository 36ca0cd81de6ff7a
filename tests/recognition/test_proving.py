"""Proof of life: who is asked to move, who passes, who never does, and what is left in memory afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import pytest

from kiosk.model.face import HintKind, Liveness
from recognition.gallery import Gallery
from recognition.keepsake import Keepsake
from recognition.pipeline import DEMO_TRIAL, Pipeline, Rules, State
from recognition.proving import TrialRules
from recognition.types import Ask, Gate, Stage, Verdict
from recognition.vectors import unit
from recognition.vote import Policy, Thresholds
from tests.recognition.conftest import ScriptEngine, face_at
from tests.recognition.puppets import FPS, Pose, face_of, frame_of, nearing, still, turning

PEOPLE = [UUID(int=1), UUID(int=2)]
SITE = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)
WINDOW = Rules().window
GATHER, REST = still(WINDOW), still(2)
LEFT_RIGHT = (Ask.LEFT, Ask.RIGHT)


@dataclass
class Session:
    """A pipeline and what it said; Ann and Bob are enrolled, person 2 is a stranger."""

    pipeline: Pipeline
    engine: ScriptEngine
    poses: list[Pose]
    state: State
    verdicts: list[Verdict | None]
    given: list[np.ndarray]

    def play(self, poses: Sequence[Pose], *, late: float = 0.0) -> Verdict | None:
        """Step through poses until the decision; ``late`` is time that passes before the first."""
        for pose in poses:
            number = len(self.poses)
            self.poses.append(pose)
            frame = frame_of(pose, number, at=number / FPS + late)
            self.state, verdict = self.pipeline.step(frame, self.state)
            self.verdicts.append(verdict)
        return self.verdicts[-1]

    @property
    def decided(self) -> Verdict:
        (verdict,) = [v for v in self.verdicts if v is not None and v.stage is Stage.DECIDED]
        return verdict

    @property
    def asks(self) -> list[Ask]:
        """What was asked, in order, without repetitions."""
        asked = [v.ask for v in self.verdicts if v is not None and v.ask is not None]
        return [ask for i, ask in enumerate(asked) if i == 0 or asked[i - 1] is not ask]

    @property
    def embedded(self) -> int:
        return len(self.engine.embedded)


def _script(poses: list[Pose]) -> Callable[[int], list]:
    def faces(number: int) -> list:
        pose = poses[number]
        return ([face_of(pose)] if pose.seen else []) + list(pose.others)

    return faces


def session(*orders: tuple[Ask, ...], rules: Rules | None = None, **parts: object) -> Session:
    """A session that draws these orders one after the other."""
    poses: list[Pose] = []
    engine = ScriptEngine(_script(poses))
    given: list[np.ndarray] = []

    def vector(frame, _face):
        given.append(unit(np.eye(4)[poses[frame.number].person] + 0.1))
        return given[-1]

    engine.vector = vector
    gallery = Gallery(4)
    for index, person in enumerate(PEOPLE):
        gallery.put(person, np.eye(4, dtype=np.float32)[[index]])
    drawn = iter(orders or (LEFT_RIGHT,))
    pipeline = Pipeline(
        engine, gallery, Policy(SITE), rules or Rules(), choose=lambda orders: next(drawn), **parts
    )  # type: ignore[arg-type]  # fmt: skip
    return Session(pipeline, engine, poses, pipeline.begin(), [], given)


LEFT, RIGHT = turning(1) + REST, turning(-1) + REST


def test_whoever_moves_as_asked_is_alive():
    visit = session()
    visit.play(GATHER + LEFT + RIGHT)
    hint = visit.decided.hint
    assert (hint.kind, hint.person_id, hint.liveness) == (HintKind.SURE, PEOPLE[0], Liveness.CHALLENGED)
    assert visit.asks == [Ask.LEFT, Ask.AHEAD, Ask.RIGHT, Ask.AHEAD]
    assert visit.embedded == Rules().views + len(LEFT_RIGHT)


def test_the_match_is_told_only_after_the_movements():
    visit = session()
    visit.play(GATHER + LEFT)
    assert all(verdict.hint is None for verdict in visit.verdicts)
    assert {verdict.stage for verdict in visit.verdicts[WINDOW:]} == {Stage.CHALLENGE}


def test_coming_nearer_is_a_movement_too():
    visit = session((Ask.NEARER, Ask.LEFT))
    visit.play(GATHER + nearing() + REST + LEFT)
    assert visit.decided.hint.liveness is Liveness.CHALLENGED


def test_the_ring_follows_the_movement():
    visit = session()
    visit.play(GATHER + turning(1)[:4])
    shares = [verdict.progress for verdict in visit.verdicts[WINDOW:]]
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_a_stranger_is_decided_at_once_and_asked_nothing():
    visit = session()
    visit.play(still(WINDOW, Pose(person=2)))
    assert visit.decided.hint.kind is HintKind.UNKNOWN
    assert visit.asks == [] and visit.embedded == Rules().views


def test_a_sheet_that_turns_is_not_alive_and_gets_no_second_try():
    sheet = Pose(solid=False)
    visit = session()
    away = turning(1, sheet)
    visit.play(still(WINDOW, sheet) + away[:6] + still(25, away[5]))
    assert visit.decided.hint.liveness is Liveness.NONE
    assert visit.decided.hint.person_id == PEOPLE[0]


@pytest.mark.parametrize("other", [1, 2])
def test_a_photograph_swapped_for_another_living_head_is_never_alive(other: int):
    """The photograph of Ann is matched, then somebody else's head does everything that is asked, twice over."""
    helper = Pose(person=other)
    for count in range(4):
        visit = session(LEFT_RIGHT, LEFT_RIGHT)
        visit.play(still(WINDOW + count) + still(2, helper))
        for _ in range(2):
            visit.play(turning(1, helper) + still(2, helper) + turning(-1, helper) + still(2, helper))
        assert visit.decided.hint.liveness is Liveness.NONE


@pytest.mark.parametrize("order", [LEFT_RIGHT, (Ask.LEFT,)])
def test_a_head_swapped_back_for_the_photograph_is_never_alive(order: tuple[Ask, ...]):
    """Somebody else moves, and the photograph is there again when views are compared."""
    helper = Pose(person=1)
    for back in range(6, 11):
        visit = session(order, order)
        visit.play(GATHER + still(3, helper))
        for way in (1, -1):
            visit.play([*turning(way, helper)[:back], *still(4), *still(3, helper)])
        visit.play(still(1), late=60)
        assert visit.decided.hint.liveness is Liveness.NONE


def test_turning_the_wrong_way_once_is_forgiven_with_a_new_order():
    visit = session((Ask.LEFT, Ask.NEARER), (Ask.RIGHT, Ask.LEFT))
    visit.play(GATHER + RIGHT + RIGHT + LEFT)
    assert visit.decided.hint.liveness is Liveness.CHALLENGED
    assert visit.asks == [Ask.LEFT, Ask.AHEAD, Ask.RIGHT, Ask.AHEAD, Ask.LEFT, Ask.AHEAD]


def test_turning_the_wrong_way_twice_leads_on():
    visit = session((Ask.LEFT, Ask.RIGHT), (Ask.LEFT, Ask.RIGHT))
    visit.play(GATHER + RIGHT + turning(-1.5) + REST)
    assert visit.decided.hint.liveness is Liveness.NONE


def test_whoever_does_not_move_is_asked_once_more_and_then_led_on():
    limit = TrialRules().seconds
    visit = session(LEFT_RIGHT, (Ask.NEARER, Ask.LEFT))
    visit.play(GATHER + still(3))
    visit.play(still(3), late=limit + 1)
    assert visit.verdicts[-1].ask is Ask.NEARER
    visit.play(still(1), late=2 * limit + 2)
    assert visit.decided.hint.liveness is Liveness.NONE


def test_a_demo_shows_what_is_asked_for_two_seconds_and_goes_on():
    visit = session(rules=Rules(trial=DEMO_TRIAL))
    visit.play(still(WINDOW + round(2.2 * FPS)))
    assert visit.asks == [Ask.LEFT]
    assert (visit.decided.hint.person_id, visit.decided.hint.liveness) == (PEOPLE[0], Liveness.NONE)


@pytest.mark.parametrize(("passed", "expected"), [(True, Liveness.PASSIVE), (False, Liveness.NONE)])
def test_without_a_challenge_only_unasked_cues_speak(passed: bool, expected: Liveness):
    class Network:
        def score(self, frame, face):
            return float(passed)

    visit = session(rules=Rules(challenge=False), network=Network())
    visit.play(GATHER)
    assert visit.decided.hint.liveness is expected
    assert visit.asks == []


def test_a_second_person_pauses_and_the_order_stays_the_same():
    """Stepping aside and back must not let anybody wait for the movement of their film."""
    beside = Pose(others=(face_at(x=470),))
    visit = session((Ask.LEFT, Ask.RIGHT))
    visit.play(GATHER + turning(1)[:3])
    visit.play(still(3, beside))
    assert [verdict.gate for verdict in visit.verdicts[-3:]] == [Gate.SEVERAL] * 3
    visit.play(GATHER + LEFT + RIGHT)
    assert visit.decided.hint.liveness is Liveness.CHALLENGED


def test_somebody_else_stepping_in_starts_anew():
    visit = session()
    visit.play(GATHER + turning(1)[:3] + still(7, Pose(seen=False)))
    assert visit.verdicts[-1].gate is Gate.NO_FACE and visit.state.match is None
    other = Pose(person=1)
    visit.play([replace(pose, person=1) for pose in GATHER + LEFT + RIGHT])
    assert visit.decided.hint.person_id == PEOPLE[other.person]


def test_dropped_frames_are_harmless():
    visit = session()
    visit.play([pose for i, pose in enumerate(GATHER * 2 + LEFT + RIGHT) if i % 3])
    assert visit.decided.hint.liveness is Liveness.CHALLENGED


def test_three_people_at_most_one_is_embedded():
    crowd = (face_at(x=150, width=50), face_at(x=520, width=50))
    visit = session()
    visit.play([replace(pose, others=crowd) for pose in GATHER + LEFT + RIGHT])
    assert visit.decided.hint.liveness is Liveness.CHALLENGED
    assert {round(face.box.centre[0]) for _, face in visit.engine.embedded} == {320}


@pytest.mark.parametrize("frames", [2, WINDOW, WINDOW + 3, WINDOW + 7, WINDOW + 14])
def test_wiping_overwrites_vectors_and_pictures_at_any_moment(frames: int):
    visit = session()
    visit.play((GATHER + LEFT + RIGHT)[:frames])
    state = visit.state
    held = [view.frame.pixels for view in state.views]
    if state.match is not None:
        held.append(state.match.probe)
        held += [state.match.trial.motion.track.grey] if state.match.trial.motion else []
    assert held and all(array.any() for array in held)
    visit.pipeline.wipe(state)
    assert not any(array.any() for array in held + visit.given)


def test_nothing_is_left_when_the_session_decided():
    visit, held = session(), []
    for pose in GATHER + LEFT + RIGHT:
        visit.play([pose])
        held += [view.frame.pixels for view in visit.state.views]
        if (match := visit.state.match) is not None:
            held += [match.probe] + ([match.trial.motion.track.grey] if match.trial.motion else [])
    assert visit.decided and held
    assert not any(array.any() for array in held + visit.given)


@pytest.mark.parametrize(("poses", "holds"), [(GATHER + LEFT + RIGHT, True), (GATHER + RIGHT + turning(-1.5), False)])
def test_only_the_probe_of_somebody_alive_may_be_held(poses: list[Pose], holds: bool):
    keepsake = Keepsake(lambda: SITE, learn=lambda person, vector: None)
    visit = session(LEFT_RIGHT, LEFT_RIGHT, keepsake=keepsake)
    visit.play(poses)
    assert visit.decided and keepsake.holding is holds
    keepsake.forget()


def test_the_probe_of_somebody_who_left_at_that_moment_is_not_held():
    keepsake = Keepsake(lambda: SITE, learn=lambda person, vector: None)
    visit = session(LEFT_RIGHT, LEFT_RIGHT, keepsake=keepsake)
    visit.play(GATHER + LEFT + RIGHT)
    assert keepsake.holding
    visit.pipeline.discard(visit.decided)
    assert not keepsake.holding


def test_orders_are_drawn_from_the_six_and_not_always_the_same():
    pipeline = session().pipeline
    drawn = {replace(pipeline, choose=Pipeline.__dataclass_fields__["choose"].default)._draw() for _ in range(200)}
    assert len(drawn) == 6 and all(len(set(order)) == 2 for order in drawn)

"""Before the camera: movements are asked for kindly, nobody is blamed, only a confirmed visit may be learned from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Method, Proof
from recognition.liveness import CHALLENGES
from recognition.proving import TrialRules
from recognition.types import Ask, Gate, Stage, Verdict
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import PERSON
from ui.touch.arriving import FACE_SECONDS, FACE_SECONDS_AT_MOST
from ui.touch.pages.face import FacePage
from ui.touch.state import Page

ALIVE = FaceHint(HintKind.SURE, PERSON, 0.8, 0.2, Liveness.CHALLENGED, synthetic=False)
NOT_SEEN = Verdict(Stage.DECIDED, False, hint=replace(ALIVE, liveness=Liveness.NONE))
SURE = Verdict(Stage.DECIDED, False, hint=ALIVE)
SENTENCES = {
    Ask.LEFT: "请慢慢向左转头",
    Ask.RIGHT: "请慢慢向右转头",
    Ask.NEARER: "请再靠近一点",
    Ask.AHEAD: "请看正前方",
}


def ask(front: Front, wanted: Ask, progress: float = 0.0, gate: Gate | None = None) -> None:
    front.worker.see(Verdict(Stage.CHALLENGE, False, gate=gate, ask=wanted, progress=progress))


def page(front: Front) -> FacePage:
    shown = front.view.page
    assert isinstance(shown, FacePage)
    return shown


@pytest.mark.parametrize("wanted", [*CHALLENGES, Ask.AHEAD])
def test_what_is_asked_is_read_drawn_and_can_be_declined(front: Front, wanted: Ask) -> None:
    front.tap("way_face")
    ask(front, wanted)
    assert SENTENCES[wanted] in front.reads()
    assert page(front).arrow.ask == wanted.value
    assert "相机已开启" in front.reads()
    front.tap("other_way")
    assert front.page is Page.OTHER_WAY and front.worker.open == ""


def test_what_to_correct_stands_beside_what_is_asked(front: Front) -> None:
    front.tap("way_face")
    ask(front, Ask.AHEAD, gate=Gate.TOO_CLOSE)
    assert SENTENCES[Ask.AHEAD] in front.reads() and "请稍微往后一点" in front.reads()


def test_nothing_is_asked_before_somebody_is_matched(front: Front) -> None:
    front.tap("way_face")
    front.worker.see(Verdict(Stage.GATHERING, False, progress=0.6))
    assert page(front).arrow.ask == Ask.AHEAD.value
    assert not any(sentence in front.reads() for sentence in SENTENCES.values())


def test_in_large_letters_each_movement_is_also_spoken_once(front: Front) -> None:
    front.presenter.enlarge()
    front.tap("way_face")
    for wanted, progress in ((Ask.LEFT, 0.1), (Ask.LEFT, 0.6), (Ask.AHEAD, 1.0), (Ask.NEARER, 0.0)):
        ask(front, wanted, progress)
    assert front.said == [(SENTENCES[wanted], "zh_CN") for wanted in (Ask.LEFT, Ask.AHEAD, Ask.NEARER)]


def test_in_normal_letters_the_machine_is_silent(front: Front) -> None:
    front.tap("way_face")
    ask(front, Ask.LEFT)
    assert front.said == []


def test_a_movement_that_was_not_seen_blames_nobody_and_may_be_tried_again(front: Front) -> None:
    front.tap("way_face")
    front.worker.see(NOT_SEEN)
    assert front.page is Page.OTHER_WAY and front.worker.open == ""
    assert "没关系" in front.reads() and "失败" not in front.reads()
    assert all(front.has(f"way_{method.value}") for method in Method)
    front.tap("way_face")
    ask(front, Ask.RIGHT)
    front.worker.see(SURE)
    front.tap("yes")
    (visit,) = front.centre.visits.values()
    assert visit.proof is Proof.FACE_LIVE


def test_without_an_asked_movement_the_digits_are_asked_and_count_as_a_number(front: Front) -> None:
    front.centre.face_kind = HintKind.ASK
    front.tap("way_face")
    front.worker.see(Verdict(Stage.DECIDED, False, hint=replace(ALIVE, liveness=Liveness.PASSIVE)))
    assert front.page is Page.DIGITS and "王*" not in front.reads()
    front.type("0001")
    (visit,) = front.centre.visits.values()
    assert visit.proof is Proof.NUMBER


def test_each_movement_has_its_own_time_and_all_together_an_end(front: Front) -> None:
    assert TrialRules().seconds < FACE_SECONDS
    front.tap("way_face")
    asked, spent = (Ask.LEFT, Ask.AHEAD), 0.0
    while spent + FACE_SECONDS - 1 <= FACE_SECONDS_AT_MOST:
        ask(front, asked[round(spent) % 2])
        front.wait(round(FACE_SECONDS) - 1)
        spent += FACE_SECONDS - 1
        assert front.page is Page.FACE
    front.wait(round(FACE_SECONDS))
    assert front.page is Page.OTHER_WAY and "没关系" in front.reads()


def test_large_letters_give_more_time(front: Front) -> None:
    front.presenter.enlarge()
    front.tap("way_face")
    front.wait(round(FACE_SECONDS) * 2)
    assert front.page is Page.FACE
    front.wait(round(FACE_SECONDS) * 2)
    assert front.page is Page.OTHER_WAY


def test_only_that_is_me_lets_the_recogniser_learn(front: Front) -> None:
    front.tap("way_face")
    front.worker.see(SURE)
    assert PERSON not in front.worker.learning
    front.worker.learning.clear()
    front.tap("yes")
    assert front.worker.learning == [PERSON]


@pytest.mark.parametrize("how", ["no", "other_way", "start_over", "back"])
def test_whoever_does_not_confirm_is_forgotten(front: Front, how: str) -> None:
    front.tap("way_face")
    front.worker.see(SURE)
    front.worker.learning.clear()
    front.tap(how)
    assert set(front.worker.learning) == {"forget"}


def test_confirming_a_number_teaches_nothing_about_faces(front: Front) -> None:
    front.tap("way_staff_number")
    front.type("0001")
    front.tap("yes")
    assert PERSON not in front.worker.learning


def test_a_demo_says_that_it_does_not_insist(front: Front) -> None:
    settings = front.centre.settings
    assert not settings.profile.demo
    front.tap("way_face")
    ask(front, Ask.LEFT)
    assert "不强制" not in front.reads()
    front.presenter.session.around = replace(
        front.presenter.session.around, settings=replace(settings, profile=replace(settings.profile, demo=True))
    )
    ask(front, Ask.RIGHT)
    assert "演示：活体检测不强制" in front.reads()


def test_a_match_that_comes_after_the_visitor_left_is_forgotten(front: Front) -> None:
    """It was found while they pressed: what the recogniser held for it must not wait for the next visitor."""
    front.tap("way_face")
    session = front.worker.session
    front.tap("start_over")
    front.worker.learning.clear()
    front.worker.camera.on_verdict(session, SURE)
    assert front.worker.learning == ["forget"]
    assert front.page is Page.ATTRACT

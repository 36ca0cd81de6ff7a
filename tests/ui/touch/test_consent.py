"""Consent is a free choice: a no costs nothing, a yes is witnessed, a withdrawal is at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kiosk.model.visit import Method
from recognition.enrol import LookAlikes
from recognition.gallery import Candidate
from recognition.types import Ask, Gate, Stage, Verdict
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import CARD, CODE, PERSON
from tests.ui.touch.test_ways import SURE, go, take, taps_to_number
from ui.touch.authorising import CAPTURE_SECONDS
from ui.touch.pages.enrol import EnrolPage
from ui.touch.state import EnrolStep, Page


def to_notice(front: Front, way: Method = Method.STAFF_NUMBER) -> None:
    front.tap("authorisations")
    front.tap(f"way_{way.value}")
    if way is Method.STAFF_NUMBER:
        front.type("0001")
    else:
        front.wedge(CARD)
    front.tap("yes")
    front.tap("read_notice")
    assert front.page is Page.CONSENT


def agree(front: Front) -> None:
    front.tap("agree_box")
    front.tap("agree")
    assert front.page is Page.ENROL


def be_captured(front: Front, *, glasses: str = "glasses_same") -> Any:
    """Answer the question, be looked at; the views as they were handed over."""
    assert front.state.enrol is EnrolStep.GLASSES
    front.tap(glasses)
    assert front.worker.open == "enrol"
    return front.worker.views()


def test_refusing_reaches_every_service_in_as_many_taps(front: Front) -> None:
    go(front, Method.STAFF_NUMBER)
    take(front)
    before = taps_to_number(front, Method.STAFF_NUMBER)
    front.tap("enrol")
    front.tap("refuse")
    assert front.page is Page.TICKET
    after = taps_to_number(front, Method.STAFF_NUMBER)
    assert abs(after - before) <= 1
    assert any(call[0] == "refuse" for call in front.centre.calls)


def test_refusing_on_the_way_to_a_service_costs_no_number(front: Front) -> None:
    to_notice(front)
    front.tap("refuse")
    front.tap("services")
    take(front)


def test_the_box_is_not_ticked_and_both_buttons_are_alike(front: Front) -> None:
    to_notice(front)
    assert not front.find("agree_box").isChecked()
    assert not front.find("agree").isEnabled()
    assert front.find("agree").height() == front.find("refuse").height()
    assert abs(front.find("agree").width() - front.find("refuse").width()) <= 1
    front.tap("agree_box")
    assert front.find("agree").isEnabled()


def test_the_notice_is_read_aloud_in_the_present_language(front: Front) -> None:
    to_notice(front)
    front.tap("aloud")
    front.tap("language")
    front.tap("aloud")
    assert [language for _, language in front.said] == ["zh_CN", "en"]


def test_enrolment_waits_for_the_clerk_and_then_keeps_the_views(front: Front) -> None:
    to_notice(front)
    agree(front)
    assert front.worker.open == "", "no camera before the question is answered"
    views = be_captured(front)
    assert front.worker.open == ""
    assert front.state.enrol is EnrolStep.WAITING
    front.wait(3)
    assert front.state.enrol is EnrolStep.WAITING
    front.centre.released = True
    front.wait(3)
    assert front.state.enrol is EnrolStep.DONE
    assert ("enrol", 5) in front.centre.calls
    assert not views.any(), "overwritten once they are stored"


def test_leaving_while_waiting_drops_the_views(front: Front) -> None:
    to_notice(front)
    agree(front)
    views = be_captured(front)
    front.tap("leave")
    front.centre.released = True
    front.wait(5)
    assert not any(call[0] == "enrol" for call in front.centre.calls)
    assert not views.any()
    assert any(call[0] == "dropped" for call in front.centre.calls), "the desk need not come any more"


def test_a_camera_unplugged_during_enrolment_can_be_tried_again(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.tap("glasses_same")
    front.worker.unplug()
    assert front.state.enrol is EnrolStep.FAILED
    assert "相机现在用不了" in front.reads()
    front.tap("retry")
    be_captured(front)
    assert front.state.enrol is EnrolStep.WAITING


def test_the_screen_says_what_is_asked_what_is_in_the_way_and_how_far_it_is(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.tap("glasses_change")
    assert front.worker.glasses == [True]
    front.worker.see(Verdict(Stage.GATHERING, synthetic=True, ask=Ask.LEFT, progress=0.2, taken=1))
    assert "请慢慢向左转头" in front.reads()
    assert "已看 1 个角度" in front.reads()
    page = front.view.page
    assert isinstance(page, EnrolPage)
    assert page.arrow.ask == "left"
    assert page.dots.done == 1
    assert page.circle.has_image()
    dark = Verdict(Stage.GATHERING, synthetic=True, ask=Ask.LEFT, gate=Gate.TOO_DARK, progress=0.2, taken=1)
    front.worker.see(dark)
    assert "光线有点暗" not in front.reads(), "a hint of one frame would only flicker"
    front.clock.seconds += 1
    front.worker.see(dark)
    assert "光线有点暗" in front.reads()


def test_a_capture_that_leads_nowhere_ends_with_its_reason(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.tap("glasses_same")
    for gate in (Gate.TOO_DARK, Gate.TOO_DARK, Gate.TOO_FAR):
        front.worker.see(Verdict(Stage.GATHERING, synthetic=True, ask=Ask.AHEAD, gate=gate))
    for _ in range(2):
        front.clock.seconds += CAPTURE_SECONDS / 2 + 1
        front.presenter.touched()
        front.presenter.tick()
    assert front.state.enrol is EnrolStep.FAILED
    assert front.worker.open == ""
    assert "光线太暗" in front.reads()
    assert "同意仍然有效" in front.reads()
    front.tap("retry")
    be_captured(front)
    assert front.state.enrol is EnrolStep.WAITING


def test_look_alikes_go_to_the_desk_as_counts_and_never_to_the_visitor(front: Front) -> None:
    other = UUID(int=3)
    front.worker.alike = LookAlikes((Candidate(other, 0.71),), doubles=1)
    to_notice(front)
    agree(front)
    before = front.reads()
    be_captured(front)
    assert ("compared", (1, 1)) in front.centre.calls
    assert front.state.enrol is EnrolStep.WAITING
    assert "相像" not in before + front.reads()
    assert str(other) not in repr(front.state)


def test_views_that_come_after_the_visitor_left_are_overwritten(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.tap("glasses_same")
    front.presenter.start_over()
    assert not front.worker.views().any()


def test_an_enrolment_left_halfway_goes_on_with_the_same_consent(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.tap("leave")
    front.tap("read_notice")
    assert front.page is Page.ENROL
    be_captured(front)
    front.centre.released = True
    front.wait(3)
    assert front.state.enrol is EnrolStep.DONE
    assert [call for call in front.centre.calls if call[0] == "grant"] == [("grant", PERSON)]


def test_whoever_takes_a_number_first_goes_on_with_the_consent_too(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.presenter.start_over()
    go(front, Method.STAFF_NUMBER)
    take(front)
    front.tap("enrol")
    assert front.page is Page.ENROL
    front.tap("leave")
    assert front.page is Page.TICKET


def test_views_that_could_not_be_kept_may_be_taken_again(front: Front) -> None:
    to_notice(front)
    agree(front)
    be_captured(front)
    front.centre.released = True
    front.centre.disk_full = True
    front.wait(3)
    assert front.state.enrol is EnrolStep.FAILED
    assert "磁盘已满" in front.reads()
    front.centre.disk_full = False
    front.tap("retry")
    be_captured(front)
    front.wait(3)
    assert front.state.enrol is EnrolStep.DONE


def test_a_new_pose_brings_its_own_words_at_once(front: Front) -> None:
    """What stood below the pose before would be read as belonging to the new one."""
    to_notice(front)
    agree(front)
    front.tap("glasses_same")
    front.worker.see(Verdict(Stage.GATHERING, False, gate=Gate.TOO_FAR, ask=Ask.LEFT))
    assert front.state.camera is not None
    assert front.state.camera.hint == "touch.enrol.gently"
    front.wait(1)
    front.worker.see(Verdict(Stage.GATHERING, False, gate=Gate.TOO_FAR, ask=Ask.LEFT))
    front.wait(1)
    front.worker.see(Verdict(Stage.GATHERING, False, gate=Gate.TOO_FAR, ask=Ask.LEFT))
    assert front.state.camera.hint == Gate.TOO_FAR.key
    front.worker.see(Verdict(Stage.GATHERING, False, gate=Gate.TOO_FAR, ask=Ask.AHEAD))
    assert front.state.camera.hint == "touch.hint.hold_still"


def test_withdrawing_gives_a_receipt(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.presenter.back()
    front.tap("withdraw")
    front.tap("withdraw_now")
    assert front.page is Page.RECEIPT
    assert "A1B2C3D4E5" in front.reads()


def test_one_touch_by_mistake_withdraws_nothing(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.presenter.back()
    front.tap("withdraw")
    assert front.page is Page.AUTHORISATIONS
    assert "找不回来" in front.reads()
    front.tap("keep")
    assert front.page is Page.AUTHORISATIONS
    assert not front.has("withdraw_now")
    front.tap("withdraw")
    front.presenter.back()
    front.presenter.start_over()
    assert front.state.receipt is None


@pytest.mark.parametrize(("way", "shown"), [("id_card", True), ("face", True), ("staff_number", False), ("qr", False)])
def test_who_looked_is_shown_to_whom_more_than_a_number_speaks_for(front: Front, way: str, shown: bool) -> None:
    front.tap("authorisations")
    front.tap(f"way_{way}")
    if way == "staff_number":
        front.type("0001")
    elif way == "face":
        front.worker.see(SURE)
    else:
        front.wedge(CARD if way == "id_card" else CODE)
    front.tap("yes")
    assert ("T2 号机" in front.reads()) is shown
    assert ("以免别人冒用" in front.reads()) is not shown

"""Consent is a free choice: a no costs nothing, a yes is witnessed, a withdrawal is at once."""

from __future__ import annotations

import pytest

from kiosk.model.visit import Method
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import CARD, CODE, PERSON
from tests.ui.touch.test_ways import SURE, go, take, taps_to_number
from ui.touch.camera import CAPTURES
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


def be_captured(front: Front) -> None:
    for _ in range(CAPTURES):
        front.clock.seconds += 1
        front.worker.picture()


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
    assert front.worker.open == "photo"
    be_captured(front)
    assert front.worker.open == ""
    assert front.state.enrol is EnrolStep.WAITING
    front.wait(3)
    assert front.state.enrol is EnrolStep.WAITING
    front.centre.released = True
    front.wait(3)
    assert front.state.enrol is EnrolStep.DONE
    assert ("enrol", CAPTURES) in front.centre.calls


def test_leaving_while_waiting_drops_the_views(front: Front) -> None:
    to_notice(front)
    agree(front)
    be_captured(front)
    front.tap("leave")
    front.centre.released = True
    front.wait(5)
    assert not any(call[0] == "enrol" for call in front.centre.calls)
    assert len(front.presenter.authorising._views) == 0


def test_a_camera_unplugged_during_enrolment_can_be_tried_again(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.worker.unplug()
    assert front.state.enrol is EnrolStep.FAILED
    assert "相机现在用不了" in front.reads()
    front.tap("retry")
    be_captured(front)
    assert front.state.enrol is EnrolStep.WAITING


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


def test_withdrawing_gives_a_receipt(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.presenter.back()
    front.tap("withdraw")
    assert front.page is Page.RECEIPT
    assert "A1B2C3D4E5" in front.reads()


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

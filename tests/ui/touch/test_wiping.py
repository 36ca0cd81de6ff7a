"""Nothing personal outlives a visitor: timeouts, starting over, late answers, and the two languages."""

from __future__ import annotations

import pytest

from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Method, VisitState
from recognition.types import Stage, Verdict
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import CARD, CODE, PERSON
from tests.ui.touch.test_ways import go, take
from ui.touch.state import Page, TouchState
from ui.widgets.preview import PreviewCircle
from ui.widgets.text import Text


def assert_clean(front: Front) -> None:
    """The state is a stranger's, with what is known of the hall; no widget of the window remembers."""
    state = front.state
    assert front.page is Page.ATTRACT
    assert state == TouchState(face_on=state.face_on, now=state.now, wait=state.wait, intake=state.intake)
    assert front.presenter.arriving._wedge == ""
    text = front.reads()
    for word in ("王*", "0001", "A012", CARD, CODE):
        assert word not in text
    assert not any(circle.has_image() for circle in front.view.findChildren(PreviewCircle))


def test_it_warns_at_sixty_seconds_and_wipes_at_eighty(front: Front) -> None:
    front.tap("way_staff_number")
    front.type("0001")
    front.wait(59)
    assert front.state.seconds_left is None
    front.wait(1)
    assert front.state.seconds_left == 20
    assert "20 秒后将清除" in front.reads()
    front.wait(19)
    assert front.page is Page.CONFIRM
    front.wait(1)
    assert_clean(front)


def test_one_touch_takes_the_warning_back(front: Front) -> None:
    front.tap("way_anonymous")
    front.wait(70)
    front.presenter.touched()
    assert front.state.seconds_left is None
    front.wait(59)
    assert front.page is Page.ANONYMOUS


def test_large_letters_give_three_times_as_long(front: Front) -> None:
    front.tap("large")
    front.tap("way_anonymous")
    front.wait(179)
    assert front.state.seconds_left is None
    front.wait(1)
    assert front.state.seconds_left == 60
    front.wait(60)
    assert_clean(front)


@pytest.mark.parametrize("method", list(Method))
def test_starting_over_wipes_every_way(front: Front, method: Method) -> None:
    go(front, method)
    front.tap("start_over")
    assert_clean(front)
    assert all(visit.state is VisitState.RESET for visit in front.centre.visits.values())


def test_the_ticket_page_is_wiped_but_the_number_stands(front: Front) -> None:
    go(front, Method.STAFF_NUMBER)
    take(front)
    front.tap("done")
    assert_clean(front)
    assert [visit.state for visit in front.centre.visits.values()] == [VisitState.TICKETED]


def test_an_answer_that_comes_too_late_shows_nothing(front: Front) -> None:
    front.tap("way_staff_number")
    front.tasks.hold()
    front.type("0001")
    front.presenter.start_over()
    front.tasks.flush()
    assert_clean(front)


def test_a_visit_begun_too_late_is_given_up(front: Front) -> None:
    front.tap("way_anonymous")
    front.tasks.hold()
    front.tap("go")
    front.presenter.start_over()
    front.tasks.flush()
    assert_clean(front)
    assert [visit.state for visit in front.centre.visits.values()] == [VisitState.RESET]


def test_the_picture_is_gone_when_the_page_is_left(front: Front) -> None:
    front.tap("way_face")
    front.worker.picture()
    assert any(circle.has_image() for circle in front.view.findChildren(PreviewCircle))
    session = front.worker.session
    front.wait(25)
    late = Verdict(
        Stage.DECIDED, True, hint=FaceHint(HintKind.SURE, PERSON, 0.9, 0.3, Liveness.CHALLENGED, synthetic=True)
    )
    front.presenter.camera.on_verdict(session, late)
    assert front.page is Page.OTHER_WAY
    assert not any(circle.has_image() for circle in front.view.findChildren(PreviewCircle))


def test_english_is_one_tap_away_and_changes_everything(front: Front) -> None:
    def chinese() -> list[str]:
        texts = [text.text() for text in front.view.findChildren(Text)]
        return [text for text in texts if any("\u4e00" <= letter <= "\u9fff" for letter in text)]

    assert chinese()
    front.tap("language")
    assert chinese() == []
    front.tap("way_anonymous")
    assert chinese() == []
    front.tap("go")
    assert chinese() == []
    front.tap("language")
    assert front.page is Page.SERVICES
    assert chinese()


def test_the_next_visitor_finds_chinese_and_normal_letters(front: Front) -> None:
    front.tap("language")
    front.tap("large")
    front.tap("way_anonymous")
    front.tap("start_over")
    assert front.state.language == "zh_CN"
    assert not front.view.theme.large

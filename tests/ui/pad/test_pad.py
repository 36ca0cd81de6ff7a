"""The pad at a window: asks after a talk, keeps what was answered, never more, and never for the wrong visitor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.services.ratings import OVERALL, QUESTIONS, STEPS
from tests.ui.pad.conftest import Pad
from ui.pad.state import FURTHER, NEXT_VISITOR_S, QUIET_S, THANKS_S, Page


def test_it_rests_until_a_talk_at_its_window_ends_then_asks_once(pad: Pad) -> None:
    assert pad.state.page is Page.IDLE
    pad.talk_ends()
    assert pad.state.page is Page.OVERALL
    pad.tap("skip")
    assert pad.state.page is Page.IDLE
    pad.presenter.journal_grew()
    assert pad.state.page is Page.IDLE and pad.hall.given == []


def test_five_levels_and_every_question_up_to_thanks(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.tap("level_5")
    for level in (4, 3, 4, 5, 3, 4, 5):
        assert pad.state.page is Page.FURTHER
        pad.tap(f"level_{level}")
    assert pad.state.page is Page.STEP
    pad.tap("step_wait")
    scores = dict(zip(QUESTIONS, (5, 4, 3, 4, 5, 3, 4, 5), strict=True))
    assert pad.hall.given == [(ticket, scores, "wait")] and pad.state.page is Page.THANKS
    pad.wait(THANKS_S)
    assert pad.state.page is Page.IDLE and pad.state.scores == {}


def test_one_answer_is_enough_and_every_further_question_may_be_left_out(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.tap("level_4")
    pad.tap("skip")
    pad.tap("level_2")
    pad.tap("finish")
    assert pad.hall.given == [(ticket, {OVERALL: 4, FURTHER[1]: 2}, "")]


def test_who_walks_away_without_an_answer_leaves_nothing(pad: Pad) -> None:
    pad.talk_ends()
    pad.wait(QUIET_S)
    assert pad.state.page is Page.IDLE and pad.hall.given == []


def test_who_walks_away_after_an_answer_is_heard(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.tap("level_3")
    pad.wait(QUIET_S - 1)
    assert pad.state.page is Page.FURTHER
    pad.wait(1)
    assert pad.state.page is Page.IDLE and pad.hall.given == [(ticket, {OVERALL: 3}, "")]


def test_the_next_visitor_is_never_asked_about_the_one_before(pad: Pad) -> None:
    pad.talk_ends()
    pad.hall.ticket = None
    pad.presenter.journal_grew()
    assert pad.state.page is Page.IDLE and pad.hall.given == []


def test_an_answer_under_way_is_waited_for_a_little_while_the_next_one_sits_down(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.tap("level_4")
    pad.hall.ticket = None
    pad.presenter.journal_grew()
    assert pad.state.page is Page.FURTHER
    pad.wait(NEXT_VISITOR_S + 5)
    assert pad.state.page is Page.IDLE and pad.hall.given == [(ticket, {OVERALL: 4}, "")]


@pytest.mark.parametrize("level", [1, 2])
def test_who_is_not_satisfied_may_ask_for_the_head_and_is_told_without_giving_a_name(pad: Pad, level: int) -> None:
    ticket = pad.talk_ends()
    pad.tap(f"level_{level}")
    assert pad.state.page is Page.OFFER
    pad.tap("wish_head")
    assert pad.hall.calls == [(None, False)]
    assert "3" in pad.texts()
    pad.tap("skip")
    pad.tap("finish")
    assert pad.hall.given == [(ticket, {OVERALL: level}, "")]


def test_how_to_be_called_later_is_told_and_nothing_is_kept_of_it(pad: Pad) -> None:
    pad.talk_ends()
    pad.tap("level_1")
    pad.tap("wish_contact")
    assert "000-0000000" in pad.texts() and pad.hall.calls == []


def test_nobody_is_called_unless_wanted(pad: Pad) -> None:
    pad.talk_ends()
    pad.tap("level_1")
    pad.tap("skip")
    assert pad.state.page is Page.FURTHER and pad.hall.calls == []


def test_a_satisfied_visitor_is_not_sent_to_anybody(pad: Pad) -> None:
    pad.talk_ends()
    pad.tap("level_3")
    assert pad.state.page is Page.FURTHER


def test_keys_of_a_rating_box_do_everything(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.key(Qt.Key.Key_2)
    pad.key(Qt.Key.Key_0)
    for _ in FURTHER:
        pad.key(Qt.Key.Key_5)
    pad.key(Qt.Key.Key_4)
    assert pad.hall.given == [(ticket, {OVERALL: 2, **dict.fromkeys(FURTHER, 5)}, STEPS[3])]


def test_keys_that_mean_nothing_do_nothing(pad: Pad) -> None:
    for key in (Qt.Key.Key_5, Qt.Key.Key_0, Qt.Key.Key_Return):
        pad.key(key)
    assert pad.state.page is Page.IDLE
    pad.talk_ends()
    pad.key(Qt.Key.Key_9)
    assert pad.state.page is Page.OVERALL


def test_a_store_that_is_away_is_said_and_the_pad_goes_on(pad: Pad) -> None:
    pad.talk_ends()
    pad.tap("level_1")
    pad.hall.down = True
    pad.tap("wish_head")
    assert pad.state.failed and pad.state.page is Page.OFFER
    pad.tap("skip")
    pad.tap("finish")
    assert pad.state.page is Page.THANKS and pad.state.failed
    pad.wait(THANKS_S)
    pad.hall.down = False
    pad.wait(6)
    pad.talk_ends()
    assert pad.state.page is Page.OVERALL and not pad.state.failed


def test_the_language_is_this_visitors_only(pad: Pad) -> None:
    first = pad.state.language
    pad.talk_ends()
    before = pad.texts()
    pad.tap("language")
    assert pad.state.language != first and pad.texts() != before
    pad.tap("skip")
    assert pad.state.language == first


def test_closing_the_pad_keeps_an_answer_already_given(pad: Pad) -> None:
    ticket = pad.talk_ends()
    pad.tap("level_5")
    pad.presenter.stop()
    assert pad.hall.given == [(ticket, {OVERALL: 5}, "")]


@pytest.mark.parametrize("size", [(1280, 800), (1024, 600), (800, 1280), (600, 1024)])
def test_all_faces_have_a_finger_s_size_and_stay_inside(pad: Pad, size: tuple[int, int]) -> None:
    pad.front.window.resize(*size)
    pad.talk_ends()
    pad.qtbot.wait(100)
    window = pad.front.window
    for level in range(1, 6):
        face = window.findChild(object, f"level_{level}")
        assert min(face.width(), face.height()) >= 0.09 * min(size)
        corner = face.mapTo(window, face.rect().bottomRight())
        assert corner.x() <= size[0] and corner.y() <= size[1]

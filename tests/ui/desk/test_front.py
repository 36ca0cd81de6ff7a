"""The desk's window: every key does what it says, typing is never taken for a key, nothing stays after the card."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.model.ticket import LinePlace, TicketState
from kiosk.model.visit import Proof
from tests.ui.desk.conftest import PASSWORD, Hall
from ui.desk.front import DeskFront
from ui.desk.state import Choice, Screen, Tab

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def _texts(widget: QWidget) -> str:
    """Everything a person could read in ``widget``, shown or not."""
    parts = [child.accessibleName() for child in widget.findChildren(QWidget)]
    parts += [edit.text() for edit in widget.findChildren(QLineEdit)]
    parts += [edit.toPlainText() for edit in widget.findChildren(QPlainTextEdit)]
    return "\n".join(parts)


def _state(hall: Hall):
    return hall.presenter.state


def test_space_calls_enter_opens_f_finishes_ctrl_z_takes_back(hall: Hall, press) -> None:
    hall.visit("林演示")
    press(K.Key_Space)
    assert _state(hall).ticket.state is TicketState.CALLED
    press(K.Key_Return)
    assert _state(hall).served.card.name == "林演示"
    press(K.Key_F)
    assert _state(hall).ticket is None and _state(hall).clears_in == 20
    press(K.Key_Z, CTRL)
    assert _state(hall).ticket.state is TicketState.SERVING and _state(hall).clears_in is None


def test_recall_no_show_and_call_back(hall: Hall, press) -> None:
    hall.visit("林演示")
    press(K.Key_Space)
    hall.pass_(21)
    press(K.Key_R)
    assert _state(hall).ticket.calls == 2
    press(K.Key_N)
    assert [row.state for row in _state(hall).queue] == [TicketState.PASSED]
    press(K.Key_1)
    assert _state(hall).ticket.state is TicketState.CALLED


def test_hold_and_transfer_ask_first_and_escape_thinks_again(hall: Hall, press) -> None:
    hall.serve("林演示")
    press(K.Key_H)
    assert _state(hall).choice is Choice.HOLD
    press(K.Key_Escape)
    assert _state(hall).choice is None and _state(hall).served is not None
    press(K.Key_T)
    press(K.Key_0)
    assert _state(hall).asked.place is LinePlace.HEAD
    press(K.Key_1)
    assert _state(hall).ticket is None and _state(hall).served is None


def test_identity_check_and_visitor_left(hall: Hall, press) -> None:
    hall.serve("赵样例", Proof.NUMBER)
    press(K.Key_I)
    assert _state(hall).served.card is not None
    press(K.Key_X)
    assert _state(hall).served is None and _state(hall).ticket is None


def test_pause_tabs_lock(hall: Hall, press) -> None:
    press(K.Key_B)
    press(K.Key_1)
    assert _state(hall).paused
    hall.visit("林演示")
    press(K.Key_Space)
    assert _state(hall).ticket is None
    press(K.Key_B)
    assert not _state(hall).paused
    press(K.Key_M)
    assert _state(hall).tab is Tab.MINE
    press(K.Key_E)
    assert _state(hall).tab is Tab.REGISTER
    press(K.Key_L, CTRL)
    assert _state(hall).screen is Screen.LOCKED


def test_help_is_taken_with_g(hall: Hall, press) -> None:
    hall.services.arrivals.call_help(None, True, hall.visitor)
    hall.presenter.journal_grew()
    press(K.Key_G)
    assert not _state(hall).alerts


def test_a_look_alike_is_told_by_number_and_confirmed_twice(hall: Hall, front: DeskFront, press) -> None:
    consents, person = hall.services.consents, hall.people["林演示"]
    consent = consents.grant(person.id, "zh_CN", hall.visitor).id
    consents.compared(consent, 3, 1, hall.visitor)
    hall.presenter.journal_grew()
    assert "与 3 名已登记人员相像" in _texts(front.window)
    press(K.Key_G)
    assert not consents.is_released(consent)
    assert "请当面核对身份证" in _texts(front.window)
    press(K.Key_G)
    assert consents.is_released(consent)
    assert not _state(hall).alerts


def test_typing_is_never_taken_for_a_key(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    hall.visit("林演示")
    text = front.page().appeals.form.text
    text.setFocus()
    qtbot.keyClicks(text, "a f x g")
    qtbot.keyClick(text, K.Key_Space)
    assert _state(hall).ticket is None and _state(hall).form.text == "a f x g "


def test_the_form_is_written_searched_and_registered_by_keyboard(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    hall.serve("林演示")
    form = front.page().appeals.form
    qtbot.keyClicks(form.search, "zgss")
    qtbot.keyClick(form.search, K.Key_Return)
    assert _state(hall).form.category == "303" and _state(hall).form.due is not None
    form.text.setPlainText("热水晚上没有。")
    qtbot.keyClick(form.text, K.Key_Return, CTRL)
    assert _state(hall).form.registered is not None
    assert _state(hall).form.registered.number in _texts(front.page())


def test_after_the_card_has_gone_no_widget_holds_the_name(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    hall.serve("林演示")
    assert "林演示" in _texts(front.page())
    hall.presenter.calling.finish()
    hall.pass_(21)
    qtbot.waitUntil(lambda: "林演示" not in _texts(front.page()))


def test_a_locked_desk_holds_no_name_of_a_visitor(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    hall.serve("林演示")
    hall.presenter.session.lock()
    qtbot.waitUntil(lambda: "林演示" not in _texts(front.page()))
    assert not front.page().work.isVisible()


def test_wrong_password_is_said_on_the_page(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    hall.presenter.session.lock()
    page = front.page().sign_in
    page.password.edit.setText("wrong")
    qtbot.keyClick(page.password.edit, K.Key_Return)
    assert "不对" in page.fault.message.text() and page.password.text() == ""
    qtbot.keyClicks(page.password.edit, PASSWORD)
    qtbot.keyClick(page.password.edit, K.Key_Return)
    assert _state(hall).screen is Screen.DESK


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (640, 360)])
def test_every_state_paints_in_both_languages_and_sizes(
    hall: Hall, front: DeskFront, language: str, size: tuple[int, int]
) -> None:
    front._words.speak(language)
    front.window.resize(*size)
    hall.visit("赵样例", Proof.NUMBER)
    hall.visit("林演示")
    for act in (hall.presenter.calling.call_next, hall.presenter.calling.arrived, hall.presenter.calling.finish):
        act()
        assert not front.window.grab().isNull()
    hall.presenter.sync_status(3, "offline")
    hall.presenter.calling.call_next()
    hall.presenter.calling.arrived()
    hall.presenter.appeals.show(Tab.MINE)
    hall.presenter.session.lock()
    assert not front.window.grab().isNull()

"""Every action of the desk has a key that does it; held and bouncing keys count once; a call box is a keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.model.ticket import LinePlace, TicketState
from kiosk.model.visit import Proof
from tests.ui.desk.conftest import Hall, Press
from ui.desk.front import DeskFront
from ui.desk.keys import TABLE, Shortcut, read_box
from ui.desk.keys_view import KeyLine
from ui.desk.state import Choice, Page, Screen, Tab

K = Qt.Key
PAD = Qt.KeyboardModifier.KeypadModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def _nothing(hall: Hall) -> None:
    """As the clerk has signed in."""


def _waiting(hall: Hall) -> None:
    hall.visit("林演示")


def _called(hall: Hall) -> None:
    hall.visit("林演示")
    hall.presenter.calling.call_next()
    hall.pass_(30)


def _serving(hall: Hall) -> None:
    hall.serve("林演示")


def _selected(hall: Hall) -> None:
    hall.visit("林演示")
    hall.presenter.step(1)


def _paused(hall: Hall) -> None:
    hall.presenter.calling.pause("break")


def _unchecked(hall: Hall) -> None:
    hall.serve("林演示", Proof.NUMBER)


def _finished(hall: Hall) -> None:
    hall.serve("林演示")
    hall.presenter.calling.finish()


def _help(hall: Hall) -> None:
    hall.services.arrivals.call_help(None, True, hall.visitor)
    hall.presenter.journal_grew()


def _closed(hall: Hall) -> None:
    hall.services.days.close(hall.actor)
    hall.clock.time = hall.clock.time.replace(day=24)
    hall.presenter.journal_grew()


def _form(hall: Hall) -> None:
    hall.serve("林演示")
    hall.presenter.appeals.fill(category="303", text="热水晚上没有。")


def _noted(hall: Hall) -> None:
    hall.presenter.calling.call_next()


def _ticket(hall: Hall, state: TicketState) -> bool:
    ticket = hall.presenter.state.ticket
    return ticket is not None and ticket.state is state


WORKS: dict[str, tuple[Callable[[Hall], None], Callable[[Hall], object]]] = {
    "next": (_waiting, lambda h: _ticket(h, TicketState.CALLED)),
    "recall": (_called, lambda h: h.presenter.state.ticket.calls == 2),  # type: ignore[union-attr]
    "no_show": (_called, lambda h: [row.state for row in h.presenter.state.queue] == [TicketState.PASSED]),
    "arrived": (_called, lambda h: _ticket(h, TicketState.SERVING)),
    "finish": (_serving, lambda h: h.presenter.state.ticket is None),
    "left": (_serving, lambda h: h.presenter.state.served is None),
    "transfer": (_called, lambda h: h.presenter.state.choice is Choice.TRANSFER),
    "hold": (_serving, lambda h: h.presenter.state.choice is Choice.HOLD),
    "undo": (_finished, lambda h: _ticket(h, TicketState.SERVING)),
    "pause": (_nothing, lambda h: h.presenter.state.choice is Choice.PAUSE),
    "resume": (_paused, lambda h: not h.presenter.state.paused),
    "without_ticket": (_nothing, lambda h: _ticket(h, TicketState.SERVING)),
    "select_next": (_waiting, lambda h: h.presenter.state.selected.startswith("ticket:")),
    "select_former": (_waiting, lambda h: h.presenter.state.selected.startswith("ticket:")),
    "pick": (_selected, lambda h: h.presenter.state.choice is Choice.PICK),
    "reclass": (_selected, lambda h: h.presenter.state.choice is Choice.RECLASS),
    "reprint": (_selected, lambda h: h.presenter.state.note.key == "no_printer"),  # type: ignore[union-attr]
    "check_identity": (_unchecked, lambda h: h.presenter.state.served.card is not None),  # type: ignore[union-attr]
    "clear_card": (_finished, lambda h: h.presenter.state.served is None),
    "register_tab": (lambda h: h.presenter.appeals.show(Tab.MINE), lambda h: h.presenter.state.tab is Tab.REGISTER),
    "mine_tab": (_nothing, lambda h: h.presenter.state.tab is Tab.MINE),
    "new_form": (_form, lambda h: h.presenter.state.form.text == ""),
    "confirm": (_form, lambda h: h.presenter.state.form.registered is not None),
    "why": (_form, lambda h: h.presenter.state.form.why),
    "acknowledge": (_help, lambda h: not h.presenter.state.alerts),
    "open_day": (_closed, lambda h: h.presenter.state.day_open),
    "explain_faults": (_nothing, lambda h: h.presenter.state.note.key == "fault.store_well"),  # type: ignore[union-attr]
    "dismiss": (_noted, lambda h: h.presenter.state.note is None),
    "lock": (_nothing, lambda h: h.presenter.state.screen is Screen.LOCKED),
    "sign_out": (_nothing, lambda h: h.presenter.state.screen is Screen.SIGN_IN),
    "keys": (_nothing, lambda h: h.presenter.state.shows_keys),
    **{f"page_{page.value}": (_nothing, lambda h, page=page: h.presenter.state.page is page) for page in Page},
}
"""Name of an action: how the desk stands before, and what its key must bring about."""


@pytest.mark.parametrize("shortcut", [s for s in TABLE if s.keys], ids=lambda s: f"{s.name}{'_ctrl' if s.ctrl else ''}")
def test_every_key_does_what_the_table_says(hall: Hall, press: Press, shortcut: Shortcut) -> None:
    before, after = WORKS[shortcut.name]
    if shortcut.name == "page_reception":
        hall.presenter.overseeing.show(Page.HALL)
    before(hall)
    press(shortcut.keys[0], CTRL if shortcut.ctrl else Qt.KeyboardModifier.NoModifier)
    assert after(hall), shortcut.name


def test_the_table_on_the_screen_is_the_table_of_the_keys(hall: Hall, front: DeskFront, press: Press) -> None:
    press(K.Key_F1)
    page = front.page()
    assert page is not None and page.table is not None and page.table.isVisible()
    shown = "\n".join(line.accessibleName() for line in page.table.findChildren(KeyLine))
    for shortcut in TABLE:
        if shortcut.group:
            assert hall.presenter.state and front._words.tr(f"desk.act.{shortcut.name}") in shown
    press(K.Key_Escape)
    assert not page.table.isVisible() and page.visitor.isVisible()


# --- held keys, bounces, typing ------------------------------------------------------------------------------


def test_a_bouncing_key_counts_once(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    for person in ("林演示", "赵样例"):
        hall.visit(person)
    page = front.page()
    for _ in range(3):
        qtbot.keyClick(page, K.Key_Z)
        qtbot.keyClick(page, K.Key_Space)
        qtbot.keyClick(page, K.Key_N)
        hall.seconds[0] += 0.1
    assert [row.state for row in hall.presenter.state.queue] == [TicketState.WAITING, TicketState.PASSED]


def test_a_held_key_counts_once(hall: Hall, front: DeskFront) -> None:
    for person in ("林演示", "赵样例"):
        hall.visit(person)
    for key in (K.Key_Space, K.Key_N, K.Key_Space):
        hall.seconds[0] += 1
        for repeat in (False, True, True):
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeat)
            QApplication.sendEvent(front.page(), event)
    assert _ticket(hall, TicketState.CALLED) and hall.presenter.state.ticket.label == "A002"  # type: ignore[union-attr]


def test_enter_in_a_field_is_never_arrived(hall: Hall, front: DeskFront, qtbot: QtBot) -> None:
    _called(hall)
    search = front.page().appeals.form.search  # type: ignore[union-attr]
    front.window.activateWindow()
    search.setFocus()
    qtbot.waitUntil(search.hasFocus)
    for key in (K.Key_Return, K.Key_Space, K.Key_N, K.Key_1):
        qtbot.keyClick(search, key)
    assert _ticket(hall, TicketState.CALLED)
    qtbot.keyClick(search, K.Key_Escape)
    hall.seconds[0] += 1
    qtbot.keyClick(front.page(), K.Key_Return)
    assert _ticket(hall, TicketState.SERVING)


# --- the call box --------------------------------------------------------------------------------------------


def test_a_call_box_serves_a_visitor_from_call_to_end(hall: Hall, press: Press) -> None:
    hall.visit("林演示")
    press(K.Key_Enter, PAD)
    assert _ticket(hall, TicketState.CALLED)
    hall.pass_(30)
    press(K.Key_Plus, PAD)
    assert hall.presenter.state.ticket.calls == 2  # type: ignore[union-attr]
    press(K.Key_Enter, PAD)
    assert _ticket(hall, TicketState.CALLED)
    press(K.Key_Asterisk, PAD)
    assert _ticket(hall, TicketState.SERVING)
    press(K.Key_Asterisk, PAD)
    assert hall.presenter.state.ticket is None
    press(K.Key_Period, PAD)
    assert _ticket(hall, TicketState.SERVING)


def test_minus_of_the_box_is_absent_and_minus_of_the_keyboard_is_nothing(hall: Hall, press: Press) -> None:
    _called(hall)
    press(K.Key_Minus)
    assert _ticket(hall, TicketState.CALLED)
    press(K.Key_Minus, PAD)
    assert hall.presenter.state.ticket is None


def test_a_box_is_set_by_a_line_of_the_settings() -> None:
    assert read_box("f13=next enter=forward moon=next plus=no_such_act") == {
        K.Key_F13: "next",
        K.Key_Enter: "forward",
    }


# --- questions -----------------------------------------------------------------------------------------------


def test_a_transfer_by_keys_names_queue_place_and_window(hall: Hall, press: Press) -> None:
    _called(hall)
    press(K.Key_T)
    press(K.Key_0)
    press(K.Key_W)
    asked = hall.presenter.state.asked
    assert asked is not None and asked.place is LinePlace.HEAD and asked.window == "2"
    press(K.Key_Escape)
    press(K.Key_T)
    press(K.Key_1)
    assert hall.presenter.state.ticket is None


def test_out_of_order_needs_its_reason(hall: Hall, front: DeskFront, press: Press, qtbot: QtBot) -> None:
    hall.visit("林演示")
    late = hall.visit("赵样例")
    press(K.Key_Down)
    press(K.Key_Down)
    press(K.Key_P)
    assert hall.presenter.state.ticket is None
    press(K.Key_0)
    question = front.page().queue.question  # type: ignore[union-attr]
    assert question is not None and question.reason is not None
    assert front.page().focusWidget() is question.reason  # type: ignore[union-attr]
    qtbot.keyClicks(question.reason, "a n")
    qtbot.keyClick(question.reason, K.Key_Return)
    assert hall.presenter.state.ticket is not None and hall.presenter.state.ticket.id == late.id


def test_another_class_is_told_with_its_reason(hall: Hall, press: Press) -> None:
    hall.visit("林演示")
    late = hall.visit("赵样例")
    for key in (K.Key_Up, K.Key_U, K.Key_1, K.Key_3):
        press(key)
    first = hall.presenter.state.queue[0]
    assert first.ticket_id == late.id and first.urgent

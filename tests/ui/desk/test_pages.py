"""The pages of the hall over the real services: what they show, what they do, how they behave when the store hangs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kiosk.errors import AccessError
from kiosk.model.hall import CareKind, SeatState
from kiosk.model.staff import Role
from kiosk.model.terminal import OrderVerb, TerminalStatus
from kiosk.model.ticket import CounterState, TicketState
from tests.ui.desk.conftest import Hall, Press
from ui.desk.front import DeskFront
from ui.desk.lamps import faulty
from ui.desk.looks import CareLook, DayLook, DevicesLook, FiguresLook, HallLook, Look, Span
from ui.desk.page_actions import items, page_actions
from ui.desk.state import Choice, Device, Page

K = Qt.Key


def _open(hall: Hall, page: Page) -> Look:
    hall.presenter.overseeing.show(page)
    look = hall.presenter.state.look
    assert look is not None
    return look


def _act(hall: Hall, name: str) -> None:
    action = next(action for action in page_actions(hall.presenter) if action.name == name)
    assert action.possible
    action.act()


def _report(hall: Hall, code: str, front: str, **lamps: str) -> None:
    hall.services.terminals.report(TerminalStatus(code, (front,), "1", hall.clock.now(), lamps, {"page": "queue"}))
    hall.presenter.journal_grew()


def test_the_hall_shows_every_window_and_queue(desk: Hall) -> None:
    desk.serve("林演示")
    desk.visit("赵样例")
    look = _open(desk, Page.HALL)
    assert isinstance(look, HallLook)
    assert next((w.code, w.state, w.label) for w in look.windows) == ("1", CounterState.SERVING, "A001")
    assert next(queue for queue in look.queues if queue.letter == "A").waiting == 1


def test_a_page_follows_the_hall_but_not_faster_than_its_pace(desk: Hall) -> None:
    _open(desk, Page.HALL)
    desk.visit("林演示")
    look = desk.presenter.state.look
    assert isinstance(look, HallLook) and not any(queue.waiting for queue in look.queues)
    desk.pass_(2)
    look = desk.presenter.state.look
    assert isinstance(look, HallLook) and any(queue.waiting for queue in look.queues)


def test_while_the_store_hangs_the_page_stays_and_nothing_piles_up(desk: Hall) -> None:
    look = _open(desk, Page.HALL)
    desk.tasks.holding = True
    for _ in range(10):
        desk.presenter.journal_grew()
        desk.pass_(1)
    assert desk.presenter.state.look == look
    assert len(desk.tasks.held) <= 2
    desk.tasks.down = True
    desk.tasks.release()
    assert desk.presenter.state.look == look and Device.STORE in desk.presenter.state.faults
    desk.tasks.down = False
    desk.pass_(20)
    assert Device.STORE not in desk.presenter.state.faults


def test_whoever_calls_for_help_may_be_received_first(desk: Hall) -> None:
    desk.visit("赵样例")
    desk.services.arrivals.call_help(None, False, desk.visitor)
    _open(desk, Page.HALL)
    _act(desk, "help_first")
    assert desk.presenter.state.choice is Choice.HELP_FIRST
    call = desk.services.staff.help_calls()[0]
    desk.presenter.overseeing.help_first(call.id, "distress")
    assert not desk.services.staff.help_calls() and desk.presenter.state.queue[0].urgent


def test_only_the_head_is_offered_to_free_a_window(desk: Hall) -> None:
    desk.services.counters.open("2", desk.actor)
    _open(desk, Page.HALL)
    desk.presenter.select("window:2")
    assert not next(a for a in page_actions(desk.presenter) if a.name == "relieve").possible
    desk.presenter.overseeing.relieve("2", "left")
    note = desk.presenter.state.note
    assert note is not None and isinstance(note.error, AccessError)


def test_the_head_frees_a_colleagues_window(desk: Hall, press: Press) -> None:
    head = desk.clerk.__class__(desk.clerk.id, "han", "韩演示", desk.clerk.roles | {Role.HEAD}, desk.clerk.posts)
    desk.presenter.session.put(clerk=head)
    desk.services.counters.open("2", desk.actor)
    _open(desk, Page.HALL)
    desk.presenter.select("window:2")
    press(K.Key_3)
    assert desk.presenter.state.choice is Choice.RELIEVE
    press(K.Key_1)
    look = desk.presenter.state.look
    assert isinstance(look, HallLook) and look.windows[1].state is CounterState.OFFLINE


def test_a_small_service_is_taken_and_brought(desk: Hall) -> None:
    ticket = desk.visit("林演示")
    desk.services.care.ask(ticket.id, CareKind.WATER, desk.visitor)
    look = _open(desk, Page.CARE)
    assert isinstance(look, CareLook)
    desk.presenter.select(items(desk.presenter.state)[0])
    _act(desk, "take_care")
    _act(desk, "brought")
    look = desk.presenter.state.look
    assert isinstance(look, CareLook) and not look.tasks


def test_a_seat_is_cleaned_freed_and_a_visitor_moves(desk: Hall, press: Press) -> None:
    ticket = desk.visit("林演示")
    look = _open(desk, Page.CARE)
    assert isinstance(look, CareLook)
    own = next(seat for seat in look.seats if seat.ticket_id == ticket.id)
    desk.presenter.select(f"seat:{own.code}")
    press(K.Key_7)
    press(K.Key_1)
    look = desk.presenter.state.look
    assert isinstance(look, CareLook)
    moved = next(seat for seat in look.seats if seat.ticket_id == ticket.id)
    assert moved.code != own.code
    desk.presenter.select(f"seat:{own.code}")
    if desk.presenter.state.selected != f"seat:{own.code}":
        desk.presenter.select(f"seat:{own.code}")
    _act(desk, "seat_cleaning")
    look = desk.presenter.state.look
    assert isinstance(look, CareLook)
    assert next(seat for seat in look.seats if seat.code == own.code).state is SeatState.CLEANING


def test_an_order_shows_what_became_of_it(desk: Hall) -> None:
    _report(desk, "wall-9", "wall", wall="")
    _open(desk, Page.DEVICES)
    desk.presenter.select("terminal:wall-9")
    _act(desk, "order_identify")
    look = desk.presenter.state.look
    assert isinstance(look, DevicesLook) and look.orders[0].verb is OrderVerb.IDENTIFY
    assert look.orders[0].done_at is None
    desk.services.terminals.finish(look.orders[0].id, "ok", desk.actor)
    desk.presenter.journal_grew()
    desk.pass_(2)
    look = desk.presenter.state.look
    assert isinstance(look, DevicesLook) and look.orders[0].outcome == "ok"


def test_lamps_of_other_terminals_reach_the_desk(desk: Hall) -> None:
    _report(desk, "kiosk-7", "touch", printer="paper_out")
    assert faulty(desk.presenter.state, Device.PRINTER) == (True, "kiosk-7")
    desk.presenter.explain_fault(Device.PRINTER)
    note = desk.presenter.state.note
    assert note is not None and note.key == "fault.printer_at" and note.params == {"where": "kiosk-7"}


def test_a_slip_is_printed_again_where_the_clerk_says(desk: Hall, press: Press) -> None:
    _report(desk, "kiosk-7", "touch", printer="")
    ticket = desk.visit("林演示")
    desk.presenter.step(1)
    press(K.Key_J)
    press(K.Key_1)
    order = desk.services.terminals.recent(1)[0]
    assert (order.terminal, order.verb, order.argument) == ("kiosk-7", OrderVerb.PRINT, str(ticket.id))


def test_a_notice_goes_up_and_comes_down(desk: Hall, front: DeskFront, press: Press) -> None:
    _open(desk, Page.DEVICES)
    press(K.Key_8)
    page = front.page()
    assert page is not None
    form = page.pages[Page.DEVICES].form  # type: ignore[attr-defined]
    form.zh.setText("饮水机已移到东侧")
    form.zh.returnPressed.emit()
    notices = desk.services.notices.all()
    assert [notice.zh for notice in notices] == ["饮水机已移到东侧"]
    assert notices[0].ends_at is not None and notices[0].ends_at > desk.clock.now() + timedelta(hours=8)
    desk.presenter.select(f"notice:{notices[0].id}")
    press(K.Key_9)
    assert not desk.services.notices.current()


def test_figures_are_drawn_and_exported(desk: Hall, tmp_path: Path) -> None:
    desk.serve("林演示")
    desk.presenter.calling.finish()
    look = _open(desk, Page.FIGURES)
    assert isinstance(look, FiguresLook) and look.report.total.served == 1
    _act(desk, "span_week")
    look = desk.presenter.state.look
    assert isinstance(look, FiguresLook) and look.span is Span.WEEK
    desk.presenter.overseeing.export(tmp_path / "figures.csv")
    assert "total,all,1,1" in (tmp_path / "figures.csv").read_text(encoding="utf-8-sig")
    desk.presenter.overseeing.export(tmp_path / "nowhere" / "figures.csv")
    note = desk.presenter.state.note
    assert note is not None and note.key == "not_exported"


def test_the_day_is_never_closed_by_one_key(desk: Hall, press: Press) -> None:
    desk.visit("林演示")
    look = _open(desk, Page.DAY)
    assert isinstance(look, DayLook) and look.ending is not None and look.ending.waiting == 1
    for _ in range(3):
        press(K.Key_4)
    assert desk.presenter.state.day_open and desk.presenter.state.choice is Choice.CLOSE_DAY
    press(K.Key_1)
    assert not desk.presenter.state.day_open
    assert desk.services.days.current() is None


def test_a_day_that_is_over_is_not_offered_again_nor_any_step_of_it(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.finish()
    assert desk.presenter.state.undoable is not None
    desk.services.days.close(desk.services.staff.system())
    look = _open(desk, Page.DAY)
    assert isinstance(look, DayLook) and look.over
    opens = next(action for action in page_actions(desk.presenter) if action.name == "open_day")
    assert not opens.possible and desk.services.serving.undoable("1") is None


def test_intake_stops_with_a_sentence_for_visitors_and_goes_on(desk: Hall, press: Press) -> None:
    _open(desk, Page.DAY)
    press(K.Key_2)
    press(K.Key_1)
    intake = desk.services.days.intake()
    assert not intake.open and "请改日再来" in intake.reason
    press(K.Key_2)
    assert desk.services.days.intake().open


def test_what_undo_takes_back_is_known_beforehand(desk: Hall) -> None:
    assert desk.presenter.state.undoable is None
    desk.serve("林演示")
    undoable = desk.presenter.state.undoable
    assert undoable is not None and undoable.event.value == "undo_arrive"
    desk.presenter.calling.hold("papers")
    undoable = desk.presenter.state.undoable
    assert undoable is not None and undoable.event.value == "undo_hold"
    desk.presenter.calling.undo()
    assert desk.presenter.state.ticket is not None and desk.presenter.state.ticket.state is TicketState.SERVING


@pytest.mark.parametrize("page", list(Page)[1:])
def test_a_locked_desk_shows_no_page(desk: Hall, page: Page) -> None:
    _open(desk, page)
    desk.presenter.session.lock()
    assert desk.presenter.state.look is None and desk.presenter.state.page is Page.RECEPTION

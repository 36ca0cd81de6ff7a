"""The number stands whatever the printer does; small wishes; the closed day; help at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from kiosk.errors import WorldError
from kiosk.model.hall import CareKind, CareState
from kiosk.model.visit import Method, VisitState
from kiosk.printing.faults import PrinterFault, fault_error
from tests.ui.touch.conftest import Front
from tests.ui.touch.test_ways import go, take
from ui.touch.state import Page


def test_number_span_seat_and_code_are_shown(front: Front) -> None:
    go(front, Method.STAFF_NUMBER)
    take(front)
    text = front.reads()
    for words in ("A012", "3 人", "8–14 分钟", "等候区 07 座", "4071 8265"):
        assert words in text


def test_the_paper_comes_and_is_noted(front: Front) -> None:
    printer = front.printer()
    go(front, Method.ANONYMOUS)
    take(front)
    assert [slip.label for _, slip in printer.slips] == ["A012"]
    assert "号票已打印" in front.reads()
    assert ("printed", True) in front.centre.calls


def test_without_paper_the_screen_says_that_the_number_counts(front: Front) -> None:
    front.printer(fault_error(PrinterFault.PAPER_OUT))
    go(front, Method.ANONYMOUS)
    take(front)
    assert "打印机没有出票。屏幕上的号码一样有效" in front.reads()
    assert ("printed", "printer_paper_out") in front.centre.calls
    assert front.has("done")


def test_a_slow_printer_is_waited_for_then_the_number_counts_then_the_paper_is_told(front: Front) -> None:
    printer = front.printer(fault_error(PrinterFault.TIMEOUT))
    printer.slow = True
    go(front, Method.ANONYMOUS)
    take(front)
    assert "号票正在打印" in front.reads()
    printer.report()
    assert "号票还没有出来。屏幕上的号码一样有效" in front.reads()
    printer.fault = None
    printer.report()
    assert "号票已打印" in front.reads()
    assert [call for call in front.centre.calls if call[0] == "printed"] == [
        ("printed", "printer_timeout"),
        ("printed", True),
    ]


def test_paper_that_comes_after_the_visitor_left_is_noted_and_shown_to_nobody(front: Front) -> None:
    printer = front.printer()
    printer.slow = True
    go(front, Method.ANONYMOUS)
    take(front)
    front.presenter.start_over()
    printer.report()
    assert ("printed", True) in front.centre.calls
    assert front.state.issued is None


def test_a_kiosk_without_printer_says_so_instead_of_reporting_a_fault(front: Front) -> None:
    front.printer(fault_error(PrinterFault.NONE))
    go(front, Method.ANONYMOUS)
    take(front)
    assert "不出纸票" in front.reads()


def test_a_full_disk_prints_nothing_and_sends_to_the_desk(front: Front) -> None:
    printer = front.printer()
    front.centre.disk_full = True
    go(front, Method.ANONYMOUS)
    front.tap("group_pay")
    front.tap("service_101")
    assert front.page is Page.NOT_ISSUED
    assert "请直接到服务台" in front.reads()
    assert printer.slips == []
    front.centre.disk_full = False
    front.tap("retry")
    take(front)
    assert [visit.state for visit in front.centre.visits.values()] == [VisitState.TICKETED]


def test_a_wish_is_asked_once_and_says_so(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    take(front)
    front.tap("care_water")
    front.find("care_water").click()
    assert front.centre.calls.count(("care", CareKind.WATER)) == 1
    assert not front.find("care_water").isEnabled()
    assert "已告知" in front.reads()


def test_the_page_follows_what_was_asked_until_it_is_there(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    take(front)
    front.tap("care_water")
    asked = front.centre.tasks[CareKind.WATER]
    steps = (
        (replace(asked, state=CareState.MOVING, robot=True), "机器人就来"),
        (replace(asked, state=CareState.ASSIGNED, owner="G1"), "工作人员就来"),
        (replace(asked, state=CareState.DONE, done_at=asked.at), "好了"),
    )
    for task, words in steps:
        front.centre.tasks[CareKind.WATER] = task
        front.wait(3)
        assert words in front.reads()
    assert front.find("care_water").isEnabled(), "another glass may be asked for"


def test_everybody_may_choose_another_place_and_a_full_one_leaves_the_first(front: Front) -> None:
    front.centre.full = ("Z5",)
    go(front, Method.ANONYMOUS)
    take(front)
    front.tap("zone_Z4")
    assert "轮椅位 01 座" in front.reads()
    front.tap("zone_Z5")
    assert "原来的座位仍为您留着" in front.reads()
    assert "轮椅位 01 座" in front.reads()


def test_the_next_visitor_sees_nothing_of_it(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    take(front)
    front.tap("care_water")
    front.presenter.start_over()
    assert front.state.comfort is None


def test_priority_needs_no_reason(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    front.tap("priority")
    take(front)
    assert front.centre.priorities == [True]


def test_whoever_is_not_sure_gets_a_number_too(front: Front) -> None:
    go(front, Method.ASSISTED)
    front.tap("unsure")
    assert front.page is Page.TICKET
    assert front.centre.tickets[0].category is None


def test_a_closed_day_says_when_it_opens_and_leads_on(front: Front) -> None:
    front.centre.day_open = False
    front.wait(6)
    assert front.page is Page.CLOSED
    assert "08:30–17:00" in front.reads()
    front.tap("progress")
    assert front.page is Page.PROGRESS
    front.presenter.start_over()
    front.centre.day_open = True
    front.wait(6)
    assert front.page is Page.ATTRACT


def test_a_day_closed_in_the_middle_of_a_visit_is_said(front: Front) -> None:
    front.tap("way_anonymous")
    front.centre.day_open = False
    front.tap("go")
    assert front.page is Page.CLOSED


def test_a_store_that_cannot_be_opened_sends_to_the_desk(cold: Front) -> None:
    cold.presenter.store_failed(WorldError("store_key_wrong", "The key does not fit."))
    assert cold.page is Page.UNAVAILABLE
    assert "服务台" in cold.reads()


def test_a_screen_without_a_store_stays_so_until_it_is_opened(cold: Front) -> None:
    cold.presenter.store_failed(WorldError("store_unavailable", "The server does not answer."))
    cold.wait(300)
    assert cold.page is Page.UNAVAILABLE
    cold.presenter.start_over()
    assert cold.page is Page.UNAVAILABLE
    assert cold.state.fault is not None
    cold.presenter.connect(cold.centre.services(), None)
    assert cold.page is Page.ATTRACT
    assert cold.state.fault is None


@pytest.mark.parametrize("page", ["attract", "number", "services", "ticket"])
def test_help_is_one_tap_from_everywhere_and_silent(front: Front, page: str) -> None:
    if page == "number":
        front.tap("way_staff_number")
    elif page in ("services", "ticket"):
        go(front, Method.ANONYMOUS)
        if page == "ticket":
            take(front)
    bar = front.view.page
    assert bar is not None
    front.qtbot.mouseClick(bar.bar.help, Qt.MouseButton.LeftButton)
    assert front.page is Page.HELP
    assert ("help", True) in front.centre.calls
    for number in ("12356", "120", "110"):
        assert number in front.reads()
    front.tap("fine")
    assert front.page is (Page.TICKET if page == "ticket" else Page.ATTRACT)


def test_calling_staff_says_that_they_come(front: Front) -> None:
    page = front.view.page
    assert page is not None
    front.qtbot.mouseClick(page.bar.staff, Qt.MouseButton.LeftButton)
    assert ("help", False) in front.centre.calls
    assert "马上就来" in front.reads()


def test_progress_by_number_and_code(front: Front) -> None:
    front.tap("progress")
    front.type("00012" + "87654321")
    assert "对不上" in front.reads()
    front.type("12345678")
    text = front.reads()
    assert "办理中" in text
    assert "后勤" in text

"""The touch screen without its hall store: it says what still works, and gives numbers that count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import WorldError
from kiosk.model.visit import Method
from kiosk.printing.faults import PrinterFault, fault_error
from kiosk.store.spare import SpareNumbers
from tests.ui.touch.conftest import Front
from tests.ui.touch.cut_off import KeysInMemory, Line
from tests.ui.touch.test_ways import go
from ui.touch.state import Page, Printed


@pytest.fixture
def numbers(tmp_path: Path) -> Iterator[SpareNumbers]:
    made = SpareNumbers(tmp_path, KeysInMemory())
    yield made
    made.close()


@pytest.fixture
def line(front: Front, numbers: SpareNumbers) -> Line:
    return Line(front, numbers)


def test_the_screen_says_within_seconds_what_still_works(front: Front, line: Line):
    line.cut()
    front.wait(6)
    assert front.page is Page.CUT_OFF
    assert "仍可取号" in front.reads()
    assert not front.has("way_staff_number")
    assert not front.find("staff").isVisible()


def test_a_number_is_given_without_a_name_and_printed(front: Front, line: Line):
    spool = front.printer()
    line.cut()
    front.wait(6)
    front.tap(next(f"group_{c.group}" for c in front.centre.catalog.categories if c.code == "303"))
    front.tap("service_303")
    assert front.page is Page.SPARE
    assert "X001" in front.reads()
    assert front.state.spare is not None and front.state.spare.printed is Printed.YES
    assert [slip.cut_off for _, slip in spool.slips] == [True]
    front.tap("done")
    assert front.page is Page.CUT_OFF
    assert front.state.spare is None
    front.tap("unsure")
    assert [number.category for number in line.numbers.given()] == ["303", None]


def test_a_choice_made_before_the_line_broke_gets_its_number_at_once(front: Front, line: Line):
    go(front, Method.ANONYMOUS)
    line.cut()
    front.tap("unsure")
    assert front.page is Page.SPARE
    assert line.numbers.given()[0].left_visit == next(iter(front.centre.visits))


def test_somebody_who_was_about_to_say_their_name_is_told_at_once(front: Front, line: Line):
    front.tap("way_staff_number")
    line.cut()
    front.type("0001")
    assert front.page is Page.CUT_OFF
    assert front.state.fault is None


def test_two_taps_give_one_number(front: Front, line: Line):
    line.cut()
    front.wait(6)
    front.tasks.hold()
    front.tap("unsure")
    front.presenter.cut_off.take(None)
    front.tasks.flush()
    assert len(line.numbers.given()) == 1


def test_an_empty_reserve_sends_to_the_desk(front: Front, numbers: SpareNumbers):
    line = Line(front, numbers, count=1)
    line.cut()
    front.wait(6)
    front.tap("unsure")
    front.tap("done")
    front.wait(6)
    assert front.page is Page.UNAVAILABLE
    assert "服务台" in front.reads()


def test_without_a_reserve_the_screen_does_what_it_did(front: Front, numbers: SpareNumbers):
    line = Line(front, numbers, count=0)
    line.cut()
    front.wait(6)
    assert front.page is Page.UNAVAILABLE


def test_when_the_store_is_back_so_is_the_first_page_and_numbers_go_home(front: Front, line: Line):
    line.cut()
    front.wait(6)
    line.mend()
    assert front.page is Page.ATTRACT
    assert not front.state.cut_off
    assert line.looked == 1
    front.wait(21)
    assert line.looked == 2


def test_a_visitor_who_holds_a_number_keeps_the_page_when_the_store_is_back(front: Front, line: Line):
    line.cut()
    front.wait(6)
    front.tap("unsure")
    line.mend()
    assert front.page is Page.SPARE
    front.tap("done")
    assert front.page is Page.ATTRACT


def test_a_kiosk_started_while_the_store_is_gone_gives_numbers(cold: Front, numbers: SpareNumbers):
    cold.presenter.store_failed(WorldError("store_unreachable", "The hall store cannot be reached."))
    assert cold.page is Page.UNAVAILABLE
    Line(cold, numbers)
    assert cold.page is Page.CUT_OFF
    cold.tap("unsure")
    assert "X001" in cold.reads()
    cold.tap("done")
    cold.presenter.connect(cold.centre.services(), None)
    assert cold.page is Page.ATTRACT


def test_another_fault_than_the_line_keeps_the_named_way(front: Front, line: Line):
    front.centre.disk_full = True
    go(front, Method.ANONYMOUS)
    front.tap("unsure")
    assert front.page is Page.NOT_ISSUED
    assert line.numbers.given() == ()


def test_without_paper_the_number_is_to_be_written_down(front: Front, line: Line):
    front.printer(fault_error(PrinterFault.PAPER_OUT))
    line.cut()
    front.wait(6)
    front.tap("unsure")
    assert "记下号码" in front.reads()


def test_the_red_button_says_the_truth(front: Front, line: Line):
    line.cut()
    front.wait(6)
    front.tap("help")
    assert "直接告诉身边的工作人员" in front.reads()
    front.tap("fine")
    assert front.page is Page.CUT_OFF

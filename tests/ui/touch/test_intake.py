"""Why no numbers are given and when again; bookings; groups."""

from __future__ import annotations

import pytest

from kiosk.errors import RuleError
from kiosk.model.visit import Method, VisitState
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import BOOKED, BOOKING
from tests.ui.touch.test_ways import go
from ui.touch.state import Page


def test_a_closed_centre_says_when_it_opens_again(front: Front) -> None:
    front.centre.day_open = False
    front.wait(6)
    assert front.page is Page.CLOSED
    assert "11 月 5 日" in front.reads() and "10:24" in front.reads()
    assert not front.has("booking"), "nobody is there to honour it"
    front.centre.day_open = True
    front.wait(6)
    assert front.page is Page.ATTRACT


def test_staff_who_stop_the_intake_are_quoted_and_bookings_hold(front: Front) -> None:
    front.centre.stopped = "系统检修，请稍候。"
    front.wait(6)
    assert front.page is Page.CLOSED and "系统检修，请稍候。" in front.reads()
    front.tap("booking")
    front.type(BOOKED)
    assert front.page is Page.TICKET


def test_an_intake_that_ends_meanwhile_leads_to_the_page_that_says_so(front: Front, monkeypatch) -> None:
    go(front, Method.ANONYMOUS)

    def stopped(*_arguments: object, **_more: object) -> None:
        raise RuleError("intake_stopped", "No numbers are given now.")

    monkeypatch.setattr("tests.ui.touch.fakes._Tickets.issue", stopped)
    front.centre.stopped = "今天人很多"
    front.tap("unsure")
    assert front.page is Page.CLOSED
    front.wait(6)
    assert "今天人很多" in front.reads()


@pytest.mark.parametrize("by", ["typed", "scanned"])
def test_a_booking_becomes_a_number_without_a_name(front: Front, by: str) -> None:
    if by == "typed":
        front.tap("booking")
        front.type(BOOKED)
    else:
        front.tap("way_qr")
        front.wedge(BOOKING)
    assert front.page is Page.TICKET
    (visit,) = front.centre.visits.values()
    assert (visit.state, visit.employee_id) == (VisitState.TICKETED, None)


def test_a_wrong_code_is_said_and_may_be_typed_again(front: Front) -> None:
    front.tap("booking")
    front.type("00000000")
    assert front.page is Page.BOOKING and "没有找到这个预约码" in front.reads()
    front.type(BOOKED)
    assert front.page is Page.TICKET


def test_a_group_takes_one_number(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    for _ in range(2):
        front.tap("party")
    assert "我们共 3 位" in front.reads() or front.find("party").text() == "我们共 3 位"
    front.tap("unsure")
    assert [ticket.party for ticket in front.centre.tickets] == [3]


def test_after_the_most_it_is_one_person_again(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    for _ in range(5):
        front.tap("party")
    assert front.state.party == 1


def test_an_answered_call_is_seen_at_the_kiosk_and_only_by_who_called(front: Front) -> None:
    front.centre.help_answered = True
    front.wait(6)
    assert not front.state.staff_coming, "an older answer is nobody's now"
    front.tap("help")
    assert "正向您走来" not in front.reads()
    front.wait(6)
    assert "工作人员正向您走来" in front.reads()
    assert front.view.page is not None and front.view.page.bar.staff.text() == "正在过来"

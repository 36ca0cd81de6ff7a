"""The board on both engines: calls, spans, news and figures, from views of numbers only."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.model.appeal import Appeal, AppealState, Channel
from kiosk.model.board import NewsKind, Stage
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.ticket import CounterState, LinePlace


def put_appeals(hall, count: int, state: AppealState, category: str = "303", **more) -> None:
    now = hall.clock.now()
    with hall.installation.store.write() as work:
        for _ in range(count):
            fields = {"registered_at": now - timedelta(days=2), "due_date": None, "rating": None, "closed_at": None}
            fields |= more
            number = work.appeals.next_number(2026)
            appeal = Appeal(
                uuid4(), f"N{number}", "1", category, "t", "x", PrivacyLevel.NAMED, Urgency.NORMAL, Channel.PHONE,
                state, None, None, "GA", "GA", None, **fields,
            )  # fmt: skip
            work.appeals.put(appeal)


def test_a_call_stands_on_the_board_with_its_queue_and_place(hall) -> None:
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    (call,) = hall.services.board.snapshot().calls
    assert (call.ticket_id, call.label, call.counter, call.place, call.queue) == (ticket.id, "A001", "1", "", "A")
    assert call.times == 1 and call.fence > 0


def test_waiting_is_counted_exactly_with_a_span(hall) -> None:
    for _ in range(3):
        hall.ticket()
    rows = {row.letter: row for row in hall.services.board.snapshot().waiting}
    assert rows["A"].waiting == 3 and 0 <= rows["A"].low < rows["A"].high
    assert rows["B"].waiting == 0


def test_the_board_of_a_closed_day_has_no_numbers(hall) -> None:
    hall.ticket()
    hall.services.days.close(hall.head)
    board = hall.services.board.snapshot()
    assert not board.day_open and board.calls == () and board.waiting == () and board.news == ()


def test_a_passed_number_is_news_for_a_while(hall) -> None:
    hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    news = [item for item in hall.services.board.snapshot().news if item.kind is NewsKind.PASSED]
    assert [item.label for item in news] == ["A001"]
    hall.clock.advance(minutes=4)
    assert NewsKind.PASSED not in {item.kind for item in hall.services.board.snapshot().news}


@pytest.mark.parametrize(("window", "told"), [("2", [("A001", "2")]), (None, [])])
def test_a_number_sent_to_another_window_is_news_and_one_sent_to_a_line_is_not(hall, window, told) -> None:
    hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.clock.advance(seconds=5)
    hall.services.calling.transfer("1", "A", LinePlace.END, hall.desk, window=window)
    news = [item for item in hall.services.board.snapshot().news if item.kind is NewsKind.TRANSFER]
    assert [(item.label, item.counter) for item in news] == told


def test_who_is_near_the_front_is_told_only_in_a_line_that_moves(hall) -> None:
    for _ in range(6):
        hall.ticket()
        hall.clock.advance(seconds=1)

    def soon() -> list[tuple[str, int]]:
        news = hall.services.board.snapshot().news
        return sorted((item.label, item.ahead) for item in news if item.kind is NewsKind.SOON)

    assert soon() == []
    hall.services.calling.next("1", hall.desk)
    assert soon() == [("A003", 1), ("A004", 2), ("A005", 3)]


def test_a_break_is_one_news_until_it_ends(hall) -> None:
    hall.services.counters.pause("1", "休息", hall.desk)
    (first,) = (item for item in hall.services.board.snapshot().news if item.kind is NewsKind.PAUSE)
    hall.clock.advance(seconds=30)
    (second,) = (item for item in hall.services.board.snapshot().news if item.kind is NewsKind.PAUSE)
    assert first == second and first.counter == "1"
    hall.services.counters.open("1", hall.desk)
    assert NewsKind.PAUSE not in {item.kind for item in hall.services.board.snapshot().news}


def test_figures_of_today_and_month_with_rates(hall) -> None:
    now, today = hall.clock.now(), hall.clock.today()
    put_appeals(hall, 6, AppealState.PROCESSING, registered_at=now, due_date=today - timedelta(days=1))
    put_appeals(hall, 5, AppealState.DISPATCHED, registered_at=now - timedelta(days=1), due_date=today)
    closed = {"closed_at": now, "registered_at": now - timedelta(days=4)}
    put_appeals(hall, 6, AppealState.CLOSED, due_date=today, rating=4, **closed)
    put_appeals(hall, 2, AppealState.CLOSED, due_date=today - timedelta(days=3), rating=1, **closed)
    figures = hall.services.board.snapshot().figures
    assert (figures.received_today, figures.closed_today, figures.in_progress) == (6, 8, 11)
    assert (figures.on_time_pct, figures.satisfied_pct) == (75, 75)
    assert figures.average_days == pytest.approx(4.0, abs=0.05)
    assert (figures.overdue, figures.due_soon) == (6, 5)
    assert dict(figures.stages)[Stage.HANDLING] == 11 and [s for s, _ in figures.stages] == list(Stage)
    assert figures.channels[0][0] is Channel.PHONE


def test_reports_to_the_discipline_office_are_not_even_counted(hall) -> None:
    before = hall.services.board.snapshot().figures
    now = hall.clock.now()
    put_appeals(hall, 9, AppealState.PROCESSING, category="705", registered_at=now, due_date=hall.clock.today())
    put_appeals(hall, 9, AppealState.CLOSED, category="705", closed_at=now, rating=5)
    assert hall.services.board.snapshot().figures == before


def test_no_rate_of_fewer_than_five(hall) -> None:
    put_appeals(hall, 4, AppealState.CLOSED, closed_at=hall.clock.now(), due_date=hall.clock.today(), rating=5)
    figures = hall.services.board.snapshot().figures
    assert figures.closed_month == 4
    assert figures.on_time_pct is figures.satisfied_pct is figures.average_days is None


def test_seats_are_counted_by_zone(hall) -> None:
    zones = {row.zone: row for row in hall.services.board.snapshot().zones}
    assert all(0 <= row.free <= row.seats for row in zones.values())
    hall.ticket()
    after = {row.zone: row for row in hall.services.board.snapshot().zones}
    assert sum(row.free for row in after.values()) == sum(row.free for row in zones.values()) - 1


def test_a_window_has_its_number_from_the_call_to_the_end_of_the_talk(hall) -> None:
    hall.ticket()

    def at_window() -> tuple[CounterState, str]:
        (row,) = (row for row in hall.services.board.snapshot().windows if row.code == "1")
        return row.state, row.call.label if row.call else ""

    assert at_window() == (CounterState.FREE, "")
    hall.services.calling.next("1", hall.desk)
    assert at_window() == (CounterState.CALLING, "A001")
    hall.services.serving.arrived("1", hall.desk)
    assert at_window() == (CounterState.SERVING, "A001")
    hall.services.serving.finish("1", hall.desk)
    assert at_window() == (CounterState.FREE, "")
    hall.services.serving.undo("1", hall.desk)
    assert at_window() == (CounterState.SERVING, "A001")
    hall.services.serving.hold("1", "papers", hall.desk)
    assert at_window() == (CounterState.FREE, "")
    hall.services.counters.pause("1", "休息", hall.desk)
    assert at_window() == (CounterState.PAUSED, "")

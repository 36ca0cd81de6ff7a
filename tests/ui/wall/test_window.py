"""The wall of one window: its number, its state, and nothing of anybody else's; no older than it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kiosk.model.board import BoardState, Call, News, NewsKind, WindowRow
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import CounterState
from tests.ui.wall.walls import FIGURES, NEAR, SHEETS, START, Wall
from ui.wall.layout import Layout
from ui.wall.state import BLANK_S, PULSE_S, STALE_S, Freshness, Page, turn_of
from ui.wall.window import of_window
from ui.wall.words import texts

SIZES = {Layout.LANDSCAPE: (960, 540), Layout.PORTRAIT: (540, 960), Layout.STRIP: (384, 128)}
OWN = replace(NEAR, window="1", pages=("queue", "platform", "media"), queues=("C",))


class WindowWall(Wall):
    """The wall of window 1 in a hall with two."""

    def __init__(self) -> None:
        super().__init__(OWN)
        self.doing("1", CounterState.FREE)
        self.doing("2", CounterState.FREE)
        self.presenter.connect(self.hall, self.hall)

    def doing(self, code: str, state: CounterState, label: str = "", times: int = 1) -> Call | None:
        """The window is now in ``state``, with this number."""
        row = self.row(code)
        call = row.call if row is not None and row.call is not None and row.call.label == label else None
        if label and (call is None or call.times != times):
            ticket = call.ticket_id if call else uuid4()
            call = Call(ticket, label, code, "", self.clock.now(), times, 7, label[0])
            others = (old for old in self.hall.state.calls if old.ticket_id != ticket)
            self.hall.state = replace(self.hall.state, calls=(call, *others))
        others_rows = (old for old in self.hall.state.windows if old.code != code)
        self.hall.state = replace(self.hall.state, windows=(*others_rows, WindowRow(code, ("A",), state, "", call)))
        self.presenter.journal_grew()
        return call

    def row(self, code: str) -> WindowRow | None:
        """What the hall says of it."""
        return next((row for row in self.hall.state.windows if row.code == code), None)

    def reads(self) -> str:
        """Everything on it."""
        return "\n".join(texts(SHEETS.of(self.state)))


@pytest.fixture
def wall() -> WindowWall:
    return WindowWall()


def test_a_call_asks_in_and_pulses_and_after_arrival_the_number_stands_calmly(wall: WindowWall) -> None:
    call = wall.doing("1", CounterState.CALLING, "A012")
    assert call is not None and wall.state.pulsing == {turn_of(call)}
    assert "请 A012" in wall.reads()
    wall.pass_(3)
    wall.doing("1", CounterState.SERVING, "A012")
    assert wall.state.pulsing == frozenset()
    assert "请 A012" not in wall.reads() and "A012" in wall.reads()
    wall.doing("1", CounterState.FREE)
    assert "A012" not in wall.reads() and "空闲" in wall.reads()


def test_a_number_called_again_pulses_again(wall: WindowWall) -> None:
    wall.doing("1", CounterState.CALLING, "A012")
    wall.pass_(PULSE_S + 1)
    assert wall.state.pulsing == frozenset()
    again = wall.doing("1", CounterState.CALLING, "A012", times=2)
    assert again is not None and wall.state.pulsing == {turn_of(again)}


def test_calls_of_other_windows_are_neither_shown_nor_said_nor_reported(wall: WindowWall) -> None:
    heard: list[BoardState] = []
    wall.presenter.board_read = heard.append
    mine = wall.doing("1", CounterState.CALLING, "A012")
    wall.doing("2", CounterState.CALLING, "A013")
    news = (News(NewsKind.PASSED, "A009", "", 0, START), News(NewsKind.PAUSE, "", "2", 0, START))
    wall.hall.state = replace(wall.hall.state, news=news)
    wall.presenter.journal_grew()
    wall.presenter.painted()
    assert mine is not None and wall.hall.shown == [(mine.ticket_id, "W1")]
    assert heard[-1].news == () and [call.label for call in heard[-1].calls] == ["A012"]
    assert "A013" not in wall.reads() and "2 号窗口" not in wall.reads()


def test_a_number_that_is_served_is_not_reported_as_a_call_that_was_shown(wall: WindowWall) -> None:
    wall.doing("1", CounterState.SERVING, "A012")
    wall.presenter.painted()
    assert wall.hall.shown == []


def test_a_number_served_for_long_stays_though_the_hall_called_many_since(wall: WindowWall) -> None:
    wall.doing("1", CounterState.SERVING, "A012")
    wall.hall.state = replace(wall.hall.state, calls=())
    wall.presenter.journal_grew()
    assert "A012" in wall.reads()


@pytest.mark.parametrize(
    ("state", "said"),
    [(CounterState.FREE, "请稍候叫号"), (CounterState.PAUSED, "暂停服务"), (CounterState.OFFLINE, "未开放")],
)
def test_without_a_number_it_says_what_the_window_is_doing(wall: WindowWall, state: CounterState, said: str) -> None:
    wall.doing("1", state)
    assert said in wall.reads() and "1 号窗口" in wall.reads()


def test_after_the_day_it_says_so(wall: WindowWall) -> None:
    wall.hall.state = replace(wall.hall.state, day_open=False)
    wall.presenter.journal_grew()
    assert "今日服务已结束" in wall.reads()


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("state", [CounterState.CALLING, CounterState.FREE])
def test_age_holds_for_number_and_state_in_every_layout(
    wall: WindowWall, layout: Layout, state: CounterState, qtbot: QtBot
) -> None:
    front = wall.front(*SIZES[layout])
    qtbot.addWidget(front.window)
    front.window.show()
    wall.doing("1", state, "A012" if state is CounterState.CALLING else "")
    shown = "A012" if state is CounterState.CALLING else "空闲"

    def drawn() -> str:
        front.window.grab()
        return "\n".join(front.window.written)

    assert shown in drawn() and "暂停" not in drawn()
    wall.hall.down = True
    wall.pass_(STALE_S + 2)
    assert wall.state.freshness is Freshness.STALE and shown in drawn() and "暂停" in drawn()
    wall.pass_(BLANK_S)
    assert shown not in drawn() and "暂停" in drawn()


@pytest.mark.parametrize("layout", list(Layout))
def test_the_call_is_painted_and_reported_in_every_layout(wall: WindowWall, layout: Layout, qtbot: QtBot) -> None:
    front = wall.front(*SIZES[layout])
    qtbot.addWidget(front.window)
    front.window.show()
    call = wall.doing("1", CounterState.CALLING, "A012")
    front.window.grab()
    assert call is not None and "请 A012" in front.window.written
    qtbot.waitUntil(lambda: wall.hall.shown == [(call.ticket_id, "W1")])


def test_it_never_turns_to_another_page_also_when_asked(wall: WindowWall) -> None:
    assert wall.presenter.order(OrderVerb.SHOW, "map") == "order_not_here"
    assert wall.presenter.order(OrderVerb.SHOW, "auto") == "ok"
    seen = set()
    for _ in range(60):
        wall.pass_(1)
        seen.add(wall.state.page)
    assert seen == {Page.QUEUE}


def test_a_window_that_does_not_exist_lights_the_lamp(wall: WindowWall, qtbot: QtBot) -> None:
    front = wall.front()
    qtbot.addWidget(front.window)
    assert front.lamps()["wall"] == ""
    wall.hall.state = replace(wall.hall.state, windows=())
    wall.presenter.journal_grew()
    assert front.lamps()["wall"] == "no_window" and "未开放" in wall.reads()


CODES = st.sampled_from(["1", "2", "12"])


@given(st.lists(st.tuples(CODES, st.sampled_from(CounterState), st.booleans()), unique_by=lambda row: row[0]), CODES)
def test_nothing_of_another_window_passes(rows: list[tuple[str, CounterState, bool]], own: str) -> None:
    calls = {code: Call(uuid4(), f"A{n:03d}", code, "", START, 1) for n, (code, _, _) in enumerate(rows)}
    windows = tuple(WindowRow(code, ("A",), doing, "", calls[code] if has else None) for code, doing, has in rows)
    old = tuple(replace(call, at=START - timedelta(hours=1)) for call in calls.values())
    news = tuple(News(NewsKind.PAUSE, "", code, 0, START) for code in calls)
    board = of_window(BoardState(1, START, True, old, (), FIGURES, news=news, windows=windows), own)
    assert {part.code for part in board.windows} <= {own}
    assert {part.counter for part in (*board.calls, *board.news)} <= {own}

"""The wall: calls reported once painted, honest about its age, obedient to the desk, and nothing private on it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.model.appeal import Channel
from kiosk.model.board import BoardState, Figures, LetterRow, NoticeText, Stage
from kiosk.model.terminal import OrderVerb
from kiosk.settings.hall import Wall as WallSettings
from tests.ui.wall.walls import FIGURES, NEAR, SHEETS, START, WORDS, Wall
from ui.wall.layout import Layout
from ui.wall.sheets import PlatformSheet, StripSheet
from ui.wall.state import (
    AFTER_CALL_S,
    BLANK_S,
    PULSE_S,
    STALE_S,
    CentresOnline,
    Freshness,
    Page,
    Shape,
    WallState,
    turn_of,
)
from ui.wall.words import texts


@pytest.fixture
def wall() -> Wall:
    made = Wall()
    made.presenter.connect(made.hall, made.hall)
    return made


# --- calls


def test_calls_pulse_ten_seconds_each_also_two_at_once(wall: Wall) -> None:
    first = wall.call("A012")
    wall.pass_(PULSE_S - 1)
    second = wall.call("B001")
    assert wall.state.pulsing == {turn_of(first), turn_of(second)}
    assert [call.label for call in wall.state.calls] == ["B001", "A012"]
    wall.pass_(1)
    assert wall.state.pulsing == {turn_of(second)}
    wall.pass_(PULSE_S)
    assert wall.state.pulsing == frozenset() and len(wall.state.calls) == 2


def test_shown_is_reported_once_per_call_and_again_for_a_recall(wall: Wall) -> None:
    call = wall.call("A012")
    for _ in range(3):
        wall.presenter.painted()
    assert wall.hall.shown == [(call.ticket_id, "W1")]
    wall.call("A012", times=2, ticket_id=call.ticket_id)
    wall.presenter.painted()
    assert len(wall.hall.shown) == 2


def test_a_call_that_found_no_room_is_not_reported_as_shown(wall: Wall) -> None:
    wall.presenter.fit(Shape(Layout.LANDSCAPE, rows=2, beside=True))
    old = wall.call("A001")
    for label in ("A002", "A003"):
        wall.clock.pass_(1)
        wall.call(label)
    wall.presenter.painted()
    assert [call.label for call in wall.state.calls] == ["A003", "A002"]
    assert old.ticket_id not in [ticket for ticket, _ in wall.hall.shown]


def test_a_restarted_wall_shows_old_calls_calmly() -> None:
    wall = Wall()
    wall.hall.call("A012")
    wall.clock.pass_(180)
    wall.presenter.connect(wall.hall, wall.hall)
    assert wall.state.pulsing == frozenset()
    assert [call.label for call in wall.state.calls] == ["A012"]


def test_a_wall_of_a_zone_shows_its_letters_only() -> None:
    wall = Wall(replace(NEAR, queues=("B",)))
    rows = (LetterRow("A", 3, 1, 2), LetterRow("B", 4, 1, 2))
    wall.hall.state = replace(wall.hall.state, waiting=rows)
    wall.presenter.connect(wall.hall, wall.hall)
    wall.call("A001", queue="A")
    assert wall.state.calls == () and wall.state.pulsing == frozenset()
    wall.call("V002", queue="B")
    assert [call.label for call in wall.state.calls] == ["V002"]
    assert [row.letter for row in WORDS.of(wall.state).waiting] == ["B"]


def test_events_during_a_read_cause_exactly_one_more_read(wall: Wall) -> None:
    wall.tasks.hold = True
    wall.clock.pass_(10)
    wall.presenter.tick()
    wall.hall.call("A012")
    wall.presenter.journal_grew()
    wall.presenter.journal_grew()
    assert wall.state.calls == ()
    wall.tasks.hold = False
    wall.presenter._read_well(wall.hall.snapshot())
    assert [call.label for call in wall.state.calls] == ["A012"]


# --- pages, orders, captions


def test_any_call_returns_to_the_first_page(wall: Wall) -> None:
    wall.pass_(20)
    assert wall.state.page is Page.PLATFORM
    wall.call("A012")
    assert wall.state.page is Page.QUEUE
    wall.pass_(AFTER_CALL_S - 1)
    assert wall.state.page is Page.QUEUE
    wall.pass_(2)
    assert wall.state.page is not Page.QUEUE


def test_notices_of_this_wall_have_a_page_and_those_of_others_have_none(wall: Wall) -> None:
    wall.hall.notice("别的屏", ("W2",))
    wall.pass_(200)
    assert wall.state.notices == ()
    wall.hall.notice("本屏", ("W1", "W2"))
    seen = set()
    for _ in range(100):
        wall.pass_(1)
        seen.add(wall.state.page)
    assert Page.NOTICES in seen and [notice.zh for notice in wall.state.notices] == ["本屏"]


@pytest.mark.parametrize(
    ("verb", "argument", "outcome"),
    [
        (OrderVerb.SHOW, "map", "ok"),
        (OrderVerb.SHOW, "auto", "ok"),
        (OrderVerb.SHOW, "weather", "order_bad"),
        (OrderVerb.LAYOUT, "portrait", "ok"),
        (OrderVerb.LAYOUT, "round", "order_bad"),
        (OrderVerb.IDENTIFY, "", "ok"),
        (OrderVerb.PRINT, "1", "order_not_here"),
    ],
)
def test_orders_are_obeyed_or_answered(wall: Wall, verb: OrderVerb, argument: str, outcome: str) -> None:
    assert wall.presenter.order(verb, argument) == outcome


def test_the_desk_shows_a_page_asks_which_wall_it_is_and_changes_its_layout(wall: Wall, qtbot: QtBot) -> None:
    front = wall.front()
    qtbot.addWidget(front.window)
    front.window.show()
    wall.presenter.order(OrderVerb.SHOW, "map")
    assert wall.state.page is Page.MAP and front.facts()["page"] == "map"
    wall.presenter.order(OrderVerb.IDENTIFY, "")
    assert "本屏 W1" in texts(front.window.words())
    wall.pass_(20)
    assert wall.state.identify == ""
    wall.presenter.order(OrderVerb.LAYOUT, "portrait")
    assert front.facts()["layout"] == "portrait"


def test_what_is_said_is_written(wall: Wall, qtbot: QtBot) -> None:
    front = wall.front()
    qtbot.addWidget(front.window)
    front.caption("请 A012 号到 1 号窗口  Ticket A012, counter 1")
    front.window.grab()
    assert {"请 A012 号到 1 号窗口", "Ticket A012, counter 1"} <= set(front.window.written)
    front.caption("")
    front.window.grab()
    assert "请 A012 号到 1 号窗口" not in front.window.written


def test_facts_and_lamps_say_when_the_panel_is_too_small_for_the_room(qtbot: QtBot) -> None:
    for metres, lamp in ((3.0, ""), (40.0, "too_far")):
        wall = Wall(WallSettings(pitch_mm=0.63, distance_m=metres))
        front = wall.front()
        qtbot.addWidget(front.window)
        front.window.show()
        facts = front.facts()
        assert front.lamps() == {"wall": lamp, "media": ""}
        assert (float(facts["reads_to_m"]) >= metres) is (lamp == "")


# --- age


def test_a_store_that_stops_answering_is_said_and_old_numbers_are_taken_off(wall: Wall) -> None:
    wall.call("A012")
    wall.hall.down = True
    wall.pass_(STALE_S + 1)
    assert wall.state.freshness is Freshness.STALE and wall.state.calls
    warning = WORDS.of(wall.state).warning
    assert warning is not None and "秒" in warning.zh
    wall.pass_(BLANK_S)
    words = WORDS.of(wall.state)
    assert wall.state.freshness is Freshness.BLANK and words.calls == ()
    assert words.message is not None and "暂停" in words.message.title.zh
    assert words.warning is not None and "1 分钟" in words.warning.zh
    assert {row.count for row in words.waiting} == {"–"} and words.today == ()


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_says_that_it_is_stale_and_blanks(wall: Wall, layout: Layout, qtbot: QtBot) -> None:
    sizes = {Layout.LANDSCAPE: (1920, 1080), Layout.PORTRAIT: (1080, 1920), Layout.STRIP: (768, 256)}
    front = wall.front(*sizes[layout])
    qtbot.addWidget(front.window)
    front.window.show()
    wall.call("A012")
    wall.hall.down = True
    wall.pass_(STALE_S + 2)
    front.window.grab()
    assert any("暂停" in text for text in front.window.written)
    assert any("A012" in text for text in front.window.written)
    wall.pass_(BLANK_S)
    front.window.grab()
    assert any("暂停" in text for text in front.window.written)
    assert not any("A012" in text for text in front.window.written)


def test_an_answer_that_took_long_is_as_old_as_its_question(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    late = []
    monkeypatch.setattr(wall.tasks, "run", lambda task, scope: late.append((task, task.work())))
    wall.call("A001")
    (asked, board), *_ = late
    wall.hall.state = replace(wall.hall.state, calls=())  # meanwhile the call was taken back
    wall.pass_(45)
    asked.success(board)
    assert wall.state.freshness is not Freshness.LIVE and wall.state.age_s >= 45


def test_it_recovers_by_its_own_heartbeat(wall: Wall) -> None:
    wall.call("A012")
    wall.hall.down = True
    wall.pass_(BLANK_S + 5)
    wall.hall.down = False
    wall.pass_(6)
    assert wall.state.freshness is Freshness.LIVE and len(wall.state.calls) == 1


def test_a_quiet_hall_is_not_stale(wall: Wall) -> None:
    wall.pass_(BLANK_S * 2)
    assert wall.state.freshness is Freshness.LIVE and wall.state.age_s == 0


def test_a_clock_set_back_makes_nothing_younger(wall: Wall) -> None:
    wall.call("A012")
    wall.hall.down = True
    wall.clock.time -= timedelta(hours=1)
    wall.pass_(BLANK_S + 1)
    assert wall.state.freshness is Freshness.BLANK and wall.state.calls == ()


def test_a_clock_set_forward_or_a_machine_that_slept_asks_again_at_once(wall: Wall) -> None:
    wall.call("A012")
    wall.clock.time += timedelta(hours=1)
    wall.presenter.tick()
    assert wall.state.freshness is Freshness.LIVE
    wall.hall.down = True
    wall.clock.time += timedelta(hours=1)
    wall.presenter.tick()
    assert wall.state.freshness is Freshness.BLANK


# --- figures


@given(st.integers(0, 40))
def test_small_appeal_figures_are_not_exact_but_queue_counts_are(count: int) -> None:
    figures = Figures(
        count, count, count, count, count, None, None, None,
        ((Stage.HANDLING, count), (Stage.RATING, 40)), ((Channel.VISIT, count),), count, count,
    )  # fmt: skip
    board = BoardState(1, START, True, (), (LetterRow("A", count, 1, 3),), figures)
    words = SHEETS.of(WallState(START, board=board, page=Page.PLATFORM))
    sheet = words.sheet
    assert isinstance(sheet, PlatformSheet) and words.waiting[0].count == str(count)
    said = "少于 5" if count < 5 else str(count)
    for figure in (*words.today[:2], *sheet.today, *sheet.month, *sheet.due):
        assert figure.value.zh == said
    assert [bar.value.zh for bar in (sheet.stages[0], sheet.channels[0])] == [said, said]


def test_a_bar_does_not_tell_what_its_number_hides() -> None:
    def bar(count: int) -> float:
        figures = replace(FIGURES, stages=((Stage.HANDLING, count), (Stage.RATING, 12)))
        board = BoardState(1, START, True, (), (), figures)
        sheet = SHEETS.of(WallState(START, board=board, page=Page.PLATFORM)).sheet
        assert isinstance(sheet, PlatformSheet)
        return sheet.stages[0].share

    assert len({bar(count) for count in range(5)}) == 1
    assert bar(4) < bar(5) < bar(12) == 1


def test_centres_online_only_when_known(wall: Wall) -> None:
    wall.presenter.order(OrderVerb.SHOW, "platform")

    def written() -> str:
        return " ".join(texts(SHEETS.of(wall.state)))

    assert "在线中心" not in written()
    wall.presenter.centres_known(CentresOnline(13, 14))
    assert "13/14" in written()


# --- the strip


@given(st.text(st.sampled_from("停水通知请绕行东门，。 ABC123"), max_size=200), st.integers(0, 9))
def test_a_strip_never_has_more_than_four_lines_of_twelve(text: str, turn: int) -> None:
    board = BoardState(1, START, True, (), (), FIGURES)
    notices = (NoticeText("字" + text, "", START),)
    state = WallState(START, Page.NOTICES, board, notices=notices, turn=turn, shape=Shape(Layout.STRIP, 4, False))
    sheet = SHEETS.of(state).sheet
    assert isinstance(sheet, StripSheet) and 1 <= len(sheet.lines) <= 4
    unbroken = max((len(word) for word in re.findall(r"[A-C0-9]+", text)), default=0) / 2
    for line in sheet.lines:
        assert sum(0.5 if ord(sign) < 0x2E80 else 1 for sign in line.text) <= max(13.0, unbroken + 1.5)


# --- the window


@pytest.fixture
def front(qtbot: QtBot):
    wall = Wall()
    front = wall.front(960, 540)
    qtbot.addWidget(front.window)
    front.window.show()
    front.start()
    wall.presenter.connect(wall.hall, wall.hall)
    yield wall, front
    front.stop()


def test_shown_is_reported_only_after_the_call_was_painted(front, qtbot: QtBot) -> None:
    wall, window = front
    call = wall.call("A012")
    assert wall.hall.shown == []
    qtbot.waitUntil(lambda: wall.hall.shown == [(call.ticket_id, "W1")])
    assert [line.label for line in window.page().words().calls] == ["A012"]


def test_a_pulse_repaints_its_own_line_and_leaves_the_rest(front, qtbot: QtBot) -> None:
    wall, window = front
    wall.call("A012")
    page = window.window
    qtbot.waitUntil(page._pulse.isActive)
    still = page.grab() and page._scene
    qtbot.wait(160)
    assert page._scene is still
    wall.pass_(PULSE_S + 1)
    assert not page._pulse.isActive()


def test_a_change_of_page_fades_and_ends(front, qtbot: QtBot) -> None:
    wall, window = front
    window.window.fades = True
    window.window.grab()
    wall.presenter.order(OrderVerb.SHOW, "map")
    assert window.window._fading.isActive()
    qtbot.waitUntil(lambda: not window.window._fading.isActive() and window.window._old is None)


def test_every_size_paints_without_a_warning(front) -> None:
    wall, window = front
    wall.call("A1003")
    for size in ((1920, 1080), (480, 270), (700, 700), (192, 64), (540, 960), (3, 2)):
        window.window.resize(*size)
        image: QImage = window.window.grab().toImage()
        assert not image.isNull()

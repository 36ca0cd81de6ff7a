"""The wall: nothing private on it, calls reported once painted, honest about its age."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.model.board import BoardState, Call, Figures, LetterRow
from kiosk.model.staff import Actor
from kiosk.model.ticket import MarkKind
from kiosk.phrases import LOCALE_ROOT, Phrases
from ui.tasks import Command, Query, Scope
from ui.wall.front import WallFront
from ui.wall.page import WallPlate
from ui.wall.presenter import WallPresenter
from ui.wall.state import BLANK_S, PAGE_S, PULSE_S, STALE_S, CentresOnline, Freshness, Page, WallState
from ui.wall.words import Both, Words, names_of, texts

START = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
SYSTEM = Actor("system", None, frozenset(), "W1")
CATALOG = load_catalog()
PHRASES = {language: Phrases(language, strict=True) for language in ("zh_CN", "en")}
WORDS = Words(PHRASES["zh_CN"], PHRASES["en"], names_of(CATALOG))
PLATE = WallPlate(Both("中心", "Centre"), Both("时间", "Open"), Both("热线", "Hotline"))
FIGURES = Figures(18, 11, 143, 412, 388, 96, 92)


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def today(self):
        return self.time.date()

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class NowTasks:
    """Runs every task at once; ``hold`` keeps them like a store that does not answer."""

    def __init__(self) -> None:
        self.hold = False

    def run(self, task: Query | Command, scope: Scope) -> None:
        if self.hold or not scope.open:
            return
        try:
            value = task.work()
        except Exception as error:
            task.failure(error)
        else:
            task.success(value)


class FakeHall:
    """Board and marks in one, failing on command."""

    def __init__(self) -> None:
        self.state = BoardState(1, START, True, (), (LetterRow("A", 0, 0, 2),), FIGURES)
        self.down = False
        self.shown: list[tuple[UUID, str]] = []

    def snapshot(self) -> BoardState:
        if self.down:
            raise WorldError("store_down", "no answer")
        return self.state

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        assert kind is MarkKind.SHOWN
        self.shown.append((call.ticket_id, actor.terminal))

    def call(self, label: str, at: datetime, *, times: int = 1, place: str = "", ticket_id: UUID | None = None) -> Call:
        call = Call(ticket_id or uuid4(), label, "1", place, at, times)
        others = tuple(c for c in self.state.calls if c.ticket_id != call.ticket_id)
        self.state = replace(self.state, seq=self.state.seq + 1, calls=(call, *others)[:6])
        return call


class Wall:
    """A presenter with everything around it faked."""

    def __init__(self) -> None:
        self.clock, self.hall, self.tasks = FakeClock(), FakeHall(), NowTasks()
        self.presenter = WallPresenter(SYSTEM, self.tasks, self.clock, ZONE)

    @property
    def state(self) -> WallState:
        return self.presenter.state

    def pass_(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.pass_(1)
            self.presenter.tick()


@pytest.fixture
def wall() -> Wall:
    made = Wall()
    made.presenter.connect(made.hall, made.hall)
    return made


# --- calls


def test_a_call_pulses_ten_seconds(wall: Wall) -> None:
    call = wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    assert wall.state.pulsing == call
    wall.pass_(PULSE_S)
    assert wall.state.pulsing is None and wall.state.calls == (call,)


def test_shown_is_reported_once_per_call_and_again_for_a_recall(wall: Wall) -> None:
    call = wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    for _ in range(3):
        wall.presenter.painted()
    assert wall.hall.shown == [(call.ticket_id, "W1")]
    wall.hall.call("A012", wall.clock.now(), times=2, ticket_id=call.ticket_id)
    wall.presenter.journal_grew()
    wall.presenter.painted()
    assert len(wall.hall.shown) == 2


def test_a_restarted_wall_shows_old_calls_without_a_pulse() -> None:
    wall = Wall()
    wall.hall.call("A012", START - timedelta(minutes=3))
    wall.presenter.connect(wall.hall, wall.hall)
    assert wall.state.pulsing is None
    assert [call.label for call in wall.state.calls] == ["A012"]


def test_events_during_a_read_cause_exactly_one_more_read(wall: Wall) -> None:
    wall.tasks.hold = True
    wall.clock.pass_(10)
    wall.presenter.tick()
    wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    wall.presenter.journal_grew()
    assert wall.state.calls == ()
    wall.tasks.hold = False
    wall.presenter._answered(wall.hall.state)
    assert [call.label for call in wall.state.calls] == ["A012"]


# --- pages


def test_pages_turn_every_twenty_seconds_and_any_call_returns_to_the_first(wall: Wall) -> None:
    wall.pass_(PAGE_S)
    assert wall.state.page is Page.PLATFORM
    wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    assert wall.state.page is Page.QUEUE
    wall.pass_(PAGE_S - 1)
    assert wall.state.page is Page.QUEUE
    wall.pass_(PAGE_S + 1)
    assert wall.state.page is Page.PLATFORM


def test_centres_online_only_when_known(wall: Wall) -> None:
    def figures() -> str:
        return " ".join(texts(WORDS.of(wall.state).platform))

    assert "在线中心" not in figures()
    wall.presenter.centres_known(CentresOnline(13, 14))
    assert "13/14" in figures()


@given(st.integers(0, 40))
def test_small_appeal_figures_are_not_exact_but_queue_counts_are(count: int) -> None:
    board = BoardState(
        1, START, True, (), (LetterRow("A", count, 1, 3),), Figures(count, count, count, count, count, None, None)
    )
    words = WORDS.of(WallState(START, board=board))
    assert words.waiting[0].count == str(count)
    for figure in (*words.today[:2], *words.platform[:4]):
        assert figure.value.zh == (str(count) if count >= 5 else "少于 5")


# --- age


def test_a_store_that_stops_answering_is_said_and_old_calls_are_taken_off(wall: Wall) -> None:
    wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
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


def test_it_recovers_by_its_own_heartbeat(wall: Wall) -> None:
    wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    wall.hall.down = True
    wall.pass_(BLANK_S + 5)
    wall.hall.down = False
    wall.pass_(6)
    assert wall.state.freshness is Freshness.LIVE and len(wall.state.calls) == 1


def test_a_quiet_hall_is_not_stale(wall: Wall) -> None:
    wall.pass_(BLANK_S * 2)
    assert wall.state.freshness is Freshness.LIVE and wall.state.age_s == 0


# --- privacy


LABELS = st.from_regex(r"\A[A-Z][0-9]{3,4}\Z")
CALLS = st.builds(
    Call,
    st.uuids(),
    LABELS,
    st.from_regex(r"\A[0-9]{1,2}\Z"),
    st.sampled_from(["", "Z2", "安静区"]),
    st.just(START),
    st.integers(1, 5),
)
PERCENT = st.none() | st.integers(0, 100)
COUNTS = st.integers(0, 999)
BOARDS = st.builds(
    BoardState,
    st.integers(0, 10**6),
    st.just(START),
    st.booleans(),
    st.lists(CALLS, max_size=6).map(tuple),
    st.lists(st.builds(LetterRow, st.sampled_from("ABCVYSG"), COUNTS, COUNTS, COUNTS), max_size=7).map(tuple),
    st.builds(Figures, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, PERCENT, PERCENT),
)
FIXED = {
    re.sub(r"\{.*?\}|\d|\s", "", line.partition(" = ")[2])
    for language in PHRASES
    for line in (LOCALE_ROOT / language / "wall.toml").read_text(encoding="utf-8").splitlines()
}
NAMED = {
    name for item in (*CATALOG.letters.values(), *CATALOG.zones) for name in (item.zh, item.en)
}  # fmt: skip
PRIVATE = [category.name_zh for category in CATALOG.categories] + [unit.name for unit in CATALOG.units]


@settings(max_examples=60, deadline=None)
@given(BOARDS, st.sampled_from(Freshness), st.integers(0, 50))
def test_every_text_is_a_fixed_phrase_a_label_or_a_number(board: BoardState, fresh: Freshness, turn: int) -> None:
    labels = {call.label for call in board.calls} | {row.letter for row in board.waiting}
    state = WallState(
        START.astimezone(ZONE), Page.QUEUE, board, board.calls, None, fresh, 70, turn, CentresOnline(3, 14)
    )
    words = WORDS.of(state)
    phrase_signs = set("".join(FIXED)) | set("".join(NAMED))
    for text in texts(words):
        if text in labels:
            continue
        assert set(re.sub(r"[\d\s:/%–]", "", text)) <= phrase_signs, text
        assert not any(private == text for private in PRIVATE)
        assert not re.search(r"DEMO-|\d{5,}", text)


def test_the_board_has_no_field_that_could_hold_a_person() -> None:
    fields = {name for kind in (BoardState, Call, LetterRow, Figures) for name in kind.__dataclass_fields__}
    assert not fields & {"name", "unit", "staff_number", "category", "employee_id", "visit_id", "title", "text"}


# --- the window


@pytest.fixture
def front(qtbot: QtBot):
    wall = Wall()
    front = WallFront(wall.presenter, WORDS, PLATE)
    qtbot.addWidget(front.window)
    front.window.resize(960, 540)
    front.window.show()
    front.start()
    wall.presenter.connect(wall.hall, wall.hall)
    yield wall, front
    front.stop()


def _visible(front: WallFront) -> Callable[[], list[str]]:
    return lambda: [call.label for call in front.page().words().calls]


def test_shown_is_reported_only_after_the_call_was_painted(front, qtbot: QtBot) -> None:
    wall, window = front
    call = wall.hall.call("A012", wall.clock.now())
    wall.presenter.journal_grew()
    assert wall.hall.shown == []
    qtbot.waitUntil(lambda: wall.hall.shown == [(call.ticket_id, "W1")])
    assert _visible(window)() == ["A012"]


def test_every_state_paints_at_any_size_without_a_warning(front, qtbot: QtBot) -> None:
    wall, window = front
    for label in ("A012", "C004", "A1003"):
        wall.hall.call(label, wall.clock.now(), place="Z2" if label[0] == "C" else "")
    wall.presenter.journal_grew()
    for size in ((1920, 1080), (480, 270), (700, 700)):
        window.window.resize(*size)
        assert not window.window.grab().isNull()
    wall.hall.down = True
    wall.pass_(BLANK_S + 1)
    assert _visible(window)() == []
    assert not window.window.grab().isNull()

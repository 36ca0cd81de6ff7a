"""The voice of the hall: each thing once, in order, in its zone, and only what was heard is reported as spoken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import load_catalog
from kiosk.model.board import BoardState, Call, Figures, LetterRow, News, NewsKind, WindowRow
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, MarkKind
from kiosk.settings.hall import Voice
from tests.fakes import FakeClock
from ui.announcer import LATE, Announcer, volume_at, within_hours
from ui.tasks import Command, Query, Scope
from ui.voice import Announcement
from ui.wording import Sentences

SYSTEM = Actor("system", None, frozenset(), "W1")
FIGURES = Figures(0, 0, 0, 0, 0, None, None)
CATALOG = load_catalog()


class NowTasks:
    def run(self, task: Query | Command, scope: Scope) -> None:
        task.success(task.work())


class FakeSpeech:
    """A queue that says everything at once, with or without a device."""

    def __init__(self, device: bool = True) -> None:
        self.device = device
        self.items: list[Announcement] = []
        self.showing: Callable[[Announcement | None], None] = lambda _item: None
        self.sounding: Callable[[bool], None] = lambda _on: None

    def announce(self, item: Announcement) -> bool:
        self.items.append(item)
        self.showing(item)
        self.sounding(self.device)
        item.ended(self.device)
        self.sounding(False)
        self.showing(None)
        return self.device


class Hall:
    """A board that grows, an announcer that follows it, and the marks it leaves."""

    def __init__(self, device: bool = True, **voice: object) -> None:
        self.clock = FakeClock()
        self.skew = timedelta()
        self.speech = FakeSpeech(device)
        self.marks: list[tuple[UUID, int]] = []
        self.captions: list[str] = []
        self.board = BoardState(1, self.clock.now(), True, (), (LetterRow("A", 0, 0, 2),), FIGURES)
        self.settings = replace(Voice(), **voice)
        self.announcer = self.start()

    def start(self) -> Announcer:
        """A new process of the same loudspeaker."""
        sentences = Sentences(self.settings.languages, CATALOG)
        made = Announcer(self.settings, SYSTEM, NowTasks(), self.clock, sentences, self.speech)
        made.caption_changed = self.captions.append
        made.connect(self)
        return made

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        assert kind is MarkKind.SPOKEN and actor.terminal == "W1"
        self.marks.append((call.ticket_id, call.times))

    @property
    def store_now(self) -> datetime:
        return self.clock.now() + self.skew

    def call(
        self, label: str, counter: str = "3", *, place: str = "", queue: str = "", again: Call | None = None
    ) -> Call:
        ticket_id, times = (again.ticket_id, again.times + 1) if again else (uuid4(), 1)
        call = Call(ticket_id, label, counter, place, self.store_now, times, fence=7, queue=queue)
        others = tuple(c for c in self.board.calls if c.ticket_id != ticket_id)
        self.board = replace(self.board, calls=(call, *others)[:6])
        return call

    def news(self, kind: NewsKind, label: str = "", counter: str = "", ahead: int = 0, **more: object) -> None:
        at = more.pop("at", self.store_now)
        self.board = replace(self.board, news=(*self.board.news, News(kind, label, counter, ahead, at, **more)))

    def read(self) -> None:
        self.board = replace(self.board, as_of=self.store_now, seq=self.board.seq + 1)
        self.announcer.board_read(self.board)

    @property
    def said(self) -> list[str]:
        """The Chinese sentences, in order."""
        return [item.utterances[0].text for item in self.speech.items]


@pytest.fixture
def hall() -> Hall:
    made = Hall()
    made.read()
    return made


def test_a_call_is_said_in_both_languages_written_and_reported(hall: Hall) -> None:
    call = hall.call("A012")
    hall.read()
    (item,) = hall.speech.items
    assert [one.language for one in item.utterances] == ["zh_CN", "en"]
    assert [one.text for one in item.utterances] == [
        "请A,零幺二号，到三号窗口办理。",
        "Ticket A, zero one two, please proceed to counter 3.",
    ]
    assert item.chime and hall.marks == [(call.ticket_id, 1)]
    assert hall.captions == ["请A012号，到3号窗口办理。  Ticket A012, please proceed to counter 3.", ""]


def test_a_call_that_waited_for_its_turn_is_due_only_while_somebody_is_expected_there(hall: Hall) -> None:
    call = hall.call("A012")
    window = WindowRow("3", ("A",), CounterState.CALLING, "", call)
    hall.board = replace(hall.board, windows=(window,))
    hall.read()
    (item,) = hall.speech.items
    assert item.due()
    for later in (
        replace(window, state=CounterState.SERVING),
        replace(window, state=CounterState.FREE, call=None),
        replace(window, call=replace(call, fence=8)),
    ):
        hall.board = replace(hall.board, windows=(later,))
        hall.read()
        assert not item.due()


def test_each_call_once_and_a_recall_again_in_neutral_words(hall: Hall) -> None:
    first = hall.call("A012")
    for _ in range(3):
        hall.read()
    hall.clock.advance(seconds=20)
    hall.call("A012", again=first)
    hall.read()
    hall.read()
    assert len(hall.said) == 2 and hall.said[1].startswith("再次呼叫")
    assert [item.repeat for item in hall.speech.items] == [False, True]
    assert [times for _, times in hall.marks] == [1, 2]


def test_what_happened_between_two_readings_is_said_oldest_first(hall: Hall) -> None:
    for label in ("A001", "B001", "A002"):
        hall.call(label)
        hall.clock.advance(seconds=1)
    hall.news(NewsKind.PASSED, "A000")
    hall.read()
    assert [text[1:7] for text in hall.said[:3]] == ["A,零零幺号", "B,零零幺号", "A,零零二号"]
    assert "已过号" in hall.said[3]


def test_after_a_restart_nothing_is_said_again_but_what_is_new_is(hall: Hall) -> None:
    hall.call("A012")
    hall.news(NewsKind.SOON, "A013", ahead=2)
    hall.news(NewsKind.PASSED, "A011")
    hall.read()
    before = len(hall.said)
    hall.clock.advance(seconds=5)
    hall.announcer = hall.start()
    hall.clock.advance(seconds=1)
    hall.call("A014")  # while the store was still being opened
    hall.read()
    hall.read()
    assert before == 3 and [text[1:7] for text in hall.said[before:]] == ["A,零幺四号"]


@given(st.integers(-7200, 7200))
def test_a_clock_that_differs_from_the_stores_changes_nothing(seconds: int) -> None:
    hall = Hall()
    hall.skew = timedelta(seconds=seconds)
    hall.call("A001")
    hall.clock.advance(seconds=2)
    hall.announcer = hall.start()
    hall.clock.advance(seconds=2)
    hall.read()
    assert hall.said == []
    hall.call("A002")
    hall.read()
    assert len(hall.said) == 1


def test_a_call_that_comes_late_out_of_a_lost_store_is_not_said(hall: Hall) -> None:
    hall.call("A001")
    hall.clock.advance(seconds=LATE.total_seconds() + 1)
    hall.call("A002")
    hall.read()
    assert [text[1:7] for text in hall.said] == ["A,零零二号"]


def test_a_number_that_leaves_the_board_and_returns_is_not_said_again(hall: Hall) -> None:
    call = hall.call("A001")
    hall.read()
    hall.board = replace(hall.board, calls=())
    hall.read()
    hall.board = replace(hall.board, calls=(call,))
    hall.read()
    assert len(hall.said) == 1


@pytest.mark.parametrize(
    ("kind", "words", "text"),
    [
        (NewsKind.PASSED, {"label": "A012"}, "A,零幺二号已过号，请到自助机或服务台重新报到。"),
        (NewsKind.EXPIRED, {"label": "A012"}, "A,零幺二号今日已失效，请重新取号。"),
        (NewsKind.TRANSFER, {"label": "A012", "counter": "12"}, "A,零幺二号请转到十二号窗口。"),
        (NewsKind.SOON, {"label": "A012", "ahead": 2}, "A,零幺二号请准备，前面还有两人。"),
        (NewsKind.SOON, {"label": "A012", "ahead": 3}, "A,零幺二号请准备，前面还有三人。"),
        (NewsKind.PAUSE, {"counter": "2"}, "二号窗口暂停服务，请稍候。"),
        (NewsKind.CLOSING, {}, "今日服务即将结束，感谢您的等候。"),
    ],
)
def test_news_of_the_hall(hall: Hall, kind: NewsKind, words: dict, text: str) -> None:
    hall.news(kind, **words)
    hall.read()
    hall.read()
    assert hall.said == [text]
    assert hall.marks == []


def test_getting_ready_is_said_once_though_the_people_ahead_become_fewer(hall: Hall) -> None:
    joined = hall.store_now - timedelta(minutes=20)
    for ahead in (3, 2, 1):
        hall.board = replace(hall.board, news=())
        hall.news(NewsKind.SOON, "A012", ahead=ahead, at=joined)
        hall.read()
    assert hall.said == ["A,零幺二号请准备，前面还有三人。"]


def test_a_zone_hears_its_own_letters_and_what_concerns_everybody() -> None:
    hall = Hall(queues=("B",))
    hall.read()
    hall.call("A001", queue="A")
    hall.call("V002", queue="B")
    hall.call("B003")
    hall.news(NewsKind.PASSED, "A004")
    hall.news(NewsKind.CLOSING)
    hall.read()
    assert [text[:4] for text in hall.said] == ["请V,零", "请B,零", "今日服务"]


def test_a_private_number_is_sent_to_a_zone_by_name_and_hears_no_name_a_site_gave_a_room(hall: Hall) -> None:
    hall.call("C004", "9", place="Z2", queue="C")
    hall.call("C005", "8", place="心理咨询室", queue="C")
    hall.call("A006", "8", place="一楼东侧", queue="A")
    hall.news(NewsKind.PAUSE, counter="8", place="心理咨询室")
    hall.read()
    assert "安静区" in hall.said[0] and "Quiet area" in hall.speech.items[0].utterances[1].text
    everything = " ".join([*hall.said, *hall.captions])
    assert "心理" not in everything and "一楼东侧" in hall.said[2]


def test_repeats_as_set_the_second_without_a_chime_and_first_to_give_way() -> None:
    hall = Hall(repeats=3)
    hall.read()
    hall.call("A012")
    hall.read()
    assert len(set(hall.said)) == 1
    assert [(item.chime, item.repeat) for item in hall.speech.items] == [(True, False), (False, True), (False, True)]


def test_languages_and_their_order_are_settings() -> None:
    hall = Hall(languages=("en",))
    hall.read()
    hall.call("A012")
    hall.read()
    assert hall.said == ["Ticket A, zero one two, please proceed to counter 3."]


def test_without_a_loudspeaker_it_is_written_and_not_reported_spoken() -> None:
    hall = Hall(device=False)
    hall.read()
    hall.call("A012")
    hall.read()
    assert hall.marks == [] and "请A012号" in hall.captions[0]


def test_films_are_turned_down_only_while_it_sounds() -> None:
    hall = Hall()
    heard: list[bool] = []
    hall.announcer.speaking_changed = heard.append
    hall.read()
    hall.call("A012")
    hall.read()
    assert heard == [True, False]


def test_a_sound_check_says_what_was_heard_and_leaves_no_mark(hall: Hall) -> None:
    outcome: list[bool] = []
    assert hall.announcer.check(outcome.append)
    assert outcome == [True] and hall.marks == [] and "声音测试" in hall.said[0]


def test_a_person_in_distress_hears_that_somebody_comes(hall: Hall) -> None:
    assert hall.announcer.tell_here("emergency")
    assert hall.said == ["工作人员马上来到您身边，请留在这里。"]


def test_quiet_hours_are_followed_to_the_minute() -> None:
    voice = replace(Voice(), volume=80, quiet_volume=40, quiet_hours="12:00-13:30")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    wanted = {(11, 59): 80, (12, 0): 40, (13, 29): 40, (13, 30): 80}
    assert {t: volume_at(voice, at.replace(hour=t[0], minute=t[1])) for t in wanted} == wanted
    assert not within_hours("12:00", "")


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_hours_may_span_midnight(now: int, begin: int, length: int) -> None:
    def clock(minute: int) -> str:
        return f"{minute // 60 % 24:02d}:{minute % 60:02d}"

    inside = (now - begin) % 1440 < length and (begin + length) % 1440 != begin
    assert within_hours(clock(now), f"{clock(begin)}-{clock((begin + length) % 1440)}") == inside

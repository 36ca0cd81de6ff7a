"""The command ``wall-pictures``: every page of the wall in every layout and in every state worth looking at.

Invented numbers, drawn without a store, so that a site can see before it buys a panel what it will show and from how
far it can be read.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.arguments import number_within
from kiosk.errors import InputError

if TYPE_CHECKING:
    from kiosk.model.board import BoardState, Call
    from ui.wall.front import WallFront

WINDOW = "1"
NOW = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
PANELS = {
    "landscape": (1920, 1080, 0.93),
    "portrait": (1080, 1920, 0.93),
    "strip": (768, 256, 2.5),
    "small-strip": (192, 64, 10.0),
}
"""Dots across, dots down, pitch in millimetres."""


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``wall-pictures``."""
    parser = commands.add_parser("wall-pictures", help="draw every page of the wall in every layout")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    parser.add_argument("--distance", type=_metres, default=8.0, metavar="M", help="farthest reader (default: 8 m)")
    parser.set_defaults(run=run, throwaway=True)


def _metres(text: str) -> float:
    return number_within(text, 1, 50)  # as the setting wall.distance_m


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{folder} cannot be made: {error.strerror}."
        raise InputError("folder_unwritable", what, "Name a folder that can be written.") from error


def run(args: argparse.Namespace) -> int:
    """Draw them and say from how far each panel can be read; 0. Raises InputError for a folder that cannot be made."""
    _make(args.folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.app import build_application

    build_application()
    for panel, window in ((panel, window) for window in ("", WINDOW) for panel in PANELS):
        front = front_of(panel, args.distance, window)
        for file in draw(front, f"window-{panel}" if window else panel, args.folder):
            print(file)
        facts = front.facts()
        name = f"{panel} of a window" if window else panel
        print(f"{name}: calls {facts['number_mm']} mm high, readable from {facts['reads_to_m']} m")
    return 0


def draw(front: WallFront, panel: str, folder: Path) -> Iterator[str]:
    """One picture for each state that this panel can show; their names."""
    from ui.wall.state import Page

    first = front.presenter.state
    for scene in window_scenes() if first.window else scenes():
        state = replace(first, **{"page": Page.QUEUE, **scene.changes})
        if panel.endswith("strip") and state.page not in (Page.QUEUE, Page.WAITING, Page.NOTICES):
            continue
        front.presenter.state = state
        front.presenter.changed()
        file = f"wall-{panel}-{scene.name}.png"
        front.window.grab().save(str(folder / file))
        yield file


@dataclass(frozen=True, slots=True)
class Scene:
    """A state by its name."""

    name: str
    changes: dict[str, Any]


def scenes() -> Iterator[Scene]:
    """Every state worth looking at."""
    from ui.wall.state import CentresOnline, Freshness, Page, turn_of

    board = a_board()
    calls = board.calls
    lit = frozenset({turn_of(calls[0])})
    common = {"board": board, "calls": calls}
    yield Scene("queue-calling", {**common, "pulsing": lit, "caption": "请 A012 号到 1 号窗口  A012, counter 1"})
    yield Scene("queue-two-at-once", {**common, "pulsing": frozenset(turn_of(call) for call in calls[:2])})
    yield Scene("queue-calm", common)
    yield Scene("queue-one", {**common, "calls": calls[:1], "pulsing": lit})
    yield Scene("queue-empty", {"board": replace(board, calls=()), "calls": ()})
    yield Scene("queue-closed", {"board": replace(board, calls=(), waiting=(), day_open=False), "calls": ()})
    crowd = tuple(replace(row, waiting=row.waiting * 17 + 9, low=45, high=120) for row in board.waiting)
    yield Scene("queue-crowd", {**common, "board": replace(board, waiting=crowd)})
    yield Scene("queue-stale", {**common, "freshness": Freshness.STALE, "age_s": 34})
    yield Scene("queue-blank", {"board": board, "calls": (), "freshness": Freshness.BLANK, "age_s": 190})
    yield Scene("identify", {**common, "identify": "W1"})
    yield Scene("waiting", {**common, "page": Page.WAITING})
    yield Scene("platform", {**common, "page": Page.PLATFORM})
    yield Scene("platform-centres", {**common, "page": Page.PLATFORM, "centres": CentresOnline(296, 300)})
    few = replace(board, figures=few_figures())
    yield Scene("platform-first-day", {**common, "board": few, "page": Page.PLATFORM})
    for turn in range(3):
        yield Scene(f"tips-{turn + 1}", {**common, "page": Page.TIPS, "turn": turn})
    yield Scene("map", {**common, "page": Page.MAP})
    for turn, name in enumerate(("notice", "notice-long", "notice-code")):
        yield Scene(name, {**common, "page": Page.NOTICES, "notices": board.notices, "turn": turn})


def window_scenes() -> Iterator[Scene]:
    """Every state of the wall of one window."""
    from kiosk.model.board import WindowRow
    from kiosk.model.ticket import CounterState
    from ui.wall.state import Freshness, turn_of
    from ui.wall.window import of_window

    def at(code: str, doing: CounterState, call: Call | None = None) -> dict[str, Any]:
        board = of_window(replace(a_board(), windows=(WindowRow(code, ("A",), doing, "", call),)), code)
        return {"window": code, "board": board, "calls": () if call is None else (call,)}

    call, calling = replace(a_board().calls[0], counter=WINDOW), CounterState.CALLING
    lit = frozenset({turn_of(call)})
    yield Scene("calling", {**at(WINDOW, calling, call), "pulsing": lit})
    yield Scene("called", at(WINDOW, calling, call))
    elsewhere = replace(call, label="C1004", counter="12", place="Z2")
    yield Scene("called-elsewhere", at("12", calling, elsewhere))
    yield Scene("serving", at(WINDOW, CounterState.SERVING, call))
    for doing in (CounterState.FREE, CounterState.PAUSED, CounterState.OFFLINE):
        yield Scene(doing.value, at(WINDOW, doing))
    shut = at(WINDOW, CounterState.OFFLINE)
    yield Scene("closed", {**shut, "board": replace(shut["board"], day_open=False)})
    yield Scene("stale", {**at(WINDOW, calling, call), "freshness": Freshness.STALE, "age_s": 34})
    yield Scene("blank", {**at(WINDOW, calling), "freshness": Freshness.BLANK, "age_s": 190})


def a_board() -> BoardState:
    """An ordinary morning."""
    from kiosk.model.appeal import Channel
    from kiosk.model.board import BoardState, Figures, LetterRow, NoticeText, Stage, ZoneRow

    called = (("A012", "1", ""), ("C004", "3", "Z2"), ("A011", "12", ""), ("B007", "2", ""), ("V002", "1", ""))
    calls = tuple(_call(*call, index) for index, call in enumerate((*called, ("A1003", "2", ""))))
    waiting = (("A", 5, 8, 14), ("B", 2, 3, 6), ("C", 1, 5, 10), ("G", 0, 0, 2), ("S", 1, 10, 20))
    stages = zip(Stage, (6, 2, 118, 14, 9), strict=True)
    channels = (Channel.VISIT, Channel.PHONE, Channel.KIOSK, Channel.WEB, Channel.LETTER)
    figures = Figures(
        18, 11, 143, 412, 388, 96, 92, 4.6, tuple(stages), tuple(zip(channels, (221, 97, 64, 28, 2), strict=True)), 7, 2
    )
    seats = (("Z1", 11, 24), ("Z2", 4, 6), ("Z3", 2, 4), ("Z4", 2, 2), ("Z5", 3, 4), ("Z6", 1, 2))
    notices = (
        NoticeText(
            "本周五 17:30 起大厅设备检修，当日 16:30 停止取号。",
            "Maintenance on Friday from 17:30; no numbers after 16:30.",
            NOW,
        ),
        NoticeText(LONG_ZH, LONG_EN, NOW),
        NoticeText(
            "经理直播：周三 15:00 回答职工提问 https://example.org/live",
            "The manager answers live on Wednesday, 15:00.",
            NOW,
        ),
    )
    return BoardState(
        1,
        NOW,
        True,
        calls,
        tuple(LetterRow(*row) for row in waiting),
        figures,
        zones=tuple(ZoneRow(*row) for row in seats),
        notices=notices,
        intake_open=True,
    )


LONG_ZH = (
    "因城东供电所线路改造，十二月一日至十二月五日每天上午九点至十一点半，服务中心二层接待室暂停使用，"
    "预约面谈统一改到一层安静区。需要视频接访的职工请提前一天在自助机预约，到场后由工作人员引导，给您带来不便，敬请谅解。"
)
LONG_EN = (
    "From 1 to 5 December, 9:00 to 11:30, the reception rooms on the second floor are closed; booked talks are held in "
    "the quiet area on the ground floor. Please book video talks at a kiosk the day before. We are sorry."
)


def few_figures() -> Any:
    """A centre on its first day: nearly every figure is too small to be shown."""
    from kiosk.model.appeal import Channel
    from kiosk.model.board import Figures, Stage

    stages = tuple(zip(Stage, (1, 0, 3, 0, 0), strict=True))
    return Figures(3, 0, 4, 4, 1, None, None, None, stages, ((Channel.VISIT, 3), (Channel.PHONE, 1)))


def _call(label: str, counter: str, place: str, index: int) -> Call:
    from kiosk.model.board import Call

    return Call(UUID(int=index + 1), label, counter, place, NOW - timedelta(minutes=2 * index), 1, index, label[0])


def front_of(panel: str, distance_m: float, window: str = "") -> WallFront:
    """A wall on that panel, of the whole hall or of one window, without a store."""
    from kiosk.catalog import load_catalog
    from kiosk.model.staff import Actor
    from kiosk.phrases import LANGUAGES, Phrases
    from kiosk.settings import Settings
    from kiosk.settings.hall import Wall
    from ui.wall.chrome import WallPlate
    from ui.wall.content import load_content
    from ui.wall.front import WallFront
    from ui.wall.presenter import Time, WallPresenter
    from ui.wall.sheets import Sheets
    from ui.wall.words import Both, Words, Writer, names_of

    width, height, pitch = PANELS[panel]
    wall, centre = Wall(pitch_mm=pitch, distance_m=distance_m, window=window), Settings().centre
    zh, en = (Phrases(language) for language in LANGUAGES)
    actor = Actor("system", None, frozenset(), "W1")
    presenter = WallPresenter(actor, _NoTasks(), Time(_Still()), ZoneInfo(centre.time_zone), wall)
    plate = WallPlate(
        Both(centre.name_zh, centre.name_en), Both(centre.hours, centre.hours), Both(centre.hotline, centre.hotline)
    )
    sheets = Sheets(Words(Writer(zh, en, names_of(load_catalog()))), load_content())
    front = WallFront(presenter, sheets, plate, wall)
    front.window.fades = False
    front.window.resize(width, height)
    front.window.show()
    return front


class _NoTasks:
    """Pictures read nothing."""

    def run(self, _task: object, _scope: object) -> None:
        """Do nothing."""


class _Still:
    """A clock that stands."""

    def now(self) -> datetime:
        """Always the same."""
        return NOW

    def today(self) -> Any:
        """Its date."""
        return NOW.date()

"""The words of single pages: platform, tips, map, notices, and the lines of a strip. Chooses; draws nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kiosk.model.board import Figures, ZoneRow
from kiosk.model.ticket import CounterState
from ui.wall.breaking import cut
from ui.wall.content import Reception, RoomKind, WallContent, next_receptions
from ui.wall.layout import STRIP_LINES, Layout
from ui.wall.state import CentresOnline, Freshness, Page, WallState
from ui.wall.window import state_of
from ui.wall.words import SMALL_CELL, Both, FigureWords, WallWords, Words, Writer

RECEPTIONS = 3
_ADDRESS = re.compile(r"https?://[!-~]+")
_WIDE = 12
"""Characters of one line of a strip; two narrow ones count as one."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, what is written beside it, and its length from 0 to 1 (no length for small numbers)."""

    label: Both
    value: Both
    share: float


@dataclass(frozen=True, slots=True)
class PlatformSheet:
    """Page 2."""

    today: tuple[FigureWords, ...]
    month: tuple[FigureWords, ...]
    rates: tuple[FigureWords, ...]
    stages: tuple[Bar, ...]
    channels: tuple[Bar, ...]
    due: tuple[FigureWords, ...]
    centres: FigureWords | None
    combination: Both


@dataclass(frozen=True, slots=True)
class CourseWords:
    """A module with its topics."""

    name: Both
    topics: Both


@dataclass(frozen=True, slots=True)
class TipSheet:
    """Page 3."""

    kind: Both
    title: Both
    text: Both
    courses: tuple[CourseWords, ...]
    honours: tuple[Both, ...]


@dataclass(frozen=True, slots=True)
class RoomWords:
    """A part of the plan; ``free`` is written where seats are counted."""

    kind: RoomKind
    name: Both
    at: tuple[int, ...]
    free: str


@dataclass(frozen=True, slots=True)
class DayWords:
    """A reception day."""

    day: Both
    who: Both
    hours: str


@dataclass(frozen=True, slots=True)
class MapSheet:
    """Page 4."""

    rooms: tuple[RoomWords, ...]
    zones: tuple[tuple[Both, str], ...]
    receptions: tuple[DayWords, ...]


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """Page 5: one notice; ``address`` gets a QR code."""

    text: Both
    address: str
    place: Both | None


@dataclass(frozen=True, slots=True)
class StripLine:
    """One line of a strip, as wide as twelve Hanzi at most; ``now`` in the colour of the newest call."""

    text: str
    now: bool = False


@dataclass(frozen=True, slots=True)
class StripSheet:
    """The four lines."""

    lines: tuple[StripLine, ...]


@dataclass(frozen=True, slots=True)
class WindowSheet:
    """The one page of a window's wall: its name, and the number or what the window is doing.

    ``call``: whoever has the number must come; ``served``: is there; neither: ``main`` is no number.
    """

    name: Both
    main: Both
    note: Both | None = None
    call: bool = False
    served: bool = False
    pulsing: bool = False


class Sheets:
    """Adds to the words what only the page shown has. Pages 3 and 4 are written from the site's content."""

    def __init__(self, words: Words, content: WallContent) -> None:
        self._words, self._write, self._content = words, words.writer, content

    def of(self, state: WallState) -> WallWords:
        """Everything the wall writes now."""
        words = self._words.of(state)
        if state.window:
            return self._window(state, words)
        if state.shape.layout is Layout.STRIP:
            return replace(words, sheet=StripSheet(tuple(strip_lines(state, words, self._write))))
        return self._page(state, words)

    def _page(self, state: WallState, words: WallWords) -> WallWords:
        if state.page is Page.PLATFORM and state.board is not None:
            return replace(words, sheet=self._platform(state.board.figures, state.centres))
        if state.page is Page.TIPS:
            return replace(words, sheet=self._tips(state.turn))
        if state.page is Page.MAP:
            return replace(words, sheet=self._map(state))
        if state.page is Page.NOTICES and state.notices:
            return replace(words, sheet=self._notice(state))
        return words

    # --- the wall of a window

    def _window(self, state: WallState, words: WallWords) -> WallWords:
        own = window_sheet(state, words, self._write)
        if state.shape.layout is not Layout.STRIP:
            return replace(words, message=None, sheet=own)
        lines = strip_lines(state, words, self._write, window_lines(own))
        return replace(words, message=None, sheet=StripSheet(tuple(lines)))

    # --- page 2

    def _platform(self, figures: Figures, centres: CentresOnline | None) -> PlatformSheet:
        write = self._write
        days = figures.average_days
        average = write.both("none_yet") if days is None else write.both("days", n=f"{days:.1f}")
        known = write.both("centres_of", online=centres.online, known=centres.known) if centres else None
        return PlatformSheet(
            today=(write.count("received", figures.received_today), write.count("closed", figures.closed_today)),
            month=(
                write.count("received", figures.received_month),
                write.count("in_progress", figures.in_progress),
                write.count("closed", figures.closed_month),
            ),
            rates=(
                write.share("on_time", figures.on_time_pct),
                write.share("satisfied", figures.satisfied_pct),
                FigureWords(write.both("average_days"), average),
            ),
            stages=self._bars("stages", figures.stages),
            channels=self._bars("channels", figures.channels),
            due=(
                write.count("platform.due_soon", figures.due_soon),
                write.count("platform.overdue", figures.overdue),
            ),
            centres=FigureWords(write.both("centres"), known) if known else None,
            combination=write.both("platform.combination_none"),
        )

    def _bars(self, table: str, counts: tuple[tuple[str, int], ...]) -> tuple[Bar, ...]:
        """Bars of small numbers all have the same length: a bar must not tell what the number hides."""
        longest = max((count for _, count in counts), default=0) or 1
        least = min(1.0, (SMALL_CELL - 1) / max(longest, SMALL_CELL))
        return tuple(
            Bar(
                self._write.both(f"{table}.{key}"),
                self._write.amount(count),
                least / 2 if count < SMALL_CELL else count / longest,
            )
            for key, count in counts
        )

    # --- pages 3 to 5

    def _tips(self, turn: int) -> TipSheet:
        card = self._content.cards[turn % len(self._content.cards)]
        return TipSheet(
            kind=self._write.both(f"care.{card.kind}"),
            title=Both(card.zh_title, card.en_title),
            text=Both(card.zh, card.en),
            courses=tuple(
                CourseWords(Both(c.zh, c.en), Both("、".join(c.zh_topics), ", ".join(c.en_topics)))
                for c in self._content.courses
            ),
            honours=tuple(Both(honour.zh, honour.en) for honour in self._content.honours),
        )

    def _map(self, state: WallState) -> MapSheet:
        zones = {row.zone: row for row in state.board.zones} if state.board else {}
        days = next_receptions(self._content.receptions, state.now.date(), RECEPTIONS)
        return MapSheet(
            rooms=tuple(
                RoomWords(room.kind, Both(room.zh, room.en), room.at, self._free(zones.get(room.zone)))
                for room in self._content.rooms
            ),
            zones=tuple((self._write.names.place(zone), self._free(row)) for zone, row in zones.items()),
            receptions=tuple(self._reception(state, day, who) for day, who in days),
        )

    def _free(self, row: ZoneRow | None) -> str:
        return self._write.both("map.free", free=row.free, seats=row.seats).zh if row else ""

    def _reception(self, state: WallState, day: date, who: Reception) -> DayWords:
        month = self._write.both(f"months.m{day.month}")
        named = self._write.both("map.day", month_name=month, day=day.day)
        weekday = self._write.both(f"weekdays.d{who.weekday}")
        today = day == state.now.date()
        when = self._write.both("map.today") if today else Both(f"{named.zh} {weekday.zh}", f"{weekday.en}, {named.en}")
        return DayWords(when, Both(who.zh, who.en), who.hours)

    def _notice(self, state: WallState) -> NoticeSheet:
        index = state.turn % len(state.notices)
        notice = state.notices[index]
        found = _ADDRESS.search(f"{notice.zh} {notice.en}")
        of = len(state.notices)
        place = self._write.both("notice.more", n=index + 1, of=of) if of > 1 else None
        return NoticeSheet(Both(notice.zh, notice.en), found.group() if found else "", place)


# --- the strip


def strip_lines(
    state: WallState, words: WallWords, write: Writer, body: Iterator[StripLine] | None = None
) -> Iterator[StripLine]:
    """Four lines for a strip: Chinese only, steady. A stale strip says so in its first line, a blank one in all.

    ``body`` stands there instead of the hall's calls.
    """
    if state.identify:
        yield StripLine(write.both("strip.identify", code=state.identify).zh, now=True)
        return
    room = STRIP_LINES
    if state.freshness is not Freshness.LIVE:
        yield StripLine(write.both("strip.stale").zh, now=True)
        yield StripLine(write.both("strip.age", age=write.age(state.age_s)).zh.replace(" ", ""))
        room -= 2
    if state.freshness is Freshness.BLANK:
        yield StripLine(write.both("strip.blank").zh)
        return
    body = body or _strip_body(state, words, write)
    yield from [line for line, _ in zip(body, range(room), strict=False)]


def _strip_body(state: WallState, words: WallWords, write: Writer) -> Iterator[StripLine]:
    if state.page is Page.NOTICES and state.notices:
        sides = [side for notice in state.notices for side in _sides(_ADDRESS.sub("", notice.zh))]
        yield from (StripLine(line) for line in sides[state.turn % len(sides)])
    elif state.page is Page.WAITING:
        counts = [write.both("strip.waiting", letter=row.letter, n=row.count).zh for row in words.waiting]
        beside = 1 if len(counts) <= STRIP_LINES else 2
        for first in range(0, len(counts), beside):
            yield StripLine(" ".join(counts[first : first + beside]))
    elif not state.calls:
        closed = state.board is not None and not state.board.day_open
        yield StripLine(write.both("empty.title").zh)
        yield StripLine(write.both("strip.closed" if closed else "strip.take").zh)
    else:
        for index, call in enumerate(words.calls):
            where = Both(call.where.zh.replace(" ", ""), call.where.en)
            text = write.both("strip.call", label=call.label, where=where).zh
            yield StripLine(text, now=index == 0 or call.pulsing)


def window_lines(own: WindowSheet) -> Iterator[StripLine]:
    """A window on a strip: few lines, so that they are large; a number that is served stands for itself."""
    name = own.name.zh.replace(" ", "")
    if own.served or own.note is None:
        yield from (StripLine(name), StripLine(own.main.zh, now=own.call))
    elif own.call:
        yield from (StripLine(name), StripLine(own.main.zh, now=True), StripLine(own.note.zh))
    else:
        yield from (StripLine(f"{name} {own.main.zh}"), StripLine(own.note.zh))


def _sides(text: str) -> list[list[str]]:
    """A notice as four lines after four lines."""
    lines = cut(text.strip(), _WIDE)
    return [lines[first : first + STRIP_LINES] for first in range(0, len(lines), STRIP_LINES)] or [[]]


# --- a window


_DOING = {
    CounterState.FREE: "free",
    CounterState.PAUSED: "paused",
    CounterState.OFFLINE: "offline",
    CounterState.CALLING: "busy",
    CounterState.SERVING: "busy",
}


def window_sheet(state: WallState, words: WallWords, write: Writer) -> WindowSheet:
    """What stands at the window. Too old to be trusted: neither number nor state."""
    name = write.both("window", w=state.window)
    if state.freshness is Freshness.BLANK:
        return WindowSheet(name, write.both("stale.title"), write.both("stale.hint"))
    board, doing = state.board, state_of(state.board)
    if words.calls:
        call = words.calls[0]
        if doing is not CounterState.CALLING:
            return WindowSheet(name, write.both("own.now", label=call.label), write.both("own.serving"), served=True)
        place = call.where if state.calls[0].place else None
        please = write.both("own.please", label=call.label)
        return WindowSheet(name, please, place, call=True, pulsing=call.pulsing)
    if board is None:
        key = "unknown"
    elif not board.day_open:
        key = "closed"
    else:
        key = _DOING[doing or CounterState.OFFLINE]
    return WindowSheet(name, write.both(f"own.{key}"), write.both("own.free_hint") if key == "free" else None)

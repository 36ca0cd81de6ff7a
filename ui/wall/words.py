"""Every text of the wall, in both languages side by side. Owns the choice of words; draws nothing.

The only data that enters a text are ticket labels, window codes, places, counts, percentages and times
(DECISIONS 21), the wall's own content and what staff wrote as a notice: the wall has no other source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from kiosk.catalog import Catalog
from kiosk.model.board import Call, Figures, LetterRow
from kiosk.phrases import Phrases
from ui.wall.state import Freshness, Page, WallState, turn_of

SMALL_CELL = 5
"""Appeal statistics below this are not shown exactly (DECISIONS 21)."""

UNKNOWN = "–"
"""Stands where a number was that is too old to be shown."""

TIPS = 8
HEADINGS = (
    "hours", "hotline", "waiting", "columns.people", "columns.span", "today", "platform.title", "platform.note",
    "platform.today", "platform.month", "platform.rates", "platform.stages", "platform.channels", "platform.due",
    "platform.combination", "care.title", "care.courses", "care.honours", "map.title", "map.seats", "map.receptions",
    "notice.title", "notice.scan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Both:
    """One text in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Names:
    """Public names from the catalogue: queues by letter, places by zone code or by their Chinese name."""

    letters: Mapping[str, Both]
    places: Mapping[str, Both]

    def place(self, place: str) -> Both:
        """Where to go; a place the site named itself is written as it is."""
        return self.places.get(place, Both(place, place))


def names_of(catalog: Catalog) -> Names:
    """The names the wall may use."""
    zones = [(zone, Both(zone.zh, zone.en)) for zone in catalog.zones]
    return Names(
        letters={letter.code: Both(letter.zh, letter.en) for letter in catalog.letters.values()},
        places={key: both for zone, both in zones for key in (zone.code, zone.zh)},
    )


@dataclass(frozen=True, slots=True)
class CallWords:
    """One line of the calls."""

    label: str
    go_to: Both
    where: Both
    pulsing: bool


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """One line of the waiting list; ``count`` is exact, ``span`` says it when nobody waits."""

    letter: str
    name: Both
    count: str
    span: Both


@dataclass(frozen=True, slots=True)
class FigureWords:
    """One figure under its label; ``share`` is set for percentages (0 to 1)."""

    label: Both
    value: Both
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A page-filling text: nothing called yet, closed, or not up to date."""

    title: Both
    hint: Both


@dataclass(frozen=True, slots=True)
class WallWords:
    """What every page of the wall writes at one moment; ``sheet`` is that of the page shown, if it has its own."""

    clock: str
    date: Both
    headings: dict[str, Both]
    calls: tuple[CallWords, ...]
    waiting: tuple[WaitingWords, ...]
    today: tuple[FigureWords, ...]
    tip: Both
    caption: str
    identify: Both | None
    message: Message | None
    warning: Both | None
    sheet: object = None


def texts(value: object) -> Iterator[str]:
    """Every string inside ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


class Writer:
    """Looks texts up in both languages, and writes numbers as they may be published."""

    def __init__(self, zh: Phrases, en: Phrases, names: Names) -> None:
        self._zh, self._en, self.names = zh, en, names

    def both(self, key: str, **params: object) -> Both:
        """The text ``wall.<key>``; a parameter that is ``Both`` enters in its own language."""
        zh = {name: value.zh if isinstance(value, Both) else value for name, value in params.items()}
        en = {name: value.en if isinstance(value, Both) else value for name, value in params.items()}
        return Both(self._zh.text(f"wall.{key}", **zh), self._en.text(f"wall.{key}", **en))

    def count(self, key: str, count: int) -> FigureWords:
        """A number of appeals: exact from five on."""
        return FigureWords(self.both(key), self.amount(count))

    def amount(self, count: int) -> Both:
        """A number of appeals as it may be published."""
        return self.both("few") if count < SMALL_CELL else Both(str(count), str(count))

    def share(self, key: str, percent: int | None) -> FigureWords:
        """A percentage; too little to divide by is said."""
        if percent is None:
            return FigureWords(self.both(key), self.both("none_yet"))
        return FigureWords(self.both(key), self.both("percent", n=percent), percent / 100)

    def where(self, counter: str, place: str) -> Both:
        """Where a number is called to."""
        return self.names.place(place) if place else self.both("window", w=counter)

    def age(self, seconds: int) -> Both:
        """How old the picture is."""
        unit, n = ("seconds", seconds) if seconds < 60 else ("minutes", seconds // 60)
        return self.both(f"stale.{unit}", n=n)


class Words:
    """Turns a state into words. ``sheet`` adds what a page alone has (``ui.wall.sheets``)."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def of(self, state: WallState) -> WallWords:
        """All words of ``state``, but those of a single page."""
        write = self.writer
        board = None if state.freshness is Freshness.BLANK else state.board
        return WallWords(
            clock=f"{state.now:%H:%M}",
            date=self._date(state),
            headings={key: write.both(key) for key in HEADINGS},
            calls=tuple(self._call(call, turn_of(call) in state.pulsing) for call in state.calls),
            waiting=tuple(self._waiting(row, known=board is not None) for row in _lines(state)),
            today=self._today(board.figures) if board else (),
            tip=write.both(f"tips.t{state.turn % TIPS}"),
            caption=state.caption,
            identify=write.both("here", code=state.identify) if state.identify else None,
            message=self._message(state),
            warning=self._warning(state),
        )

    def _date(self, state: WallState) -> Both:
        write = self.writer
        month, weekday = write.both(f"months.m{state.now.month}"), write.both(f"weekdays.d{state.now.weekday()}")
        day = write.both("date", month_name=month, day=state.now.day)
        return Both(f"{day.zh} {weekday.zh}", f"{weekday.en}, {day.en}")

    def _call(self, call: Call, pulsing: bool) -> CallWords:
        return CallWords(call.label, self.writer.both("go_to"), self.writer.where(call.counter, call.place), pulsing)

    def _waiting(self, row: LetterRow, *, known: bool) -> WaitingWords:
        name = self.writer.names.letters.get(row.letter, Both("", ""))
        if not known:
            return WaitingWords(row.letter, name, UNKNOWN, Both(UNKNOWN, UNKNOWN))
        empty = row.waiting == 0
        span = self.writer.both("nobody") if empty else self.writer.both("span", low=row.low, high=row.high)
        return WaitingWords(row.letter, name, str(row.waiting), span)

    def _today(self, figures: Figures) -> tuple[FigureWords, ...]:
        return (
            self.writer.count("received", figures.received_today),
            self.writer.count("closed", figures.closed_today),
            self.writer.share("on_time", figures.on_time_pct),
        )

    def _message(self, state: WallState) -> Message | None:
        """What stands in place of the calls when there are none."""
        if state.calls or state.page is not Page.QUEUE:
            return None
        if state.freshness is Freshness.BLANK:
            key = "stale"
        else:
            key = "empty" if state.board is None or state.board.day_open else "day_closed"
        return Message(self.writer.both(f"{key}.title"), self.writer.both(f"{key}.hint"))

    def _warning(self, state: WallState) -> Both | None:
        if state.freshness is Freshness.LIVE:
            return None
        return self.writer.both("stale.soon", age=self.writer.age(state.age_s))


def _lines(state: WallState) -> list[LetterRow]:
    """The lines of this wall's zone."""
    rows = state.board.waiting if state.board else ()
    return [row for row in rows if not state.queues or row.letter in state.queues]

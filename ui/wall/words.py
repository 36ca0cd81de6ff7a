"""Every text of the wall, in both languages side by side. Owns the choice of words; draws nothing.

The only data that enters a text are ticket labels, window codes, places, counts, percentages and times
(DECISIONS 21): the wall has no other source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from kiosk.catalog import Catalog
from kiosk.model.board import Call, Figures, LetterRow
from kiosk.phrases import Phrases
from ui.wall.state import CentresOnline, Freshness, WallState

SMALL_CELL = 5
"""Appeal statistics below this are not shown exactly (DECISIONS 21)."""

TIPS = 8
HEADINGS = ("hours", "hotline", "waiting", "columns.people", "columns.span", "today", "platform.title", "platform.note")


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
    """Everything the wall writes at one moment."""

    clock: str
    date: Both
    headings: dict[str, Both]
    calls: tuple[CallWords, ...]
    waiting: tuple[WaitingWords, ...]
    today: tuple[FigureWords, ...]
    platform: tuple[FigureWords, ...]
    tip: Both
    message: Message | None
    warning: Both | None


def texts(value: object) -> Iterator[str]:
    """Every string inside ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


class Words:
    """Turns a state into words. ``zh`` and ``en`` are the two languages of the wall."""

    def __init__(self, zh: Phrases, en: Phrases, names: Names) -> None:
        self._zh, self._en, self._names = zh, en, names

    def of(self, state: WallState) -> WallWords:
        """All words of ``state``."""
        board = state.board
        return WallWords(
            clock=f"{state.now:%H:%M}",
            date=self._date(state),
            headings={key: self._both(key) for key in HEADINGS},
            calls=tuple(self._call(call, call == state.pulsing) for call in state.calls),
            waiting=tuple(self._waiting(row) for row in board.waiting) if board else (),
            today=self._today(board.figures) if board else (),
            platform=self._platform(board.figures, state.centres) if board else (),
            tip=self._both(f"tips.t{state.turn % TIPS}"),
            message=self._message(state),
            warning=self._warning(state),
        )

    def _both(self, key: str, **params: object) -> Both:
        return Both(self._zh.text(f"wall.{key}", **params), self._en.text(f"wall.{key}", **params))

    def _date(self, state: WallState) -> Both:
        month, weekday = self._both(f"months.m{state.now.month}"), self._both(f"weekdays.d{state.now.weekday()}")
        day = state.now.day
        return Both(
            f"{self._zh.text('wall.date', month_name=month.zh, day=day)} {weekday.zh}",
            f"{weekday.en}, {self._en.text('wall.date', month_name=month.en, day=day)}",
        )

    def _call(self, call: Call, pulsing: bool) -> CallWords:
        where = self._names.place(call.place) if call.place else self._both("window", w=call.counter)
        return CallWords(call.label, self._both("go_to"), where, pulsing)

    def _waiting(self, row: LetterRow) -> WaitingWords:
        name = self._names.letters.get(row.letter, Both("", ""))
        empty = row.waiting == 0
        span = self._both("nobody") if empty else self._both("span", low=row.low, high=row.high)
        return WaitingWords(row.letter, name, str(row.waiting), span)

    def _today(self, figures: Figures) -> tuple[FigureWords, ...]:
        return (
            self._count("received", figures.received_today),
            self._count("closed", figures.closed_today),
            self._share("on_time", figures.on_time_pct),
        )

    def _platform(self, figures: Figures, centres: CentresOnline | None) -> tuple[FigureWords, ...]:
        figured = (
            self._count("received_today", figures.received_today),
            self._count("in_progress", figures.in_progress),
            self._count("closed_today", figures.closed_today),
            self._count("received_month", figures.received_month),
            self._share("on_time", figures.on_time_pct),
            self._share("satisfied", figures.satisfied_pct),
        )
        if centres is None:
            return figured
        online = self._both("centres_of", online=centres.online, known=centres.known)
        return (*figured, self._count("closed_month", figures.closed_month), FigureWords(self._both("centres"), online))

    def _count(self, key: str, count: int) -> FigureWords:
        return FigureWords(self._both(key), self._both("few") if count < SMALL_CELL else Both(str(count), str(count)))

    def _share(self, key: str, percent: int | None) -> FigureWords:
        if percent is None:
            return FigureWords(self._both(key), self._both("none_yet"))
        return FigureWords(self._both(key), self._both("percent", n=percent), percent / 100)

    def _message(self, state: WallState) -> Message | None:
        """What stands in place of the calls when there are none."""
        if state.calls:
            return None
        if state.freshness is Freshness.BLANK:
            key = "stale"
        else:
            key = "empty" if state.board is None or state.board.day_open else "day_closed"
        return Message(self._both(f"{key}.title"), self._both(f"{key}.hint"))

    def _warning(self, state: WallState) -> Both | None:
        if state.freshness is Freshness.LIVE:
            return None
        unit, n = ("seconds", state.age_s) if state.age_s < 60 else ("minutes", state.age_s // 60)
        age = self._both(f"stale.{unit}", n=n)
        return Both(
            self._zh.text("wall.stale.soon", age=age.zh),
            self._en.text("wall.stale.soon", age=age.en),
        )

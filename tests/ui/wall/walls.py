"""A wall with everything around it faked, for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.model.board import BoardState, Call, Figures, LetterRow, NoticeText, Stage, ZoneRow
from kiosk.model.staff import Actor
from kiosk.model.ticket import MarkKind
from kiosk.phrases import Phrases
from kiosk.settings.hall import Wall as WallSettings
from ui.tasks import Command, Query, Scope
from ui.wall.chrome import WallPlate
from ui.wall.content import load_content
from ui.wall.front import WallFront
from ui.wall.presenter import Time, WallPresenter
from ui.wall.sheets import Sheets
from ui.wall.state import WallState
from ui.wall.words import Both, Words, Writer, names_of

START = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
SYSTEM = Actor("system", None, frozenset(), "W1")
CATALOG = load_catalog()
CONTENT = load_content()
PHRASES = {language: Phrases(language, strict=True) for language in ("zh_CN", "en")}
WORDS = Words(Writer(PHRASES["zh_CN"], PHRASES["en"], names_of(CATALOG)))
SHEETS = Sheets(WORDS, CONTENT)
PLATE = WallPlate(Both("中心", "Centre"), Both("08:30", "08:30"), Both("000", "000"))
FIGURES = Figures(18, 11, 143, 412, 388, 96, 92, 4.6, tuple((stage, 9) for stage in Stage))
NEAR = WallSettings(pitch_mm=0.6, distance_m=2.0)


class FakeTime:
    """A clock that may be set, and seconds that only grow."""

    def __init__(self) -> None:
        self.time, self.mono = START, 1000.0

    def now(self) -> datetime:
        return self.time

    def today(self):
        return self.time.date()

    def seconds(self) -> float:
        return self.mono

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.mono += seconds


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

    def __init__(self, clock: FakeTime) -> None:
        self._clock = clock
        zones = (ZoneRow("Z1", 3, 24), ZoneRow("Z2", 0, 6))
        self.state = BoardState(1, START, True, (), (LetterRow("A", 0, 0, 2),), FIGURES, zones=zones)
        self.down = False
        self.shown: list[tuple[UUID, str]] = []

    def snapshot(self) -> BoardState:
        if self.down:
            raise WorldError("store_down", "no answer")
        return replace(self.state, as_of=self._clock.now())

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        assert kind is MarkKind.SHOWN
        self.shown.append((call.ticket_id, actor.terminal))

    def call(
        self, label: str, *, times: int = 1, place: str = "", ticket_id: UUID | None = None, queue: str = "A"
    ) -> Call:
        call = Call(ticket_id or uuid4(), label, "1", place, self._clock.now(), times, 0, queue)
        others = tuple(c for c in self.state.calls if c.ticket_id != call.ticket_id)
        self.state = replace(self.state, seq=self.state.seq + 1, calls=(call, *others))
        return call

    def notice(self, zh: str, walls: tuple[str, ...] = ()) -> None:
        self.state = replace(self.state, notices=(NoticeText(zh, "", START, walls), *self.state.notices))


class Wall:
    """A presenter with everything around it faked."""

    def __init__(self, settings: WallSettings = NEAR) -> None:
        self.clock, self.tasks, self.settings = FakeTime(), NowTasks(), settings
        self.hall = FakeHall(self.clock)
        self.presenter = WallPresenter(SYSTEM, self.tasks, Time(self.clock, self.clock.seconds), ZONE, settings)

    @property
    def state(self) -> WallState:
        return self.presenter.state

    def call(self, label: str, **more) -> Call:
        """Somebody is called and the wall hears of it."""
        call = self.hall.call(label, **more)
        self.presenter.journal_grew()
        return call

    def pass_(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.pass_(1)
            self.presenter.tick()

    def front(self, width: int = 1920, height: int = 1080) -> WallFront:
        """The wall in a window that is not fading."""
        front = WallFront(self.presenter, SHEETS, PLATE, self.settings)
        front.window.fades = False
        front.window.resize(width, height)
        return front

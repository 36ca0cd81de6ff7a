"""Follows the hall's board for the wall. Owns what is new, what is old and what was really shown; knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from kiosk.model.board import BoardState, Call, NoticeText
from kiosk.model.staff import Actor
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import CounterState, MarkKind
from kiosk.ports import Clock
from kiosk.settings.hall import Wall
from ui.tasks import Command, Query, Scope, TaskRunner
from ui.wall.layout import Layout
from ui.wall.rotation import Rotation
from ui.wall.state import (
    IDENTIFY_S,
    PIN_S,
    PULSE_S,
    STRIP_PAGES,
    CentresOnline,
    Freshness,
    Page,
    Shape,
    Turn,
    WallState,
    freshness,
    newest_first,
    turn_of,
)
from ui.wall.window import calls_of, of_window, state_of

HEARTBEAT_S = 5
"""The board is read this often even when nothing happens: the proof that the store still answers."""

OBEYED, NOT_UNDERSTOOD, NOT_MINE = "ok", "order_bad", "order_not_here"
"""Outcomes of an order."""


class Board(Protocol):
    """The read side the wall needs (``services.board``)."""

    def snapshot(self) -> BoardState:
        """One consistent picture of the hall."""


class CallMarks(Protocol):
    """What the wall reports back (``services.calling``)."""

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        """The wall painted this call."""


@dataclass(frozen=True, slots=True)
class Time:
    """The clock people read, and the seconds that only grow: neither alone can be trusted for an age.

    The clock may be set; the seconds may stand still while the machine sleeps.
    """

    clock: Clock
    seconds: Callable[[], float] = time.monotonic

    def now(self) -> tuple[float, datetime]:
        """Both, at one moment."""
        return self.seconds(), self.clock.now()


def elapsed(since: tuple[float, datetime], now: tuple[float, datetime]) -> float:
    """Seconds that may have gone by: the longer of both measures. A clock set back makes nothing younger."""
    return max(0.0, now[0] - since[0], (now[1] - since[1]).total_seconds())


class WallPresenter:
    """GUI thread. ``changed`` is called after every change of ``state``; ``board_read`` hears every board that was
    read (the voice follows it); ``layout_wanted`` what the desk ordered.
    """

    def __init__(self, actor: Actor, tasks: TaskRunner, moment: Time, zone: ZoneInfo, settings: Wall) -> None:
        self._board: Board | None = None
        self._marks: CallMarks | None = None
        self._actor, self._tasks = actor, tasks
        self._time, self._zone, self._settings = moment, zone, settings
        self._scope = Scope()
        self._reading = self._grew = False
        began = self._answered = self._asked = moment.now()
        self._rotation = Rotation([Page(page) for page in settings.pages], settings.page_seconds, began[0])
        self._seen: set[Turn] = set()
        self._shown: set[Turn] = set()
        self._pulses: dict[Turn, float] = {}
        self._identify_until = began[0]
        self.media_seconds: Callable[[], float | None] = lambda: None
        """How long the present film or picture lasts; None when there is nothing to show."""
        self.changed: Callable[[], None] = lambda: None
        self.board_read: Callable[[BoardState], None] = lambda _board: None
        self.layout_wanted: Callable[[str], None] = lambda _layout: None
        self.state = WallState(now=self._local(began[1]), queues=settings.queues, window=settings.window)

    # --- following the hall ----------------------------------------------------------------------------------

    def connect(self, board: Board, marks: CallMarks) -> None:
        """The store is open: read the board for the first time."""
        self._board, self._marks = board, marks
        self._read()

    def stop(self) -> None:
        """Drop every answer still under way."""
        self._scope.close()

    def journal_grew(self) -> None:
        """The store changed (watch, through the bridge)."""
        if self._reading:
            self._grew = True
        else:
            self._read()

    def tick(self) -> None:
        """Once a second: the clock, the page, the age; and a heartbeat to the store."""
        if not self._reading and elapsed(self._asked, self._time.now()) >= HEARTBEAT_S:
            self._read()
        self._settle()

    def painted(self) -> None:
        """The present state is on the screen: report calls that were not reported yet."""
        if self._marks is None or self.state.page is not Page.QUEUE or not self._calling():
            return
        for call in self.state.calls:
            turn = turn_of(call)
            if turn not in self._shown:
                self._shown.add(turn)
                work = partial(self._marks.mark, call, MarkKind.SHOWN, self._actor)
                self._tasks.run(Command(work), self._scope)

    def _read(self) -> None:
        if self._board is None:
            return
        self._reading, self._grew, self._asked = True, False, self._time.now()
        self._tasks.run(Query(self._board.snapshot, self._read_well, self._unanswered), self._scope)

    def _read_well(self, board: BoardState) -> None:
        if self._settings.window:
            board = of_window(board, self._settings.window)
        first = self.state.board is None
        # As old as the question: an answer that took a minute may tell what was true when it was asked.
        self._reading, self._answered = False, self._asked
        self.state = replace(self.state, board=board)
        for call in self._calls(board, len(board.calls)):
            self._notice(call, board, first)
        self._seen &= {turn_of(call) for call in board.calls}
        self._shown &= self._seen
        self.board_read(board)
        self._settle()
        if self._grew:
            self._read()

    def _unanswered(self, _error: Exception) -> None:
        """The age on the screen says it; the next heartbeat tries again."""
        self._reading = False
        self._settle()

    def _notice(self, call: Call, board: BoardState, first: bool) -> None:
        """A call not seen before goes to page 1 and pulses; what was called long before we started does not."""
        turn = turn_of(call)
        if turn in self._seen:
            return
        self._seen.add(turn)
        if first and board.as_of - call.at >= timedelta(seconds=PULSE_S):
            return
        seconds = self._time.seconds()
        self._pulses[turn] = seconds + PULSE_S
        self._rotation.call(seconds)

    # --- told by others --------------------------------------------------------------------------------------

    def centres_known(self, centres: CentresOnline | None) -> None:
        """The sync status said how many centres are online; None hides the figure."""
        self._change(centres=centres)

    def caption(self, text: str) -> None:
        """What is being said stands on the wall; empty when it was said."""
        self._change(caption=text)

    def fit(self, shape: Shape) -> None:
        """The panel shows so much."""
        if shape != self.state.shape:
            self.state = replace(self.state, shape=shape)
            self._settle()

    def order(self, verb: OrderVerb, argument: str) -> str:
        """What the desk asked of this wall; ``ok`` or the code of what was wrong with it."""
        if verb is OrderVerb.IDENTIFY:
            self._identify_until = self._time.seconds() + IDENTIFY_S
        elif verb is OrderVerb.SHOW:
            if argument not in ("", "auto", *Page):
                return NOT_UNDERSTOOD
            page = Page(argument) if argument in tuple(Page) else None
            if self._settings.window and page not in (None, Page.QUEUE):
                return NOT_MINE
            self._rotation.pin(page, self._time.seconds(), PIN_S)
        elif verb is OrderVerb.LAYOUT:
            if argument not in ("", "auto", *Layout):
                return NOT_UNDERSTOOD
            self.layout_wanted(argument or self._settings.layout)
        else:
            return NOT_MINE
        self._settle()
        return OBEYED

    # --- what follows from the time --------------------------------------------------------------------------

    def _settle(self) -> None:
        """Work out everything that depends on the time, and tell the view when it differs."""
        now, before = self._time.now(), self.state
        age = elapsed(self._answered, now)
        fresh, board = freshness(age), before.board
        self._pulses = {turn: until for turn, until in self._pulses.items() if until > now[0]}
        notices = self._notices(board) if board else ()
        page = self._rotation.at(now[0], self._ready(notices), self.media_seconds() or 0)
        shows_calls = board is not None and fresh is not Freshness.BLANK
        self._change(
            now=self._local(now[1]),
            page=page if fresh is Freshness.LIVE else Page.QUEUE,
            calls=self._shown_calls(board, before.shape.rows) if board and shows_calls else (),
            pulsing=frozenset(self._pulses) if self._calling() else frozenset(),
            freshness=fresh,
            age_s=0 if fresh is Freshness.LIVE else int(age),
            turn=self._rotation.turns,
            identify=self._actor.terminal if now[0] < self._identify_until else "",
            notices=notices,
        )

    def _calls(self, board: BoardState, count: int) -> tuple[Call, ...]:
        """The calls this wall is for; a window's are its own, whatever their letter."""
        return newest_first(board, () if self._settings.window else self._settings.queues, count)

    def _shown_calls(self, board: BoardState, rows: int) -> tuple[Call, ...]:
        return calls_of(board) if self._settings.window else self._calls(board, rows)

    def _calling(self) -> bool:
        """What stands on page 1 is a call: at a window not the number that is being served."""
        return not self._settings.window or state_of(self.state.board) is CounterState.CALLING

    def _ready(self, notices: tuple[NoticeText, ...]) -> tuple[Page, ...]:
        """Pages that have something to show. A window has one."""
        if self._settings.window:
            return (Page.QUEUE,)
        shape = self.state.shape
        pages = STRIP_PAGES if shape.layout is Layout.STRIP else tuple(Page)
        empty = {
            Page.WAITING: shape.beside,
            Page.NOTICES: not notices,
            Page.MEDIA: self.media_seconds() is None,
        }
        wanted = {Page.QUEUE, Page.WAITING, *(Page(page) for page in self._settings.pages)}
        return tuple(page for page in pages if page in wanted and not empty.get(page, False))

    def _notices(self, board: BoardState) -> tuple[NoticeText, ...]:
        here = self._actor.terminal
        return tuple(notice for notice in board.notices if not notice.walls or here in notice.walls)

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed()

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(microsecond=0)

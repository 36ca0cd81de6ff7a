"""Follows the hall's board for the wall. Owns what is new, what is old and what was really shown; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.model.board import BoardState, Call
from kiosk.model.staff import Actor
from kiosk.model.ticket import MarkKind
from kiosk.phrases import Phrases
from kiosk.ports import Clock
from ui.tasks import Command, Query, Scope, TaskRunner
from ui.voice import Announcement
from ui.wall.state import (
    PAGE_S,
    PULSE_S,
    CentresOnline,
    Freshness,
    Page,
    WallState,
    freshness,
    newest_first,
    page_at,
)
from ui.wall.words import Names, announcement_parts

HEARTBEAT_S = 5
"""The board is read this often even when nothing happens: the proof that the store still answers."""

Turn = tuple[UUID, int, int]
"""One call: the ticket, the claim, and how many times it was called."""


def turn_of(call: Call) -> Turn:
    """What tells this call from every other."""
    return call.ticket_id, call.fence, call.times


class Board(Protocol):
    """The read side the wall needs (``services.board``)."""

    def snapshot(self) -> BoardState:
        """One consistent picture of the hall."""


class CallMarks(Protocol):
    """What the wall reports back (``services.calling``)."""

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        """The wall painted, or the loudspeaker said, this call."""


class Announcer(Protocol):
    """The voice of the hall (``ui.speech.Speech``)."""

    def announce(self, item: Announcement) -> bool:
        """Queue it; returns at once."""


class WallPresenter:
    """GUI thread. ``changed`` is called after every change of ``state``."""

    def __init__(
        self,
        actor: Actor,
        tasks: TaskRunner,
        clock: Clock,
        zone: ZoneInfo,
        speech: Announcer,
        phrases: Mapping[str, Phrases],
        names: Names,
    ) -> None:
        self._board: Board | None = None
        self._marks: CallMarks | None = None
        self._actor, self._tasks = actor, tasks
        self._clock, self._zone, self._speech = clock, zone, speech
        self._phrases, self._names = phrases, names
        self._scope = Scope()
        self._reading = self._grew = False
        self._started = self._answered_at = self._asked_at = clock.now()
        self._last_call_at = self._started - timedelta(days=1)
        self._seen: set[Turn] = set()
        self._shown: set[Turn] = set()
        self.changed: Callable[[], None] = lambda: None
        self.state = WallState(now=self._local(self._started))

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

    def centres_known(self, centres: CentresOnline | None) -> None:
        """The sync status said how many centres are online; None hides the figure."""
        self.state = replace(self.state, centres=centres)
        self.changed()

    def tick(self) -> None:
        """Once a second: the clock, the page, the age; and a heartbeat to the store."""
        if not self._reading and self._clock.now() - self._asked_at >= timedelta(seconds=HEARTBEAT_S):
            self._read()
        self._settle()

    def painted(self) -> None:
        """The present state is on the screen: report calls that were not reported yet."""
        if self._marks is None:
            return
        for call in self.state.calls:
            turn = turn_of(call)
            if turn not in self._shown:
                self._shown.add(turn)
                self._report(call, MarkKind.SHOWN)

    def _read(self) -> None:
        if self._board is None:
            return
        self._reading, self._grew, self._asked_at = True, False, self._clock.now()
        self._tasks.run(Query(self._board.snapshot, self._answered, self._unanswered), self._scope)

    def _answered(self, board: BoardState) -> None:
        first = self.state.board is None
        self._reading, self._answered_at = False, self._clock.now()
        self.state = replace(self.state, board=board)
        for call in reversed(newest_first(board)):
            self._notice(call, first)
        self._seen &= {turn_of(call) for call in board.calls}
        self._shown &= self._seen
        self._settle()
        if self._grew:
            self._read()

    def _unanswered(self, _error: Exception) -> None:
        """The age on the screen says it; the next heartbeat tries again."""
        self._reading = False
        self._settle()

    def _notice(self, call: Call, first: bool) -> None:
        """A call not seen before goes to page 1, pulses and is spoken; what was called before we started is not."""
        turn = turn_of(call)
        if turn in self._seen:
            return
        self._seen.add(turn)
        if first and self._clock.now() - call.at >= timedelta(seconds=PULSE_S):
            return
        self._last_call_at = self._clock.now()
        self.state = replace(self.state, pulsing=call)
        parts = announcement_parts(call, self._phrases, self._names)
        ended = partial(self._voice_ended, call)
        self._speech.announce(Announcement(parts, repeat=call.recall, ended=ended))

    def _voice_ended(self, call: Call, spoken: bool) -> None:
        if spoken:
            self._report(call, MarkKind.SPOKEN)

    def _report(self, call: Call, kind: MarkKind) -> None:
        if self._marks is not None:
            self._tasks.run(Command(partial(self._marks.mark, call, kind, self._actor)), self._scope)

    def _settle(self) -> None:
        """Work out everything that depends on the time, and tell the view when it differs."""
        now, before = self._clock.now(), self.state
        age = max(timedelta(), now - self._answered_at)
        fresh = freshness(age)
        turn = int(max(timedelta(), now - self._started).total_seconds()) // PAGE_S
        since_call = now - self._last_call_at
        board = before.board
        self.state = replace(
            before,
            now=self._local(now),
            page=page_at(since_call, turn) if fresh is Freshness.LIVE else Page.QUEUE,
            calls=newest_first(board) if board and fresh is not Freshness.BLANK else (),
            pulsing=before.pulsing if since_call < timedelta(seconds=PULSE_S) else None,
            freshness=fresh,
            age_s=0 if fresh is Freshness.LIVE else int(age.total_seconds()),
            turn=turn,
        )
        self.changed()

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(microsecond=0)

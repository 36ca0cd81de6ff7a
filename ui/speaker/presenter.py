"""Reads the board for a loudspeaker that stands alone, and keeps what is being said. Plain Python, GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.model.board import BoardState
from ui.tasks import Query, Scope, TaskRunner

HEARTBEAT_S = 5
STALE_S = 15
"""As on the wall: without an answer for this long what is heard may not be all that is called."""


class Board(Protocol):
    """The read side (``services.board``)."""

    def snapshot(self) -> BoardState:
        """One consistent picture of the hall."""


@dataclass(frozen=True, slots=True)
class SpeakerState:
    """``caption`` is being said; ``fault`` is what keeps this loudspeaker from speaking, as an error's code."""

    caption: str = ""
    fault: str = ""


class SpeakerPresenter:
    """``board_read`` hears every board, ``changed`` every change of ``state``. ``fault`` asks the loudspeaker."""

    def __init__(self, tasks: TaskRunner, monotonic: Callable[[], float], fault: Callable[[], str]) -> None:
        self._tasks, self._monotonic, self._fault = tasks, monotonic, fault
        self._board: Board | None = None
        self._scope = Scope()
        self._reading = self._grew = False
        self._asked_at = self._answered_at = monotonic()
        self.board_read: Callable[[BoardState], None] = lambda _board: None
        self.changed: Callable[[SpeakerState], None] = lambda _state: None
        self.state = SpeakerState()

    def connect(self, board: Board) -> None:
        """The store is open."""
        self._board = board
        self._read()

    def stop(self) -> None:
        """Drop every answer still under way."""
        self._scope.close()

    def journal_grew(self) -> None:
        """The store changed."""
        if self._reading:
            self._grew = True
        else:
            self._read()

    def tick(self) -> None:
        """Once a second: a heartbeat to the store, and is everything well?"""
        if not self._reading and self._monotonic() - self._asked_at >= HEARTBEAT_S:
            self._read()
        silent = self._monotonic() - self._answered_at >= STALE_S
        self._show(replace(self.state, fault="store_unavailable" if silent else self._fault()))

    def caption(self, text: str) -> None:
        """This is being said."""
        self._show(replace(self.state, caption=text))

    def _read(self) -> None:
        if self._board is None:
            return
        self._reading, self._grew, self._asked_at = True, False, self._monotonic()
        self._tasks.run(Query(self._board.snapshot, self._answered, self._unanswered), self._scope)

    def _answered(self, board: BoardState) -> None:
        self._reading, self._answered_at = False, self._monotonic()
        self.board_read(board)
        if self._grew:
            self._read()

    def _unanswered(self, _error: Exception) -> None:
        """The next heartbeat tries again; ``tick`` says it when that lasts."""
        self._reading = False

    def _show(self, state: SpeakerState) -> None:
        if state != self.state:
            self.state = state
            self.changed(state)

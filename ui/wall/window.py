"""What a wall that belongs to one window may know: that window, its numbers, and nothing of the others. Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.model.board import BoardState, Call
from kiosk.model.ticket import CounterState


def of_window(board: BoardState, code: str) -> BoardState:
    """``board`` without everything that is not of window ``code``: its wall and its loudspeaker get this one."""
    windows = tuple(row for row in board.windows if row.code == code)
    present = tuple(row.call for row in windows if row.call is not None)
    calls = tuple(call for call in board.calls if call.counter == code)
    return replace(
        board,
        # A long talk: its call is not among the last of the hall any more.
        calls=(*calls, *(call for call in present if call not in calls)),
        windows=windows,
        news=tuple(news for news in board.news if news.counter == code),
        waiting=(),
        zones=(),
        notices=(),
    )


def calls_of(board: BoardState) -> tuple[Call, ...]:
    """The number that is called to this wall's window or served there."""
    return tuple(row.call for row in board.windows if row.call is not None)


def state_of(board: BoardState | None) -> CounterState | None:
    """What this wall's window is doing; None as long as nothing is known of it."""
    return board.windows[0].state if board is not None and board.windows else None

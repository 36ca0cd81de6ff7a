"""What time it is in a hall of several machines: the database server's, whatever the clock of this machine says.

Places in the line are instants. A kiosk whose clock is five minutes slow would put its visitors before everybody
who came meanwhile, and a loudspeaker whose clock is fast would find every call too old to be said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from kiosk.ports import Clock

ASK_AGAIN_S = 10.0
JUMP = timedelta(seconds=1)
"""A machine whose clock and whose seconds disagree by this much was set or slept."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the server said, and what clock and seconds of this machine showed then."""

    at: datetime
    shown: datetime
    seconds: float


class ServerTime:
    """Thread-safe: an answer is replaced as a whole."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answer: _Answer | None = None

    def now(self, connection: Connection) -> datetime:
        """The present instant; asks the server when its last answer is old, or this machine's clock was set since."""
        shown, seconds = self._clock.now(), time.monotonic()
        answer = self._answer
        if answer is None or self._is_over(answer, shown, seconds):
            at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)
            answer = self._answer = _Answer(at, shown, seconds)
        return answer.at + timedelta(seconds=max(0.0, seconds - answer.seconds))

    def _is_over(self, answer: _Answer, shown: datetime, seconds: float) -> bool:
        gone = timedelta(seconds=seconds - answer.seconds)
        return gone >= timedelta(seconds=ASK_AGAIN_S) or abs(shown - answer.shown - gone) >= JUMP

"""Whose turn it is to write to a file that several processes share: first come, first served.

Owns the queue before SQLite's own lock, which is not one: a writer that finds the file taken can only look again later,
and with eight writers somebody looks at the wrong moment for hundreds of milliseconds. Waiting here is done by the
kernel, in order of arrival. The queue keeps nobody out: SQLite's lock alone decides who writes, so a process that is
stopped in the queue, or a system without such locks (Windows), costs order and time but nothing else.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUEUE_LIMIT_S = 2.0
"""Who waited this long in the queue goes on without it: somebody before them is stopped, or holds on for too long."""


class Turns:
    """The queue of one file. A process waits in it with one thread at a time. Locks die with their process."""

    def __init__(self, file: Path) -> None:
        self._gate = file.with_suffix(".gate")
        self._turn = file.with_suffix(".turn")

    @contextmanager
    def turn(self, limit_s: float = QUEUE_LIMIT_S) -> Iterator[bool]:
        """Wait for this process's turn, hold it for the body; False when it began without one after ``limit_s``."""
        waiting = _Waiting(self._gate, self._turn)
        held = waiting.begin(limit_s)
        try:
            yield held
        finally:
            waiting.end()


if sys.platform == "win32":

    class _Waiting:
        """There is no such lock here."""

        def __init__(self, gate: Path, turn: Path) -> None:
            pass

        def begin(self, limit_s: float) -> bool:
            return False

        def end(self) -> None:
            pass

else:
    import fcntl

    class _Waiting:
        """One wait for one turn. Two locks, because with one alone the process that just wrote is always back first:
        who wants the turn queues at the gate, and the first of them holds the gate until the turn is free.
        """

        def __init__(self, gate: Path, turn: Path) -> None:
            self._places = (gate, turn)
            self._lock = threading.Lock()
            self._decided = threading.Event()
            self._held = False
            self._over = False

        def begin(self, limit_s: float) -> bool:
            try:
                self._gate, self._turn = (place.open("ab") for place in self._places)
            except OSError:
                return False
            if not self._at_once():
                threading.Thread(target=self._queue, name="write-turn", daemon=True).start()
                self._decided.wait(limit_s)
            return self._held

        def end(self) -> None:
            with self._lock:
                self._over = True
                if self._held:
                    self._close()

        def _at_once(self) -> bool:
            try:
                fcntl.flock(self._gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            fcntl.flock(self._gate, fcntl.LOCK_UN)
            self._held = True
            return True

        def _queue(self) -> None:
            """On its own thread, because this wait cannot be told how long it may last."""
            try:
                fcntl.flock(self._gate, fcntl.LOCK_EX)
                fcntl.flock(self._turn, fcntl.LOCK_EX)
                fcntl.flock(self._gate, fcntl.LOCK_UN)
            except OSError:
                self._close()
            else:
                with self._lock:
                    self._held = True
                    if self._over:
                        self._close()
            self._decided.set()

        def _close(self) -> None:
            self._turn.close()
            self._gate.close()

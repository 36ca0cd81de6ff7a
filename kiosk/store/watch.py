"""Tells a screen that the journal grew or a call was marked as shown or spoken, also when another process wrote.

Owns one plain thread and one connection. SQLite: polls ``PRAGMA data_version`` (under 2 microseconds). PostgreSQL:
LISTEN, with a fallback look every two seconds, because a notification is a hint and never data. The screen then reads
``journal.since(its own seq)``; being called once too often is harmless.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import select

from kiosk.errors import ReceptionError
from kiosk.store import faults
from kiosk.store.journal import NOTIFY_CHANNEL
from kiosk.store.schema_record import ORIGIN
from kiosk.store.store import Store
from kiosk.store.terminals import MARKED

LOOK_ANYWAY_S = 2.0
_STOP_LOOK_S = 0.2
_LAST_SEQ = str(select(ORIGIN.c.last_seq))
_LAST_MARK = "SELECT coalesce(max(rowid), 0) FROM call_mark"

Seen = tuple[int, int]
"""The last sequence number, and a number that grows with every mark of a call."""


class Watch:
    """Calls ``callback(seq)`` on its own thread: once at the start, then at every growth of the journal or new mark.

    ``on_fault(error)`` once when the store cannot be watched any more, ``on_recovered()`` once when it can again (the
    screen may say meanwhile that it is stale). Callbacks must be quick and must not raise.
    """

    def __init__(
        self,
        store: Store,
        callback: Callable[[int], None],
        *,
        on_fault: Callable[[ReceptionError], None] = lambda error: None,
        on_recovered: Callable[[], None] = lambda: None,
        poll_s: float = 0.05,
    ) -> None:
        self._database = store.database
        self._callback = callback
        self._on_fault = on_fault
        self._on_recovered = on_recovered
        self._poll_s = poll_s
        self._seen: Seen = (-1, 0)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-watch", daemon=True)

    def start(self) -> None:
        """Begin; a Watch starts once."""
        self._thread.start()

    def stop(self) -> None:
        """End and join the thread; harmless when it never started."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        faulty = False
        changes = self._sqlite_changes if self._database.is_sqlite else self._postgres_changes
        while not self._stopping.is_set():
            try:
                for seen in changes():
                    if faulty:
                        faulty = False
                        self._on_recovered()
                    self._tell(seen)
            except Exception as error:
                fault = faults.translate(error, self._database.place)
                if not isinstance(fault, ReceptionError):
                    raise
                if not faulty:
                    faulty = True
                    self._on_fault(fault)
                self._stopping.wait(self._poll_s * 4)

    def _tell(self, seen: Seen) -> None:
        if seen != self._seen:
            self._seen = seen
            self._callback(seen[0])

    def _sqlite_changes(self) -> Iterator[Seen]:
        """What is there at once and after every change, until stopped."""
        pooled = self._database.reader.raw_connection()
        raw: Any = pooled.driver_connection
        pooled.detach()  # ours for good: data_version counts the commits of every other connection
        with closing(raw):
            before = None
            while not self._stopping.is_set():
                version = _scalar(raw, "PRAGMA data_version")
                if version != before:
                    before = version
                    yield _scalar(raw, _LAST_SEQ), _scalar(raw, _LAST_MARK)
                self._stopping.wait(self._poll_s)

    def _postgres_changes(self) -> Iterator[Seen]:
        """What is there at once, after every notification and every two seconds, until stopped."""
        import psycopg

        marks = self._seen[1]
        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(address, autocommit=True)) as connection:
            connection.execute(f"LISTEN {NOTIFY_CHANNEL}")  # first listen, then read: nothing falls between
            while not self._stopping.is_set():
                yield _scalar(connection, _LAST_SEQ), marks
                marks += self._wait(connection)

    def _wait(self, connection: Any) -> int:
        """Until a notification, the next fallback look, or the stop. 1 when a call was marked, else 0."""
        for _ in range(round(LOOK_ANYWAY_S / _STOP_LOOK_S)):
            heard = [notice.payload for notice in connection.notifies(timeout=_STOP_LOOK_S, stop_after=1)]
            if heard or self._stopping.is_set():
                return int(MARKED in heard)
        return 0


def _scalar(connection: Any, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])

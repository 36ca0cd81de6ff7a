"""Runs both directions of synchronisation and says how they fare. Owns two threads; all rules lie in up and down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.errors import WorldError
from kiosk.ports import KeyStore
from kiosk.store import Store
from sync.client.down import Puller
from sync.client.enrolment import Enrolment, device
from sync.client.faults import PARKING, SyncError
from sync.client.loop import Loop
from sync.client.pace import BASE_S, Pace
from sync.client.session import Link, Session
from sync.client.transport import Transport
from sync.client.up import STREAM, Pusher
from sync.status import SyncState, SyncStatus
from sync.wire import AIM_EVENTS

WEDGED_S = 600.0
"""Backlog, a server that answers, and no progress for this long: start over and say so (SYNC 2.4)."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tempo:
    """How often each direction looks, seconds, and how much it takes at once."""

    push_s: float = 2.0
    pull_s: float = 5.0
    batch: int = AIM_EVENTS
    retry_s: float = BASE_S
    wait_s: float = 0.0
    """How long the server may hold a pull open; stopping waits for it."""


class SyncEngine:
    """Start it once, stop it once. ``on_status`` is called on the loops' threads whenever the status changed."""

    def __init__(
        self,
        store: Store,
        link: Callable[[], Link],
        wrap_key: bytes,
        tempo: Tempo = Tempo(),
        on_status: Callable[[SyncStatus], None] | None = None,
    ) -> None:
        """``link`` makes a fresh conversation with the server; each direction has its own."""
        self._store = store
        self._links = (link(), link())
        self._pusher = Pusher(store, self._links[0], wrap_key, tempo.batch)
        self._puller = Puller(store, self._links[1], wait_s=tempo.wait_s)
        self._on_status = on_status
        self._status = SyncStatus()
        self._telling = threading.Lock()
        self._progress_at = time.monotonic()
        self._acked = -1
        self._up = Loop("up", self._push, tempo.push_s, self._refresh, Pace(tempo.retry_s))
        self._down = Loop("down", self._puller.step, tempo.pull_s, self._refresh, Pace(tempo.retry_s))

    @property
    def status(self) -> SyncStatus:
        """The last known status; never blocks."""
        return self._status

    def start(self) -> None:
        """Begin both directions; returns at once."""
        self._store.on_commit(self._committed)
        self._up.start()
        self._down.start()

    def stop(self) -> None:
        """End both directions and join their threads."""
        for loop in (self._up, self._down):
            loop.ask_stop()
        for loop in (self._up, self._down):
            loop.join()
        for link in self._links:
            link.close()
        self._refresh()

    def nudge(self) -> None:
        """Look now, in both directions. Any thread."""
        self._up.nudge()
        self._down.nudge()

    def sync_once(self) -> SyncStatus:
        """Send and read everything on the calling thread, without the loops. Raises SyncError, WorldError."""
        while self._pusher.step():
            pass
        while self._puller.step():
            pass
        self._up.state = self._down.state = SyncState.ONLINE
        self._refresh()
        self._up.state = self._down.state = SyncState.STOPPED
        return self._status

    def close(self) -> None:
        """Let go of the connections of an engine that was never started."""
        for link in self._links:
            link.close()

    def _committed(self, _seq: int) -> None:
        """New events go at once, but never shorten the wait after a fault: a busy hall must not hammer its line."""
        if not self._up.last_error:
            self._up.nudge()

    def _push(self) -> bool:
        more = self._pusher.step()
        self._watch()
        return more

    def _watch(self) -> None:
        """The wedge watchdog: called after a step without a fault."""
        with self._store.read() as work:
            state = work.sync_state.get(STREAM)
            waiting = work.outbox.backlog().count
        acked = state.acked_seq if state else 0
        now = time.monotonic()
        if acked != self._acked or waiting == 0:
            self._acked, self._progress_at = acked, now
        elif now - self._progress_at > WEDGED_S:
            _log.error("synchronisation up is wedged: %d events wait; starting over", waiting)
            self._progress_at = now
            self._pusher.forget()

    def _refresh(self) -> None:
        with self._telling:
            self._tell(self._look())

    def _tell(self, status: SyncStatus) -> None:
        changed = replace(status, last_ok_at=None) != replace(self._status, last_ok_at=None)
        self._status = status
        if changed and self._on_status is not None:
            self._on_status(status)

    def _look(self) -> SyncStatus:
        with self._store.read() as work:
            waiting = work.outbox.backlog()
            state = work.sync_state.get(STREAM)
        known = self._puller.centres
        return SyncStatus(
            state=_worse(self._up.state, self._down.state),
            up=self._up.state,
            down=self._down.state,
            backlog=waiting.count,
            oldest_at=waiting.oldest_at,
            quarantined=waiting.quarantined,
            last_error=self._up.last_error or self._down.last_error,
            last_ok_at=state.last_ok_at if state else None,
            centres=(known.online, known.known) if known and self._down.state is SyncState.ONLINE else None,
        )


def connect(
    store: Store,
    keys: KeyStore,
    enrolment: Enrolment,
    tempo: Tempo = Tempo(),
    on_status: Callable[[SyncStatus], None] | None = None,
) -> SyncEngine:
    """An engine for an enrolled hall. Raises WorldError when the enrolment is of another store."""
    if enrolment.origin_id != store.origin_id:
        raise WorldError(
            "enrolment_other_store", "The enrolment belongs to another hall store.", "Enrol this hall again."
        )
    _, key = device(keys)
    return SyncEngine(
        store,
        lambda: Session(Transport(enrolment.url, enrolment.certificate), enrolment, key),
        enrolment.wrap_key,
        tempo,
        on_status,
    )


def explain(error: SyncError) -> WorldError:
    """A fault as an error that a person can act on."""
    remedy = (
        "Read docs/adr/0004-sync.md, section on parked directions; nothing is lost meanwhile."
        if error.cure in PARKING
        else "Nothing is lost; it is tried again by itself."
    )
    return WorldError(f"sync_{error.code}", f"Synchronisation stopped: {error.code}.", remedy)


def _worse(one: SyncState, other: SyncState) -> SyncState:
    order = (SyncState.ONLINE, SyncState.STOPPED, SyncState.OFFLINE, SyncState.PARKED)
    return max(one, other, key=order.index)

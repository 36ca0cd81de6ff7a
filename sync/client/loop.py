"""One direction as a thread: step, wait, step. Owns pacing and what the fault means; knows nothing of events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.errors import ReceptionError
from sync.client.faults import PARKING, Cure, SyncError
from sync.client.pace import Pace
from sync.status import SyncState

_log = logging.getLogger(__name__)


class Loop:
    """Calls ``step`` until stopped. ``changed`` is called on this thread after every step."""

    def __init__(
        self, name: str, step: Callable[[], bool], interval_s: float, changed: Callable[[], None], pace: Pace
    ) -> None:
        self.name = name
        self.state = SyncState.STOPPED
        self.last_error = ""
        self._step = step
        self._interval_s = interval_s
        self._changed = changed
        self._pace = pace
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"sync-{name}", daemon=True)

    def start(self) -> None:
        """Begin; a loop is started once."""
        self._thread.start()

    def nudge(self) -> None:
        """Step soon instead of at the end of the pause. Any thread."""
        self._wake.set()

    def ask_stop(self) -> None:
        """Stop after the step in progress."""
        self._stopping = True
        self._wake.set()

    def join(self) -> None:
        """Wait for the end; a step is bounded by the transport's time limits."""
        if self._thread.is_alive():
            self._thread.join()
        self.state = SyncState.STOPPED

    def _run(self) -> None:
        while not self._stopping:
            pause = self._once()
            self._tell()
            self._wake.wait(pause)
            self._wake.clear()

    def _once(self) -> float:
        """One step; returns the seconds to wait before the next."""
        try:
            more = self._step()
        except SyncError as error:
            return self._broke(error)
        except ReceptionError as error:
            return self._broke(SyncError(Cure.RETRY, error.code))
        except Exception:
            _log.exception("synchronisation %s: step failed", self.name)
            return self._broke(SyncError(Cure.RETRY, "internal"))
        self._healed()
        return 0.0 if more else self._interval_s

    def _tell(self) -> None:
        try:
            self._changed()
        except ReceptionError as error:
            self._broke(SyncError(Cure.RETRY, error.code))

    def _broke(self, error: SyncError) -> float:
        if error.code != self.last_error:
            _log.warning("synchronisation %s broke: %s", self.name, error.code)
        self.last_error = error.code
        self.state = SyncState.PARKED if error.cure in PARKING else SyncState.OFFLINE
        return self._pace.failed(error)

    def _healed(self) -> None:
        if self.last_error:
            _log.warning("synchronisation %s works again", self.name)
        self.last_error = ""
        self.state = SyncState.ONLINE
        self._pace.succeeded()

"""The one door from plain Python threads into the GUI thread. Owns nothing else.

No lambda is ever a receiver: PySide6 may run it in the emitter's thread. The receiver is a bound method of an
object that lives on the GUI thread, and the connection is queued.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """One per process, made on the GUI thread."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the GUI thread, in the order of posting. Any thread; silent after ``close``."""
        if self._open:
            self._posted.emit(call)

    def close(self) -> None:
        """Drop everything still under way and everything posted later. GUI thread, at exit."""
        self._open = False

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._open:
            call()

"""A slot for one frame between the capturing and the deciding thread: the newest wins, nothing queues up."""

from __future__ import annotations

import threading

from recognition.types import Frame


class Mailbox:
    """``put`` and ``take`` from different threads; after ``close`` both return at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._closed = False

    def put(self, frame: Frame) -> bool:
        """Offer a frame; True when an older one was dropped for it."""
        with self._changed:
            dropped = self._frame is not None
            self._frame = None if self._closed else frame
            self._changed.notify()
            return dropped

    def take(self) -> Frame | None:
        """The newest frame, waiting for it; None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """Wake the taker for good. A frame not taken yet is dropped."""
        with self._changed:
            self._frame = None
            self._closed = True
            self._changed.notify_all()

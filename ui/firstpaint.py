"""Tells when a window painted for the first time, for measuring the start."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget


class FirstPaint(QObject):
    """``painted`` is emitted once, after the window's first paint event and everything under it was delivered."""

    painted = Signal()

    def __init__(self, window: QWidget, app: QApplication) -> None:
        super().__init__(app)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False

"""The code of a terminal in large letters over its whole window, so that somebody in the hall finds the machine."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.fonts import font

SHOWN_MS = 10_000
_SHARE = 0.45
_BACK, _INK = QColor(11, 107, 87), QColor(255, 255, 255)


class Nameplate(QWidget):
    """Covers its parent, takes no touch from it, and goes by itself."""

    def __init__(self, parent: QWidget, code: str) -> None:
        super().__init__(parent)
        self.code = code
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(parent.rect())
        QTimer.singleShot(SHOWN_MS, self.deleteLater)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _BACK)
        letters = max(2, len(self.code))
        face = font(int(min(self.height() * _SHARE, self.width() / letters)), bold=True)
        painter.setFont(face)
        painter.setPen(_INK)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.code)


def show_nameplate(window: QWidget, code: str) -> Nameplate:
    """Show it over ``window`` now. GUI thread."""
    plate = Nameplate(window, code)
    plate.show()
    plate.raise_()
    return plate

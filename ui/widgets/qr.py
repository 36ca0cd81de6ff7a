"""A QR code drawn with crisp modules. ASCII payloads only: readers disagree about Chinese in QR codes."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme

_QUIET = 2


def matrix(payload: str) -> list[list[bool]]:
    """Rows of modules, True is dark. Raises ValueError for a payload that is not ASCII."""
    if not payload.isascii():
        raise ValueError("QR payloads are ASCII")
    code = segno.make(payload, error="m", micro=False)
    return [[bool(module) for module in row] for row in code.matrix]


def paint_qr(painter: QPainter, rect: QRectF, payload: str, ink: QColor) -> None:
    """Draw the code into ``rect`` in whole pixels, centred, with a quiet edge left free."""
    rows = matrix(payload)
    module = int(min(rect.width(), rect.height()) // (len(rows) + 2 * _QUIET))
    left = round(rect.x() + (rect.width() - module * len(rows)) / 2)
    top = round(rect.y() + (rect.height() - module * len(rows)) / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(left + x * module, top + y * module, module, module, ink)


class QrView(QWidget):
    """A QR code of fixed size, on white. ``size`` is in reference pixels."""

    def __init__(self, theme: Theme, payload: str, *, size: int = 240) -> None:
        super().__init__()
        self._payload = payload
        self.setFixedSize(theme.px(size), theme.px(size))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        paint_qr(painter, QRectF(self.rect()), self._payload, QColor("#000000"))

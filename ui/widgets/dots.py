"""How many of some few things are done, as a row of dots. Owns the drawing only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme

_SIDE, _GAP = 30, 26


class Dots(QWidget):
    """``count`` dots, the first ``done`` of them filled."""

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__()
        self._theme, self._count, self._done = theme, count, 0
        self.setFixedSize(theme.px(count * _SIDE + (count - 1) * _GAP), theme.px(_SIDE))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def done(self) -> int:
        """How many are filled."""
        return self._done

    def set_done(self, done: int) -> None:
        """Fill so many."""
        if done != self._done:
            self._done = done
            self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, side = self._theme.px(4), self._theme.px(_SIDE)
        for number in range(self._count):
            filled = number < self._done
            painter.setPen(QPen(self._theme.color("brand" if filled else "line"), line))
            painter.setBrush(self._theme.color("brand" if filled else "surface"))
            left = number * self._theme.px(_SIDE + _GAP)
            painter.drawEllipse(QRectF(left, 0, side, side).adjusted(line / 2, line / 2, -line / 2, -line / 2))

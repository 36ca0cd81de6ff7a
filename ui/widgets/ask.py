"""What the visitor is asked to do with the head, as a drawing: a head that looks that way, and an arrow beside it.

Directions are those of a mirror: the visitor's own left is the left side of the screen. No picture of a person.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme

_WAYS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}
"""The way a head looks; every other ask looks straight ahead."""
NEARER = "nearer"
GLASSES = "glasses"


class AskArrow(QWidget):
    """Fixed size (reference pixels). ``set_ask`` takes a value of ``recognition.types.Ask``, or None for nothing."""

    def __init__(self, theme: Theme, *, size: int = 190) -> None:
        super().__init__()
        self._theme = theme
        self._ask: str | None = None
        self.setFixedSize(theme.px(size), theme.px(size))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def ask(self) -> str | None:
        """What is drawn now."""
        return self._ask

    def set_ask(self, ask: str | None) -> None:
        """Draw this movement, or nothing; the room stays the same, so that the page does not jump."""
        if ask != self._ask:
            self._ask = ask
            self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._ask is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(self.width())
        painter.scale(side, side)
        way = _WAYS.get(self._ask, (0.0, 0.0))
        centre = QPointF(0.5 - way[0] * 0.14, 0.5 - way[1] * 0.14)
        tall = 0.23 if way[1] else 0.29
        self._head(painter, centre, tall, way)
        if self._ask in _WAYS:
            self._arrow(painter, centre + QPointF(way[0] * 0.49, way[1] * 0.49), way)
        elif self._ask == NEARER:
            self._outline(painter, QRectF(0.12, 0.02, 0.76, 0.96), dashed=True)

    def _head(self, painter: QPainter, centre: QPointF, tall: float, way: tuple[float, float]) -> None:
        """An oval with eyes and mouth moved the way it looks."""
        oval = QRectF(centre.x() - tall * 0.78, centre.y() - tall, tall * 1.56, tall * 2)
        painter.setBrush(self._theme.color("ok_soft"))
        self._outline(painter, oval, dashed=False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("brand"))
        middle = centre + QPointF(way[0] * tall * 0.22, way[1] * tall * 0.22)
        eyes = [middle + QPointF(aside * tall * 0.26, -tall * 0.15) for aside in (-1, 1)]
        for eye in eyes:
            painter.drawEllipse(eye, tall * 0.08, tall * 0.08)
        painter.setPen(self._pen(0.022))
        if self._ask == GLASSES:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for eye in eyes:
                painter.drawEllipse(eye, tall * 0.22, tall * 0.22)
        mouth = middle + QPointF(0.0, tall * 0.35)
        painter.drawLine(mouth - QPointF(tall * 0.18, 0.0), mouth + QPointF(tall * 0.18, 0.0))

    def _outline(self, painter: QPainter, oval: QRectF, *, dashed: bool) -> None:
        pen = self._pen(0.028)
        if dashed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen.setDashPattern([1.6, 2.4])
        painter.setPen(pen)
        painter.drawEllipse(oval)

    def _arrow(self, painter: QPainter, at: QPointF, way: tuple[float, float]) -> None:
        """A solid head of an arrow centred at ``at``, pointing along ``way``."""
        along, across = QPointF(*way) * 0.085, QPointF(-way[1], way[0]) * 0.13
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("brand"))
        painter.drawPolygon(QPolygonF([at + along, at - along + across, at - along - across]))

    def _pen(self, width: float) -> QPen:
        style, cap = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
        return QPen(self._theme.color("brand"), width, style, cap)

"""Five faces to press, alike in size, told apart by the mouth and the word under it. Own the drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground, shadow_margin
from ui.widgets.text import Text

_FILL = {5: "ok_soft", 4: "ok_soft", 3: "info_soft", 2: "warn_soft", 1: "warn_soft"}
_SMILE = {5: 1.0, 4: 0.55, 3: 0.0, 2: -0.5, 1: -0.9}


class FaceButton(Pressable):
    """A level of satisfaction. Upright with the word under the face, or a row with the word beside it."""

    def __init__(self, theme: Theme, level: int, word: str, *, row: bool) -> None:
        super().__init__(theme, word)
        self._level, self._row = level, row
        self._lines = Text(theme, word, "lead" if row else "body", align="left" if row else "center")
        self.setObjectName(f"level_{level}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._lines.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lines.setGeometry(self._parts()[1].toAlignedRect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        radius = self._theme.radius_large
        fill = self.shade(self._theme.color("surface"))
        ground(painter, self._card(), self._theme, fill, radius=radius, shadow=True)
        tone = self._theme.color(_FILL[self._level])
        draw_face(painter, self._parts()[0], self._level, tone, self._theme.color("brand"))
        if self.ringed:
            focus_ring(painter, self._card(), self._theme, radius)

    def _card(self) -> QRectF:
        edge = shadow_margin(self._theme)
        return QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)

    def _parts(self) -> tuple[QRectF, QRectF]:
        """Where the face and the word go: all faces of a page alike, whatever the length of their words."""
        card, gap = self._card(), self._theme.px(10 if self._row else 14)
        if self._row:
            side = max(1.0, card.height() - 2 * gap)
            face = QRectF(card.x() + 2 * gap, card.y() + gap, side, side)
            height = self._lines.heightForWidth(round(card.right() - face.right() - 4 * gap))
            top = card.center().y() - height / 2
            return face, QRectF(face.right() + 3 * gap, top, card.right() - face.right() - 4 * gap, height)
        words = self._theme.size("body") * 2.6
        side = max(1.0, min(card.width() * 0.68, card.height() - words - 3 * gap))
        top = card.y() + (card.height() - side - gap - words) / 2
        face = QRectF(card.center().x() - side / 2, top, side, side)
        return face, QRectF(card.x() + gap, face.bottom() + 1.5 * gap, card.width() - 2 * gap, words)


class Disc(QWidget):
    """An icon on a soft disc."""

    def __init__(self, theme: Theme, icon: str, *, side: int, fill: str) -> None:
        super().__init__()
        self._theme, self._fill = theme, fill
        self._icon = icon_pixmap(icon, theme.color("brand").name(), theme.px(side * 0.56))
        self.setFixedSize(theme.px(side), theme.px(side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._fill))
        painter.drawEllipse(self.rect())
        spare = (self.width() - self._icon.width()) // 2
        painter.drawPixmap(spare, spare, self._icon)


def draw_face(painter: QPainter, rect: QRectF, level: int, fill: QColor, ink: QColor) -> None:
    """A round face whose mouth says the ``level``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = rect.width()
    line = side * 0.035
    painter.setPen(QPen(ink, line))
    painter.setBrush(fill)
    painter.drawEllipse(rect.adjusted(line, line, -line, -line))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for x in (0.35, 0.65):
        eye = QPointF(rect.x() + side * x, rect.y() + side * 0.41)
        painter.drawEllipse(eye, side * 0.045, side * 0.06)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, line * 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(_mouth(rect, _SMILE[level]))


def _mouth(rect: QRectF, smile: float) -> QPainterPath:
    side = rect.width()
    y = rect.y() + side * (0.66 - 0.05 * smile)
    path = QPainterPath(QPointF(rect.x() + side * 0.31, y))
    path.quadTo(QPointF(rect.center().x(), y + side * 0.28 * smile), QPointF(rect.x() + side * 0.69, y))
    return path

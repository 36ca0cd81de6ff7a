"""A painter that speaks in reference pixels (1920x1080) and in tokens. Owns no content."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ui.fonts import draw_text, font
from ui.theme import Theme
from ui.wall.words import Both
from ui.widgets.icon import icon_pixmap

Align = Literal["left", "center", "right"]
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


def scaled(rect: QRectF, theme: Theme) -> QRectF:
    """``rect`` in real pixels."""
    k = theme.factor
    return QRectF(rect.x() * k, rect.y() * k, rect.width() * k, rect.height() * k)


class Canvas:
    """Valid during one paint event. Every rectangle and size handed in is in reference pixels."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        self._painter, self._theme = painter, theme
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    def panel(self, rect: QRectF, token: str, *, radius: float = 0, alpha: float = 1.0) -> None:
        """A flat ground."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._color(token, alpha))
        corner = radius * self._theme.factor
        self._painter.drawRoundedRect(self._scaled(rect), corner, corner)

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line between rows."""
        self._painter.fillRect(self._scaled(QRectF(x, y, width, 2)), self._color("wall_soft", 0.22))

    def icon(self, rect: QRectF, name: str, ink: str) -> None:
        """One of our icons in the colour of ``ink``."""
        box = self._scaled(rect)
        pixmap = icon_pixmap(name, self._color(ink).name(), max(1, round(box.width())))
        self._painter.drawPixmap(box.topLeft(), pixmap)

    def text(
        self, rect: QRectF, text: str, size: int, ink: str = "wall_ink", *, align: Align = "left", bold: bool = False
    ) -> None:
        """One line, centred upright in ``rect``, made smaller when it is too wide."""
        box = self._scaled(rect)
        face = font(round(size * self._theme.factor), bold=bold)
        metrics = QFontMetricsF(face)
        if metrics.horizontalAdvance(text) > box.width():
            face = font(int(face.pixelSize() * box.width() / metrics.horizontalAdvance(text)), bold=bold)
            metrics = QFontMetricsF(face)
        spare = box.width() - metrics.horizontalAdvance(text)
        baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
        draw_text(self._painter, QPointF(box.x() + spare * _SHARE[align], baseline), text, face, self._color(ink))

    def both(
        self,
        rect: QRectF,
        both: Both,
        zh: int,
        en: int,
        ink: str = "wall_ink",
        soft: str = "wall_soft",
        *,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        """Chinese over English, the pair centred upright in ``rect``; a text equal in both is written once."""
        if both.zh == both.en:
            self.text(rect, both.zh, zh, ink, align=align, bold=bold)
            return
        upper, lower = zh * 1.22, en * 1.35
        top = rect.center().y() - (upper + lower) / 2
        self.text(QRectF(rect.x(), top, rect.width(), upper), both.zh, zh, ink, align=align, bold=bold)
        self.text(QRectF(rect.x(), top + upper, rect.width(), lower), both.en, en, soft, align=align)

    def _scaled(self, rect: QRectF) -> QRectF:
        return scaled(rect, self._theme)

    def _color(self, token: str, alpha: float = 1.0) -> QColor:
        color = QColor(self._theme.color(token))
        color.setAlphaF(alpha)
        return color

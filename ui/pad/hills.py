"""Three low hills at the foot of the resting pad: something for the eyes, nothing to read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from ui.theme import Theme

_HILLS = ((0.27, 0.07, "info_soft", 0.75), (0.2, -0.06, "ok_soft", 0.85), (0.12, 0.05, "brand", 0.16))
"""Height and swing as shares of the area, colour, opacity; the farthest first."""


def draw_hills(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Paint them over the foot of ``area``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for height, swing, token, alpha in _HILLS:
        tone = QColor(theme.color(token))
        tone.setAlphaF(alpha)
        painter.setBrush(tone)
        painter.drawPath(_hill(area, height, swing))


def _hill(area: QRectF, height: float, swing: float) -> QPainterPath:
    top, sway = area.height() * (1 - height), area.height() * swing
    path = QPainterPath(area.bottomLeft())
    path.lineTo(area.x(), top + sway)
    third = area.width() / 3
    path.cubicTo(
        QPointF(area.x() + third, top - sway * 1.6),
        QPointF(area.x() + 2 * third, top + sway * 1.6),
        QPointF(area.right() + 1, top - sway),
    )
    path.lineTo(area.right() + 1, area.bottom())
    return path

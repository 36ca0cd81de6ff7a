"""Rounded grounds with soft shadows, painted once for every block. Owns the drawing, no state."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ui.theme import Theme

_SHADOW_STEPS = 6
_SHADOW_DROP = 3


def shadow_margin(theme: Theme) -> int:
    """Room a block keeps around its ground for the shadow."""
    return theme.px(_SHADOW_STEPS) if theme.tokens.shadow else 0


def ground(
    painter: QPainter,
    rect: QRectF,
    theme: Theme,
    fill: QColor,
    *,
    radius: float,
    border: QColor | None = None,
    border_px: float = 2,
    shadow: bool = False,
) -> None:
    """A filled rounded rectangle; without shadows (contrast palettes) a line takes their place."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if shadow and theme.tokens.shadow:
        _shadow(painter, rect, theme, radius)
    elif shadow and border is None:
        border = theme.color("line")
    painter.setPen(Qt.PenStyle.NoPen)
    if border is not None:
        width = theme.px(border_px)
        painter.setPen(QPen(border, width))
        rect = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, radius, radius)


def focus_ring(painter: QPainter, rect: QRectF, theme: Theme, radius: float) -> None:
    """The visible mark of keyboard focus."""
    width = theme.px(4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("now"), width))
    painter.drawRoundedRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2), radius, radius)


def _shadow(painter: QPainter, rect: QRectF, theme: Theme, radius: float) -> None:
    """Drawn once for each size, then copied: a page of equal tiles needs one."""
    grow = theme.px(_SHADOW_STEPS) + theme.px(_SHADOW_DROP)
    size = rect.toAlignedRect().size()
    shade = _shadow_pixmap(size.width(), size.height(), round(radius), theme.factor, theme.tokens.ink)
    painter.drawPixmap(rect.topLeft() - QPointF(grow, grow), shade)


@lru_cache(maxsize=48)
def _shadow_pixmap(width: int, height: int, radius: int, factor: float, ink: str) -> QPixmap:
    steps = [max(1, round(step * factor)) for step in range(_SHADOW_STEPS, 0, -1)]
    drop = max(1, round(_SHADOW_DROP * factor))
    edge = steps[0] + drop
    pixmap = QPixmap(width + 2 * edge, height + 2 * edge)
    pixmap.fill(Qt.GlobalColor.transparent)
    tone = QColor(ink)
    tone.setAlphaF(0.012)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone)
    for grow in steps:
        ground_rect = QRectF(edge - grow, edge - grow + drop, width + 2 * grow, height + 2 * grow)
        painter.drawRoundedRect(ground_rect, radius + grow, radius + grow)
    painter.end()
    return pixmap

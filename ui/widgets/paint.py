"""Rounded grounds with soft shadows, painted once for every block. Owns the drawing, no state."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.theme import Theme

_SHADOW_STEPS = 6


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
    tone = theme.color("ink")
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(_SHADOW_STEPS, 0, -1):
        tone.setAlphaF(0.012)
        painter.setBrush(tone)
        grow = theme.px(step)
        drop = theme.px(3)
        painter.drawRoundedRect(rect.adjusted(-grow, -grow + drop, grow, grow + drop), radius + grow, radius + grow)

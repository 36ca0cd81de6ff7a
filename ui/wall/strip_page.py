"""A strip of four lines of twelve characters: steady, no motion, two colours. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.breaking import narrow
from ui.wall.canvas import Canvas
from ui.wall.layout import STRIP_CHARACTERS, STRIP_LINES, Frame
from ui.wall.sheets import StripSheet

_NARROW_EM = 0.57
_INK_ABOVE = 0.08
"""Ink stands so much below the middle of its line, in font sizes; on a strip every dot counts."""


def paint_strip(canvas: Canvas, frame: Frame, sheet: StripSheet) -> None:
    """Every line as large as the panel allows, never smaller than four lines of twelve characters would be."""
    width, height = frame.reference.width, frame.reference.height
    canvas.panel(QRectF(0, 0, width, height), "wall")
    lines = sheet.lines[:STRIP_LINES]
    if not lines:
        return
    longest = max(_em(line.text) for line in lines)
    least = min(height / STRIP_LINES, width / STRIP_CHARACTERS)
    size = max(least, min(height / len(lines) * 0.94, width / max(1.0, longest)))
    top = max(0.0, (height - size * len(lines)) / 2)
    for index, line in enumerate(lines):
        row = QRectF(0, top + (index - _INK_ABOVE) * size, width, size)
        canvas.text(row, line.text, size, "now" if line.now else "wall_ink", bold=True)


def _em(text: str) -> float:
    """About how wide ``text`` is, in font sizes."""
    return sum(_NARROW_EM if narrow(sign) else 1.0 for sign in text)

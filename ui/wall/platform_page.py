"""Page 2: how the platform is doing, in a few large figures. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.words import FigureWords, WallWords

_AREA = QRectF(56, 280, 1808, 680)
_GAP = 28


def paint_platform(canvas: Canvas, words: WallWords) -> None:
    """A heading and a grid of figures, two rows."""
    canvas.both(QRectF(56, 152, 900, 104), words.headings["platform.title"], 54, 28, bold=True)
    canvas.both(QRectF(964, 152, 900, 104), words.headings["platform.note"], 28, 22, "wall_soft", align="right")
    columns = max(1, (len(words.platform) + 1) // 2)
    width = (_AREA.width() - _GAP * (columns - 1)) / columns
    height = (_AREA.height() - _GAP) / 2
    for index, figure in enumerate(words.platform):
        row, column = divmod(index, columns)
        x, y = _AREA.x() + column * (width + _GAP), _AREA.y() + row * (height + _GAP)
        _figure(canvas, figure, QRectF(x, y, width, height))


def _figure(canvas: Canvas, figure: FigureWords, card: QRectF) -> None:
    canvas.panel(card, "wall_raised", radius=28)
    inner = card.adjusted(44, 32, -44, -32)
    canvas.both(QRectF(inner.x(), inner.y(), inner.width(), 84), figure.label, 38, 26, "wall_ink")
    value = QRectF(inner.x(), inner.y() + 92, inner.width(), 140)
    if figure.value.zh[0].isdigit():
        canvas.text(value, figure.value.zh, 128, bold=True)
    else:
        canvas.both(value, figure.value, 76, 34, bold=True)
    if figure.share is not None:
        track = QRectF(inner.x(), inner.bottom() - 14, inner.width(), 14)
        canvas.panel(track, "wall_soft", radius=7, alpha=0.25)
        filled = QRectF(track.x(), track.y(), track.width() * figure.share, track.height())
        canvas.panel(filled, "wall_soft", radius=7)

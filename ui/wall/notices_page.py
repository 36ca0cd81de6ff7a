"""Page 5: one notice at a time, large, with a QR code when it names an address. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.layout import Frame
from ui.wall.sheets import NoticeSheet
from ui.wall.words import WallWords

_CODE = 340


def paint_notice(canvas: Canvas, frame: Frame, words: WallWords, sheet: NoticeSheet) -> None:
    """Text at the left, code at the right; below it when the wall stands upright."""
    box = frame.content.adjusted(56, 40, -56, -24) if not frame.portrait else frame.content.adjusted(40, 32, -40, -24)
    canvas.panel(box, "wall_raised", radius=28)
    canvas.panel(QRectF(box.x(), box.y() + 40, 10, box.height() - 80), "now", radius=5)
    inner = box.adjusted(72, 48, -64, -48)
    heading = words.headings["notice.title"]
    canvas.text(QRectF(inner.x(), inner.y(), inner.width(), 60), f"{heading.zh}  {heading.en}", 40, "now", bold=True)
    if sheet.place is not None:
        canvas.text(QRectF(inner.x(), inner.y(), inner.width(), 60), sheet.place.zh, 34, "wall_soft", align="right")
    area = inner.adjusted(0, 96, 0, 0)
    if sheet.address:
        area = _with_code(canvas, frame, area, words, sheet.address)
    share = 0.64 if sheet.text.en else 1.0
    used = canvas.lines(QRectF(area.x(), area.y(), area.width(), area.height() * share), sheet.text.zh, 68, bold=True)
    english = QRectF(area.x(), area.y() + used + 36, area.width(), area.height() - used - 36)
    if sheet.text.en:
        canvas.lines(english, sheet.text.en, 38, "wall_soft")


def _with_code(canvas: Canvas, frame: Frame, area: QRectF, words: WallWords, address: str) -> QRectF:
    """Draw the code; what is left for the text."""
    if frame.portrait:
        code = QRectF(area.x(), area.bottom() - _CODE, _CODE, _CODE)
        text = QRectF(code.right() + 40, code.y(), area.right() - code.right() - 40, _CODE)
        canvas.both(text, words.headings["notice.scan"], 44, 28)
        left = area.adjusted(0, 0, 0, -_CODE - 40)
    else:
        code = QRectF(area.right() - _CODE, area.y(), _CODE, _CODE)
        below = QRectF(code.x(), code.bottom() + 8, _CODE, 96)
        canvas.both(below, words.headings["notice.scan"], 34, 24, align="center")
        left = area.adjusted(0, 0, -_CODE - 64, 0)
    canvas.qr(code, address)
    return left

"""The page of a window's own wall: its name, and the number or what it is doing. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.layout import Frame
from ui.wall.sheets import WindowSheet
from ui.wall.sizing import LABEL_EM

_EDGE = 48
_CALLED_EM = LABEL_EM + 1.35
"""请 and a number of four figures."""
_NOTED_EM = 2.25
"""Heights of the number, its English, and a note in two languages."""
_SENTENCE = 8
"""A note of more signs is a sentence, written in lines."""


def paint_window(canvas: Canvas, frame: Frame, sheet: WindowSheet) -> None:
    """Name above, number or state below, without what pulses (``paint_window_call``)."""
    name = _name_box(frame)
    canvas.both(name, sheet.name, name.height() * 0.5, name.height() * 0.2, align="center", bold=True)
    if not sheet.pulsing:
        canvas.panel(window_box(frame), "wall_raised", radius=36)
        _paint_main(canvas, frame, sheet, "now" if sheet.call else "wall_ink", "wall_soft")


def paint_window_call(canvas: Canvas, frame: Frame, sheet: WindowSheet, strength: float) -> None:
    """The call that pulses, ``strength`` from 0 to 1."""
    if sheet.pulsing:
        canvas.panel(window_box(frame), "wall_raised", radius=36)
        canvas.panel(window_box(frame), "now", radius=36, alpha=strength)
        _paint_main(canvas, frame, sheet, "on_now", "on_now")


def window_box(frame: Frame) -> QRectF:
    """Where the number stands."""
    return frame.content.adjusted(40, 24 + _name_box(frame).height(), -40, -24)


def number_size(frame: Frame, *, noted: bool = True) -> float:
    """Font size of the number, in reference pixels; ``noted``: with a note below it."""
    box = window_box(frame)
    high = box.height() * 0.92 / _NOTED_EM if noted else box.height() * 0.5
    return min(high, (box.width() - 2 * _EDGE) / _CALLED_EM)


def _name_box(frame: Frame) -> QRectF:
    content = frame.content
    height = content.height() * (0.2 if frame.portrait else 0.26)
    return QRectF(content.x() + 40, content.y() + 12, content.width() - 80, height)


def _paint_main(canvas: Canvas, frame: Frame, sheet: WindowSheet, ink: str, soft: str) -> None:
    inner = window_box(frame).adjusted(_EDGE, 0, -_EDGE, 0)
    size = number_size(frame, noted=sheet.note is not None)
    if sheet.note is None:
        canvas.both(inner, sheet.main, size, size * 0.2, ink, soft, align="center", bold=True)
        return
    top = inner.center().y() - size * _NOTED_EM / 2
    upper = QRectF(inner.x(), top, inner.width(), size * 1.5)
    lower = QRectF(inner.x(), upper.bottom(), inner.width(), size * (_NOTED_EM - 1.5))
    canvas.both(upper, sheet.main, size, size * 0.2, ink, soft, align="center", bold=True)
    note = lower.height() * 0.5
    if len(sheet.note.zh) > _SENTENCE:
        used = canvas.lines(lower, sheet.note.zh, note * 0.5, ink, align="center")
        canvas.lines(lower.adjusted(0, used, 0, 0), sheet.note.en, note * 0.32, soft, align="center")
        return
    canvas.both(lower, sheet.note, note, note * 0.45, ink, soft, align="center", bold=sheet.call)

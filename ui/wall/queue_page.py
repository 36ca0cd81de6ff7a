"""Page 1: the last calls, who waits, today's figures. Draws; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.layout import Frame
from ui.wall.sizing import CallPlan
from ui.wall.words import UNKNOWN, CallWords, FigureWords, WaitingWords, WallWords

_EDGE = 48
_GAP = 8
_SECONDARY = 0.42
"""English beside Chinese, in sizes of the Chinese."""


def paint_queue(canvas: Canvas, frame: Frame, area: QRectF, plan: CallPlan, words: WallWords) -> None:
    """Calls in ``area`` as planned, without the ground of those that pulse (``paint_pulse``)."""
    if words.message is not None:
        height = 130.0
        box = QRectF(area.x() + 24, area.center().y() - height, area.width() - 48, height)
        canvas.both(box, words.message.title, 84, 40, align="center", bold=True)
        used = canvas.lines(box.translated(0, 170).adjusted(0, 0, 0, -20), words.message.hint.zh, 40, align="center")
        hint = box.translated(0, 178 + used)
        canvas.lines(hint, words.message.hint.en, 28, "wall_soft", align="center")
    for index, (box, call) in enumerate(_rows(area, plan, words)):
        if not call.pulsing:
            paint_call(canvas, box, plan, call, index)
        if index and index < min(len(words.calls), plan.rows) - 1 and not call.pulsing:
            canvas.rule(box.x() + _EDGE, box.bottom() + _GAP / 2, box.width() - 2 * _EDGE)
    if not area.intersects(frame.side):
        paint_side(canvas, frame, words)


def paint_pulse(canvas: Canvas, area: QRectF, plan: CallPlan, words: WallWords, strength: float) -> None:
    """The calls that pulse, ``strength`` from 0 to 1."""
    for index, (box, call) in enumerate(_rows(area, plan, words)):
        if call.pulsing:
            canvas.panel(box, "wall_raised", radius=28)
            canvas.panel(box, "now", radius=28, alpha=strength)
            paint_call(canvas, box, plan, call, index)


def pulse_boxes(area: QRectF, plan: CallPlan, words: WallWords) -> list[QRectF]:
    """Where something pulses."""
    return [box for box, call in _rows(area, plan, words) if call.pulsing]


def _rows(area: QRectF, plan: CallPlan, words: WallWords) -> Iterator[tuple[QRectF, CallWords]]:
    top = area.y()
    for index, call in enumerate(words.calls[: plan.rows]):
        height = plan.newest if index == 0 else plan.row
        yield QRectF(area.x(), top, area.width(), height - _GAP), call
        top += height


def paint_call(canvas: Canvas, box: QRectF, plan: CallPlan, call: CallWords, index: int) -> None:
    """One call: number at the left, where to go at the right (or one under the other)."""
    newest = index == 0
    if newest and not call.pulsing:
        canvas.panel(box, "wall_raised", radius=28)
        canvas.panel(QRectF(box.x(), box.y() + 28, 10, box.height() - 56), "now", radius=5)
    ink = "on_now" if call.pulsing else "wall_ink"
    soft = "on_now" if call.pulsing else "wall_soft"
    label = "on_now" if call.pulsing else "now" if newest else "wall_ink"
    size = plan.newest_number if newest else plan.number
    row = box.adjusted(_EDGE, 0, -_EDGE, 0)
    place = size * plan.place / plan.number
    if plan.stacked:
        upper = QRectF(row.x(), row.y(), row.width(), row.height() * 0.58)
        lower = QRectF(row.x(), upper.bottom(), row.width(), row.height() * 0.40)
        canvas.text(upper, call.label, size, label, bold=True)
        canvas.text(lower, call.where.zh, place, ink, bold=True)
        beside = lower.adjusted(canvas.width(call.where.zh, place, bold=True) + place * 0.3, place * 0.2, 0, 0)
        if call.where.en != call.where.zh and beside.width() > place:
            canvas.text(beside, call.where.en, place * 0.34, soft, align="right")
        return
    label_width, place_width = size * 2.9, place * 4.5
    canvas.text(QRectF(row.x(), row.y(), label_width, row.height()), call.label, size, label, bold=True)
    between = row.width() - label_width - place_width
    if between > place * 1.7:
        middle = QRectF(row.x() + label_width, row.y(), between, row.height())
        canvas.both(middle, call.go_to, place * 0.5, max(20, place * 0.3), soft, soft, align="center")
    right = QRectF(row.right() - place_width, row.y(), place_width, row.height())
    canvas.both(right, call.where, place, max(20, place * _SECONDARY * 0.9), ink, soft, align="right", bold=True)


def paint_side(canvas: Canvas, frame: Frame, words: WallWords) -> None:
    """The waiting list and today's figures in their column (landscape) or block (portrait)."""
    side = frame.side
    canvas.panel(side, "wall_raised")
    if frame.portrait:
        table = QRectF(side.x() + _EDGE, side.y() + 20, 640, side.height() - 36)
        paint_waiting(canvas, table, words)
        _today(canvas, QRectF(table.right() + 56, side.y() + 20, side.right() - table.right() - 104, 540), words, 1)
        return
    table = QRectF(side.x() + _EDGE, side.y() + 24, side.width() - 2 * _EDGE, 612)
    paint_waiting(canvas, table, words)
    _today(canvas, QRectF(table.x(), side.bottom() - 212, table.width(), 200), words, 3)


def paint_waiting(canvas: Canvas, box: QRectF, words: WallWords, scale: float = 1.0) -> None:
    """How many wait under each letter, and how long about."""
    if not words.waiting:
        return
    head = QRectF(box.x(), box.y(), box.width(), 84 * scale)
    people = QRectF(box.x(), box.y(), box.width() * 0.655, head.height())
    canvas.both(head, words.headings["waiting"], 38 * scale, 24 * scale, bold=True)
    columns = (("columns.people", people), ("columns.span", head))
    for key, column in columns:
        canvas.both(column, words.headings[key], 26 * scale, 20 * scale, "wall_soft", align="right")
    height = min(106 * scale, (box.height() - head.height()) / max(1, len(words.waiting)))
    for index, row in enumerate(words.waiting):
        line = QRectF(box.x(), head.bottom() + index * height, box.width(), height)
        canvas.rule(line.x(), line.y(), line.width())
        _waiting_row(canvas, row, line, scale)


def _waiting_row(canvas: Canvas, row: WaitingWords, box: QRectF, scale: float) -> None:
    empty = row.count in ("0", UNKNOWN)
    width = box.width()
    canvas.text(QRectF(box.x(), box.y(), 56 * scale, box.height()), row.letter, 48 * scale, "wall_soft", bold=True)
    name = QRectF(box.x() + 64 * scale, box.y(), width * 0.5 - 70 * scale, box.height())
    canvas.both(name, row.name, 36 * scale, 22 * scale)
    count = QRectF(box.x() + width * 0.5, box.y(), width * 0.155, box.height())
    canvas.text(count, row.count, 60 * scale, "wall_soft" if empty else "now", align="right", bold=True)
    span = QRectF(box.x() + width * 0.675, box.y(), width * 0.325, box.height())
    ink = "wall_soft" if empty else "wall_ink"
    canvas.both(span, row.span, (30 if empty else 36) * scale, 22 * scale, ink, align="right")


def _today(canvas: Canvas, box: QRectF, words: WallWords, columns: int) -> None:
    if not words.today:
        return
    heading = words.headings["today"]
    if columns > 1:
        canvas.rule(box.x(), box.y() - 12, box.width())
    canvas.text(QRectF(box.x(), box.y(), box.width(), 44), f"{heading.zh}  {heading.en}", 26, "wall_soft")
    rows = -(-len(words.today) // columns)
    width, height = box.width() / columns, (box.height() - 48) / rows
    for index, figure in enumerate(words.today):
        row, column = divmod(index, columns)
        _figure(canvas, figure, QRectF(box.x() + column * width, box.y() + 48 + row * height, width - 16, height - 10))


def _figure(canvas: Canvas, figure: FigureWords, box: QRectF) -> None:
    canvas.both(QRectF(box.x(), box.y(), box.width(), 62), figure.label, 28, 20)
    value = QRectF(box.x(), box.y() + 64, box.width(), 72)
    if figure.value.zh[0].isdigit():
        canvas.text(value, figure.value.zh, 62, bold=True)
    else:
        canvas.both(value, figure.value, 38, 20, bold=True)

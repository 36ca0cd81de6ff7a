"""Page 1: the last calls at the left, who waits and today's figures at the right. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.words import CallWords, FigureWords, WaitingWords, WallWords

NEWEST = QRectF(40, 152, 1132, 224)
_ROWS = QRectF(40, 384, 1132, 590)
_ROW_H = _ROWS.height() / 5
_SIDE = QRectF(1212, 128, 708, 856)
_EDGE = 48
_MAX_WAITING_H = 100


def paint_queue(canvas: Canvas, words: WallWords, pulse: float) -> None:
    """``pulse`` (0 to 1) is the strength of the newest call's ground."""
    if words.message is not None:
        box = QRectF(NEWEST.x(), 400, NEWEST.width(), 130)
        canvas.both(box, words.message.title, 84, 40, align="center", bold=True)
        canvas.both(box.translated(0, 190), words.message.hint, 40, 28, "wall_soft", align="center")
    elif words.calls:
        _newest(canvas, words.calls[0], pulse)
        for index, call in enumerate(words.calls[1:]):
            _earlier(canvas, call, index, last=index == len(words.calls) - 2)
    canvas.panel(_SIDE, "wall_raised")
    _waiting(canvas, words)
    _today(canvas, words)


def _newest(canvas: Canvas, call: CallWords, pulse: float) -> None:
    """In the colour of "now" while it is new; afterwards the same line, calm."""
    canvas.panel(NEWEST, "wall_raised", radius=28)
    if call.pulsing:
        canvas.panel(NEWEST, "now", radius=28, alpha=pulse)
    else:
        canvas.panel(QRectF(NEWEST.x(), NEWEST.y() + 28, 10, NEWEST.height() - 56), "now", radius=5)
    ink = "on_now" if call.pulsing else "wall_ink"
    label = "on_now" if call.pulsing else "now"
    soft = "on_now" if call.pulsing else "wall_soft"
    row = NEWEST.adjusted(48, 0, -48, 0)
    canvas.text(QRectF(row.x(), row.y(), 400, row.height()), call.label, 150, label, bold=True)
    canvas.both(QRectF(row.x() + 400, row.y(), 160, row.height()), call.go_to, 42, 26, soft, soft, align="center")
    canvas.both(
        QRectF(row.x() + 570, row.y(), row.width() - 570, row.height()),
        call.where, 96, 38, ink, soft, align="right", bold=True,
    )  # fmt: skip


def _earlier(canvas: Canvas, call: CallWords, index: int, *, last: bool) -> None:
    row = QRectF(_ROWS.x(), _ROWS.y() + index * _ROW_H, _ROWS.width(), _ROW_H).adjusted(48, 0, -48, 0)
    canvas.text(QRectF(row.x(), row.y(), 470, row.height()), call.label, 76, bold=True)
    box = QRectF(row.x() + 470, row.y(), 170, row.height())
    canvas.both(box, call.go_to, 30, 20, "wall_soft", align="center")
    place = QRectF(row.x() + 640, row.y(), row.width() - 640, row.height())
    canvas.both(place, call.where, 58, 26, align="right", bold=True)
    if not last:
        canvas.rule(row.x(), row.bottom(), row.width())


def _waiting(canvas: Canvas, words: WallWords) -> None:
    left, width = _SIDE.x() + _EDGE, _SIDE.width() - 2 * _EDGE
    head = QRectF(left, _SIDE.y() + 24, width, 84)
    canvas.both(head, words.headings["waiting"], 38, 24, bold=True)
    canvas.both(QRectF(left, head.y(), 400, 84), words.headings["columns.people"], 26, 20, "wall_soft", align="right")
    canvas.both(head, words.headings["columns.span"], 26, 20, "wall_soft", align="right")
    height = min(_MAX_WAITING_H, 524 / max(1, len(words.waiting)))
    for index, row in enumerate(words.waiting):
        box = QRectF(left, head.bottom() + 4 + index * height, width, height)
        canvas.rule(left, box.y(), width)
        _waiting_row(canvas, row, box)


def _waiting_row(canvas: Canvas, row: WaitingWords, box: QRectF) -> None:
    empty = row.count == "0"
    canvas.text(QRectF(box.x(), box.y(), 56, box.height()), row.letter, 48, "wall_soft", bold=True)
    canvas.both(QRectF(box.x() + 64, box.y(), 250, box.height()), row.name, 36, 22)
    count = QRectF(box.x() + 300, box.y(), 100, box.height())
    canvas.text(count, row.count, 60, "wall_soft" if empty else "now", align="right", bold=True)
    span = QRectF(box.x() + 410, box.y(), box.width() - 410, box.height())
    canvas.both(span, row.span, 30 if empty else 36, 22, "wall_soft" if empty else "wall_ink", align="right")


def _today(canvas: Canvas, words: WallWords) -> None:
    left, width = _SIDE.x() + _EDGE, _SIDE.width() - 2 * _EDGE
    top = _SIDE.bottom() - 200
    canvas.rule(left, top - 12, width)
    heading = words.headings["today"]
    canvas.text(QRectF(left, top, width, 44), f"{heading.zh}  {heading.en}", 26, "wall_soft")
    column = width / max(1, len(words.today))
    for index, figure in enumerate(words.today):
        _figure(canvas, figure, QRectF(left + index * column, top + 46, column - 16, 140))


def _figure(canvas: Canvas, figure: FigureWords, box: QRectF) -> None:
    canvas.both(QRectF(box.x(), box.y(), box.width(), 62), figure.label, 28, 20)
    value = QRectF(box.x(), box.y() + 66, box.width(), 70)
    if figure.value.zh[0].isdigit():
        canvas.text(value, figure.value.zh, 62, bold=True)
    else:
        canvas.both(value, figure.value, 38, 20, bold=True)

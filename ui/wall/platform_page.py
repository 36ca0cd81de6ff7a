"""Page 2: how the platform is doing. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.layout import Frame
from ui.wall.sheets import Bar, PlatformSheet
from ui.wall.words import Both, FigureWords, WallWords

_GAP = 24
_PAD = 32


def paint_platform(canvas: Canvas, frame: Frame, words: WallWords, sheet: PlatformSheet) -> None:
    """Cards in three columns, or one under the other when the wall stands upright."""
    head = words.headings
    if frame.portrait:
        x, width = 40.0, 1000.0
        canvas.both(QRectF(x, 226, width, 96), head["platform.title"], 52, 27, bold=True)
        canvas.both(QRectF(x, 330, width, 64), head["platform.note"], 26, 20, "wall_soft")
        half = (width - _GAP) / 2
        _group(canvas, QRectF(x, 400, width * 0.4 - _GAP / 2, 258), head["platform.today"], sheet.today)
        _group(
            canvas,
            QRectF(x + width * 0.4 + _GAP / 2, 400, width * 0.6 - _GAP / 2, 258),
            head["platform.month"],
            sheet.month,
        )
        _rates(canvas, QRectF(x, 682, width, 272), head["platform.rates"], sheet.rates)
        _bars(canvas, QRectF(x, 978, half, 440), head["platform.stages"], sheet.stages)
        _bars(canvas, QRectF(x + half + _GAP, 978, half, 440), head["platform.channels"], sheet.channels)
        _due(canvas, QRectF(x, 1442, half, 326), head["platform.due"], sheet.due)
        _combination(canvas, QRectF(x + half + _GAP, 1442, half, 326), words, sheet)
        return
    canvas.both(QRectF(56, 140, 900, 96), head["platform.title"], 50, 27, bold=True)
    canvas.both(QRectF(964, 140, 900, 96), head["platform.note"], 28, 22, "wall_soft", align="right")
    top, third = 244.0, (1808 - 2 * _GAP) / 3
    columns = [56 + index * (third + _GAP) for index in range(3)]
    _group(canvas, QRectF(columns[0], top, third, 244), head["platform.today"], sheet.today)
    _group(canvas, QRectF(columns[0], top + 268, third, 244), head["platform.month"], sheet.month)
    _due(canvas, QRectF(columns[0], top + 536, third, 188), head["platform.due"], sheet.due)
    _bars(canvas, QRectF(columns[1], top, third, 362), head["platform.stages"], sheet.stages)
    _bars(canvas, QRectF(columns[1], top + 386, third, 338), head["platform.channels"], sheet.channels)
    _rates(canvas, QRectF(columns[2], top, third, 362), head["platform.rates"], sheet.rates)
    _combination(canvas, QRectF(columns[2], top + 386, third, 338), words, sheet)


def _card(canvas: Canvas, box: QRectF, heading: Both) -> QRectF:
    canvas.panel(box, "wall_raised", radius=28)
    inner = box.adjusted(_PAD, 22, -_PAD, -22)
    canvas.text(QRectF(inner.x(), inner.y(), inner.width(), 36), f"{heading.zh}  {heading.en}", 26, "wall_soft")
    return inner.adjusted(0, 44, 0, 0)


def _group(canvas: Canvas, box: QRectF, heading: Both, figures: tuple[FigureWords, ...]) -> None:
    """Figures side by side."""
    inner = _card(canvas, box, heading)
    width = inner.width() / max(1, len(figures))
    for index, figure in enumerate(figures):
        _figure(canvas, figure, QRectF(inner.x() + index * width, inner.y(), width - 14, inner.height()))


def _figure(canvas: Canvas, figure: FigureWords, box: QRectF, size: float = 84) -> None:
    value = QRectF(box.x(), box.y(), box.width(), box.height() - 64)
    if figure.value.zh[0].isdigit():
        canvas.text(value, figure.value.zh, size, bold=True)
    else:
        canvas.both(value, figure.value, size * 0.5, 22, bold=True)
    canvas.both(QRectF(box.x(), box.bottom() - 62, box.width(), 62), figure.label, 28, 20)


def _due(canvas: Canvas, box: QRectF, heading: Both, figures: tuple[FigureWords, ...]) -> None:
    """Due soon and overdue: told apart by a filled and a hollow mark, not by colour alone."""
    inner = _card(canvas, box, heading)
    width = inner.width() / max(1, len(figures))
    for index, figure in enumerate(figures):
        column = QRectF(inner.x() + index * width, inner.y(), width - 14, inner.height())
        mark = QRectF(column.x(), column.center().y() - 17, 34, 34)
        if index == 0:
            canvas.outline(mark.adjusted(3, 3, -3, -3), "now", radius=17)
        else:
            canvas.panel(mark, "now", radius=17)
        text = column.adjusted(52, 0, 0, 0)
        upper = QRectF(text.x(), text.center().y() - 62, text.width(), 62)
        canvas.text(upper, figure.value.zh, 46, bold=True)
        canvas.both(QRectF(text.x(), upper.bottom(), text.width(), 62), figure.label, 26, 19)


def _bars(canvas: Canvas, box: QRectF, heading: Both, bars: tuple[Bar, ...]) -> None:
    inner = _card(canvas, box, heading)
    height = min(84.0, inner.height() / max(1, len(bars)))
    stacked = height >= 66
    label, number = inner.width() * (0.27 if stacked else 0.42), inner.width() * 0.2
    for index, bar in enumerate(bars):
        row = QRectF(inner.x(), inner.y() + index * height, inner.width(), height)
        if stacked:
            canvas.both(QRectF(row.x(), row.y(), label - 12, height), bar.label, 28, 19)
        else:
            canvas.text(QRectF(row.x(), row.y(), label * 0.5, height), bar.label.zh, 28)
            canvas.text(
                QRectF(row.x() + label * 0.52, row.y() + 4, label * 0.46, height), bar.label.en, 20, "wall_soft"
            )
        track = QRectF(row.x() + label, row.center().y() - 9, row.width() - label - number, 18)
        canvas.panel(track, "wall_soft", radius=9, alpha=0.16)
        canvas.panel(QRectF(track.x(), track.y(), max(18, track.width() * bar.share), 18), "wall_soft", radius=9)
        value = QRectF(row.right() - number + 14, row.y(), number - 14, height)
        exact = bar.value.zh[0].isdigit()
        canvas.text(
            value, bar.value.zh, 40 if exact else 26, "wall_ink" if exact else "wall_soft", align="right", bold=exact
        )


def _rates(canvas: Canvas, box: QRectF, heading: Both, rates: tuple[FigureWords, ...]) -> None:
    """Percentages as rings, the mean days beside them."""
    inner = _card(canvas, box, heading)
    width = inner.width() / max(1, len(rates))
    for index, rate in enumerate(rates):
        column = QRectF(inner.x() + index * width, inner.y(), width - 10, inner.height())
        side = min(column.width() - 8, column.height() - 74)
        ring = QRectF(0, 0, side, side)
        ring.moveCenter(QRectF(column.x(), column.y(), column.width(), column.height() - 66).center())
        if rate.share is not None:
            canvas.ring(ring, [(rate.share, "now", 1.0), (1 - rate.share, "wall_soft", 0.2)], side * 0.1)
        else:
            canvas.ring(ring, [(1.0, "wall_soft", 0.2)], side * 0.1)
        inside = ring.adjusted(side * 0.16, 0, -side * 0.16, 0)
        exact = rate.value.zh[0].isdigit()
        if exact:
            canvas.text(inside, rate.value.zh, side * 0.27, align="center", bold=True)
        else:
            canvas.both(inside, rate.value, side * 0.17, side * 0.1, "wall_soft", align="center")
        label = QRectF(column.x(), column.bottom() - 60, column.width(), 60)
        canvas.both(label, rate.label, 26, 18, align="center")


def _combination(canvas: Canvas, box: QRectF, words: WallWords, sheet: PlatformSheet) -> None:
    """The five combinations, which are not recorded yet, and the centres online where they are known."""
    inner = _card(canvas, box, words.headings["platform.combination"])
    if sheet.centres is None:
        side = min(inner.height() - 20, 190)
        ring = QRectF(inner.x() + 8, inner.center().y() - side / 2, side, side)
        canvas.ring(ring, [(1.0, "wall_soft", 0.2)], side * 0.14)
        text = QRectF(ring.right() + 36, inner.y(), inner.right() - ring.right() - 36, inner.height())
        canvas.both(text, sheet.combination, 34, 24, "wall_soft")
        return
    upper = QRectF(inner.x(), inner.y(), inner.width(), inner.height() * 0.34)
    canvas.both(upper, sheet.combination, 32, 22, "wall_soft")
    canvas.rule(inner.x(), upper.bottom() + 6, inner.width())
    lower = QRectF(inner.x(), upper.bottom() + 12, inner.width(), inner.height() - upper.height() - 12)
    _figure(canvas, sheet.centres, lower, 64)

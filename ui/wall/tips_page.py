"""Page 3: one card, the courses of the care base, distinctions. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import LINE, Canvas
from ui.wall.layout import Frame
from ui.wall.sheets import TipSheet
from ui.wall.words import WallWords

_PAD = 56


def paint_tips(canvas: Canvas, frame: Frame, words: WallWords, sheet: TipSheet) -> None:
    """The card large; the lists beside it, or below when the wall stands upright."""
    if frame.portrait:
        card, lists = QRectF(40, 248, 1000, 760), QRectF(40, 1040, 1000, 728)
    else:
        card, lists = QRectF(56, 168, 972, 776), QRectF(1076, 168, 788, 776)
    _card(canvas, card, sheet)
    courses = QRectF(lists.x(), lists.y(), lists.width(), lists.height() * (0.62 if sheet.honours else 1))
    _courses(canvas, courses, words, sheet)
    if sheet.honours:
        honours = QRectF(lists.x(), courses.bottom() + 20, lists.width(), lists.bottom() - courses.bottom() - 20)
        _honours(canvas, honours, words, sheet)


def _card(canvas: Canvas, box: QRectF, sheet: TipSheet) -> None:
    canvas.panel(box, "wall_raised", radius=28)
    canvas.panel(QRectF(box.x(), box.y() + 40, 10, box.height() - 80), "now", radius=5)
    inner = box.adjusted(_PAD, 44, -_PAD, -40)
    canvas.text(QRectF(inner.x(), inner.y(), inner.width(), 44), f"{sheet.kind.zh}  {sheet.kind.en}", 30, "now")
    canvas.text(QRectF(inner.x(), inner.y() + 60, inner.width(), 100), sheet.title.zh, 76, bold=True)
    canvas.text(QRectF(inner.x(), inner.y() + 164, inner.width(), 48), sheet.title.en, 34, "wall_soft")
    top = inner.y() + 244
    room = inner.bottom() - top
    used = canvas.lines(QRectF(inner.x(), top, inner.width(), room * 0.62), sheet.text.zh, 50)
    english = QRectF(inner.x(), top + used + 24, inner.width(), max(30 * LINE, inner.bottom() - top - used - 24))
    canvas.lines(english, sheet.text.en, 31, "wall_soft")


def _courses(canvas: Canvas, box: QRectF, words: WallWords, sheet: TipSheet) -> None:
    heading = words.headings["care.courses"]
    canvas.text(QRectF(box.x(), box.y(), box.width(), 44), f"{heading.zh}  {heading.en}", 30, "wall_soft")
    height = (box.height() - 60) / max(1, len(sheet.courses))
    for index, course in enumerate(sheet.courses):
        row = QRectF(box.x(), box.y() + 60 + index * height, box.width(), height)
        canvas.rule(row.x(), row.y(), row.width())
        canvas.text(
            QRectF(row.x(), row.y() + 10, row.width(), 50), f"{course.name.zh}  {course.name.en}", 34, bold=True
        )
        used = canvas.lines(QRectF(row.x(), row.y() + 62, row.width(), 40), course.topics.zh, 27)
        canvas.lines(QRectF(row.x(), row.y() + 64 + used, row.width(), 30), course.topics.en, 20, "wall_soft")


def _honours(canvas: Canvas, box: QRectF, words: WallWords, sheet: TipSheet) -> None:
    heading = words.headings["care.honours"]
    canvas.text(QRectF(box.x(), box.y(), box.width(), 40), f"{heading.zh}  {heading.en}", 28, "wall_soft")
    height = min(72.0, (box.height() - 48) / max(1, len(sheet.honours)))
    for index, honour in enumerate(sheet.honours):
        row = QRectF(box.x(), box.y() + 48 + index * height, box.width(), height)
        canvas.panel(QRectF(row.x(), row.center().y() - 5, 10, 10), "now", radius=5)
        text = row.adjusted(32, 0, 0, 0)
        canvas.text(QRectF(text.x(), text.y(), text.width() * 0.56, height), honour.zh, 27)
        english = QRectF(text.x() + text.width() * 0.58, text.y() + 3, text.width() * 0.42, height)
        canvas.text(english, honour.en, 20, "wall_soft")

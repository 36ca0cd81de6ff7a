"""What stands on every page: the header, and the ticker that warns, captions or helps. Draws; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.layout import Frame
from ui.wall.words import Both, WallWords


@dataclass(frozen=True, slots=True)
class WallPlate:
    """What never changes on the wall: the centre and how to reach it."""

    centre: Both
    hours: Both
    hotline: Both


def paint_header(canvas: Canvas, frame: Frame, plate: WallPlate, words: WallWords) -> None:
    """Centre, hours, hotline, date, clock."""
    canvas.panel(frame.header, "wall_raised")
    if frame.portrait:
        canvas.both(QRectF(48, 16, 720, 108), plate.centre, 48, 25, bold=True)
        canvas.text(QRectF(788, 16, 244, 108), words.clock, 84, align="right", bold=True)
        canvas.rule(48, 128, 984)
        canvas.both(QRectF(48, 130, 330, 80), _labelled(words, "hours", plate.hours), 26, 20, "wall_soft")
        canvas.both(QRectF(390, 130, 330, 80), _labelled(words, "hotline", plate.hotline), 26, 20, "wall_soft")
        canvas.both(QRectF(730, 130, 302, 80), words.date, 28, 20, align="right")
        return
    canvas.both(QRectF(56, 0, 660, 128), plate.centre, 46, 24, bold=True)
    canvas.both(QRectF(740, 0, 270, 128), _labelled(words, "hours", plate.hours), 26, 22, "wall_soft")
    canvas.both(QRectF(1030, 0, 290, 128), _labelled(words, "hotline", plate.hotline), 26, 22, "wall_soft")
    canvas.both(QRectF(1340, 0, 304, 128), words.date, 32, 24, align="right")
    canvas.text(QRectF(1664, 0, 200, 128), words.clock, 72, align="right", bold=True)


def paint_ticker(canvas: Canvas, frame: Frame, words: WallWords) -> None:
    """A warning first, else what is being said, else a tip."""
    box, warning = frame.ticker, words.warning
    loud = warning is not None
    canvas.panel(box, "now" if loud else "wall_raised")
    canvas.rule(0, box.y(), box.width())
    ink = "on_now" if loud else "now" if words.caption else "wall_soft"
    side = 44
    icon = "warning" if loud else "speaker" if words.caption else "info"
    canvas.icon(QRectF(56, box.center().y() - side / 2, side, side), icon, ink)
    text = QRectF(124, box.y() + 2, box.width() - 124 - 48, box.height() - 4)
    if warning is not None:
        canvas.both(text, warning, 34, 24, ink, ink, bold=True)
    elif words.caption:
        _caption(canvas, text, words.caption)
    else:
        canvas.both(text, words.tip, 34, 24)


def _caption(canvas: Canvas, box: QRectF, caption: str) -> None:
    """Chinese and English as they are spoken, each on its line where there are two."""
    first, _, second = caption.partition("  ")
    canvas.both(box, Both(first, second.strip()), 38 if second else 44, 25, "wall_ink", "wall_soft", bold=True)


def paint_identify(canvas: Canvas, frame: Frame, words: WallWords) -> None:
    """Which wall this is, for the colleague who asked at the desk."""
    if words.identify is None:
        return
    width, height = frame.reference.width * 0.72, frame.reference.height * 0.4
    box = QRectF(0, 0, width, height)
    box.moveCenter(frame.content.center())
    canvas.panel(box, "wall", radius=36)
    canvas.outline(box, "now", radius=36)
    canvas.both(box, words.identify, width * 0.12, width * 0.05, align="center", bold=True)


def _labelled(words: WallWords, heading: str, value: Both) -> Both:
    label = words.headings[heading]
    return Both(f"{label.zh} {value.zh}", f"{label.en} {value.en}")

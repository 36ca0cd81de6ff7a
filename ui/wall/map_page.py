"""Page 4: the plan of the hall, free seats by zone, reception days. Draws; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.wall.canvas import Canvas
from ui.wall.content import PLAN, RoomKind
from ui.wall.layout import Frame
from ui.wall.sheets import MapSheet, RoomWords
from ui.wall.words import WallWords

_GROUNDS = {
    RoomKind.WINDOW: ("now", 0.16),
    RoomKind.SEATS: ("wall_soft", 0.20),
    RoomKind.ROOM: ("wall_soft", 0.10),
    RoomKind.DESK: ("now", 0.09),
    RoomKind.DOOR: ("wall_soft", 0.04),
}


def paint_map(canvas: Canvas, frame: Frame, words: WallWords, sheet: MapSheet) -> None:
    """The plan large; seats and days beside it, or below when the wall stands upright."""
    heading = words.headings["map.title"]
    if frame.portrait:
        canvas.both(QRectF(40, 236, 1000, 96), heading, 52, 27, bold=True)
        _plan(canvas, QRectF(40, 348, 1000, 640), sheet)
        _zones(canvas, QRectF(40, 1016, 1000, 330), words, sheet, columns=3)
        _receptions(canvas, QRectF(40, 1374, 1000, 394), words, sheet)
        return
    canvas.both(QRectF(56, 140, 900, 96), heading, 50, 27, bold=True)
    _plan(canvas, QRectF(56, 248, 1150, 712), sheet)
    _zones(canvas, QRectF(1250, 152, 614, 400), words, sheet, columns=2)
    _receptions(canvas, QRectF(1250, 580, 614, 380), words, sheet)


def _plan(canvas: Canvas, box: QRectF, sheet: MapSheet) -> None:
    canvas.panel(box, "wall_raised", radius=28)
    inner = box.adjusted(20, 20, -20, -20)
    across, down = inner.width() / PLAN[0], inner.height() / PLAN[1]
    for room in sheet.rooms:
        left, top, width, height = room.at
        area = QRectF(inner.x() + left * across, inner.y() + top * down, width * across, height * down)
        _room(canvas, room, area.adjusted(5, 5, -5, -5))


def _room(canvas: Canvas, room: RoomWords, box: QRectF) -> None:
    token, strength = _GROUNDS[room.kind]
    canvas.panel(box, token, radius=14, alpha=strength)
    canvas.outline(box, token, radius=14, alpha=0.5 if room.kind is not RoomKind.DOOR else 0.25)
    inner = box.adjusted(8, 4, -8, -4)
    if not room.free:
        canvas.both(inner, room.name, 30, 19, align="center")
        return
    upper = QRectF(inner.x(), inner.y(), inner.width(), inner.height() * 0.58)
    canvas.both(upper, room.name, 30, 19, align="center")
    canvas.text(
        QRectF(inner.x(), upper.bottom(), inner.width(), inner.height() * 0.4),
        room.free,
        38,
        "now",
        align="center",
        bold=True,
    )


def _zones(canvas: Canvas, box: QRectF, words: WallWords, sheet: MapSheet, columns: int) -> None:
    heading = words.headings["map.seats"]
    canvas.text(QRectF(box.x(), box.y(), box.width(), 48), f"{heading.zh}  {heading.en}", 32, "wall_soft")
    rows = -(-len(sheet.zones) // columns) or 1
    width, height = box.width() / columns, (box.height() - 56) / rows
    for index, (name, free) in enumerate(sheet.zones):
        row, column = divmod(index, columns)
        cell = QRectF(box.x() + column * width, box.y() + 56 + row * height, width - 28, height)
        canvas.rule(cell.x(), cell.y(), cell.width())
        canvas.both(QRectF(cell.x(), cell.y(), cell.width() - 112, cell.height()), name, 32, 20)
        canvas.text(QRectF(cell.right() - 112, cell.y(), 112, cell.height()), free, 40, "now", align="right", bold=True)


def _receptions(canvas: Canvas, box: QRectF, words: WallWords, sheet: MapSheet) -> None:
    heading = words.headings["map.receptions"]
    canvas.text(QRectF(box.x(), box.y(), box.width(), 48), f"{heading.zh}  {heading.en}", 32, "wall_soft")
    height = (box.height() - 56) / max(1, len(sheet.receptions))
    for index, day in enumerate(sheet.receptions):
        row = QRectF(box.x(), box.y() + 56 + index * height, box.width(), height)
        canvas.rule(row.x(), row.y(), row.width())
        canvas.both(QRectF(row.x(), row.y(), row.width() * 0.37, height), day.day, 30, 20, bold=True)
        canvas.both(QRectF(row.x() + row.width() * 0.4, row.y(), row.width() * 0.37, height), day.who, 29, 20)
        hours = QRectF(row.x() + row.width() * 0.79, row.y(), row.width() * 0.21, height)
        canvas.text(hours, day.hours, 25, "wall_soft", align="right")

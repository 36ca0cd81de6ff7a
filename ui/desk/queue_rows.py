"""Lines of the queue: a number, small marks with their words, the wait. Draw what the store told; decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.desk.parts import Desktop
from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground

if TYPE_CHECKING:
    from kiosk.services.calling import QueueRow

ROW_H = 66
BOOKED, VIDEO = "Y", "S"
"""Letters that say how somebody comes (``letters.toml``)."""
_EDGE = 18
_LABEL = 84


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing worth knowing before calling: an icon and its word."""

    icon: str
    word: str


def marks(desktop: Desktop, row: QueueRow) -> list[Mark]:
    """The marks of a number, the most important first. No reason of a priority is ever shown."""
    tr, made = desktop.tr, []
    if row.urgent:
        made.append(Mark("warning", tr("queue.urgent")))
    if row.priority:
        made.append(Mark("priority", tr("queue.priority")))
    if row.label.startswith(BOOKED):
        made.append(Mark("calendar", tr("queue.booked")))
    if row.wish:
        made.append(Mark("window", tr("queue.wish", w=row.wish)))
    if row.party > 1:
        made.append(Mark("group", tr("queue.party", n=row.party)))
    if row.label.startswith(VIDEO):
        made.append(Mark("video", tr("queue.video")))
    if row.assisted:
        made.append(Mark("clerk", tr("queue.assisted")))
    if row.identified:
        made.append(Mark("id_card", tr("queue.identified")))
    return made


class Row(Pressable):
    """One number; ``current`` has the line of the one at the window, ``selected`` that of the one keys act on."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        marked: Sequence[Mark],
        time: str,
        *,
        current: bool = False,
        selected: bool = False,
        live: bool = False,
        pale: bool = False,
        height: int = ROW_H,
    ) -> None:
        words = " ".join(mark.word for mark in marked)
        super().__init__(theme, f"{label} {words} {time}")
        self._label, self._marks, self._time, self._pale = label, list(marked), time, pale
        self._current, self._selected = current, selected
        self.setToolTip(words)
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if live else Qt.FocusPolicy.NoFocus)
        if not live:
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_time(self, time: str) -> None:
        """The time runs on."""
        self._time = time
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(170), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        rect = QRectF(self.rect()).adjusted(0, theme.px(2), 0, -theme.px(2))
        marked = self._current or self._selected
        border = theme.color("brand") if marked else theme.color("line") if self._pale else None
        fill = self.shade(theme.color("sunken" if self._pale else "surface"))
        ground(painter, rect, theme, fill, radius=theme.radius, border=border, border_px=3 if marked else 1)
        inner = self.rect().adjusted(theme.px(_EDGE), 0, -theme.px(_EDGE), 0)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("body" if self._pale else "lead", bold=True))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, self._label)
        x = inner.x() + max(theme.px(_LABEL), painter.fontMetrics().horizontalAdvance(self._label) + theme.px(14))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("brand" if self._current else "ink" if self._pale else "ink_soft"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._time)
        room = inner.right() - painter.fontMetrics().horizontalAdvance(self._time) - theme.px(12)
        self._paint_marks(painter, x, room)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)

    def _paint_marks(self, painter: QPainter, x: int, end: int) -> None:
        """The first mark with its word; the others with theirs while there is room, else as icons."""
        theme, side, gap = self._theme, self._theme.px(24), self._theme.px(6)
        ink = theme.color("ink" if self._pale else "ink_soft")
        painter.setPen(ink)
        for place, mark in enumerate(self._marks):
            after = 0 if place == 0 else (len(self._marks) - place - 1) * (side + gap)
            if x + (side if mark.icon else 0) > end:
                return
            if mark.icon:
                painter.drawPixmap(x, (self.height() - side) // 2, icon_pixmap(mark.icon, ink.name(), side))
                x += side + gap
            width = painter.fontMetrics().horizontalAdvance(mark.word)
            if x + width + after <= end:
                painter.drawText(x, 0, width + 1, self.height(), Qt.AlignmentFlag.AlignVCenter, mark.word)
                x += width + 2 * gap

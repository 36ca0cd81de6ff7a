"""Small pictures of figures: bars lying or standing, drawn, with the value beside each. Own no meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme
from ui.widgets.paint import ground

_BAR_H = 36
_BAR_MOST = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length against the longest (0 to 1), the value in words, and a paler part behind."""

    name: str
    part: float
    value: str = ""
    behind: float = 0.0


class Bars(QWidget):
    """Bars from left to right, one below the other: name, bar, value."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Other bars instead of those before."""
        self._bars = tuple(bars)
        self.setAccessibleName(" ".join(f"{bar.name} {bar.value}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(260), self._theme.px(_BAR_H) * max(1, len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(28) * len(self._bars))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter, theme = QPainter(self), self._theme
        font = theme.font("small")
        metrics = QFontMetrics(font)
        height = min(theme.px(_BAR_H), self.height() / len(self._bars))
        left = max(metrics.horizontalAdvance(bar.name) for bar in self._bars) + theme.px(14)
        right = max(metrics.horizontalAdvance(bar.value) for bar in self._bars) + theme.px(14)
        room = max(0.0, self.width() - left - right)
        painter.setFont(font)
        for place, bar in enumerate(self._bars):
            y, thick = place * height, height * 0.5
            painter.setPen(theme.color("ink"))
            painter.drawText(QRectF(0, y, left, height), Qt.AlignmentFlag.AlignVCenter, bar.name)
            track = QRectF(left, y + (height - thick) / 2, room, thick)
            ground(painter, track, theme, theme.color("sunken"), radius=thick / 2, border=_line(theme))
            for part, ink in ((bar.behind, "line"), (bar.part, "brand")):
                if part > 0:
                    length = max(thick, track.width() * min(1.0, part))
                    ground(
                        painter, QRectF(track.x(), track.y(), length, thick), theme, theme.color(ink), radius=thick / 2
                    )
            painter.setPen(theme.color("ink"))
            at = QRectF(self.width() - right, y, right, height)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, bar.value)


class Columns(QWidget):
    """Standing bars for the hours of a day: value above, hour below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Other bars instead of those before."""
        self._bars = tuple(bars)
        self.setAccessibleName(" ".join(f"{bar.name} {bar.value}" for bar in bars))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(400), self._theme.px(180))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter, theme = QPainter(self), self._theme
        painter.setFont(theme.font("small"))
        line = theme.px(30)
        width = self.width() / max(6, len(self._bars))
        room = self.height() - 2 * line
        thick = min(theme.px(_BAR_MOST), width * 0.62)
        for place, bar in enumerate(self._bars):
            x = place * width
            tall = max(theme.px(4), room * min(1.0, bar.part))
            column = QRectF(x + (width - thick) / 2, line + room - tall, thick, tall)
            ground(painter, column, theme, theme.color("brand"), radius=min(theme.px(8), thick / 2))
            painter.setPen(theme.color("ink"))
            above = QRectF(x, column.y() - line, width, line)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, bar.value)
            painter.setPen(theme.color("ink_soft"))
            painter.drawText(QRectF(x, self.height() - line, width, line), Qt.AlignmentFlag.AlignCenter, bar.name)


def _line(theme: Theme) -> QColor | None:
    """Palettes without shades draw the track's edge."""
    return theme.color("line") if not theme.tokens.shadow else None

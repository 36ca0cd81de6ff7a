"""One line of input: the native line edit in our dress, and the boxes that show digits typed on the keypad."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets.paint import ground
from ui.widgets.text import Text


class Field(QWidget):
    """A labelled line edit with room for one plain sentence of fault under it."""

    def __init__(self, theme: Theme, label: str, *, placeholder: str = "", secret: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(Text(theme, label, "small", ink="ink_soft"))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(label)
        self.edit.setMinimumHeight(round(theme.size("body") * 2.2))
        self.edit.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        column.addWidget(self.edit)
        self._fault = Text(theme, "", "small", ink="danger")
        self._fault.hide()
        column.addWidget(self._fault)

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def set_fault(self, text: str) -> None:
        """Say what is wrong with the input; an empty text takes it back."""
        self._fault.set_text(text)
        self._fault.setVisible(bool(text))
        self.edit.setProperty("fault", bool(text))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)


class Digits(QWidget):
    """Digits as they are typed, behind a fixed prefix, in boxes when their count is known."""

    def __init__(self, theme: Theme, *, prefix: str = "", count: int = 0, fill: str = "surface") -> None:
        super().__init__()
        self._theme, self._prefix, self._count, self._fill = theme, prefix, count, fill
        self._value, self._fault = "", False
        self.setFixedHeight(theme.px(150))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_value(self, value: str, *, fault: bool = False) -> None:
        """Show these digits; ``fault`` draws the red line."""
        self._value, self._fault = value, fault
        self.setAccessibleName(f"{self._prefix}{value}")
        self.update()

    def value(self) -> str:
        """The digits shown."""
        return self._value

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._count:
            self._paint_boxes(painter)
        else:
            self._paint_line(painter)

    def _paint_line(self, painter: QPainter) -> None:
        theme, rect = self._theme, QRectF(self.rect())
        border = theme.color("danger" if self._fault else "brand")
        ground(painter, rect, theme, theme.color(self._fill), radius=theme.radius_large, border=border, border_px=3)
        painter.setFont(theme.font("title", bold=True))
        metrics = painter.fontMetrics()
        x = theme.px(36)
        painter.setPen(theme.color("ink_soft"))
        painter.drawText(x, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, self._prefix)
        x += metrics.horizontalAdvance(self._prefix)
        painter.setPen(theme.color("ink"))
        painter.drawText(x, 0, self.width() - x, self.height(), Qt.AlignmentFlag.AlignVCenter, self._value)
        x += metrics.horizontalAdvance(self._value) + theme.px(6)
        height = theme.size("title")
        painter.fillRect(x, (self.height() - height) // 2, theme.px(4), height, theme.color("brand"))

    def _paint_boxes(self, painter: QPainter) -> None:
        theme, gap = self._theme, self._theme.px(20)
        side = min((self.width() - gap * (self._count - 1)) / self._count, self.height())
        x = (self.width() - side * self._count - gap * (self._count - 1)) / 2
        painter.setFont(theme.font("title", bold=True))
        for place in range(self._count):
            box = QRectF(x, (self.height() - side) / 2, side, side)
            line = "danger" if self._fault else "brand" if place == len(self._value) else "line"
            ground(
                painter, box, theme, theme.color(self._fill), radius=theme.radius, border=theme.color(line), border_px=3
            )
            painter.setPen(theme.color("ink"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._value[place : place + 1])
            x += side + gap


class LabelRow(QWidget):
    """A label and a value side by side, for short lists of facts."""

    def __init__(self, theme: Theme, label: str, value: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.addWidget(Text(theme, label, "body", ink="ink_soft"), 2)
        self.value = Text(theme, value, "body", bold=True, align="right")
        row.addWidget(self.value, 3)

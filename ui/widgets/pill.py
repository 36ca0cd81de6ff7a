"""Small rounded marks: a state in a word, and the language and letter-size switches."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Role, Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground


class Pill(QWidget):
    """A word on a rounded ground. ``fill`` is the ground, ``ink`` the text."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        fill: str = "info_soft",
        ink: str = "ink",
        icon: str = "",
        role: Role = "small",
        height: int = 56,
    ) -> None:
        super().__init__()
        self._theme, self._text, self._fill, self._ink, self._icon = theme, text, fill, ink, icon
        self._face = theme.font(role)
        self.setFixedHeight(max(theme.px(height), round(theme.size(role) * 1.8)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_text(self, text: str, *, fill: str = "", ink: str = "") -> None:
        """Show another word, on another ground if named."""
        self._text, self._fill, self._ink = text, fill or self._fill, ink or self._ink
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._face).horizontalAdvance(self._text) + self.height()
        return QSize(width + (self._icon_side() + self._theme.px(10) if self._icon else 0), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._face)
        rect = QRectF(self.rect())
        line = self._theme.color("line") if not self._theme.tokens.shadow else None
        ground(painter, rect, self._theme, self._theme.color(self._fill), radius=rect.height() / 2, border=line)
        ink, x = self._theme.color(self._ink), self.height() // 2
        if self._icon:
            side = self._icon_side()
            painter.drawPixmap(x, (self.height() - side) // 2, icon_pixmap(self._icon, ink.name(), side))
            x += side + self._theme.px(10)
        painter.setPen(ink)
        painter.drawText(x, 0, self.width() - x, self.height(), Qt.AlignmentFlag.AlignVCenter, self._text)

    def _icon_side(self) -> int:
        return round(self.height() * 0.55)


class PillButton(Pressable):
    """A pill to press (English, 大字)."""

    def __init__(self, theme: Theme, text: str, *, icon: str = "", height: int = 84) -> None:
        super().__init__(theme, text)
        self._icon = icon
        self._face = theme.font("small")
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._face).horizontalAdvance(self.text()) + round(self.height() * 0.7)
        return QSize(width + (self._side() + self._theme.px(10) if self._icon else 0), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._face)
        rect, radius = QRectF(self.rect()), self.height() / 2
        on = self.isChecked()
        fill = self.shade(self._theme.color("brand" if on else "surface"))
        ground(painter, rect, self._theme, fill, radius=radius, border=self._theme.color("brand" if on else "line"))
        ink = self._theme.color("on_brand" if on else "ink")
        x = round(self.height() * 0.35)
        if self._icon:
            painter.drawPixmap(
                x, (self.height() - self._side()) // 2, icon_pixmap(self._icon, ink.name(), self._side())
            )
            x += self._side() + self._theme.px(10)
        painter.setPen(ink)
        painter.drawText(x, 0, self.width() - x, self.height(), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.ringed:
            focus_ring(painter, rect, self._theme, radius)

    def _side(self) -> int:
        return round(self.height() * 0.48)

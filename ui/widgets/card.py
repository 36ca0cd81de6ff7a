"""A quiet ground that groups things, and the coloured bar that says one thing. Own no content rules."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import Role, Theme
from ui.widgets.icon import Icon
from ui.widgets.paint import ground, shadow_margin
from ui.widgets.text import Text

Tone = Literal["warn", "ok", "info"]
_TONE_ICON = {"warn": "warning", "ok": "check", "info": "info"}


class Card(QWidget):
    """A white card; put widgets into ``body``. ``fill`` names another ground, ``raised`` gives the shadow."""

    def __init__(self, theme: Theme, *, fill: str = "surface", raised: bool = True, padding: int = 36) -> None:
        super().__init__()
        self._theme, self._fill, self._raised = theme, fill, raised
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.body = QVBoxLayout(self)
        inset = theme.px(padding) + shadow_margin(theme)
        self.body.setContentsMargins(inset, inset, inset, inset)
        self.body.setSpacing(theme.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        edge = shadow_margin(self._theme)
        rect = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        ground(
            QPainter(self),
            rect,
            self._theme,
            self._theme.color(self._fill),
            radius=self._theme.radius_large,
            shadow=self._raised,
        )


class Fact(Card):
    """A card with a small label over a large value (前面还有 / 3 人)."""

    def __init__(self, theme: Theme, label: str, value: str, *, role: Role = "title") -> None:
        super().__init__(theme)
        self.body.addWidget(Text(theme, label, "small", ink="ink_soft"))
        self.value = Text(theme, value, role, bold=True)
        self.body.addWidget(self.value)


class Notice(QWidget):
    """A bar with an icon and a sentence: never a dialog, never in the way."""

    def __init__(self, theme: Theme, text: str, tone: Tone = "info", *, role: Role = "body") -> None:
        super().__init__()
        self._theme, self._tone = theme, tone
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.px(n) for n in (28, 22, 28, 22)))
        row.setSpacing(theme.px(20))
        row.addWidget(Icon(theme, _TONE_ICON[tone], size=44, ink="ink"))
        self.message = Text(theme, text, role)
        row.addWidget(self.message, 1)

    def set_text(self, text: str) -> None:
        """Say something else; an empty text hides the bar."""
        self.message.set_text(text)
        self.setVisible(bool(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        line = self._theme.color("line") if not self._theme.tokens.shadow else None
        fill = self._theme.color(f"{self._tone}_soft")
        ground(QPainter(self), QRectF(self.rect()), self._theme, fill, radius=self._theme.radius_large, border=line)


class EmptyState(QWidget):
    """What a list or a page shows when there is nothing: a picture, a line, a hint."""

    def __init__(self, theme: Theme, icon: str, title: str, hint: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(16))
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Icon(theme, icon, size=96, ink="ink_soft"))
        row.addStretch(1)
        column.addLayout(row)
        self.title = Text(theme, title, "lead", bold=True, align="center")
        column.addWidget(self.title)
        self.hint = Text(theme, hint, "body", ink="ink_soft", align="center")
        self.hint.setVisible(bool(hint))
        column.addWidget(self.hint)
        column.addStretch(1)

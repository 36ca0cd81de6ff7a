"""A box to tick, large enough for a thumb, with its whole sentence as the target."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ui.theme import Role, Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground
from ui.widgets.text import Text


class Check(Pressable):
    """Never ticked by itself. ``toggled`` as in Qt."""

    def __init__(self, theme: Theme, text: str, *, role: Role = "body", height: int = 110) -> None:
        super().__init__(theme, text)
        self.setCheckable(True)
        self.setMinimumHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._side = round(theme.size(role) * 1.5)
        row = QHBoxLayout(self)
        row.setContentsMargins(self._side + theme.px(48), theme.px(14), theme.px(24), theme.px(14))
        row.addWidget(Text(theme, text, role))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        on = self.isChecked()
        fill = theme.color("ok_soft" if on else "surface")
        line = theme.color("brand" if on else "line")
        ground(painter, QRectF(self.rect()), theme, self.shade(fill), radius=theme.radius, border=line)
        x, y = theme.px(24), (self.height() - self._side) // 2
        box = QRectF(x, y, self._side, self._side)
        inner = theme.color("brand" if on else "surface")
        ground(painter, box, theme, inner, radius=theme.px(8), border=theme.color("brand"), border_px=3)
        if on:
            painter.drawPixmap(x, y, icon_pixmap("check", theme.color("on_brand").name(), self._side))
        if self.ringed:
            focus_ring(painter, QRectF(self.rect()), theme, theme.radius)

"""The line at the top of a page: who we are at the left, switches at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets.text import Text


class TopBar(QWidget):
    """``brand`` in the brand colour, ``place`` under it; add switches with ``add``."""

    def __init__(self, theme: Theme, brand: str, place: str = "", *, height: int = 84) -> None:
        super().__init__()
        self.setMinimumHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(16))
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addWidget(Text(theme, brand, "small", bold=True, ink="brand"))
        if place:
            names.addWidget(Text(theme, place, "body"))
        self._row.addLayout(names, 1)

    def add(self, widget: QWidget) -> None:
        """Put a switch or a mark at the right end."""
        self._row.addWidget(widget)

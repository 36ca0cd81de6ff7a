"""The ground a front stands on: keeps the reference shape in any window and asks for a new page when the size changes.

A front subclasses nothing: it gives ``rebuild``, which makes its page from the present theme and state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Theme, Tokens

_SETTLE_MS = 60


class Stage(QWidget):
    """One window of one front. ``rebuild(theme)`` returns the widget to show; the old one is deleted."""

    def __init__(self, theme: Theme, rebuild: Callable[[Theme], QWidget], *, ground: str = "paper") -> None:
        super().__init__()
        self.theme = theme
        self._rebuild, self._ground = rebuild, ground
        self._content: QWidget | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._fit)

    @property
    def content(self) -> QWidget | None:
        """The page shown now."""
        return self._content

    def dress(self, *, tokens: Tokens | None = None, large: bool | None = None) -> None:
        """Change palette or letter size and build again when either is another one."""
        theme = replace(
            self.theme,
            tokens=self.theme.tokens if tokens is None else tokens,
            large=self.theme.large if large is None else large,
        )
        if theme != self.theme:
            self.theme = theme
            self.refresh()

    def refresh(self) -> None:
        """Build the content again from the present theme."""
        sheet = self.theme.stylesheet()
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        old = self._content
        self._content = self._rebuild(self.theme)
        self._content.setParent(self)
        self._place()
        self._content.show()
        if old is not None:
            self._keep_focus(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()

    def _keep_focus(self, old: QWidget) -> None:
        """Keys go to the new content; left to itself, Qt moves to its first button as if Tab had been pressed."""
        focused = self.window().focusWidget()
        if self._content is not None and focused is not None and old.isAncestorOf(focused):
            self._content.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._content is None:
            self._fit()
        else:
            self._place()
            self._settle.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.color(self._ground))

    @Slot()
    def _fit(self) -> None:
        factor = self.theme.fitted(self.width(), self.height())
        if factor != self.theme.factor or self._content is None:
            self.theme = replace(self.theme, factor=factor)
            self.refresh()

    def _place(self) -> None:
        if self._content is None:
            return
        width = min(self.width(), self.theme.px(self.theme.reference.width))
        height = min(self.height(), self.theme.px(self.theme.reference.height))
        self._content.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

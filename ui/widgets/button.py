"""Things to press. Owns look and states (pressed, disabled, focus); must not know what a press means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout

from ui.theme import Role, Theme
from ui.widgets.icon import Icon, icon_pixmap
from ui.widgets.paint import focus_ring, ground, shadow_margin
from ui.widgets.text import Text

Kind = Literal["primary", "secondary", "quiet", "plain", "danger", "now"]

# ground, text and line token of each kind; an empty ground is transparent
_KINDS: dict[str, tuple[str, str, str]] = {
    "primary": ("brand", "on_brand", ""),
    "secondary": ("surface", "brand", "brand"),
    "quiet": ("sunken", "ink", ""),
    "plain": ("", "ink", ""),
    "danger": ("danger", "on_danger", ""),
    "now": ("now", "on_now", ""),
}

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Pressable(QAbstractButton):
    """A ground that can be pressed; subclasses fill it."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setText(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._calls: list[Callable[[], None]] = []
        self._by_keyboard = False
        self.clicked.connect(self._press)

    def when_pressed(self, call: Callable[[], None]) -> None:
        """Run ``call`` on every press. GUI thread."""
        self._calls.append(call)

    @property
    def ringed(self) -> bool:
        """True when the ring belongs here: the focus came by the keyboard, not by a page that was built anew."""
        return self._by_keyboard and self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    @Slot()
    def _press(self) -> None:
        for call in self._calls:
            call()

    def shade(self, color: QColor) -> QColor:
        """The colour in the present state: a little darker while pressed, paler when it cannot be pressed."""
        if not self.isEnabled():
            faded = QColor(color)
            faded.setAlphaF(0.45)
            return faded
        return color.darker(108) if self.isDown() else color


class Button(Pressable):
    """A label, with or without an icon, of one of the kinds. ``height`` is in reference pixels."""

    def __init__(
        self, theme: Theme, text: str, kind: Kind = "primary", *, icon: str = "", height: int = 150, role: Role = "lead"
    ) -> None:
        super().__init__(theme, text)
        self._kind, self._icon, self._role = kind, icon, role
        self.setFont(theme.font(role, bold=kind in ("primary", "secondary", "danger", "now")))
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Change the label."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        padding = self._theme.px(16 if self._kind == "plain" else 32)
        return QSize(self._content_width() + 2 * padding, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._content_width() + self._theme.px(8), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, ink, line = _KINDS[self._kind]
        rect, radius = QRectF(self.rect()), min(self._theme.radius_large, self.height() * 0.28)
        if fill:
            border = self.shade(self._theme.color(line)) if line else self._contrast_line()
            ground(painter, rect, self._theme, self.shade(self._theme.color(fill)), radius=radius, border=border)
        self._paint_label(painter, self.shade(self._theme.color(ink)) if not fill else self._theme.color(ink))
        if self.ringed:
            focus_ring(painter, rect, self._theme, radius)

    def _contrast_line(self) -> QColor | None:
        """In palettes without shades a quiet button would vanish; it gets a line."""
        same = self._theme.tokens.sunken == self._theme.tokens.paper
        return self._theme.color("line") if same and self._kind == "quiet" else None

    def _paint_label(self, painter: QPainter, ink: QColor) -> None:
        painter.setFont(self.font())
        painter.setPen(ink)
        x = (self.width() - self._content_width()) // 2
        if self._icon:
            side = self._icon_side()
            painter.drawPixmap(x, (self.height() - side) // 2, icon_pixmap(self._icon, ink.name(), side))
            x += side + self._icon_gap()
        painter.drawText(x, 0, self.width() - x, self.height(), Qt.AlignmentFlag.AlignVCenter, self.text())

    def _content_width(self) -> int:
        text = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return text + (self._icon_side() + self._icon_gap() if self._icon else 0)

    def _icon_side(self) -> int:
        return round(self._theme.size(self._role) * 1.2)

    def _icon_gap(self) -> int:
        return self._theme.px(14) if self.text() else 0


class Tile(Pressable):
    """A card to press: icon, title, one line of explanation, and a note at the right of the title row."""

    def __init__(
        self, theme: Theme, title: str, detail: str = "", *, icon: str = "", note: str = "", height: int = 260
    ) -> None:
        super().__init__(theme, title)
        self.setAccessibleDescription(detail)
        self.setMinimumHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setCheckable(False)
        column = QVBoxLayout(self)
        edge = shadow_margin(theme)
        column.setContentsMargins(*(theme.px(n) + edge for n in (34, 24, 34, 24)))
        column.setSpacing(theme.px(10))
        column.addStretch(1)
        if icon:
            column.addLayout(self._head(icon, note))
        self.title = Text(theme, title, "lead", bold=True)
        column.addWidget(self.title)
        self.detail = Text(theme, detail, "small", ink="ink_soft")
        self.detail.setVisible(bool(detail))
        column.addWidget(self.detail)
        column.addStretch(1)

    def _head(self, icon: str, note: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Icon(self._theme, icon, size=76))
        row.addStretch(1)
        if note:
            row.addWidget(Text(self._theme, note, "small", ink="ink_soft", align="right"))
        return row

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge, radius = shadow_margin(self._theme), self._theme.radius_large
        rect = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        selected = self.isChecked()
        ground(
            painter,
            rect,
            self._theme,
            self.shade(self._theme.color("ok_soft" if selected else "surface")),
            radius=radius,
            border=self._theme.color("brand") if selected else None,
            border_px=4,
            shadow=True,
        )
        if self.ringed:
            focus_ring(painter, rect, self._theme, radius)

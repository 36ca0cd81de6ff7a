"""Small widgets of the desk: actions that name their key, chips in a row, ticks and lamps. Own no meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QWidget

from kiosk.catalog import Catalog
from ui.desk.presenter import DeskPresenter
from ui.desk.state import Note
from ui.theme import Role, Theme
from ui.translate import Translator
from ui.widgets.button import Pressable
from ui.widgets.card import Notice
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground, shadow_margin
from ui.widgets.pill import PillButton

_KEY_GAP = 10
Look = Literal["primary", "light", "quiet", "bar", "danger"]
_LOOKS = {
    "primary": ("brand", "on_brand"),
    "light": ("surface", "ink"),
    "quiet": ("sunken", "ink"),
    "bar": ("brand", "on_brand"),
    "danger": ("danger", "on_danger"),
}


@dataclass(frozen=True, slots=True)
class Desktop:
    """What every column needs: how things look, the words, the actions, the names of categories and offices."""

    theme: Theme
    words: Translator
    presenter: DeskPresenter
    catalog: Catalog

    def tr(self, key: str, **params: object) -> str:
        """A text of the desk's own area."""
        return self.words.tr(f"desk.{key}", **params)

    def office(self, code: str) -> str:
        """The office's name; an owner that is a post has a text of its own."""
        office = self.catalog.offices.get(code)
        return office.name(self.words.language) if office else self.tr(f"owner.{code}")

    def seat(self, code: str) -> str:
        """``Z1-07`` as it is written over the chairs: zone and number."""
        zone, _, number = code.partition("-")
        names = {z.code: z.name(self.words.language) for z in self.catalog.zones}
        return f"{names.get(zone, zone)} {number}".strip()

    def letter(self, code: str) -> str:
        """The name of a queue."""
        letter = self.catalog.letters.get(code)
        return letter.name(self.words.language) if letter else code


def notice(desktop: Desktop, note: Note) -> Notice:
    """The sentence of a note: a text of ours, or an error that explains itself."""
    if note.error is not None:
        return Notice(desktop.theme, desktop.words.explain(note.error), note.tone, role="small")
    key = note.key if note.key.startswith("fault.") or note.key == "failed" else f"note.{note.key}"
    return Notice(desktop.theme, desktop.tr(key, **note.params), note.tone, role="small")


def on_press(button: Pressable, act: Callable[[], None]) -> None:
    """Do ``act`` on every press; Qt's own flag is left out."""

    def pressed(_checked: bool = False) -> None:
        act()

    button.clicked.connect(pressed)


def clear(layout: QLayout) -> None:
    """Remove and delete everything in ``layout``."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def margins(layout: QBoxLayout, theme: Theme, left: float, top: float, right: float, bottom: float, gap: float) -> None:
    """Set the margins and the spacing of ``layout`` in reference pixels."""
    layout.setContentsMargins(theme.px(left), theme.px(top), theme.px(right), theme.px(bottom))
    layout.setSpacing(theme.px(gap))


def inset(theme: Theme, item: QWidget | QLayout) -> QHBoxLayout:
    """``item`` as wide as the ground of a raised card, which keeps room for its shadow."""
    row = QHBoxLayout()
    edge = shadow_margin(theme)
    row.setContentsMargins(edge, 0, edge, 0)
    if isinstance(item, QLayout):
        row.addLayout(item)
    else:
        row.addWidget(item)
    return row


class Action(Pressable):
    """A button that shows the key doing the same."""

    def __init__(
        self, theme: Theme, text: str, key: str = "", look: Look = "light", *, height: int = 64, role: Role = "body"
    ) -> None:
        super().__init__(theme, text)
        self._key, self._look, self._role = key, look, role
        self._font = theme.font("small") if look == "bar" else theme.font(role, bold=True)
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A click must not take the keyboard away from the desk: Space calls the next person.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._text_width() + self._key_width() + self._theme.px(32), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self.height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """A long word in a narrow button is set smaller, so that its key stays readable."""
        self._font = self._full_font()
        shrink = self.shrink()
        if shrink < 1:
            self._font.setPixelSize(max(1, int(self._font.pixelSize() * shrink)))

    def shrink(self) -> float:
        """How much smaller the word is set than it would like to be; 1 where there is room."""
        wanted = QFontMetrics(self._full_font()).horizontalAdvance(self.text())
        room = self.width() - self._key_width() - self._theme.px(16)
        return min(1.0, room / wanted) if wanted and room > 0 else 1.0

    def _full_font(self) -> QFont:
        return self._theme.font("small") if self._look == "bar" else self._theme.font(self._role, bold=True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        fill, ink = _LOOKS[self._look]
        rect = QRectF(self.rect())
        border = theme.color("line") if self._look == "light" or not theme.tokens.shadow else None
        ground(painter, rect, theme, self.shade(theme.color(fill)), radius=theme.radius, border=border)
        tone = QColor(theme.color(ink))
        tone.setAlphaF(1.0 if self.isEnabled() else 0.4)
        x = (self.width() - self._text_width() - self._key_width()) // 2
        painter.setPen(tone)
        painter.setFont(self._font)
        painter.drawText(x, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._key:
            tone.setAlphaF(tone.alphaF() * 0.66)
            painter.setPen(tone)
            painter.setFont(theme.font("small"))
            x += self._text_width() + theme.px(_KEY_GAP)
            painter.drawText(x, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, self._key)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)

    def _text_width(self) -> int:
        return QFontMetrics(self._font).horizontalAdvance(self.text())

    def _key_width(self) -> int:
        if not self._key:
            return 0
        return QFontMetrics(self._theme.font("small")).horizontalAdvance(self._key) + self._theme.px(_KEY_GAP)


class Chips(QWidget):
    """One choice of a few. ``chosen`` hears the value; nothing is chosen by itself."""

    def __init__(
        self,
        theme: Theme,
        options: Sequence[tuple[str, str]],
        chosen: Callable[[str], None],
        *,
        per_row: int = 4,
    ) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(6))
        self._chips: dict[str, PillButton] = {}
        for place, (value, text) in enumerate(options):
            chip = PillButton(theme, text, height=48)
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            on_press(chip, partial(chosen, value))
            self._chips[value] = chip
            grid.addWidget(chip, place // per_row, place % per_row)
        grid.setColumnStretch(per_row, 1)

    def show_value(self, value: str) -> None:
        """Mark the chosen one."""
        for key, chip in self._chips.items():
            chip.setChecked(key == value)

    def chip(self, value: str) -> PillButton:
        """The chip of a value."""
        return self._chips[value]


class Tick(QWidget):
    """A word with a tick before it once it is true, paler until then."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._text, self._on = theme, "", False
        self._font = theme.font("small")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_state(self, text: str, on: bool) -> None:
        """Say what is known."""
        if (text, on) != (self._text, self._on):
            self._text, self._on = text, on
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """What is said."""
        return self._text

    def sizeHint(self) -> QSize:
        side = self._theme.px(26) if self._on else 0
        return QSize(
            QFontMetrics(self._font).horizontalAdvance(self._text) + side + self._theme.px(4), self._theme.px(28)
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        tone = theme.color("brand" if self._on else "ink")
        side = theme.px(22)
        painter.setPen(tone)
        painter.setFont(self._font)
        if self._on:
            painter.drawPixmap(0, (self.height() - side) // 2, icon_pixmap("check", tone.name(), side))
        left = side + theme.px(4) if self._on else 0
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._text)


class Lamp(Pressable):
    """An icon in the top bar: quiet when all is well, in the colour of "now" with its word at a fault."""

    def __init__(self, theme: Theme, icon: str, name: str) -> None:
        super().__init__(theme, name)
        self._icon, self._fault = icon, False
        self._font = theme.font("small", bold=True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(48))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_fault(self, fault: bool, sentence: str) -> None:
        """Light or put out; the sentence is its tooltip."""
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        if fault != self._fault:
            self._fault = fault
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        word = QFontMetrics(self._font).horizontalAdvance(self.text()) + self._theme.px(10) if self._fault else 0
        return QSize(self._theme.px(48) + word, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        rect, side = QRectF(self.rect()), theme.px(28)
        ink = theme.color("on_now" if self._fault else "on_brand")
        if self._fault:
            ground(painter, rect, theme, theme.color("now"), radius=theme.radius)
        painter.setOpacity(1.0 if self._fault else 0.75)
        painter.drawPixmap(theme.px(10), (self.height() - side) // 2, icon_pixmap(self._icon, ink.name(), side))
        if self._fault:
            painter.setPen(ink)
            painter.setFont(self._font)
            painter.drawText(rect.adjusted(side + theme.px(16), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setOpacity(1.0)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)

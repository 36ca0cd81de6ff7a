"""Lines of a page: painted rows of cells that can be selected, sections with a heading, the bar of numbered actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.desk.page_actions import page_actions
from ui.desk.parts import Action, Desktop, Look, clear, margins, on_press
from ui.desk.state import DeskState
from ui.theme import Role, Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground
from ui.widgets.text import Text

LINE_H = 52
DOUBLE_H = 78
_GAP = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, its part of the width, and how it looks. ``pill`` names a ground; ``free`` is a text somebody
    wrote, which may be cut; ``below`` is a second, softer line.
    """

    text: str
    share: float = 1.0
    role: Role = "small"
    bold: bool = False
    ink: str = "ink"
    right: bool = False
    pill: str = ""
    icon: str = ""
    free: bool = False
    below: str = ""


class Strip(Pressable):
    """A line of cells. ``line`` is what a press selects; without it the line only tells."""

    def __init__(
        self, theme: Theme, cells: Sequence[Cell], *, line: str = "", selected: bool = False, height: int = LINE_H
    ) -> None:
        super().__init__(theme, " ".join(cell.text for cell in cells if cell.text))
        self._cells, self._selected, self.line = tuple(cells), selected, line
        self.setObjectName(line)
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if line else Qt.FocusPolicy.NoFocus)
        if not line:
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.height())

    def overflow(self) -> list[str]:
        """Texts wider than their cell (for the test that looks for cut words)."""
        return [
            cell.text
            for cell, rect in zip(self._cells, self._rects(), strict=True)
            if (not cell.free and self._width(cell) > rect.width() + 1) or self._below(cell) > rect.width() + 1
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        rect = QRectF(self.rect()).adjusted(0, theme.px(2), 0, -theme.px(2))
        border = theme.color("brand") if self._selected else None
        ground(
            painter, rect, theme, self.shade(theme.color("surface")), radius=theme.radius, border=border, border_px=3
        )
        for cell, place in zip(self._cells, self._rects(), strict=True):
            self._paint_cell(painter, cell, place)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)

    def _paint_cell(self, painter: QPainter, cell: Cell, place: QRectF) -> None:
        theme, font = self._theme, self._theme.font(cell.role, bold=cell.bold)
        painter.setFont(font)
        ink = theme.color(cell.ink)
        if cell.pill and cell.text:
            width = min(place.width(), self._width(cell))
            pill = QRectF(place.x(), (self.height() - theme.px(36)) / 2, width, theme.px(36))
            line = theme.color("line") if not theme.tokens.shadow else None
            ground(painter, pill, theme, theme.color(cell.pill), radius=pill.height() / 2, border=line)
            place = pill.adjusted(theme.px(14), 0, -theme.px(14), 0)
            ink = theme.color("on_now") if cell.pill == "now" else ink
        if cell.icon:
            side = theme.px(24)
            mark = icon_pixmap(cell.icon, ink.name(), side)
            painter.drawPixmap(round(place.x()), round(place.center().y() - side / 2), mark)
            place = place.adjusted(side + theme.px(8), 0, 0, 0)
        if cell.below:
            lower = QRectF(place.x(), self.height() / 2, place.width(), self.height() / 2 - theme.px(8))
            painter.setPen(theme.color("ink_soft"))
            small = theme.font("small")
            painter.setFont(small)
            painter.drawText(lower, Qt.AlignmentFlag.AlignTop | _side(cell), _fitting(small, cell.below, lower))
            painter.setFont(font)
            place = QRectF(place.x(), theme.px(8), place.width(), self.height() / 2 - theme.px(8))
        painter.setPen(ink)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | _side(cell), _fitting(font, cell.text, place))

    def _width(self, cell: Cell) -> float:
        theme = self._theme
        text = QFontMetrics(theme.font(cell.role, bold=cell.bold)).horizontalAdvance(cell.text)
        return text + (theme.px(28) if cell.pill and cell.text else 0) + (theme.px(32) if cell.icon else 0)

    def _below(self, cell: Cell) -> float:
        return QFontMetrics(self._theme.font("small")).horizontalAdvance(cell.below) if cell.below else 0

    def _rects(self) -> list[QRectF]:
        theme, edge, gap = self._theme, self._theme.px(18), self._theme.px(_GAP)
        room = self.width() - 2 * edge - gap * (len(self._cells) - 1)
        total = sum(cell.share for cell in self._cells) or 1.0
        rects, x = [], float(edge)
        for cell in self._cells:
            width = max(0.0, room * cell.share / total)
            rects.append(QRectF(x, theme.px(2), width, self.height() - theme.px(4)))
            x += width + gap
        return rects


def _fitting(font: QFont, text: str, place: QRectF) -> str:
    """The text, or as much of it as the place holds and an ellipsis."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, round(place.width()) + 1))


def _side(cell: Cell) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft


def strip(desktop: Desktop, state: DeskState, cells: Sequence[Cell], line: str = "", *, height: int = LINE_H) -> Strip:
    """A line that is selected by a press."""
    made = Strip(desktop.theme, cells, line=line, selected=bool(line) and line == state.selected, height=height)
    if line:
        on_press(made, partial(desktop.presenter.select, line))
    return made


def empty(desktop: Desktop, text: str) -> Text:
    """What a section says while it has no lines."""
    return Text(desktop.theme, text, "small", ink="ink_soft")


class Section(QWidget):
    """A heading with a word at its right, and lines below that scroll when there are too many."""

    def __init__(self, theme: Theme, title: str, *, scrolls: bool = True) -> None:
        super().__init__()
        self._theme = theme
        column = QVBoxLayout(self)
        margins(column, theme, 0, 0, 0, 0, 8)
        head = QHBoxLayout()
        self.title = Text(theme, title, "body", bold=True, wrap=False)
        self.aside = Text(theme, "", "small", ink="ink_soft", align="right")
        head.addWidget(self.title)
        head.addWidget(self.aside, 1)
        column.addLayout(head)
        inside = QWidget()
        self.lines = QVBoxLayout(inside)
        margins(self.lines, theme, 0, 0, 0, 0, 4)
        column.addWidget(scrolling(inside) if scrolls else inside, 1 if scrolls else 0)

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Other lines instead of those before."""
        clear(self.lines)
        for widget in widgets:
            self.lines.addWidget(widget)
        self.lines.addStretch(1)


def scrolling(inside: QWidget) -> QScrollArea:
    """``inside`` in an area that scrolls up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


class ActionBar(QWidget):
    """What can be done on the page, each with its digit."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._row = QHBoxLayout(self)
        margins(self._row, desktop.theme, 0, 8, 0, 0, 10)
        self._shown: tuple[object, ...] = ()

    def render_state(self, state: DeskState, chosen: str = "") -> None:
        """Show what is possible now; ``chosen`` names the action whose effect is shown."""
        actions = page_actions(self._desktop.presenter)
        shown = (tuple((action.name, action.possible) for action in actions), state.selected, state.busy, chosen)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._row)
        for place, action in enumerate(actions, start=1):
            look: Look = "primary" if action.name == chosen else "light"
            text = self._desktop.tr(f"act.{action.name}")
            button = Action(self._desktop.theme, text, str(place), look, height=60, role="small")
            button.setObjectName(action.name)
            button.setEnabled(action.possible and not state.busy)
            on_press(button, partial(self._act, place - 1))
            self._row.addWidget(button)

    def _act(self, place: int) -> None:
        """What the action does is asked anew: the line selected may be another than when the bar was made."""
        actions = page_actions(self._desktop.presenter)
        if place < len(actions) and actions[place].possible:
            actions[place].act()

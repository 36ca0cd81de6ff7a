"""The left column: who waits, who is held or passed, and the actions of calling. Owns rows; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kiosk.model.ticket import TicketState
from ui.desk.calling import APART, WAITING
from ui.desk.dates import clock_span
from ui.desk.parts import Action, Desktop, Look, clear, margins, on_press
from ui.desk.state import Choice, DeskState
from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.paint import ground, shadow_margin
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.calling import QueueRow

WIDTH = 400
_ROW_H = 84


class Row(Pressable):
    """One number with a word beside it and a time at the right; ``current`` has the line of the selection."""

    def __init__(
        self, theme: Theme, label: str, word: str, time: str, *, current: bool = False, live: bool = False
    ) -> None:
        super().__init__(theme, f"{label} {word} {time}")
        self._label, self._word, self._time, self._current, self._live = label, word, time, current, live
        self.setFixedHeight(theme.px(_ROW_H))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if live else Qt.FocusPolicy.NoFocus)
        if not live:
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_time(self, time: str) -> None:
        """The time runs on."""
        self._time = time
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH - 48), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        edge = shadow_margin(theme) // 2
        rect = QRectF(self.rect()).adjusted(0, edge, 0, -edge)
        border = theme.color("brand") if self._current or self.hasFocus() else None
        fill = self.shade(theme.color("surface"))
        ground(painter, rect, theme, fill, radius=theme.radius, border=border, border_px=3)
        inner = self.rect().adjusted(theme.px(20), 0, -theme.px(20), 0)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("lead", bold=True))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, self._label)
        x = max(theme.px(92), QFontMetrics(painter.font()).horizontalAdvance(self._label) + theme.px(16))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink_soft"))
        painter.drawText(inner.adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._word)
        painter.setPen(theme.color("brand" if self._current else "ink_soft"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._time)


class QueueColumn(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self._shown: tuple[object, ...] = ()
        self._current: Row | None = None
        self.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(self)
        margins(column, theme, 24, 24, 24, 24, 14)
        head = QHBoxLayout()
        self._count = Text(theme, "", "lead", bold=True)
        self._average = Text(theme, "", "small", ink="ink_soft", align="right")
        head.addWidget(self._count, 1)
        head.addWidget(self._average, 1)
        column.addLayout(head)
        column.addWidget(self._scroll(), 1)
        self._actions = QVBoxLayout()
        margins(self._actions, theme, 0, 0, 0, 0, 12)
        column.addLayout(self._actions)

    def _scroll(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        margins(self._rows, self._desktop.theme, 0, 0, 0, 0, 8)
        area.setWidget(inside)
        return area

    def render_state(self, state: DeskState) -> None:
        """Show ``state``."""
        shown = (state.queue, state.ticket, state.choice, state.head_of_line, state.paused, state.busy, state.day_open)
        if shown != self._shown:
            self._shown = shown
            self._show_rows(state)
            self._show_actions(state)
        if self._current is not None:
            self._current.set_time(self._elapsed(state))

    def _show_rows(self, state: DeskState) -> None:
        tr, theme = self._desktop.tr, self._desktop.theme
        waiting = [row for row in state.queue if row.state in WAITING]
        apart = [row for row in state.queue if row.state in APART]
        self._count.set_text(tr("people", n=len(waiting)))
        average = round(sum(row.waited_minutes for row in waiting) / len(waiting)) if waiting else 0
        self._average.set_text(tr("average", n=average) if waiting else "")
        clear(self._rows)
        self._current = None
        if state.ticket is not None:
            word = tr("queue.serving" if state.ticket.state is TicketState.SERVING else "queue.called")
            self._current = Row(theme, state.ticket.label, word, self._elapsed(state), current=True)
            self._rows.addWidget(self._current)
        for row in waiting:
            word = (
                "priority" if row.priority else "assisted" if row.assisted else "identified" if row.identified else ""
            )
            text = tr(f"queue.{word}") if word else ""
            self._rows.addWidget(Row(theme, row.label, text, tr("minutes", n=row.waited_minutes)))
        if apart:
            self._rows.addSpacing(theme.px(10))
            self._rows.addWidget(Text(theme, tr("queue.apart"), "small", ink="ink_soft"))
        for place, row in enumerate(apart, start=1):
            word = tr("queue.held" if row.state is TicketState.HELD else "queue.passed")
            line = Row(theme, row.label, word, f"{tr('queue.call_back')}  {place}", live=True)
            on_press(line, partial(self._desktop.presenter.call_back_place, place))
            self._rows.addWidget(line)
        self._rows.addStretch(1)

    def _word(self, row: QueueRow) -> str:
        """The one thing worth knowing before calling."""
        marks = (("priority", row.priority), ("assisted", row.assisted), ("identified", row.identified))
        return next((self._desktop.tr(f"queue.{name}") for name, holds in marks if holds), "")

    def _elapsed(self, state: DeskState) -> str:
        ticket = state.ticket
        if ticket is None:
            return ""
        since = ticket.served_at if ticket.state is TicketState.SERVING else ticket.called_at
        return clock_span((state.now - since).total_seconds()) if since else ""

    # --- actions ---------------------------------------------------------------------------------------------

    def _show_actions(self, state: DeskState) -> None:
        clear(self._actions)
        if state.choice is not None:
            self._show_choice(state, state.choice)
        else:
            self._show_buttons(state)

    def _show_buttons(self, state: DeskState) -> None:
        calling, tr = self._desktop.presenter.calling, self._desktop.tr
        called = state.ticket is not None and state.ticket.state is TicketState.CALLED
        serving = state.ticket is not None and not called
        free = state.ticket is None and state.day_open and not state.paused
        main = Action(self._desktop.theme, tr("act.next"), tr("keys.space"), "primary", height=96, role="lead")
        main.setEnabled(free and not state.busy)
        on_press(main, calling.call_next)
        self._actions.addWidget(main)
        grid = QGridLayout()
        grid.setSpacing(self._desktop.theme.px(12))
        offered: tuple[tuple[str, str, bool, Callable[[], None]], ...] = (
            ("recall", "R", called, calling.recall),
            ("transfer", "T", called or serving, partial(calling.ask, Choice.TRANSFER)),
            ("hold", "H", serving, partial(calling.ask, Choice.HOLD)),
            ("no_show", "N", called, calling.no_show),
            ("undo", "Z", state.day_open, calling.undo),
            ("resume" if state.paused else "pause", "B", True, self._pause),
        )
        for place, (name, key, possible, act) in enumerate(offered):
            button = Action(self._desktop.theme, tr(f"act.{name}"), "" if name == "resume" else key, "light", height=62)
            button.setObjectName(name)
            button.setEnabled(possible and not state.busy)
            on_press(button, act)
            grid.addWidget(button, place // 3, place % 3)
        self._actions.addLayout(grid)

    def _pause(self) -> None:
        presenter = self._desktop.presenter
        if presenter.state.paused:
            presenter.calling.resume()
        else:
            presenter.calling.ask(Choice.PAUSE)

    def _show_choice(self, state: DeskState, choice: Choice) -> None:
        desktop, calling = self._desktop, self._desktop.presenter.calling
        tr, theme = desktop.tr, desktop.theme
        self._actions.addWidget(Text(theme, tr(f"ask.{choice.value}"), "body", bold=True))
        for place, (text, act) in enumerate(options(desktop, state, choice), start=1):
            button = Action(theme, text, str(place), "light", height=60)
            on_press(button, act)
            self._actions.addWidget(button)
        if choice is Choice.TRANSFER:
            look: Look = "primary" if state.head_of_line else "quiet"
            head = Action(theme, tr("ask.head"), "0", look, height=56)
            on_press(head, calling.toggle_head)
            self._actions.addWidget(head)
        cancel = Action(theme, desktop.words.tr("common.cancel"), tr("keys.esc"), "quiet", height=56)
        on_press(cancel, partial(calling.ask, None))
        self._actions.addWidget(cancel)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desktop.theme.color("sunken"))


HOLD_REASONS = ("papers", "colleague", "rest", "other")
PAUSE_REASONS = ("break", "meeting", "escort", "other")


def options(desktop: Desktop, state: DeskState, choice: Choice) -> list[tuple[str, partial[None]]]:
    """(text, action) of the answers to a question, in the order of their digit keys."""
    calling = desktop.presenter.calling
    if choice is Choice.TRANSFER:
        here = state.ticket.queue if state.ticket else ""
        letters = [letter for letter in desktop.catalog.letters.values() if letter.kind == "queue"]
        return [
            (f"{letter.code}  {letter.name(desktop.words.language)}", partial(calling.transfer, letter.code))
            for letter in letters
            if letter.code != here
        ]
    reasons, act = (HOLD_REASONS, calling.hold) if choice is Choice.HOLD else (PAUSE_REASONS, calling.pause)
    return [(desktop.tr(f"{choice.value}_reason.{reason}"), partial(act, reason)) for reason in reasons]

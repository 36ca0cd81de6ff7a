"""The left column: who is at the window, who waits, who is due, who stands apart; and the actions of calling.

Owns rows; decides nothing. It stays on every page, so that the next person can be called from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.ticket import MarkKind, TicketState
from ui.desk.calling import APART, WAITING
from ui.desk.dates import clock_span
from ui.desk.parts import Action, Desktop, Tick, clear, margins, on_press
from ui.desk.question import Question
from ui.desk.queue_rows import ROW_H, Mark, Row, marks
from ui.desk.state import Choice, DeskState, Page
from ui.desk.strips import scrolling
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.calling import QueueRow

WIDTH = 400
APART_SHOWN = 6
"""Held and passed numbers in sight; the digits call back as many as there are."""
_APART_H = 50


class QueueColumn(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self._shown: tuple[object, ...] = ()
        self._current: Row | None = None
        self.question: Question | None = None
        self.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(self)
        margins(column, theme, 24, 20, 24, 20, 10)
        head = QHBoxLayout()
        self._count = Text(theme, "", "lead", bold=True)
        self._average = Text(theme, "", "small", align="right")
        head.addWidget(self._count, 1)
        head.addWidget(self._average, 1)
        column.addLayout(head)
        self._at_window = QVBoxLayout()
        margins(self._at_window, theme, 0, 0, 0, 0, 6)
        column.addLayout(self._at_window)
        self.ticks = {name: Tick(theme) for name in ("shown", "spoken", "printed")}
        self._ticks = QWidget()
        row = QHBoxLayout(self._ticks)
        margins(row, theme, 4, 0, 4, 0, 10)
        for tick in self.ticks.values():
            row.addWidget(tick)
        row.addStretch(1)
        column.addWidget(self._ticks)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        margins(self._rows, theme, 0, 0, 0, 0, 4)
        column.addWidget(scrolling(inside), 1)
        below = QWidget()
        self._below = QVBoxLayout(below)
        margins(self._below, theme, 0, 0, 0, 0, 4)
        column.addWidget(below)
        self._actions = QVBoxLayout()
        margins(self._actions, theme, 0, 0, 0, 0, 10)
        column.addLayout(self._actions)

    def render_state(self, state: DeskState) -> None:
        """Show ``state``."""
        shown = (
            state.queue, state.ticket, state.asked, state.paused, state.busy, state.day_open, state.selected,
            state.undoable, state.due, state.marks, (state.look, state.terminals) if state.choice else None,
        )  # fmt: skip
        if shown != self._shown:
            self._shown = shown
            self._show_rows(state)
            self._show_ticks(state)
            self._show_actions(state)
        elif self._current is not None:
            self._current.set_time(self._elapsed(state))

    # --- rows ------------------------------------------------------------------------------------------------

    def _show_rows(self, state: DeskState) -> None:
        tr = self._desktop.tr
        waiting = [row for row in state.queue if row.state in WAITING]
        apart = [row for row in state.queue if row.state in APART]
        self._count.set_text(tr("people", n=len(waiting)))
        average = round(sum(row.waited_minutes for row in waiting) / len(waiting)) if waiting else 0
        self._average.set_text(tr("average", n=average) if waiting else "")
        clear(self._at_window)
        clear(self._rows)
        self._current = None
        if state.ticket is not None:
            word = tr("queue.serving" if state.ticket.state is TicketState.SERVING else "queue.called")
            self._current = Row(
                self._desktop.theme, state.ticket.label, [Mark("", word)], self._elapsed(state), current=True
            )
            self._at_window.addWidget(self._current)
        for row in waiting:
            self._add_row(row, marks(self._desktop, row), tr("minutes", n=row.waited_minutes), state)
        self._rows.addStretch(1)
        self._show_below(apart, state)

    def _add_row(self, row: QueueRow, marked: list[Mark], time: str, state: DeskState) -> None:
        self._rows.addWidget(self._row(row, marked, time, state, ROW_H))
        if f"ticket:{row.ticket_id}" == state.selected and state.choice is None:
            self._rows.addWidget(self._row_actions(row, state))

    def _row(self, row: QueueRow, marked: list[Mark], time: str, state: DeskState, height: int) -> Row:
        line, theme = f"ticket:{row.ticket_id}", self._desktop.theme
        made = Row(theme, row.label, marked, time, selected=line == state.selected, live=True, height=height)
        made.setObjectName(line)
        on_press(made, partial(self._desktop.presenter.select, line))
        return made

    def _show_below(self, apart: list[QueueRow], state: DeskState) -> None:
        """Always in sight under the line: who is held or passed, two in a row, and the next booking."""
        clear(self._below)
        if state.choice is not None:
            return
        self._show_due(state)
        if not apart:
            return
        self._below.addWidget(Text(self._desktop.theme, self._desktop.tr("queue.apart"), "small"))
        grid = QGridLayout()
        grid.setSpacing(self._desktop.theme.px(4))
        for place, row in enumerate(apart[:APART_SHOWN]):
            held, other = row.state is TicketState.HELD, row.counter not in ("", state.window)
            word = self._desktop.tr("queue.at", w=row.counter) if other else ""
            mark = Mark("pause" if held else "clock", word)
            grid.addWidget(self._row(row, [mark], str(place + 1), state, _APART_H), place // 2, place % 2)
        self._below.addLayout(grid)
        chosen = next((row for row in apart if f"ticket:{row.ticket_id}" == state.selected), None)
        if chosen is not None:
            self._below.addWidget(self._row_actions(chosen, state))

    def _row_actions(self, row: QueueRow, state: DeskState) -> QWidget:
        """What can be done with the selected number, unfolded below it."""
        tr, presenter = self._desktop.tr, self._desktop.presenter
        holder = QWidget()
        line = QHBoxLayout(holder)
        margins(line, self._desktop.theme, 0, 0, 0, 4, 8)
        free = state.ticket is None and state.day_open and not state.paused
        offered: tuple[tuple[str, str, bool, Callable[[], None]], ...] = (
            (("pick", "P", free, partial(presenter.ask_about_selected, Choice.PICK)),
             ("reclass", "U", True, partial(presenter.ask_about_selected, Choice.RECLASS)))
            if row.state in WAITING
            else (("call_back", "", free, partial(presenter.calling.call_back, row.ticket_id)),)
        )  # fmt: skip
        for name, key, possible, act in (*offered, ("reprint", "J", True, presenter.reprint)):
            button = Action(self._desktop.theme, tr(f"act.{name}"), key, "light", height=52, role="small")
            button.setObjectName(name)
            button.setEnabled(possible and not state.busy)
            on_press(button, act)
            line.addWidget(button)
        return holder

    def _show_due(self, state: DeskState) -> None:
        """The next booking, pale: time and code; a name stands nowhere before the visitor is at the window."""
        if not state.due:
            return
        booking, more = state.due[0], len(state.due) - 1
        at = booking.at.astimezone(state.now.tzinfo)
        word = self._desktop.tr("queue.due_late") if at < state.now else ""
        code = f"{booking.code} +{more}" if more else booking.code
        marked, theme = [Mark("calendar", word)], self._desktop.theme
        row = Row(theme, f"{at:%H:%M}", marked, code, live=True, pale=True, height=_APART_H)
        row.setObjectName("due")
        on_press(row, partial(self._desktop.presenter.overseeing.show, Page.HALL))
        self._below.addWidget(row)

    def _elapsed(self, state: DeskState) -> str:
        ticket = state.ticket
        if ticket is None:
            return ""
        since = ticket.served_at if ticket.state is TicketState.SERVING else ticket.called_at
        return clock_span((state.now - since).total_seconds()) if since else ""

    def _show_ticks(self, state: DeskState) -> None:
        """What became of the call: painted, spoken, printed; how many walls when several."""
        ticket = state.ticket
        self._ticks.setVisible(ticket is not None)
        if ticket is None:
            return
        tr = self._desktop.tr
        walls = sorted({mark.terminal for mark in state.marks if mark.kind is MarkKind.SHOWN})
        heard = sorted({mark.terminal for mark in state.marks if mark.kind is MarkKind.SPOKEN})
        for name, where in (("shown", walls), ("spoken", heard), ("printed", [""] if ticket.printed else [])):
            text = tr(f"ticks.{name}" if where else f"ticks.not_{name}")
            self.ticks[name].show_state(f"{text} {len(where)}" if len(where) > 1 else text, bool(where))
            self.ticks[name].setToolTip(" ".join(where))

    # --- actions ---------------------------------------------------------------------------------------------

    def _show_actions(self, state: DeskState) -> None:
        words = self.question.reason.text() if self.question and self.question.reason else ""
        clear(self._actions)
        self.question = None
        if state.choice is not None:
            self.question = Question(self._desktop, state)
            if words and self.question.reason is not None:
                self.question.reason.setText(words)
            self._actions.addWidget(self.question)
        else:
            self._show_buttons(state)

    def _show_buttons(self, state: DeskState) -> None:
        desktop, calling, tr = self._desktop, self._desktop.presenter.calling, self._desktop.tr
        called = state.ticket is not None and state.ticket.state is TicketState.CALLED
        serving = state.ticket is not None and not called
        free = state.ticket is None and state.day_open and not state.paused
        main = Action(desktop.theme, tr("act.next"), tr("keys.space"), "primary", height=92, role="lead")
        main.setObjectName("next")
        main.setEnabled(free and not state.busy)
        on_press(main, calling.call_next)
        self._actions.addWidget(main)
        grid = QGridLayout()
        grid.setSpacing(desktop.theme.px(8))
        offered: tuple[tuple[str, str, bool, Callable[[], None]], ...] = (
            ("recall", "R", called, calling.recall),
            ("transfer", "T", called or serving, partial(calling.ask, Choice.TRANSFER)),
            ("hold", "H", serving, partial(calling.ask, Choice.HOLD)),
            ("no_show", "N", called, calling.no_show),
            ("resume" if state.paused else "pause", "B", True, self._pause),
            ("without_ticket", "W", free, calling.without_ticket),
        )
        for place, (name, key, possible, act) in enumerate(offered):
            button = Action(desktop.theme, tr(f"act.{name}"), key, "light", height=58, role="small")
            button.setObjectName(name)
            button.setEnabled(possible and not state.busy)
            on_press(button, act)
            grid.addWidget(button, place // 3, place % 3)
        self._actions.addLayout(grid)
        self._actions.addWidget(self._undo(state))

    def _undo(self, state: DeskState) -> Action:
        """The step that would be taken back stands on the button."""
        tr, last = self._desktop.tr, state.undoable
        text = (
            tr(f"undo.{last.event.value.removeprefix('undo_')}", label=last.ticket.label)
            if last
            else tr("undo.nothing")
        )
        button = Action(self._desktop.theme, text, "Z" if last else "", "quiet", height=52, role="small")
        button.setObjectName("undo")
        button.setEnabled(last is not None and not state.busy)
        on_press(button, self._desktop.presenter.calling.undo)
        return button

    def _pause(self) -> None:
        presenter = self._desktop.presenter
        if presenter.state.paused:
            presenter.calling.resume()
        else:
            presenter.calling.ask(Choice.PAUSE)

    def write_reason(self) -> None:
        """The key 0 of an open question."""
        if self.question is not None:
            self.question.write_reason()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desktop.theme.color("sunken"))

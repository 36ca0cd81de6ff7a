"""The open question under the queue: answers with their digits, a free reason, Esc. Never a window of its own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kiosk.model.ticket import LinePlace
from ui.desk.answers import REASONS, WRITTEN, answers, heading, reasoned
from ui.desk.parts import Action, Chips, Desktop, margins, on_press
from ui.desk.state import Asked, Choice, DeskState
from ui.widgets.text import Text


class Question(QWidget):
    """Made anew for every question."""

    def __init__(self, desktop: Desktop, state: DeskState) -> None:
        super().__init__()
        self._desktop = desktop
        self.reason: QLineEdit | None = None
        theme, tr = desktop.theme, desktop.tr
        column = QVBoxLayout(self)
        margins(column, theme, 0, 0, 0, 0, 8)
        column.addWidget(Text(theme, heading(desktop, state), "body", bold=True))
        asked = state.asked
        if asked is not None and asked.choice is Choice.TRANSFER:
            self._ask_place(column, asked, state)
        offered = answers(desktop, state)
        for place, answer in enumerate(offered, start=1):
            button = Action(
                theme, answer.text, str(place), "danger" if answer.grave else "light", height=52, role="small"
            )
            button.setEnabled(not state.busy)
            on_press(button, answer.act)
            column.addWidget(button)
        if not offered:
            column.addWidget(Text(theme, tr("ask.nothing"), "small"))
        if asked is not None and asked.choice in WRITTEN:
            self._ask_words(column)
        cancel = Action(theme, desktop.words.tr("common.cancel"), tr("keys.esc"), "quiet", height=52, role="small")
        on_press(cancel, partial(desktop.presenter.calling.ask, None))
        column.addWidget(cancel)

    def _ask_place(self, column: QVBoxLayout, asked: Asked, state: DeskState) -> None:
        """Where in line, and for which window."""
        theme, tr, calling = self._desktop.theme, self._desktop.tr, self._desktop.presenter.calling
        column.addWidget(Text(theme, tr("ask.place"), "small"))
        places = Chips(
            theme,
            [(p.value, tr(f"place.{p.value}")) for p in LinePlace],
            lambda v: calling.set_place(LinePlace(v)),
            per_row=2,
        )
        places.show_value(asked.place.value)
        column.addWidget(places)
        column.addWidget(Text(theme, tr("ask.window"), "small"))
        codes = [counter.code for counter in state.windows if counter.code != state.window]
        windows = Chips(
            theme, [("", tr("place.any")), *((code, code) for code in codes)], calling.wish_window, per_row=5
        )
        windows.show_value(asked.window)
        column.addWidget(windows)

    def _ask_words(self, column: QVBoxLayout) -> None:
        tr = self._desktop.tr
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("ask.reason"))
        self.reason.setAccessibleName(tr("ask.reason"))
        self.reason.setMinimumHeight(self._desktop.theme.px(52))
        self.reason.returnPressed.connect(self._give)
        column.addWidget(self.reason)

    def write_reason(self) -> None:
        """The key 0: the reason is written in words."""
        if self.reason is not None:
            self.reason.setFocus()

    @Slot()
    def _give(self) -> None:
        state = self._desktop.presenter.state
        if self.reason is not None and self.reason.text().strip() and state.choice in REASONS:
            reasoned(self._desktop, state)(self.reason.text().strip())

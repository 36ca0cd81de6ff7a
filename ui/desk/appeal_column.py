"""The right column: registering, or the clerk's open appeals. Owns the two tabs."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.desk.mine_view import MineView
from ui.desk.parts import Action, Desktop, clear, margins, on_press
from ui.desk.register_view import RegisteredView, RegisterView
from ui.desk.state import DeskState, Tab

WIDTH = 520


class AppealColumn(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(self)
        margins(column, theme, 24, 24, 24, 24, 18)
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(theme.px(10))
        column.addLayout(self._tabs)
        self._body = QVBoxLayout()
        column.addLayout(self._body, 1)
        self.form: RegisterView | RegisteredView | None = None
        self.mine = MineView(desktop)
        self.mine.hide()
        column.addWidget(self.mine, 1)
        self._shown: tuple[object, ...] = ()
        self._stage: object = self

    def render_state(self, state: DeskState) -> None:
        """Show ``state``."""
        tabs = (state.tab, len(state.mine))
        if tabs != self._shown:
            self._shown = tabs
            self._show_tabs(state)
        registering = state.tab is Tab.REGISTER
        self.mine.setVisible(not registering)
        if registering:
            self._show_form(state)
        else:
            clear(self._body)
            self.form, self._stage = None, self
            self.mine.render_state(state)

    def _show_tabs(self, state: DeskState) -> None:
        clear(self._tabs)
        tr, theme = self._desktop.tr, self._desktop.theme
        for tab, text, key in (
            (Tab.REGISTER, tr("form.tab"), "E"),
            (Tab.MINE, tr("form.mine", n=len(state.mine)), "M"),
        ):
            button = Action(theme, text, key, "primary" if tab is state.tab else "quiet", height=60)
            on_press(button, partial(self._desktop.presenter.appeals.show, tab))
            self._tabs.addWidget(button)

    def _show_form(self, state: DeskState) -> None:
        """A new form or a new stage of it is built anew; typing only updates what others may change."""
        form = state.form
        stage = (form.serial, form.registered.state if form.registered else None)
        if self.form is None or stage != self._stage:
            clear(self._body)
            self._stage = stage
            self.form = (
                RegisteredView(self._desktop, form, form.registered)
                if form.registered
                else RegisterView(self._desktop, form)
            )
            self._body.addWidget(self.form)
        else:
            self.form.render_form(form)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desktop.theme
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.fillRect(0, 0, theme.px(1), self.height(), theme.color("line"))

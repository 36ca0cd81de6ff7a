"""The room beside the queue: the reception, or one of the pages of the hall. Owns which is shown; decides nothing."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk.parts import Desktop, clear, margins, notice
from ui.desk.state import DeskState, Note
from ui.desk.strips import ActionBar
from ui.widgets.card import EmptyState
from ui.widgets.text import Text


class PageView(QWidget):
    """A page of the hall: heading, note, body, action bar. Built again only when what it shows has changed."""

    name = ""
    """Its text below ``desk.page``."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._shown: tuple[object, ...] = ()
        self._said: Note | None = None
        theme = desktop.theme
        column = QVBoxLayout(self)
        margins(column, theme, 32, 22, 32, 22, 10)
        column.addWidget(Text(theme, desktop.tr(f"page.{self.name}_title"), "lead", bold=True))
        self._notes = QVBoxLayout()
        column.addLayout(self._notes)
        self.body = QWidget()
        column.addWidget(self.body, 1)
        self._waiting = EmptyState(theme, "clock", desktop.tr("page.reading"))
        column.addWidget(self._waiting, 1)
        self.bar = ActionBar(desktop)
        column.addWidget(self.bar)
        self.furnish()

    @abstractmethod
    def furnish(self) -> None:
        """Make the parts of ``body`` once."""

    @abstractmethod
    def show_look(self, state: DeskState) -> None:
        """Fill the parts from ``state.look``, which is this page's."""

    def watched(self, state: DeskState) -> tuple[object, ...]:
        """What makes the page be filled again."""
        return (state.look, state.selected, state.asked, state.busy)

    def chosen(self, _state: DeskState) -> str:
        """The action whose effect is shown."""
        return ""

    def render_state(self, state: DeskState) -> None:
        """Show ``state``; until the first answer of the store a page says that it is being read."""
        self._show_note(state)
        ready = state.look is not None
        self.body.setVisible(ready)
        self._waiting.setVisible(not ready)
        shown = self.watched(state)
        if ready and shown != self._shown:
            self._shown = shown
            self.show_look(state)
        self.bar.render_state(state, self.chosen(state))

    def _show_note(self, state: DeskState) -> None:
        if state.note is self._said:
            return
        self._said = state.note
        clear(self._notes)
        if state.note is not None:
            self._notes.addWidget(notice(self._desktop, state.note))

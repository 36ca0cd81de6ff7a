"""The desk's window: columns that follow the presenter's state, the second, the keyboard. Decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.catalog import Catalog
from ui.desk.appeal_column import AppealColumn
from ui.desk.keys import Keys
from ui.desk.parts import Desktop, margins
from ui.desk.presenter import DeskPresenter
from ui.desk.queue_column import QueueColumn
from ui.desk.sign_in_page import SignInPage
from ui.desk.state import DeskState, Screen
from ui.desk.top_bar import TopBar
from ui.desk.visitor_column import VisitorColumn
from ui.theme import DESK, Theme
from ui.translate import Translator
from ui.widgets.stage import Stage

_TICK_MS = 1000
_SIGNS_OF_LIFE = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)


class DeskPage(QWidget):
    """Either the sign-in card or the three columns under the top bar."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self.keys = Keys(desktop)
        outer = QVBoxLayout(self)
        margins(outer, desktop.theme, 0, 0, 0, 0, 0)
        self.sign_in = SignInPage(desktop)
        outer.addWidget(self.sign_in)
        self.work = QWidget()
        column = QVBoxLayout(self.work)
        margins(column, desktop.theme, 0, 0, 0, 0, 0)
        self.top = TopBar(desktop)
        column.addWidget(self.top)
        row = QHBoxLayout()
        margins(row, desktop.theme, 0, 0, 0, 0, 0)
        self.queue, self.visitor, self.appeals = QueueColumn(desktop), VisitorColumn(desktop), AppealColumn(desktop)
        row.addWidget(self.queue)
        row.addWidget(self.visitor, 1)
        row.addWidget(self.appeals)
        column.addLayout(row, 1)
        outer.addWidget(self.work)

    def render_state(self, state: DeskState) -> None:
        """Show ``state``. A covered desk renders nothing behind its cover."""
        at_work = state.screen is Screen.DESK
        self.work.setVisible(at_work)
        self.sign_in.setVisible(not at_work)
        if not at_work:
            self.visitor.render_state(state)
            self.sign_in.render_state(state)
            return
        for part in (self.top, self.queue, self.visitor, self.appeals):
            part.render_state(state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no field has taken."""
        if not self.keys.press(event):
            super().keyPressEvent(event)


class DeskFront(QObject):
    """GUI thread. ``window`` is placed by the application."""

    portrait = False

    def __init__(self, presenter: DeskPresenter, words: Translator, catalog: Catalog) -> None:
        super().__init__()
        self.presenter, self._words, self._catalog = presenter, words, catalog
        self.window = Stage(Theme(DESK), self._build)
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._tick)
        presenter.watch(self._render)
        words.changed.connect(self._speak)

    def start(self) -> None:
        """Watch for idleness and keep the second; called when the window is placed."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._second.start()

    def stop(self) -> None:
        """End the timer; answers under way are dropped."""
        self._second.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.presenter.stop()

    def page(self) -> DeskPage | None:
        """The page shown, once the window has a size."""
        content = self.window.content
        return content if isinstance(content, DeskPage) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keyboard or mouse on this window means that somebody is here."""
        if event.type() in _SIGNS_OF_LIFE and isinstance(watched, QWidget) and watched.window() is self.window.window():
            self.presenter.session.touched()
        return super().eventFilter(watched, event)

    def _build(self, theme: Theme) -> QWidget:
        page = DeskPage(Desktop(theme, self._words, self.presenter, self._catalog))
        page.render_state(self.presenter.state)
        return page

    def _render(self) -> None:
        page = self.page()
        if page is not None:
            page.render_state(self.presenter.state)

    @Slot()
    def _speak(self) -> None:
        if self.page() is not None:
            self.window.refresh()

    @Slot()
    def _tick(self) -> None:
        self.presenter.tick()

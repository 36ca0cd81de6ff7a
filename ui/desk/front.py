"""The desk's window: columns that follow the presenter's state, the second, the keyboard. Decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from kiosk.catalog import Catalog
from ui.desk.appeal_column import AppealColumn
from ui.desk.care_page import CarePage
from ui.desk.day_page import DayPage
from ui.desk.devices_page import DevicesPage
from ui.desk.figures_page import FiguresPage
from ui.desk.hall_page import HallPage
from ui.desk.keys import Keys
from ui.desk.keys_view import KeysView
from ui.desk.pages import PageView
from ui.desk.parts import Desktop, margins
from ui.desk.presenter import DeskPresenter
from ui.desk.queue_column import QueueColumn
from ui.desk.sign_in_page import SignInPage
from ui.desk.state import DeskState, Page, Screen
from ui.desk.top_bar import TopBar
from ui.desk.visitor_column import VisitorColumn
from ui.theme import DESK, Theme
from ui.translate import Translator
from ui.widgets.stage import Stage

_TICK_MS = 1000
_SIGNS_OF_LIFE = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)


PAGES: dict[Page, type[PageView]] = {
    Page.HALL: HallPage,
    Page.CARE: CarePage,
    Page.DEVICES: DevicesPage,
    Page.FIGURES: FiguresPage,
    Page.DAY: DayPage,
}


class DeskPage(QWidget):
    """Either the sign-in card, or the queue and one page under the top bar."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
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
        self.queue = QueueColumn(desktop)
        row.addWidget(self.queue)
        self.visitor, self.appeals = VisitorColumn(desktop), AppealColumn(desktop)
        row.addWidget(self.visitor, 1)
        row.addWidget(self.appeals)
        self._desktop, self._row = desktop, row
        self.pages: dict[Page, PageView] = {}
        self.table: KeysView | None = None
        column.addLayout(row, 1)
        outer.addWidget(self.work)
        self.keys = Keys(desktop, self.queue.write_reason, self.top.switch_language)

    def render_state(self, state: DeskState) -> None:
        """Show ``state``. A covered desk renders nothing behind its cover."""
        at_work = state.screen is Screen.DESK
        self.work.setVisible(at_work)
        self.sign_in.setVisible(not at_work)
        if not at_work:
            self.visitor.render_state(state)
            self.sign_in.render_state(state)
            return
        reception = state.page is Page.RECEPTION and not state.shows_keys
        self.visitor.setVisible(reception)
        self.appeals.setVisible(reception)
        for part in (self.top, self.queue, self.visitor, self.appeals):
            part.render_state(state)
        self._show_page(state)
        self._show_table(shown=state.shows_keys)

    def _show_page(self, state: DeskState) -> None:
        """A page is made when it is opened first."""
        if state.page in PAGES and state.page not in self.pages:
            self.pages[state.page] = PAGES[state.page](self._desktop)
            self._row.addWidget(self.pages[state.page], 1)
        for name, page in self.pages.items():
            page.setVisible(name is state.page and not state.shows_keys)
            if name is state.page:
                page.render_state(state)

    def _show_table(self, *, shown: bool) -> None:
        if shown and self.table is None:
            self.table = KeysView(self._desktop)
            self._row.addWidget(self.table, 1)
        if self.table is not None:
            self.table.setVisible(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no field has taken. The first Esc leaves the field, the next one closes what is open."""
        focused = self.focusWidget()
        typing = isinstance(focused, QLineEdit | QPlainTextEdit) and focused.hasFocus()
        if typing and event.key() == Qt.Key.Key_Escape:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.keys.press(event, typing=typing):
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

"""The wall's window: puts the presenter's state on the page and keeps the second. Owns timers, decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from ui.theme import WALL, Theme
from ui.wall.page import WallPage, WallPlate
from ui.wall.presenter import WallPresenter
from ui.wall.words import Words
from ui.widgets.stage import Stage

_TICK_MS = 1000


class WallFront(QObject):
    """GUI thread. ``window`` is placed by the application."""

    portrait = False

    def __init__(self, presenter: WallPresenter, words: Words, plate: WallPlate) -> None:
        super().__init__()
        self.presenter, self._words, self._plate = presenter, words, plate
        self.window = Stage(Theme(WALL), self._build, ground="wall")
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._tick)
        presenter.changed = self._render

    def start(self) -> None:
        """Keep the second; the presenter follows the hall once it is connected."""
        self._second.start()

    def stop(self) -> None:
        """Stop following; the window stays until it is closed."""
        self._second.stop()
        self.presenter.stop()

    def page(self) -> WallPage | None:
        """The page shown, once the window has a size."""
        content = self.window.content
        return content if isinstance(content, WallPage) else None

    def _build(self, theme: Theme) -> QWidget:
        state = self.presenter.state
        page = WallPage(theme, self._plate, self._words.of(state), state.page)
        # Queued: the report must not run inside the paint event.
        page.painted.connect(self._painted, Qt.ConnectionType.QueuedConnection)
        return page

    def _render(self) -> None:
        page = self.page()
        if page is not None:
            page.render_words(self._words.of(self.presenter.state), self.presenter.state.page)

    @Slot()
    def _tick(self) -> None:
        self.presenter.tick()

    @Slot()
    def _painted(self) -> None:
        self.presenter.painted()

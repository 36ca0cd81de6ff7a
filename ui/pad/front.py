"""The pad's window: shows the page of the present state, in the shape of its screen. Owns timer and keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.settings.spec import Centre
from ui.pad.hills import draw_hills
from ui.pad.pages import PAGES, Kit
from ui.pad.presenter import PadPresenter
from ui.pad.state import PadState, Page
from ui.theme import PAD, PAD_UPRIGHT, Theme
from ui.translate import Translator
from ui.widgets.stage import Stage

_TICK_MS = 1000
_TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress)


class PadView(Stage):
    """One window for one presenter; wide or tall."""

    def __init__(self, presenter: PadPresenter, texts: Translator, centre: Centre) -> None:
        super().__init__(Theme(PAD), self._build)
        self._presenter, self._texts, self._centre = presenter, texts, centre
        presenter.changed = self.show_state

    def show_state(self, state: PadState) -> None:
        """Build the page of ``state``."""
        self._texts.speak(state.language)
        self.refresh()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        reference = PAD_UPRIGHT if self.height() > self.width() else PAD
        if reference != self.theme.reference:
            self.theme = replace(self.theme, reference=reference, factor=0)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._presenter.state.page is Page.IDLE:
            draw_hills(QPainter(self), QRectF(self.rect()), self.theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 5 answer, 0 or Escape skip, Enter ends: also from a rating box that types."""
        text = event.text()
        if text in ("1", "2", "3", "4", "5"):
            self._presenter.key(int(text))
        elif text == "0" or event.key() == Qt.Key.Key_Escape:
            self._presenter.skip()
        elif text in ("\r", "\n"):
            self._presenter.finish()
        else:
            super().keyPressEvent(event)

    def _build(self, theme: Theme) -> QWidget:
        state = self._presenter.state
        return PAGES[state.page](Kit(theme, self._texts, self._presenter, self._centre), state)


class PadFront(QObject):
    """GUI thread. ``window`` is placed by the application."""

    portrait = False

    def __init__(self, presenter: PadPresenter, texts: Translator, centre: Centre) -> None:
        super().__init__()
        self.presenter = presenter
        self.window = PadView(presenter, texts, centre)
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._tick)

    def start(self) -> None:
        """Keep the second, and hear every touch."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._second.start()

    def stop(self) -> None:
        """Keep what was answered; the window stays until it is closed."""
        self._second.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.presenter.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any touch on this window counts as somebody being here."""
        if event.type() in _TOUCHES and isinstance(watched, QWidget) and watched.window() is self.window:
            self.presenter.touched()
        return super().eventFilter(watched, event)

    @Slot()
    def _tick(self) -> None:
        self.presenter.tick()

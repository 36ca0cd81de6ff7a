"""The touch window: shows the page of the present state. Owns widgets, timer, keys; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import CALM, LIGHT, TOUCH, Theme
from ui.touch.camera import Picture
from ui.touch.pages import PAGES
from ui.touch.pages.face import CameraPage
from ui.touch.pages.frame import Frame, Kit
from ui.touch.pages.identify import ReaderPage
from ui.touch.presenter import TouchPresenter
from ui.touch.state import Camera, Enquiry, Page, TouchState
from ui.translate import Translator
from ui.widgets.stage import Stage

TICK_MS = 1000
_TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress, QEvent.Type.Wheel)


class TouchView(Stage):
    """One window. Give it a presenter; ``start`` begins the clock, ``stop`` ends it."""

    def __init__(self, presenter: TouchPresenter, texts: Translator) -> None:
        super().__init__(Theme(TOUCH), self._build)
        self._presenter, self._texts = presenter, texts
        self._shown = _still(presenter.state)
        self._page: Frame | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        presenter.watch(self.show_state)
        presenter.camera.preview = self.show_picture

    @property
    def page(self) -> Frame | None:
        """The page shown now."""
        return self._page

    def start(self) -> None:
        """Begin to watch for idleness; called when the window is placed."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._tick.start()

    def stop(self) -> None:
        """End the timer and close the camera."""
        self._tick.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._presenter.camera.close()

    def show_state(self, state: TouchState) -> None:
        """Build the page again when its substance changed, else only move what moves."""
        still = _still(state)
        if still != self._shown or self._page is None:
            self._shown = still
            self._texts.speak(state.language)
            before = self.theme
            self.dress(tokens=CALM if state.page is Page.HELP else LIGHT, large=state.large)
            if self.theme == before:
                self.refresh()
        elif self._page is not None:
            self._page.live(state)

    def show_picture(self, picture: Picture | None) -> None:
        """The camera's picture in the circle, mirrored; None takes it away."""
        circle = getattr(self._page, "circle", None) if isinstance(self._page, CameraPage | ReaderPage) else None
        if circle is None:
            return
        circle.set_image(None if picture is None else _mirrored(picture))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any touch on this window counts as somebody being here."""
        if event.type() in _TOUCHES and isinstance(watched, QWidget) and watched.window() is self.window():
            self._presenter.touched()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Readers that type: card and code end with Enter; digits also work on the number page."""
        arriving, page = self._presenter.arriving, self._presenter.state.page
        if event.text() in ("\r", "\n"):
            arriving.entered()
        elif page in (Page.QR, Page.ID_CARD) and event.text().isprintable():
            arriving.typed(event.text())
        elif page in (Page.NUMBER, Page.DIGITS) and event.text().isdecimal():
            arriving.digit(event.text())
        else:
            super().keyPressEvent(event)

    def _build(self, theme: Theme) -> QWidget:
        state = self._presenter.state
        page = PAGES[state.page](Kit(theme, self._texts, self._presenter), state)
        page.live(state)
        self._page = page
        return page

    @Slot()
    def _on_tick(self) -> None:
        self._presenter.tick()


def _still(state: TouchState) -> TouchState:
    """The part of a state that decides how a page is built; the rest only moves on it."""
    asked = state.enquiry
    enquiry = Enquiry(answer=asked.answer, missing=asked.missing)
    return state.with_(
        now=None,
        wait=None,
        seconds_left=None,
        staff_called=False,
        staff_coming=False,
        digits="",
        busy=False,
        agreed=False,
        priority=False,
        camera=Camera() if state.camera else None,
        enquiry=enquiry,
    )


def _mirrored(picture: Picture) -> QImage:
    rgb = picture.rgb
    height, width = rgb.shape[:2]
    image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.flipped(Qt.Orientation.Horizontal)

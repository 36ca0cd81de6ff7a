"""The wall's one widget: paints the page shown. Owns pulse, fade and the picture of what stands still."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QPointF, QRect, QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Theme
from ui.wall.canvas import Canvas, scaled
from ui.wall.chrome import WallPlate, paint_header, paint_identify, paint_ticker
from ui.wall.fitting import Fitted
from ui.wall.layout import Layout
from ui.wall.map_page import paint_map
from ui.wall.notices_page import paint_notice
from ui.wall.platform_page import paint_platform
from ui.wall.queue_page import paint_pulse, paint_queue, paint_waiting, pulse_boxes
from ui.wall.sheets import MapSheet, NoticeSheet, PlatformSheet, StripSheet, TipSheet, WindowSheet
from ui.wall.state import Page
from ui.wall.strip_page import paint_strip
from ui.wall.tips_page import paint_tips
from ui.wall.window_page import paint_window, paint_window_call, window_box
from ui.wall.words import WallWords

_FRAME_MS = 50
_PULSE_HZ = 0.8
_FAINTEST = 0.62
FADE_MS = 240


class WallPage(QWidget):
    """Draws words as ``fit`` says for the widget's size. ``painted`` follows each new frame that is on its way to the
    screen, ``fitted_anew`` each change of size or layout.
    """

    painted = Signal()
    fitted_anew = Signal()

    def __init__(self, plate: WallPlate, fit: Callable[[QSize], Fitted]) -> None:
        super().__init__()
        self._plate, self._fit = plate, fit
        self.fitted = fit(QSize(1920, 1080))
        self._words: WallWords | None = None
        self._page = Page.QUEUE
        self.media: Callable[[], QImage | None] = lambda: None
        self.fades = True
        self._scene: QPixmap | None = None
        self._old: QPixmap | None = None
        self._fresh = True
        self._still_written: list[str] = []
        self.written: list[str] = []
        self.smallest = math.inf
        self._since, self._faded = QElapsedTimer(), QElapsedTimer()
        self._pulse = QTimer(self, interval=_FRAME_MS)
        self._pulse.timeout.connect(self._beat)
        self._fading = QTimer(self, interval=_FRAME_MS)
        self._fading.timeout.connect(self._fade)

    def render_words(self, words: WallWords, page: Page) -> None:
        """Draw these; nothing happens when they are the same."""
        if (words, page) == (self._words, self._page):
            return
        pulsing = any(call.pulsing for call in words.calls)
        if page is not self._page and self.fades and not pulsing and self.fitted.frame.layout is not Layout.STRIP:
            self._old = self._scene
            self._faded.restart()
            self._fading.start()
        self._words, self._page, self._fresh, self._scene = words, page, True, None
        self._follow_pulse(pulsing and page is Page.QUEUE and self.fitted.frame.layout is not Layout.STRIP)
        self.update()

    def words(self) -> WallWords | None:
        """What is on the screen."""
        return self._words

    def refit(self) -> None:
        """Size or layout changed: choose again."""
        self.fitted = self._fit(self.size())
        self._scene = self._old = None
        self._fresh = True
        self.fitted_anew.emit()
        self.update()

    def media_changed(self) -> None:
        """Another picture of a film is there."""
        if self._page is Page.MEDIA:
            self.update(self._real(self.fitted.frame.content))

    def sizeHint(self) -> QSize:
        return QSize(1920, 1080)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    # --- painting --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._words is None:
            QPainter(self).fillRect(self.rect(), Theme(self.fitted.frame.reference).color("wall"))
            return
        if self._scene is None:
            self._scene = self._still()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._scene)
        painter.translate(self._origin())
        canvas = Canvas(painter, self._theme(), self.devicePixelRatioF())
        self._moving(canvas, self._words)
        self.written = [*self._still_written, *canvas.written]
        painter.resetTransform()
        if self._old is not None:
            painter.setOpacity(max(0.0, 1 - self._faded.elapsed() / FADE_MS))
            painter.drawPixmap(0, 0, self._old)
        painter.end()
        if self._fresh:
            self._fresh = False
            self.painted.emit()

    def _still(self) -> QPixmap:
        """Everything that does not move, painted once."""
        pixmap = QPixmap(self.size() * self.devicePixelRatioF())
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        pixmap.fill(self._theme().color("wall"))
        painter = QPainter(pixmap)
        painter.translate(self._origin())
        canvas = Canvas(painter, self._theme(), self.devicePixelRatioF())
        if self._words is not None:
            self._paint(canvas, self._words)
        painter.end()
        self._still_written, self.smallest = canvas.written, canvas.smallest
        return pixmap

    def _paint(self, canvas: Canvas, words: WallWords) -> None:
        frame, sheet = self.fitted.frame, words.sheet
        if isinstance(sheet, StripSheet):
            paint_strip(canvas, frame, sheet)
            return
        if isinstance(sheet, WindowSheet):
            paint_window(canvas, frame, sheet)
        elif isinstance(sheet, PlatformSheet):
            paint_platform(canvas, frame, words, sheet)
        elif isinstance(sheet, TipSheet):
            paint_tips(canvas, frame, words, sheet)
        elif isinstance(sheet, MapSheet):
            paint_map(canvas, frame, words, sheet)
        elif isinstance(sheet, NoticeSheet):
            paint_notice(canvas, frame, words, sheet)
        elif self._page is Page.WAITING:
            scale = 1.6 if frame.portrait else 1.45
            edge = 56 if frame.portrait else 220
            paint_waiting(canvas, frame.content.adjusted(edge, 36, -edge, -24), words, scale)
        elif self._page is not Page.MEDIA:
            paint_queue(canvas, frame, self.fitted.area, self.fitted.plan, words)
        paint_header(canvas, frame, self._plate, words)
        paint_ticker(canvas, frame, words)
        paint_identify(canvas, frame, words)

    def _moving(self, canvas: Canvas, words: WallWords) -> None:
        """What changes from frame to frame: the calls that pulse, or the film."""
        fitted = self.fitted
        image = self.media() if self._page is Page.MEDIA else None
        if image is not None:
            canvas.image(fitted.frame.content.adjusted(0, 12, 0, -12), image)
        elif self._pulse.isActive() and words.identify is None:
            if isinstance(words.sheet, WindowSheet):
                paint_window_call(canvas, fitted.frame, words.sheet, self._strength())
            else:
                paint_pulse(canvas, fitted.area, fitted.plan, words, self._strength())

    # --- motion ----------------------------------------------------------------------------------------------

    def _follow_pulse(self, pulsing: bool) -> None:
        if pulsing and not self._pulse.isActive():
            self._since.restart()
            self._pulse.start()
        elif not pulsing:
            self._pulse.stop()

    def _strength(self) -> float:
        """A slow fade, well under one change a second: nothing on the wall flashes (WCAG 2.3.1)."""
        turn = math.cos(2 * math.pi * _PULSE_HZ * self._since.elapsed() / 1000)
        return _FAINTEST + (1 - _FAINTEST) * (1 + turn) / 2

    @Slot()
    def _beat(self) -> None:
        if self._words is None:
            return
        if isinstance(self._words.sheet, WindowSheet):
            self.update(self._real(window_box(self.fitted.frame)))
            return
        for box in pulse_boxes(self.fitted.area, self.fitted.plan, self._words):
            self.update(self._real(box))

    @Slot()
    def _fade(self) -> None:
        if self._faded.elapsed() >= FADE_MS:
            self._fading.stop()
            self._old = None
        self.update()

    def _theme(self) -> Theme:
        return Theme(self.fitted.frame.reference, factor=self.fitted.factor)

    def _origin(self) -> QPointF:
        """Where the page begins in a window of another shape."""
        reference, factor = self.fitted.frame.reference, self.fitted.factor
        return QPointF((self.width() - reference.width * factor) / 2, (self.height() - reference.height * factor) / 2)

    def _real(self, rect: QRectF) -> QRect:
        return scaled(rect, self._theme()).translated(self._origin()).toAlignedRect()

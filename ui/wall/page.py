"""The wall's one widget: header, page, ticker. Owns the pulse of the newest call; takes everything else as words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Theme
from ui.wall.canvas import Canvas, scaled
from ui.wall.platform_page import paint_platform
from ui.wall.queue_page import NEWEST, paint_queue
from ui.wall.state import Page
from ui.wall.words import Both, WallWords

_HEADER = QRectF(0, 0, 1920, 128)
_TICKER = QRectF(0, 984, 1920, 96)
_FRAME_MS = 50
_PULSE_HZ = 0.8
_FAINTEST = 0.62


@dataclass(frozen=True, slots=True)
class WallPlate:
    """What never changes on the wall: the centre and how to reach it."""

    centre: Both
    hours: Both
    hotline: Both


class WallPage(QWidget):
    """Draws ``words``. ``painted`` is emitted after each full frame is on its way to the screen."""

    painted = Signal()

    def __init__(self, theme: Theme, plate: WallPlate, words: WallWords, page: Page) -> None:
        super().__init__()
        self._theme, self._plate, self._words, self._page = theme, plate, words, page
        self._fresh = True
        self._since = QElapsedTimer()
        self._since.start()
        self._pulse = QTimer(self, interval=_FRAME_MS)
        self._pulse.timeout.connect(self._beat)
        self._follow_pulse()

    def render_words(self, words: WallWords, page: Page) -> None:
        """Draw these; nothing happens when they are the same."""
        if (words, page) != (self._words, self._page):
            self._words, self._page, self._fresh = words, page, True
            self._follow_pulse()
            self.update()

    def words(self) -> WallWords:
        """What is on the screen."""
        return self._words

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(1920), self._theme.px(1080))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas(painter, self._theme)
        canvas.panel(QRectF(0, 0, 1920, 1080), "wall")
        if self._page is Page.PLATFORM:
            paint_platform(canvas, self._words)
        else:
            paint_queue(canvas, self._words, self._strength())
        self._header(canvas)
        self._ticker(canvas)
        painter.end()
        if self._fresh:
            self._fresh = False
            self.painted.emit()

    def _header(self, canvas: Canvas) -> None:
        canvas.panel(_HEADER, "wall_raised")
        canvas.both(QRectF(56, 0, 660, 128), self._plate.centre, 46, 24, bold=True)
        canvas.both(QRectF(740, 0, 270, 128), self._labelled("hours", self._plate.hours), 26, 22, "wall_soft")
        canvas.both(QRectF(1030, 0, 290, 128), self._labelled("hotline", self._plate.hotline), 26, 22, "wall_soft")
        canvas.both(QRectF(1340, 0, 304, 128), self._words.date, 32, 24, align="right")
        canvas.text(QRectF(1664, 0, 200, 128), self._words.clock, 72, align="right", bold=True)

    def _labelled(self, heading: str, value: Both) -> Both:
        label = self._words.headings[heading]
        return Both(f"{label.zh} {value.zh}", f"{label.en} {value.en}")

    def _ticker(self, canvas: Canvas) -> None:
        warning = self._words.warning
        canvas.panel(_TICKER, "now" if warning else "wall_raised")
        canvas.rule(0, _TICKER.y(), 1920)
        ink = "on_now" if warning else "wall_soft"
        side = 44
        canvas.icon(QRectF(56, _TICKER.center().y() - side / 2, side, side), "warning" if warning else "info", ink)
        text = QRectF(124, _TICKER.y(), 1740, _TICKER.height())
        if warning:
            canvas.both(text, warning, 34, 24, ink, ink, bold=True)
        else:
            canvas.both(text, self._words.tip, 34, 24)

    def _follow_pulse(self) -> None:
        pulsing = self._page is Page.QUEUE and any(call.pulsing for call in self._words.calls)
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
        self.update(scaled(NEWEST, self._theme).toAlignedRect())

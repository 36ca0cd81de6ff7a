"""Draws a ticket slip as a bitmap, so that every printer can print Chinese and the preview is the print.

Implements ``kiosk.ports.SlipRaster``. Black on white only; sizes are shares of the paper's width. Works without a
screen, on any thread that QPainter on QImage allows, after QApplication and the fonts are there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from kiosk.model.ticket import TicketSlip
from kiosk.phrases import Phrases
from ui.fonts import draw_text, font
from ui.widgets.qr import paint_qr

_MARGIN = 0.04
_LEADING = 1.35
_TALLEST = 4.0
"""Height of the drawing ground in widths; the slip is cut to what was drawn."""


class QtSlipRaster:
    """The port's implementation. ``zone`` names the centre's time zone; ``seat_name`` puts a seat code into words."""

    def __init__(self, zone: str, seat_name: Callable[[str, str], str]) -> None:
        self._zone = ZoneInfo(zone)
        self._seat_name = seat_name

    def raster(self, slip: TicketSlip, width_px: int) -> tuple[int, int, bytes]:
        """(width, height, rows of 1-bit pixels, MSB first, 1 = black). ``width_px`` is rounded down to whole bytes."""
        image = self.image(slip, width_px - width_px % 8)
        mono = image.convertToFormat(QImage.Format.Format_Mono)
        dark_is_one = QColor(mono.color(1)).lightness() < QColor(mono.color(0)).lightness()
        if not dark_is_one:
            mono.invertPixels()
        stride, row = mono.bytesPerLine(), mono.width() // 8
        pixels = bytes(mono.constBits())
        rows = b"".join(pixels[y * stride : y * stride + row] for y in range(mono.height()))
        return mono.width(), mono.height(), rows

    def image(self, slip: TicketSlip, width_px: int) -> QImage:
        """The slip in grey, for the preview."""
        ground = QImage(width_px, int(width_px * _TALLEST), QImage.Format.Format_Grayscale8)
        ground.fill(255)
        painter = QPainter(ground)
        bottom = _Column(painter, width_px, Phrases(slip.language)).draw(slip, self._place(slip), self._zone)
        painter.end()
        return ground.copy(0, 0, width_px, int(bottom))

    def _place(self, slip: TicketSlip) -> str:
        return self._seat_name(slip.seat, slip.language) if slip.seat else ""


class _Column:
    """One pass from the top of the paper to the bottom."""

    def __init__(self, painter: QPainter, width: int, phrases: Phrases) -> None:
        self._painter, self._width, self._phrases = painter, width, phrases
        self._y = width * _MARGIN

    def draw(self, slip: TicketSlip, place: str, zone: ZoneInfo) -> float:
        """Draw everything; the height used."""
        text, at = self._phrases.text, slip.issued_at.astimezone(zone)
        self._line(slip.centre, 0.055)
        self._line(slip.label, 0.26, bold=True)
        ahead = text("touch.ticket.people", n=slip.ahead) if slip.ahead else text("touch.ticket.next")
        span = text("common.minutes", low=slip.wait_low_min, high=slip.wait_high_min)
        self._pair(text("touch.ticket.ahead"), ahead)
        self._pair(text("touch.ticket.span"), span)
        if place:
            self._pair(text("touch.ticket.seat_lead"), place)
        self._rule()
        self._qr(slip.query_url)
        self._line(text("touch.ticket.code", code=_grouped(slip.query_url.rpartition(":")[2])), 0.055, bold=True)
        self._line(text("touch.ticket.called"), 0.042)
        self._line(_when(at), 0.042)
        return self._y + self._width * _MARGIN

    def _line(self, text: str, share: float, *, bold: bool = False) -> None:
        """A centred line, made smaller when it is too long for the paper."""
        room = self._width * (1 - 2 * _MARGIN)
        face = font(int(self._width * share), bold=bold)
        wide = QFontMetricsF(face).horizontalAdvance(text)
        if wide > room:
            face = font(int(self._width * share * room / wide), bold=bold)
        metrics = QFontMetricsF(face)
        left = (self._width - metrics.horizontalAdvance(text)) / 2
        draw_text(self._painter, QPointF(left, self._y + face.pixelSize()), text, face, QColor(0, 0, 0))
        self._y += face.pixelSize() * _LEADING

    def _pair(self, label: str, value: str) -> None:
        """Label at the left, value at the right."""
        face, strong = font(int(self._width * 0.05)), font(int(self._width * 0.058), bold=True)
        baseline, margin = self._y + strong.pixelSize(), self._width * _MARGIN
        draw_text(self._painter, QPointF(margin, baseline), label, face, QColor(0, 0, 0))
        right = self._width - margin - QFontMetricsF(strong).horizontalAdvance(value)
        draw_text(self._painter, QPointF(right, baseline), value, strong, QColor(0, 0, 0))
        self._y += strong.pixelSize() * 1.5

    def _rule(self) -> None:
        self._y += self._width * 0.02
        width = self._width * (1 - 2 * _MARGIN)
        self._painter.fillRect(QRectF(self._width * _MARGIN, self._y, width, 2), QColor(0, 0, 0))
        self._y += self._width * 0.02

    def _qr(self, payload: str) -> None:
        side = self._width * 0.46
        paint_qr(self._painter, QRectF((self._width - side) / 2, self._y, side, side), payload, QColor(0, 0, 0))
        self._y += side + self._width * 0.01


def _grouped(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

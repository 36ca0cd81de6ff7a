"""Draws a ticket slip as a bitmap, so that every printer can print Chinese and the picture on file is the print.

Implements ``kiosk.ports.SlipRaster``. Owns drawing only: what a slip says, in which order and size, is
``kiosk.printing.layout``. Black on white. Works without a screen, on any thread that QPainter on QImage allows,
after QApplication and the fonts are there.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTextLayout, QTextOption

from kiosk.model.ticket import TicketSlip
from kiosk.printing.layout import REFERENCE_WIDTH, Gap, QrLine, Rule, Size, SlipLine, TextLine, lay_out
from ui.fonts import draw_text, font
from ui.widgets.qr import paint_qr

_MARGIN = 0.04
_LEADING = 1.35
_QR_SHARE = 0.46
_TALLEST = 4.0
"""Height of the drawing ground in widths; the slip is cut to what was drawn."""
_BLACK = QColor(0, 0, 0)


class QtSlipRaster:
    """The port's implementation. ``zone`` names the centre's time zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def raster(self, slip: TicketSlip, width_px: int) -> tuple[int, int, bytes]:
        """(width, height, rows of 1-bit pixels, MSB first, 1 = black). ``width_px`` is rounded down to whole bytes."""
        image = self._image(lay_out(slip, self._zone), width_px - width_px % 8)
        # Thresholded, not dithered: grey edges of letters would come out of a thermal head as dust.
        mono = image.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
        dark_is_one = QColor(mono.color(1)).lightness() < QColor(mono.color(0)).lightness()
        if not dark_is_one:
            mono.invertPixels()
        stride, row = mono.bytesPerLine(), mono.width() // 8
        pixels = bytes(mono.constBits())
        rows = b"".join(pixels[y * stride : y * stride + row] for y in range(mono.height()))
        return mono.width(), mono.height(), rows

    def _image(self, lines: tuple[SlipLine, ...], width: int) -> QImage:
        """The slip in grey, cut to its length."""
        ground = QImage(width, int(width * _TALLEST), QImage.Format.Format_Grayscale8)
        ground.fill(255)
        painter = QPainter(ground)
        column = _Column(painter, width)
        for line in lines:
            column.draw(line)
        painter.end()
        return ground.copy(0, 0, width, column.height)


class _Column:
    """One pass from the top of the paper to the bottom."""

    def __init__(self, painter: QPainter, width: int) -> None:
        self._painter, self._width = painter, width
        self._margin = width * _MARGIN
        self._y = self._margin

    @property
    def height(self) -> int:
        """Paper used, with the lower margin."""
        return int(self._y + self._margin)

    def draw(self, line: SlipLine) -> None:
        """Draw one line and move down."""
        match line:
            case TextLine():
                self._text(line)
            case QrLine():
                self._qr(line.payload)
            case Rule():
                self._rule()
            case Gap():
                self._y += line.height * self._width / REFERENCE_WIDTH

    def _text(self, line: TextLine) -> None:
        """Centred. The number is made smaller when it is too wide, for a broken number is misread; words wrap."""
        face, room = font(line.size.px(self._width), bold=line.bold), self._width - 2 * self._margin
        if line.size is Size.NUMBER:
            wide = QFontMetricsF(face).horizontalAdvance(line.text)
            pieces = [line.text]
            face = font(int(face.pixelSize() * min(1.0, room / wide)), bold=line.bold)
        else:
            pieces = _wrapped(line.text, face, room)
        for piece in pieces:
            left = (self._width - QFontMetricsF(face).horizontalAdvance(piece)) / 2
            draw_text(self._painter, QPointF(left, self._y + face.pixelSize()), piece, face, _BLACK)
            self._y += face.pixelSize() * _LEADING

    def _rule(self) -> None:
        self._y += self._margin / 2
        self._painter.fillRect(QRectF(self._margin, self._y, self._width - 2 * self._margin, 2), _BLACK)
        self._y += self._margin / 2

    def _qr(self, payload: str) -> None:
        side = self._width * _QR_SHARE
        paint_qr(self._painter, QRectF((self._width - side) / 2, self._y, side, side), payload, _BLACK)
        self._y += side + self._margin


def _wrapped(text: str, face: QFont, room: float) -> list[str]:
    """``text`` in pieces no wider than ``room`` pixels: broken between words or, in Chinese, between signs."""
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    pieces = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        pieces.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return pieces

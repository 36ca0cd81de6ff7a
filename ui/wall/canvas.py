"""A painter that speaks in reference pixels and in tokens. Owns no content; knows how small it had to write."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap

from ui.fonts import draw_text, font
from ui.theme import Theme
from ui.wall.breaking import pieces
from ui.wall.words import Both
from ui.widgets.icon import icon_pixmap
from ui.widgets.qr import paint_qr

Align = Literal["left", "center", "right"]
_ASCENT, _DESCENT, _MARGIN = 1.2, 0.35, 0.1
"""Room around a drawn text, in font sizes."""

_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}
LINE = 1.32
"""Height of a line of running text, in font sizes."""


def scaled(rect: QRectF, theme: Theme) -> QRectF:
    """``rect`` in real pixels."""
    k = theme.factor
    return QRectF(rect.x() * k, rect.y() * k, rect.width() * k, rect.height() * k)


class Canvas:
    """Valid during one painting. Every rectangle and size handed in is in reference pixels.

    ``written`` is every text that was drawn, ``smallest`` the smallest font size of a Chinese one (real pixels).
    """

    def __init__(self, painter: QPainter, theme: Theme, ratio: float = 1.0) -> None:
        """``ratio`` is the device's pixels per pixel of ours."""
        self._painter, self._theme, self._ratio = painter, theme, ratio
        self.written: list[str] = []
        self.smallest = math.inf
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    def panel(self, rect: QRectF, token: str, *, radius: float = 0, alpha: float = 1.0) -> None:
        """A flat ground."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._color(token, alpha))
        corner = radius * self._theme.factor
        self._painter.drawRoundedRect(self._scaled(rect), corner, corner)

    def outline(self, rect: QRectF, token: str, *, radius: float = 0, alpha: float = 1.0) -> None:
        """A thin frame."""
        self._painter.setPen(QPen(self._color(token, alpha), max(1.0, 2 * self._theme.factor)))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = radius * self._theme.factor
        self._painter.drawRoundedRect(self._scaled(rect), corner, corner)

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line between rows."""
        self._painter.fillRect(self._scaled(QRectF(x, y, width, 2)), self._color("wall_soft", 0.22))

    def icon(self, rect: QRectF, name: str, ink: str) -> None:
        """One of our icons in the colour of ``ink``."""
        box = self._scaled(rect)
        pixmap = icon_pixmap(name, self._color(ink).name(), max(1, round(box.width())))
        self._painter.drawPixmap(box.topLeft(), pixmap)

    def qr(self, rect: QRectF, payload: str) -> None:
        """A QR code on white."""
        self.panel(rect, "surface", radius=12)
        paint_qr(self._painter, self._scaled(rect), payload, QColor("#000000"))
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def image(self, rect: QRectF, image: QImage) -> None:
        """A picture as large as fits into ``rect``, in its own proportions."""
        box = self._scaled(rect)
        size = image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._painter.drawImage(target, image)

    def text(
        self, rect: QRectF, text: str, size: float, ink: str = "wall_ink", *, align: Align = "left", bold: bool = False
    ) -> None:
        """One line, centred upright in ``rect``, made smaller when it is too wide."""
        box = self._scaled(rect)
        pixels = max(1, round(size * self._theme.factor))
        width = _width(text, pixels, bold)
        if width > box.width():
            pixels = max(1, math.floor(pixels * box.width() / width))
            width = _width(text, pixels, bold)
        face = font(pixels, bold=bold)
        metrics = QFontMetricsF(face)
        baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
        start = QPointF(box.x() + (box.width() - width) * _SHARE[align], baseline - _ASCENT * pixels)
        self._note(text, pixels)
        drawn = _drawn(text, pixels, bold, self._color(ink).name(), self._ratio)
        self._painter.drawPixmap(round(start.x() - _MARGIN * pixels), round(start.y()), drawn)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide ``text`` is at ``size``."""
        return _width(text, max(1, round(size * self._theme.factor)), bold) / self._theme.factor

    def both(
        self,
        rect: QRectF,
        both: Both,
        zh: float,
        en: float,
        ink: str = "wall_ink",
        soft: str = "wall_soft",
        *,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        """Chinese over English, the pair centred upright in ``rect``; a text equal in both is written once."""
        if both.zh == both.en or not both.en:
            self.text(rect, both.zh, zh, ink, align=align, bold=bold)
            return
        upper, lower = zh * 1.22, en * 1.35
        top = rect.center().y() - (upper + lower) / 2
        self.text(QRectF(rect.x(), top, rect.width(), upper), both.zh, zh, ink, align=align, bold=bold)
        self.text(QRectF(rect.x(), top + upper, rect.width(), lower), both.en, en, soft, align=align)

    def lines(
        self, rect: QRectF, text: str, size: float, ink: str = "wall_ink", *, align: Align = "left", bold: bool = False
    ) -> float:
        """Running text from the top of ``rect``; the height it took. It is made smaller until it fits."""
        broken = self.broken(text, size, rect.width(), bold=bold)
        while len(broken) * size * LINE > rect.height() + 1 and size > 12:
            size *= 0.94
            broken = self.broken(text, size, rect.width(), bold=bold)
        for index, line in enumerate(broken):
            row = QRectF(rect.x(), rect.y() + index * size * LINE, rect.width(), size * LINE)
            self.text(row, line, size, ink, align=align, bold=bold)
        return len(broken) * size * LINE

    def broken(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """``text`` in lines of at most ``width``."""
        return break_lines(text, max(1, round(size * self._theme.factor)), width * self._theme.factor, bold)

    def ring(self, rect: QRectF, shares: list[tuple[float, str, float]], thickness: float) -> None:
        """A ring of (share, token, strength) from the top clockwise."""
        box = self._scaled(rect.adjusted(thickness / 2, thickness / 2, -thickness / 2, -thickness / 2))
        start = 90.0
        for share, token, strength in shares:
            pen = QPen(self._color(token, strength), thickness * self._theme.factor)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._painter.setPen(pen)
            self._painter.drawArc(box, round(start * 16), round(-share * 360 * 16))
            start -= share * 360

    def _note(self, text: str, pixels: int) -> None:
        self.written.append(text)
        if any("\u4e00" <= sign <= "\u9fff" for sign in text):
            self.smallest = min(self.smallest, pixels)

    def _scaled(self, rect: QRectF) -> QRectF:
        return scaled(rect, self._theme)

    def _color(self, token: str, alpha: float = 1.0) -> QColor:
        color = QColor(self._theme.color(token))
        color.setAlphaF(alpha)
        return color


@lru_cache(maxsize=256)
def _drawn(text: str, pixels: int, bold: bool, color: str, ratio: float) -> QPixmap:
    """``text`` on nothing: most of a wall is written again and again, and outlining large signs costs a frame."""
    width, height = _width(text, pixels, bold) + 2 * _MARGIN * pixels + 1, (_ASCENT + _DESCENT) * pixels
    pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    draw_text(painter, QPointF(_MARGIN * pixels, _ASCENT * pixels), text, font(pixels, bold=bold), QColor(color))
    painter.end()
    return pixmap


@lru_cache(maxsize=4096)
def _width(text: str, pixels: int, bold: bool) -> float:
    return QFontMetricsF(font(pixels, bold=bold)).horizontalAdvance(text)


@lru_cache(maxsize=512)
def break_lines(text: str, pixels: int, width: float, bold: bool = False) -> list[str]:
    """Greedy lines of at most ``width`` pixels: between any two Hanzi, between words, never before a closing sign."""
    lines, line, used = [], "", 0.0
    for piece in pieces(text):
        if line and used + _width(piece.rstrip(), pixels, bold) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece if line else piece.lstrip()
        used += _width(piece, pixels, bold)
    return [*lines, line.rstrip()] if line else lines

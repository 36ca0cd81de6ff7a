"""The round camera preview. Shows the newest picture and keeps no other; a drawn silhouette stands in without one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme


class PreviewCircle(QWidget):
    """A circle of fixed size (reference pixels) with a ring that shows progress from 0 to 1."""

    def __init__(self, theme: Theme, *, size: int = 520) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._progress = 1.0
        self.setFixedSize(theme.px(size), theme.px(size))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_image(self, image: QImage | None) -> None:
        """Show this picture, or the silhouette; the one before is dropped."""
        self._image = image
        self.update()

    def has_image(self) -> bool:
        """True while a picture of the camera is held."""
        return self._image is not None

    def set_progress(self, progress: float) -> None:
        """Part of the ring that is drawn in the brand colour."""
        self._progress = min(1.0, max(0.0, progress))
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        width = self._theme.px(14)
        disc = QRectF(self.rect()).adjusted(width, width, -width, -width)
        clip = QPainterPath()
        clip.addEllipse(disc)
        painter.save()
        painter.setClipPath(clip)
        if self._image is None:
            _silhouette(painter, disc, self._theme)
        else:
            painter.drawImage(disc, self._image, _centre_square(self._image))
        painter.restore()
        self._ring(painter, QRectF(self.rect()), width)

    def _ring(self, painter: QPainter, rect: QRectF, width: int) -> None:
        arc = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        pen = QPen(self._theme.color("line"), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawEllipse(arc)
        pen.setColor(self._theme.color("brand"))
        painter.setPen(pen)
        painter.drawArc(arc, 90 * 16, -round(360 * 16 * self._progress))


def _centre_square(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)


def _silhouette(painter: QPainter, disc: QRectF, theme: Theme) -> None:
    """A drawn head and shoulders: no person, whatever the skin, age or sex."""
    painter.fillRect(disc, theme.color("ok_soft"))
    painter.setPen(Qt.PenStyle.NoPen)
    tone = QColor(theme.color("brand"))
    tone.setAlphaF(0.28)
    painter.setBrush(tone)
    side = disc.width()
    painter.drawEllipse(QPointF(disc.center().x(), disc.top() + side * 0.40), side * 0.17, side * 0.20)
    painter.drawEllipse(QPointF(disc.center().x(), disc.top() + side * 1.02), side * 0.36, side * 0.36)

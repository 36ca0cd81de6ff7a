"""Our own line icons (``assets/icons``, 24x24, 1.6 px) in any token colour. To add one: put the SVG there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme

ICON_ROOT = Path(__file__).parents[2] / "assets" / "icons"


@lru_cache(maxsize=256)
def icon_pixmap(name: str, color: str, size: int) -> QPixmap:
    """The icon, ``size`` pixels square, in ``color`` (``#RRGGBB``). GUI thread. Raises OSError for an unknown name."""
    source = (ICON_ROOT / f"{name}.svg").read_bytes().replace(b"currentColor", color.encode())
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter)
    painter.end()
    return pixmap


class Icon(QWidget):
    """One icon as a widget of fixed size."""

    def __init__(self, theme: Theme, name: str, *, size: int = 40, ink: str = "brand") -> None:
        super().__init__()
        self._pixmap = icon_pixmap(name, theme.color(ink).name(), theme.px(size))
        self.setFixedSize(self._pixmap.size())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return self._pixmap.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, self._pixmap)

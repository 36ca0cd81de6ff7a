"""Loads the Simplified Chinese typeface. Owns the family name; must not choose sizes.

A site that has Noto Sans CJK SC installed gets its real bold; otherwise Noto Sans SC comes from a package and
its bold is synthesised. The family is always named: an unnamed fallback may pick the Japanese glyphs.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import as_file, files

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPainterPath, QPen

from kiosk.errors import WorldError

_INSTALLED = ("Noto Sans CJK SC", "Source Han Sans SC")
_OUTLINE_FROM_PX = 48
"""Above 64 px Qt draws outlines and forgets the synthesised bold; from here on we thicken the outline ourselves."""


@cache
def family() -> str:
    """Name of the family for every text. GUI thread, after QApplication. Raises WorldError without any Chinese font."""
    present = set(QFontDatabase.families())
    for name in _INSTALLED:
        if name in present:
            return name
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        names = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    if not names:
        raise WorldError("font_missing", "No Chinese typeface could be loaded.", "Install fonts-noto-cjk.")
    return names[0]


def font(pixel_size: int, *, bold: bool = False) -> QFont:
    """A font of the family, sized in pixels, with figures of equal width so that numbers do not jump."""
    return QFont(_made(pixel_size, bold))


@lru_cache(maxsize=64)
def _made(pixel_size: int, bold: bool) -> QFont:
    """Copies of one font share its glyphs; making each anew costs half a millisecond a text."""
    made = QFont(family())
    made.setPixelSize(max(1, pixel_size))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def draw_text(painter: QPainter, baseline: QPointF, text: str, face: QFont, color: QColor) -> None:
    """One line of text; large bold text keeps its weight even when the bold is synthesised."""
    if not face.bold() or face.pixelSize() < _OUTLINE_FROM_PX or family() in _INSTALLED:
        painter.setFont(face)
        painter.setPen(color)
        painter.drawText(baseline, text)
        return
    outline = QPainterPath()
    outline.addText(baseline, font(face.pixelSize()), text)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(
        QPen(color, face.pixelSize() / 24, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPath(outline)
    painter.restore()

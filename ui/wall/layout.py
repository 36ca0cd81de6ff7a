"""The three shapes of a wall and where their parts stand. Owns geometry in reference pixels; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF

from ui.theme import WALL, Reference

STRIP_LINES = 4
STRIP_CHARACTERS = 12
_STRIP_RATIO = 2.8
_STRIP_BELOW_PX = 320
"""Panels of so few dots cannot write a page; four lines they can."""


class Layout(StrEnum):
    """How a wall is divided."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    STRIP = "strip"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where header, content and ticker stand. ``side`` is the column of the waiting list beside or below the calls."""

    layout: Layout
    reference: Reference
    header: QRectF
    content: QRectF
    ticker: QRectF
    calls: QRectF
    side: QRectF

    @property
    def portrait(self) -> bool:
        """Upright: columns become blocks one under the other."""
        return self.layout is Layout.PORTRAIT


_UPRIGHT = Reference(1080, 1920, WALL.type, WALL.large)
_STRIP_HEIGHT = 512

_PAGES = {
    Layout.LANDSCAPE: Frame(
        Layout.LANDSCAPE,
        WALL,
        header=QRectF(0, 0, 1920, 128),
        content=QRectF(0, 128, 1920, 856),
        ticker=QRectF(0, 984, 1920, 96),
        calls=QRectF(40, 152, 1132, 816),
        side=QRectF(1212, 128, 708, 856),
    ),
    Layout.PORTRAIT: Frame(
        Layout.PORTRAIT,
        _UPRIGHT,
        header=QRectF(0, 0, 1080, 216),
        content=QRectF(0, 216, 1080, 1576),
        ticker=QRectF(0, 1792, 1080, 128),
        calls=QRectF(32, 240, 1016, 948),
        side=QRectF(0, 1204, 1080, 588),
    ),
}


def layout_for(wanted: str, width: int, height: int) -> Layout:
    """The layout of a panel of so many dots; ``auto`` (or a word we do not know) follows its shape."""
    if wanted in tuple(Layout):
        return Layout(wanted)
    if width >= _STRIP_RATIO * height or height <= _STRIP_BELOW_PX:
        return Layout.STRIP
    return Layout.PORTRAIT if height > width else Layout.LANDSCAPE


def frame_for(layout: Layout, width: int, height: int) -> Frame:
    """The frame of a panel of so many dots. A strip has the shape of its panel; a page keeps its own."""
    if layout is not Layout.STRIP:
        return _PAGES[layout]
    across = max(_STRIP_HEIGHT, round(_STRIP_HEIGHT * width / max(1, height)))
    whole, nothing = QRectF(0, 0, across, _STRIP_HEIGHT), QRectF()
    reference = Reference(across, _STRIP_HEIGHT, WALL.type, WALL.large)
    return Frame(layout, reference, header=nothing, content=whole, ticker=nothing, calls=whole, side=nothing)

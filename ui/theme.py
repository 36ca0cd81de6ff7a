"""Colours, type, spacing and the scale of every screen. Owns the tokens; must not know any page.

Everything is designed at a reference size (touch 1080x1920, desk and wall 1920x1080) and multiplied by one
factor, so that a small tiled window looks like the large one. A ``Theme`` is a value: a front makes a new one
when the window, the palette or the letter size changes, and builds its page again.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import Literal

from PySide6.QtGui import QColor, QFont

from ui.fonts import family, font

Role = Literal["small", "body", "lead", "title", "display", "number"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One palette. ``on_*`` is the text colour for the ground of the same name."""

    paper: str = "#F6F3EA"
    surface: str = "#FFFFFF"
    sunken: str = "#EBE6D8"
    line: str = "#D8D0BC"
    ink: str = "#15302A"
    ink_soft: str = "#5C6F69"
    brand: str = "#0B6B57"
    on_brand: str = "#FFFFFF"
    now: str = "#F2B33D"
    on_now: str = "#1B1403"
    warn_soft: str = "#FFF4DC"
    ok_soft: str = "#DCEFE6"
    info_soft: str = "#E4EEF6"
    danger: str = "#B3372F"
    on_danger: str = "#FFFFFF"
    wall: str = "#0B1F1A"
    wall_raised: str = "#0F2A23"
    wall_ink: str = "#F4EFE2"
    wall_soft: str = "#7FA59A"
    shadow: bool = True


LIGHT = Tokens()
CALM = Tokens(brand="#00493A", danger="#8C0F0F", shadow=False)
CONTRAST = Tokens(
    paper="#FFFFFF",
    sunken="#FFFFFF",
    line="#000000",
    ink="#000000",
    ink_soft="#1E1E1E",
    brand="#00493A",
    warn_soft="#FFFFFF",
    ok_soft="#FFFFFF",
    info_soft="#FFFFFF",
    danger="#8C0F0F",
    shadow=False,
)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *(("ink", ground) for ground in ("paper", "surface", "sunken", "warn_soft", "ok_soft", "info_soft")),
    *(("ink_soft", ground) for ground in ("paper", "surface", "warn_soft", "info_soft")),
    *(("brand", ground) for ground in ("paper", "surface", "sunken", "ok_soft")),
    ("danger", "paper"),
    ("danger", "surface"),
    ("on_brand", "brand"),
    ("on_now", "now"),
    ("on_danger", "danger"),
    *((ink, ground) for ink in ("wall_ink", "wall_soft", "now") for ground in ("wall", "wall_raised")),
)
"""Every (text, ground) pair that may be used; each has a contrast of at least 4.5:1 in each palette."""


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Sizes in reference pixels."""

    small: int
    body: int
    lead: int
    title: int
    display: int
    number: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The size a front is designed at, and its type. ``large`` is the scale of 大字 (elder) mode."""

    width: int
    height: int
    type: TypeScale
    large: TypeScale


_DESK = TypeScale(20, 24, 28, 38, 56, 96)
_WALL = TypeScale(30, 40, 56, 84, 120, 220)
TOUCH = Reference(1080, 1920, TypeScale(28, 34, 40, 54, 76, 330), TypeScale(36, 42, 48, 62, 84, 240))
DESK = Reference(1920, 1080, _DESK, TypeScale(24, 28, 34, 44, 62, 110))
_PAD = TypeScale(28, 32, 38, 54, 68, 120)
WALL = Reference(1920, 1080, _WALL, _WALL)
PAD = Reference(1280, 800, _PAD, _PAD)
PAD_UPRIGHT = Reference(800, 1280, _PAD, _PAD)


@dataclass(frozen=True, slots=True)
class Theme:
    """How one front looks now. ``factor`` is real pixels per reference pixel."""

    reference: Reference
    tokens: Tokens = LIGHT
    factor: float = 1.0
    large: bool = False

    def fitted(self, width: int, height: int) -> float:
        """Factor at which the reference size just fits a window of ``width`` x ``height`` pixels."""
        return max(0.1, min(width / self.reference.width, height / self.reference.height))

    def px(self, reference_px: float) -> int:
        """Real pixels for a length at reference size; never less than 1 for a length above 0."""
        return max(1, round(reference_px * self.factor)) if reference_px > 0 else 0

    def size(self, role: Role) -> int:
        """Pixel size of a type role."""
        scale = self.reference.large if self.large else self.reference.type
        return self.px(getattr(scale, role))

    def font(self, role: Role, *, bold: bool = False) -> QFont:
        """The font of a type role."""
        return font(self.size(role), bold=bold)

    def color(self, token: str) -> QColor:
        """A token by name (``ink_soft``) as a colour."""
        return QColor(getattr(self.tokens, token))

    @property
    def radius(self) -> int:
        """Corner of buttons, fields and small cards."""
        return self.px(14)

    @property
    def radius_large(self) -> int:
        """Corner of tiles and cards."""
        return self.px(28)

    def stylesheet(self) -> str:
        """QSS for native widgets (fields, lists, tables, scroll bars); ``Stage`` sets it on the front's window."""
        names = {name: getattr(self.tokens, name) for name in Tokens.__dataclass_fields__ if name != "shadow"}
        sizes = {f"px{n}": f"{self.px(n)}px" for n in (1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 40)}
        sizes |= {"small": f"{self.size('small')}px", "body": f"{self.size('body')}px"}
        return Template(_QSS).substitute(names, family=family(), **sizes)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, 1.4.3): 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: str) -> float:
    color = QColor(value)
    red, green, blue = (_linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


_QSS = """
QLabel, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QDateEdit, QAbstractItemView, QHeaderView, QToolTip {
    font-family: "$family"; font-size: $body; color: $ink; }
QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QDateEdit {
    background: $surface; color: $ink; border: $px2 solid $line; border-radius: $px14; padding: $px10 $px16;
    selection-background-color: $brand; selection-color: $on_brand; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus { border-color: $brand; }
QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {
    background: $sunken; color: $ink_soft; }
QLineEdit[fault="true"], QTextEdit[fault="true"] { border-color: $danger; }
QComboBox::drop-down { border: none; width: $px40; }
QComboBox::down-arrow { image: none; width: 0; height: 0; border-left: $px8 solid transparent;
    border-right: $px8 solid transparent; border-top: $px10 solid $brand; margin-right: $px12; }
QComboBox QAbstractItemView { background: $surface; color: $ink; border: $px2 solid $line; padding: $px4;
    selection-background-color: $ok_soft; selection-color: $ink; outline: none; }
QListView, QTreeView, QTableView { background: $surface; color: $ink; border: none; outline: none;
    alternate-background-color: $paper; gridline-color: $line;
    selection-background-color: $ok_soft; selection-color: $ink; }
QListView::item, QTableView::item { padding: $px8 $px12; border-bottom: $px1 solid $sunken; }
QListView::item:selected, QTableView::item:selected { background: $ok_soft; color: $ink; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $ink_soft; font-size: $small; border: none;
    border-bottom: $px2 solid $line; padding: $px8 $px12; }
QTableCornerButton::section { background: $surface; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: $px12; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $px12; margin: 0; }
QScrollBar::handle { background: $line; border-radius: $px6; }
QScrollBar::handle:vertical { min-height: $px40; }
QScrollBar::handle:horizontal { min-width: $px40; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $ink; color: $paper; border: none; padding: $px8 $px12; font-size: $small; }
"""

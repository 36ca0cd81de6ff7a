"""Finds a category by code, by its Chinese or English words, or by the initials of its pinyin (zgss). Plain rules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from kiosk.model.service import ServiceCategory

# The 3,755 characters of GB 2312 level 1 stand in the order of their pinyin; each letter begins at these codes.
_STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_LEVEL_1_END = 0xD7F9
_CODES = [code for code, _ in _STARTS]


@cache
def initials(text: str) -> str:
    """First pinyin letters of the characters; Latin letters and digits stay, rare characters are left out."""
    return "".join(_initial(sign) for sign in text).lower()


def _initial(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isalnum() else ""
    try:
        code = int.from_bytes(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return ""
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LEVEL_1_END else ""


def find(categories: Sequence[ServiceCategory], typed: str) -> tuple[ServiceCategory, ...]:
    """Categories that fit what was typed, the closest first; all of them when nothing was typed."""
    wanted = typed.strip().lower()
    if not wanted:
        return tuple(categories)
    ranked = [(rank, category) for category in categories if (rank := _rank(category, wanted)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].code))
    return tuple(category for _, category in ranked)


def _rank(category: ServiceCategory, wanted: str) -> int | None:
    """0 is the closest; None does not fit."""
    if category.code.startswith(wanted):
        return 0
    short = initials(category.name_zh)
    if short.startswith(wanted) or category.name_zh.startswith(wanted):
        return 1
    if wanted in category.name_zh or wanted in category.name_en.lower():
        return 2
    return 3 if len(wanted) > 1 and wanted in short else None

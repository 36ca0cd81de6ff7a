"""Where a line may end: between any two Hanzi, between words, never before a closing sign. Pure."""

from __future__ import annotations

import math

_CLOSING = "，。、；：！？）”’》…,.;:!?)'\""
_HANZI_FROM = 0x2E80


def narrow(sign: str) -> bool:
    """True for letters and figures, which are about half as wide as a Hanzi."""
    return ord(sign) < _HANZI_FROM


def pieces(text: str) -> list[str]:
    """What is never broken: a Hanzi with the signs that close it, a word with its space."""
    made: list[str] = []
    for sign in text:
        last = made[-1][-1] if made else ""
        if last and (sign in _CLOSING or (narrow(sign) and narrow(last) and last != " ")):
            made[-1] += sign
        else:
            made.append(sign)
    return made


def cut(text: str, wide: int) -> list[str]:
    """``text`` in lines of ``wide`` Hanzi at most and of about the same length; what is narrow counts half."""
    total = math.fsum(map(_width, text))
    even = math.ceil(total / max(1, math.ceil(total / wide))) + 0.5
    lines, line = [], ""
    for piece in pieces(text):
        if line and _length(line + piece) > (wide if piece[-1] in _CLOSING else min(wide, even)):
            lines.append(line.strip())
            line = ""
        line += piece
    return [*lines, line.strip()] if line.strip() else lines


def _length(text: str) -> float:
    return math.fsum(map(_width, text.rstrip()))


def _width(sign: str) -> float:
    return 0.5 if narrow(sign) else 1.0

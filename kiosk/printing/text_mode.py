"""A slip as text for ESC/POS printers with Chinese in their ROM: a hundredth of the bytes of a picture.

For slow serial lines (``printing.mode = "text"``), where a picture takes half a minute. Hanzi travel as GB18030 after
``FS &``; a rare one that the printer's ROM lacks is its fault, which is why pictures are the default.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from kiosk.printing.layout import Gap, QrLine, Rule, Size, SlipLine, TextLine

COLUMN_PX = 12
"""Dots of a Latin letter in font A; a Hanzi takes two columns."""
ENCODING = "gb18030"

START = b"\x1b@\x1c&\x1ba\x01"
"""Initialise, Chinese on, everything centred."""
_LARGEST = 8
_QR_MODULE = b"\x1d(k\x03\x00\x31\x43\x06"
_QR_LEVEL_M = b"\x1d(k\x03\x00\x31\x45\x31"
_QR_MODEL_2 = b"\x1d(k\x04\x00\x31\x41\x32\x00"
_QR_PRINT = b"\x1d(k\x03\x00\x31\x51\x30"


def encode_text(lines: Sequence[SlipLine], width_px: int) -> Iterator[bytes]:
    """Commands that print ``lines`` on paper of ``width_px`` dots, without the cut."""
    columns = width_px // COLUMN_PX
    yield START
    for line in lines:
        match line:
            case TextLine():
                yield _text(line, columns)
            case QrLine():
                yield _qr(line.payload)
            case Rule():
                yield b"\x1d!\x00" + b"-" * columns + b"\n"
            case Gap():
                yield b"\n"


def _text(line: TextLine, columns: int) -> bytes:
    times = _times(line, columns)
    pieces = wrapped(line.text, columns // times)
    style = b"\x1bE" + bytes([line.bold]) + b"\x1d!" + bytes([(times - 1) << 4 | (times - 1)])
    return style + b"".join(piece.encode(ENCODING) + b"\n" for piece in pieces)


def _times(line: TextLine, columns: int) -> int:
    """How many times the height and width of the printer's own letters. The number is never broken into two lines."""
    if line.size is Size.NUMBER:
        return max(1, min(_LARGEST, columns // max(1, wide(line.text))))
    return 2 if line.size is Size.LARGE and wide(line.text) * 2 <= columns else 1


def _qr(payload: str) -> bytes:
    stored = b"\x31\x50\x30" + payload.encode("ascii")
    return (
        _QR_MODEL_2 + _QR_MODULE + _QR_LEVEL_M + b"\x1d(k" + len(stored).to_bytes(2, "little") + stored + _QR_PRINT
    ) + b"\n"


def wide(text: str) -> int:
    """Columns that ``text`` takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in pieces of at most ``columns``: broken between words, or between Hanzi."""
    pieces, piece = [], ""
    for word in _words(text):
        if piece.strip() and wide((piece + word).rstrip()) > columns:
            pieces.append(piece.strip())
            piece = ""
        piece += word
    return [*pieces, piece.strip()]


def _words(text: str) -> Iterator[str]:
    """What must stay together: a Latin word with the space behind it, a single Hanzi."""
    word = ""
    for sign in text:
        if wide(sign) == 2:
            if word:
                yield word
            word = ""
            yield sign
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word

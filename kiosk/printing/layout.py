"""What stands on a ticket, as typed lines from top to bottom. Owns order, words and sizes; must not draw.

A slip has no name, unit or kind of service by construction: ``TicketSlip`` has no such field. The lines are drawn by
the implementation of ``ports.SlipRaster`` and written as they are by printers that keep text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from kiosk.model.ticket import TicketSlip, TicketState
from kiosk.phrases import Phrases

REFERENCE_WIDTH = 576
"""Dots across 80 mm paper at 203 dpi, for which the heights below are given."""

WINDOW_CODE = 4
"""Longest code of a window; anything longer is the name of a place."""


class Size(Enum):
    """Height of a line of text in dots at the reference width."""

    SMALL = 24
    NORMAL = 30
    LARGE = 40
    NUMBER = 168

    def px(self, width_px: int) -> int:
        """The height for paper of ``width_px`` dots, never below 16 dots, the least for a readable Hanzi."""
        return max(16, round(self.value * width_px / REFERENCE_WIDTH))


@dataclass(frozen=True, slots=True)
class TextLine:
    """Centred text; a long one is wrapped by who draws it."""

    text: str
    size: Size
    bold: bool = False


@dataclass(frozen=True, slots=True)
class QrLine:
    """A QR code; ``payload`` is ASCII."""

    payload: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty paper, in dots at the reference width."""

    height: int


SlipLine = TextLine | QrLine | Rule | Gap


def lay_out(slip: TicketSlip, zone: ZoneInfo) -> tuple[SlipLine, ...]:
    """The lines of ``slip`` in its own language; ``zone`` is the centre's time zone. Pure."""
    return tuple(_lines(slip, zone, Phrases(slip.language)))


def _lines(slip: TicketSlip, zone: ZoneInfo, phrases: Phrases) -> Iterator[SlipLine]:
    def text(key: str, size: Size, **params: object) -> TextLine:
        return TextLine(phrases.text(f"slip.ticket.{key}", **params), size)

    yield TextLine(slip.centre, Size.NORMAL, bold=True)
    yield Rule()
    if slip.copied_at is not None:
        yield text("copy", Size.NORMAL, count=slip.copy, time=_minute(slip.copied_at, zone))
    yield text("label", Size.SMALL)
    yield TextLine(slip.label, Size.NUMBER, bold=True)
    if slip.cut_off:
        yield text("cut_off", Size.LARGE)
    else:
        yield from _standing(slip, text)
    if slip.cut_off:
        yield text("cut_off_detail", Size.NORMAL)
    elif slip.state is TicketState.WAITING:
        if slip.seat:
            yield text("seat", Size.NORMAL, seat=slip.seat)
        yield text("listen", Size.SMALL)
    yield Gap(16)
    yield QrLine(slip.query_url)
    yield text("code", Size.NORMAL, code=query_code(slip))
    yield text("query_anywhere" if slip.query_url.startswith("http") else "query", Size.SMALL)
    yield Rule()
    yield text("passed", Size.SMALL)
    yield text("valid", Size.SMALL)
    yield text("issued", Size.SMALL, time=_minute(slip.issued_at, zone))


def _standing(slip: TicketSlip, text: Callable[..., TextLine]) -> Iterator[TextLine]:
    """How many come first and how long it takes; on a copy only what is still true."""
    if slip.state is not TicketState.WAITING:
        yield text(f"state.{slip.state.value}", Size.LARGE)
        if slip.window:
            window = "window" if slip.window.isascii() and len(slip.window) <= WINDOW_CODE else "place"
            yield text(window, Size.LARGE, w=slip.window)
        return
    yield text("ahead", Size.LARGE, n=slip.ahead) if slip.ahead else text("first", Size.LARGE)
    promised = "promised" if slip.copied_at else "wait"
    yield text(promised, Size.NORMAL, low=slip.wait_low_min, high=slip.wait_high_min)


def _minute(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def query_code(slip: TicketSlip) -> str:
    """The code for asking at the kiosk, in groups of four digits: it ends what the QR code says."""
    code = slip.query_url.replace("/", ":").rpartition(":")[2]
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def plain_text(lines: Sequence[SlipLine]) -> str:
    """The slip as text, one line each, ending with a newline; the QR code as its payload."""
    return "".join(f"{words}\n" for words in map(_words, lines))


def _words(line: SlipLine) -> str:
    match line:
        case TextLine():
            return line.text
        case QrLine():
            return f"[{line.payload}]"
        case Rule():
            return "-" * 32
        case Gap():
            return ""

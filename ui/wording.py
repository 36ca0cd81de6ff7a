"""What the hall hears, as pieces of a sentence. Owns how numbers are read and how a sentence is cut; makes no sound.

A sentence is cut so that every piece can be a recording of its own (``ui/recordings.py``): a letter, a digit, a number,
a zone, or a fixed stretch of words. The name of a piece is the name of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.catalog import PRIVATE_LETTER, Catalog, Zone
from kiosk.phrases import Phrases

CHINESE = "zh_CN"
CHINESE_DIGITS = "零幺二三四五六七八九"
ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_COUNTED = "零一二三四五六七八九"
_GAP = re.compile("\x00([a-z]+)\x00")
_WORDS = {"no": "\x00no\x00", "w": "\x00w\x00", "n": "\x00n\x00", "zone": "\x00zone\x00"}
_CAPTION_GAP = "  "

SENTENCES = (
    "call", "call_place", "call_private", "recall", "recall_place", "recall_private", "soon", "passed", "expired",
    "transfer", "transfer_place", "transfer_private", "pause", "close", "calm", "emergency", "check",
)  # fmt: skip
"""Every sentence of the hall; what the touch screen says to one visitor is not among them."""


SENT = ("call", "recall", "transfer")
"""Sentences that send somebody to a window, with forms for a place instead."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words spoken in one go; ``key`` names their recording, empty where none can be made in advance."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence in one language."""

    language: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole sentence, as a synthesiser reads it."""
        return "".join(piece.text for piece in self.pieces)


def plain(text: str, language: str) -> Utterance:
    """A sentence that has no recording."""
    return Utterance(language, (Piece("", text),))


@dataclass(frozen=True, slots=True)
class Saying:
    """Which sentence, about what. ``counter`` is a window's code, ``place`` where to go instead of a window."""

    name: str
    label: str = ""
    counter: str = ""
    place: str = ""
    ahead: int = 0


def spoken_label(label: str, language: str) -> str:
    """How a ticket is read: letter by name, then each digit alone; 1 is 幺 so that it cannot be heard as 7."""
    return "".join(piece.text for piece in _signs(label, language)).strip()


def chinese_number(n: int) -> str:
    """0 to 99 as it is counted (三, 十二, 四十)."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return _COUNTED[ones]
    return ("" if tens == 1 else _COUNTED[tens]) + "十" + (_COUNTED[ones] if ones else "")


class Sentences:
    """Builds sentences in the languages of this hall, in their order."""

    def __init__(self, languages: Iterable[str], catalog: Catalog) -> None:
        self._phrases = {language: Phrases(language) for language in languages}
        self._zones: dict[str, Zone] = {key: zone for zone in catalog.zones for key in (zone.code, zone.zh)}

    def utterances(self, saying: Saying) -> tuple[Utterance, ...]:
        """``saying`` in every language."""
        return tuple(Utterance(language, tuple(self._pieces(language, saying))) for language in self._phrases)

    def caption(self, saying: Saying) -> str:
        """What is written while ``saying`` is heard: numbers as they stand on the ticket."""
        return _CAPTION_GAP.join(
            phrases.text(
                f"voice.{self._name(saying)}",
                no=saying.label,
                w=saying.counter,
                n=saying.ahead,
                zone=self._place(saying.place, language).text,
            )
            for language, phrases in self._phrases.items()
        )

    def everything(self, windows: Iterable[str], letters: Iterable[str]) -> Iterator[tuple[str, Piece]]:
        """Every piece worth recording, with its language, each once."""
        for language in self._phrases:
            seen = set()
            for piece in self._all_pieces(language, windows, letters):
                if piece.key and piece.key not in seen:
                    seen.add(piece.key)
                    yield language, piece

    def _all_pieces(self, language: str, windows: Iterable[str], letters: Iterable[str]) -> Iterator[Piece]:
        for label in (*letters, "0123456789"):
            yield from _signs(label, language)
        for window in (*map(str, range(1, 21)), *windows):
            yield from _window(window, language)
        yield from _count(2, language)
        for zone in self._zones.values():
            yield self._place(zone.code, language)
        for name in SENTENCES:
            yield from self._pieces(language, Saying(name, "A", "1", "", 1))

    def _name(self, saying: Saying) -> str:
        """A private number sent to a place that the site named itself hears no name: it could tell the matter."""
        if saying.name in SENT and saying.place:
            private = saying.label.startswith(PRIVATE_LETTER) and saying.place not in self._zones
            return saying.name + ("_private" if private else "_place")
        return saying.name

    def _pieces(self, language: str, saying: Saying) -> Iterator[Piece]:
        name = self._name(saying)
        parts = _GAP.split(self._phrases[language].text(f"voice.{name}", **_WORDS))
        for index, part in enumerate(parts):
            if index % 2:
                yield from self._filled(part, language, saying)
            elif part:
                yield Piece(f"{name}-{index // 2 + 1}" if any(map(str.isalnum, part)) else "", part)

    def _filled(self, gap: str, language: str, saying: Saying) -> Iterable[Piece]:
        if gap == "no":
            return _signs(saying.label, language)
        if gap == "w":
            return _window(saying.counter, language)
        if gap == "n":
            return _count(saying.ahead, language)
        return (self._place(saying.place, language),)

    def _place(self, place: str, language: str) -> Piece:
        """A zone by its name; a place the site named itself is said as it is written."""
        zone = self._zones.get(place)
        return Piece("", place) if zone is None else Piece(f"zone-{zone.code}", zone.name(language))


def _signs(label: str, language: str) -> list[Piece]:
    chinese = language == CHINESE
    pieces = []
    for index, sign in enumerate(label):
        space = "" if chinese or index == 0 else " "
        if sign.isdecimal():
            digits = CHINESE_DIGITS if chinese else ENGLISH_DIGITS
            pieces.append(Piece(f"digit-{sign}", space + digits[int(sign)]))
        else:
            pieces.append(Piece(f"letter-{sign}", f"{space}{sign},"))
    return pieces


def _window(code: str, language: str) -> list[Piece]:
    """A window of one or two digits is a number; any other code is read sign by sign."""
    if not code.isdecimal() or len(code) > 2:
        return _signs(code, language)
    number = int(code)
    return [Piece(f"number-{number}", chinese_number(number) if language == CHINESE else str(number))]


def _count(n: int, language: str) -> list[Piece]:
    if language == CHINESE and n == 2:
        return [Piece("count-2", "两")]  # two people are 两人, but the window is 二号
    if n < 100:
        return [Piece(f"number-{n}", chinese_number(n) if language == CHINESE else str(n))]
    return [Piece("", str(n))]

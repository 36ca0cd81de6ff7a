"""By staff number (工号): the prefix stands on the screen, only digits are typed (DECISIONS 23)."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from kiosk.errors import InputError
from kiosk.identify.way import Claim, ClaimKind, Way
from kiosk.model.visit import Method, Proof

LONGEST_INPUT = 64


def normalise(text: str, prefix: str, digits: int) -> str:
    """The full staff number from what was typed, pasted or read from a file, with or without the prefix.

    Full-width characters, spaces and lower case are accepted. Raises InputError ``staff_number_empty``,
    ``staff_number_length`` or ``staff_number_digits``; ``digits`` in the detail is the number of digits wanted.
    """
    if len(text) > LONGEST_INPUT:
        raise _refuse("staff_number_length", "is too long", digits)
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper().replace("–", "-").replace("—", "-")
    rest = typed.removeprefix(prefix)
    if not rest:
        raise _refuse("staff_number_empty", "is empty", digits)
    if re.fullmatch(r"[0-9]+", rest) is None:
        raise _refuse("staff_number_digits", "has other characters than digits", digits)
    if len(rest) != digits:
        raise _refuse("staff_number_length", "has the wrong length", digits)
    return prefix + rest


def _refuse(code: str, problem: str, digits: int) -> InputError:
    return InputError(code, f"The staff number {problem}.", f"Type the {digits} digits of your number.", digits=digits)


def _read(prefix: str, digits: int, text: str) -> Claim:
    return Claim(ClaimKind.STAFF_NUMBER, (normalise(text, prefix, digits),))


def way(prefix: str, digits: int) -> Way:
    """The way, for staff numbers of this site."""
    return Way(Method.STAFF_NUMBER, Proof.NUMBER, read=partial(_read, prefix, digits))

"""By resident identity card (身份证), read by a reader that types 18 characters and Enter like a keyboard.

The number is never stored or logged: the claim goes straight to the look-up, which compares keyed digests.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from kiosk.errors import InputError
from kiosk.identify.way import Claim, ClaimKind, Way
from kiosk.model.visit import Method, Proof

LONGEST_LINE = 64

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_character(first17: str) -> str:
    """Check character of the first 17 digits by GB 11643 (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def read(text: str) -> Claim:
    """The claim of one line from the reader; a lower-case x is accepted.

    Raises InputError ``id_card_unreadable`` when it is not a card number: length, characters, birth date or check.
    """
    if len(text) > LONGEST_LINE:
        raise _unreadable()
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number) is None:
        raise _unreadable()
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _unreadable() from None
    if check_character(number[:17]) != number[17]:
        raise _unreadable()
    return Claim(ClaimKind.ID_CARD, (number,))


def _unreadable() -> InputError:
    return InputError("id_card_unreadable", "The card could not be read.", "Lay it on the reader again, or type.")


def way() -> Way:
    """The way."""
    return Way(Method.ID_CARD, Proof.CARD, read=read)

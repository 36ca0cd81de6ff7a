"""By QR code (二维码): bookings, staff codes and printed tickets. Anybody may show anything to a scanner.

Three spellings of the same claims, all ASCII:
  compact  ``R1:booking:<reference>:<check>``  ``R1:staff:<staff number>:<check>``
           ``R1:ticket:<centre>:<ticket id, 32 hex>:<query code>``
  address  ``https://<public address>/q/<centre>/<ticket id, 32 hex>/<query code>``: the same slip, where phones open it
  JSON     ``{"v":1,"kind":"booking","ref":"..."}``  ``{"v":1,"kind":"staff","ref":"..."}``
The check character is ISO 7064 MOD 37,36; it finds every single wrong character and nearly every swap. It proves
nothing about the bearer, so a code counts as a number, not as a card. A ticket carries its query code instead.
"""

from __future__ import annotations

import json
import re
import string
from functools import partial

from kiosk.errors import InputError
from kiosk.identify.staff_number import normalise
from kiosk.identify.way import Claim, ClaimKind, Way
from kiosk.model.visit import Method, Proof

LONGEST_PAYLOAD = 256
VERSION = 1

_ALPHABET = string.digits + string.ascii_uppercase
_REFERENCE = re.compile(r"[0-9A-Z-]{1,40}")
_TICKET = re.compile(r"R1:ticket:([A-Z0-9]{2,12}):([0-9a-f]{32}):([0-9]{4,12})")
_ADDRESS = re.compile(r"https?://[!-~]{1,120}/q/([A-Z0-9]{2,12})/([0-9a-f]{32})/([0-9]{4,12})")
"""Only centre, id and code are taken from it; the address is never opened here."""


def check_character(reference: str) -> str:
    """ISO 7064 MOD 37,36 over letters and digits of ``reference``; hyphens do not count."""
    rest = 36
    for character in reference.replace("-", ""):
        rest = (rest + _ALPHABET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return _ALPHABET[(37 - rest) % 36]


def booking_payload(code: str) -> str:
    """What the QR code of a booking says."""
    return f"R1:booking:{code}:{check_character(code)}"


def read(prefix: str, digits: int, text: str) -> Claim:
    """The claim of a scanned code.

    Raises InputError ``qr_foreign`` for a code that is not ours, ``qr_damaged`` for one of ours that does not hold
    together. Never any other exception, whatever was scanned.
    """
    payload = text.strip()
    if len(payload) > LONGEST_PAYLOAD or not payload.isascii():
        raise _foreign()
    ticket = _TICKET.fullmatch(payload) or _ADDRESS.fullmatch(payload)
    if ticket:
        return Claim(ClaimKind.TICKET, (ticket[2], ticket[1], ticket[3]))
    kind, reference = _compact(payload) if payload.startswith("R1:") else _json(payload)
    if kind == "booking":
        return Claim(ClaimKind.BOOKING, (reference,))
    try:
        return Claim(ClaimKind.STAFF_NUMBER, (normalise(reference, prefix, digits),))
    except InputError:
        raise _damaged() from None


def _compact(payload: str) -> tuple[str, str]:
    parts = payload.split(":")
    if len(parts) != 4 or parts[1] not in {"booking", "staff"}:
        raise _damaged()
    _, kind, reference, check = parts
    if not _REFERENCE.fullmatch(reference) or check_character(reference) != check:
        raise _damaged()
    return kind, reference


def _json(payload: str) -> tuple[str, str]:
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        raise _foreign() from None
    if not isinstance(content, dict) or content.get("v") != VERSION:
        raise _foreign()
    kind, reference = content.get("kind"), content.get("ref")
    if kind not in ("booking", "staff") or not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        raise _damaged()
    return str(kind), reference


def _foreign() -> InputError:
    return InputError("qr_foreign", "This code is not one of ours.", "Show your booking, staff or ticket code.")


def _damaged() -> InputError:
    return InputError("qr_damaged", "This code could not be read completely.", "Hold it flat, or use another way.")


def way(prefix: str, digits: int) -> Way:
    """The way, for staff numbers of this site."""
    return Way(Method.QR, Proof.NUMBER, read=partial(read, prefix, digits))

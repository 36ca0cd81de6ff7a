"""The enrolment bundle: one line that an operator carries from the server to a hall (typed, pasted or as a QR code)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.errors import InputError

_FORM = re.compile(r"^(?P<url>https://[^\s#]+)#(?P<fingerprint>[0-9a-f]{64})\.(?P<code>[0-9A-Z]{12})$")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Server address, SHA-256 fingerprint of its certificate, one-time code."""

    url: str
    fingerprint: str
    code: str

    def __str__(self) -> str:
        return f"{self.url}#{self.fingerprint}.{self.code}"

    @classmethod
    def parse(cls, text: str) -> Bundle:
        """Read the one-line form. Raises InputError."""
        found = _FORM.match(text.strip())
        if found is None:
            raise InputError(
                "bundle_form",
                "This is not an enrolment bundle.",
                "Paste the whole line that the server printed: https://...#fingerprint.CODE",
            )
        return cls(found["url"].rstrip("/"), found["fingerprint"], found["code"])

"""Encrypts and opens the personal parts of the record with the keys of their subjects.

Owns which key a payload gets; must not decide who may read (services/access does).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from kiosk.errors import WorldError
from kiosk.store.hall import Pairs
from kiosk.store.sealing import UnreadableError, decrypt, encrypt, seal
from kiosk.store.subject_keys import SubjectKeys

DISCIPLINE_KEY = "discipline.public_key"
"""Row of ``meta`` that holds the discipline office's public key, hex."""


class RecordKeys:
    """Keys as one unit of work sees them."""

    def __init__(self, subjects: SubjectKeys, meta: Pairs) -> None:
        self._subjects = subjects
        self._meta = meta

    def encrypt(self, subject: UUID, personal: Mapping[str, object], bound_to: bytes) -> bytes | None:
        """Box under the subject's key; None when that key was destroyed (the person was erased)."""
        key = self._subjects.key_for(subject)
        return None if key is None else encrypt(key, canonical(personal).encode(), bound_to)

    def decrypt(self, subject: UUID, box: bytes, bound_to: bytes) -> dict[str, object]:
        """Content of a box; empty when the key is gone or is not the key of this box."""
        key = self._subjects.key_for(subject, create=False)
        if key is None:
            return {}
        try:
            personal: dict[str, object] = json.loads(decrypt(key, box, bound_to))
        except UnreadableError:
            return {}
        return personal

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Box for the discipline office. WorldError ``seal_key_missing`` while its key is not installed."""
        public = self._meta.get(DISCIPLINE_KEY)
        if public is None:
            raise WorldError(
                "seal_key_missing",
                "The discipline office's key is not installed, so a sealed report cannot be stored.",
                "Hand the report over on paper in a closed envelope, and ask the administrator to install the key.",
            )
        return seal(bytes.fromhex(public), plain, bound_to)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, so that hashes agree everywhere."""
    return _encode(value)

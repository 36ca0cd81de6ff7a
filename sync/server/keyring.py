"""The server's own secrets, kept beside the database and never in it: seal key, X25519 key, admin token.

A database backup therefore opens no subject key and forges no token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.server.files import write_secret


class Keyring:
    """Loads or makes the secrets in ``folder``. Thread-safe after construction. Raises WorldError when not writable."""

    def __init__(self, folder: Path) -> None:
        self._seal_key = _secret(folder / "seal.key", lambda: secrets.token_bytes(32))
        self.unwrap_key = X25519PrivateKey.from_private_bytes(
            _secret(folder / "subjects.key", lambda: X25519PrivateKey.generate().private_bytes_raw())
        )
        self.admin_token = _secret(folder / "admin.token", lambda: secrets.token_urlsafe(32).encode("ascii")).decode()

    @property
    def wrap_key(self) -> bytes:
        """Public half of the X25519 key, raw 32 bytes."""
        return self.unwrap_key.public_key().public_bytes_raw()

    def seal(self, purpose: str, values: Mapping[str, Any], life_s: float | None = None) -> str:
        """Opaque text that only this server can have made; ends after ``life_s`` if given."""
        ends = None if life_s is None else time.time() + life_s
        body = json.dumps([purpose, values, ends], separators=(",", ":")).encode("utf-8")
        return _text(body + self._tag(body))

    def unseal(self, purpose: str, sealed: str) -> Mapping[str, Any] | None:
        """The values, or None when it is forged, for another purpose, or past its end."""
        try:
            blob = base64.urlsafe_b64decode(sealed.encode("ascii"))
        except ValueError:
            return None
        body, tag = blob[:-32], blob[-32:]
        if not hmac.compare_digest(tag, self._tag(body)):
            return None
        made_for, values, ends = json.loads(body)
        if made_for != purpose or (ends is not None and ends < time.time()):
            return None
        return dict(values)

    def is_admin(self, token: str) -> bool:
        """True for the admin token; compares in constant time."""
        return hmac.compare_digest(token.encode("utf-8"), self.admin_token.encode("utf-8"))

    def _tag(self, body: bytes) -> bytes:
        return hmac.new(self._seal_key, body, hashlib.sha256).digest()


def _secret(path: Path, make: Any) -> bytes:
    if not path.exists():
        write_secret(path, make())
    return path.read_bytes()


def _text(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).decode("ascii")

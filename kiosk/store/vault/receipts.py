"""Receipts of deletions: signed, without a name, verifiable later.

A receipt names the random id under which a person's templates lay, how many rows went, why and when. It is signed with
the Ed25519 key of this device where one exists (a hall that joined a centre), else with a secret of this installation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.ports import KeyStore
from kiosk.store.sealing import KEY_BYTES

DEVICE_KEY = "sync.device"
"""In the key store, written by ``sync/client/enrolment``: 16 bytes device id, then the private key."""
_DEVICE_ID_BYTES = 16
_INSTALLATION_KEY = "vault-receipts"
_INSTALLATION = "installation"
_NUMBER_LENGTH = 10


class Reason(StrEnum):
    """Why templates were deleted."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNUSED = "unused"
    LEFT = "left"
    DEACTIVATED = "deactivated"
    NO_CONSENT = "no-consent"
    UNREADABLE = "unreadable"


class Standing(StrEnum):
    """What a stored receipt is worth. ``EARLIER_KEY``: it fits, but to a device key that is not this device's now."""

    VALID = "valid"
    EARLIER_KEY = "earlier-key"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one deletion. ``key_id`` is the random id of the person's rows, used nowhere else and gone with them."""

    number: str
    key_id: UUID
    rows: int
    reason: Reason
    at: datetime
    signer: str
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed."""
        said = {
            "number": self.number,
            "row": str(self.key_id),
            "rows": self.rows,
            "reason": self.reason.value,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        return b"template deletion receipt " + json.dumps(said, sort_keys=True).encode()


class Signer:
    """Signs and checks receipts with the keys of this machine."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def issue(self, key_id: UUID, rows: int, reason: Reason, at: datetime) -> Receipt:
        """A new signed receipt."""
        number = base64.b32encode(os.urandom(_NUMBER_LENGTH)).decode()[:_NUMBER_LENGTH]
        device = self._device()
        signer = device.public_key().public_bytes_raw().hex() if device else _INSTALLATION
        bare = Receipt(number, key_id, rows, reason, at, signer, b"")
        signature = device.sign(bare.message) if device else self._seal(bare.message)
        return Receipt(number, key_id, rows, reason, at, signer, signature)

    def standing(self, receipt: Receipt) -> Standing:
        """Whether the receipt is as it was signed."""
        if receipt.signer == _INSTALLATION:
            fits = hmac.compare_digest(self._seal(receipt.message), receipt.signature)
            return Standing.VALID if fits else Standing.CHANGED
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipt.signer))
            public.verify(receipt.signature, receipt.message)
        except (InvalidSignature, ValueError):
            return Standing.CHANGED
        device = self._device()
        mine = device is not None and device.public_key().public_bytes_raw() == public.public_bytes_raw()
        return Standing.VALID if mine else Standing.EARLIER_KEY

    def _device(self) -> Ed25519PrivateKey | None:
        stored = self._keys.get(DEVICE_KEY)
        return Ed25519PrivateKey.from_private_bytes(stored[_DEVICE_ID_BYTES:]) if stored else None

    def _seal(self, message: bytes) -> bytes:
        secret = self._keys.get(_INSTALLATION_KEY)
        if secret is None:
            secret = os.urandom(KEY_BYTES)
            self._keys.put(_INSTALLATION_KEY, secret)
        return hmac.digest(secret, message, hashlib.sha256)

"""Encryption of stored personal payloads: AES-256-GCM under a subject's key, HPKE to the discipline office's key.

Owns formats only: a box is ``version byte | nonce | ciphertext`` (subject) or ``version byte | HPKE message`` (sealed).
Holds no keys. The version byte is the place where SM4-GCM would enter (PRIVACY C5).
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_AES_GCM = b"\x01"
_HPKE = b"\x02"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class UnreadableError(Exception):
    """The box was changed, belongs to something else, or the key is not its key."""


def encrypt(key: bytes, plain: bytes | memoryview, bound_to: bytes) -> bytes:
    """Box of ``plain`` under a 32-byte key, valid only together with ``bound_to``. Makes no copy of ``plain``."""
    nonce = os.urandom(_NONCE_BYTES)
    return _AES_GCM + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, box: bytes, bound_to: bytes) -> bytes:
    """Content of a box made by ``encrypt``; raises UnreadableError."""
    if box[:1] != _AES_GCM:
        raise UnreadableError
    try:
        return AESGCM(key).decrypt(box[1 : 1 + _NONCE_BYTES], box[1 + _NONCE_BYTES :], bound_to)
    except (InvalidTag, ValueError):
        raise UnreadableError from None


def decrypt_into(key: bytes, box: bytes, bound_to: bytes, plain: memoryview) -> None:
    """As ``decrypt``, into writable memory of the content's length, so that its owner can overwrite it afterwards."""
    if box[:1] != _AES_GCM:
        raise UnreadableError
    try:
        AESGCM(key).decrypt_into(box[1 : 1 + _NONCE_BYTES], box[1 + _NONCE_BYTES :], bound_to, plain)
    except (InvalidTag, ValueError):
        raise UnreadableError from None


def content_bytes(box: bytes) -> int:
    """Length of the content of a box made by ``encrypt``."""
    return max(0, len(box) - 1 - _NONCE_BYTES - _TAG_BYTES)


def new_keypair() -> tuple[bytes, bytes]:
    """(private, public) X25519 keys, 32 raw bytes each, for the discipline office (纪检)."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(public: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Box only the holder of the private key can open; we cannot."""
    return _HPKE + _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=bound_to)


def unseal(private: bytes, box: bytes, bound_to: bytes) -> bytes:
    """Content of a box made by ``seal``; raises UnreadableError. Used at the discipline office only."""
    if box[:1] != _HPKE:
        raise UnreadableError
    try:
        return _SUITE.decrypt(box[1:], X25519PrivateKey.from_private_bytes(private), info=bound_to)
    except (InvalidTag, ValueError):
        raise UnreadableError from None

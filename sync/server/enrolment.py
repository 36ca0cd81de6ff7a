"""Which devices may speak for which origin: one-time codes, device keys, challenges and short tokens (SYNC 2.8)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from kiosk.store import chain
from sync import wire
from sync.server.audit import note
from sync.server.keyring import Keyring
from sync.server.problems import RefusedError
from sync.server.schema import device, enrol_code, origin, origin_head

CODE_LIFE = timedelta(minutes=15)
TOKEN_LIFE_S = 600
CHALLENGE_LIFE_S = 60
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in device and the origin it speaks for."""

    device_id: UUID
    origin_id: UUID


def issue_code(connection: Connection, centre: str) -> str:
    """A fresh one-time code for ``centre``; only its hash is kept."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    connection.execute(
        insert(enrol_code).values(code_sha256=_digest(code), centre=centre, expires_at=datetime.now(UTC) + CODE_LIFE)
    )
    note(connection, "admin", "enrol_code.issued", centre)
    return code


def enrol(connection: Connection, request: wire.EnrolRequest) -> str:
    """Register the device for its origin, spend the code, return the centre's name.

    The same request again is answered the same way, because the first answer may have been lost.
    Raises RefusedError: code_invalid, proof_invalid, device_revoked.
    """
    row = connection.execute(
        select(enrol_code).where(enrol_code.c.code_sha256 == _digest(request.code)).with_for_update()
    ).one_or_none()
    if row is None or not _is_valid(row, request.device_id):
        raise RefusedError(403, "code_invalid", "The code is wrong, used or older than 15 minutes.")
    _check(
        request.public_key,
        request.proof,
        wire.enrol_proof(request.code, request.device_id, request.origin_id, request.public_key),
    )
    now = datetime.now(UTC)
    connection.execute(
        upsert(origin)
        .values(id=request.origin_id, centre=row.centre, enrolled_at=now)
        .on_conflict_do_update(index_elements=[origin.c.id], set_={"centre": row.centre})
    )
    connection.execute(
        upsert(origin_head)
        .values(
            origin_id=request.origin_id,
            origin_epoch=0,
            last_seq=0,
            last_hash=chain.START,
            durable_seq=0,
            updated_at=now,
        )
        .on_conflict_do_nothing()
    )
    _register(connection, request, now)
    connection.execute(
        update(enrol_code)
        .where(enrol_code.c.code_sha256 == row.code_sha256)
        .values(used_at=now, used_by=request.device_id)
    )
    note(connection, f"device:{request.device_id}", "device.enrolled", str(request.origin_id))
    return str(row.centre)


def token(connection: Connection, keyring: Keyring, request: wire.TokenRequest) -> wire.TokenReply:
    """A bearer token for a device that signed its challenge. Raises RefusedError."""
    challenge = keyring.unseal("challenge", request.challenge)
    if challenge is None or challenge["device"] != str(request.device_id):
        raise RefusedError(401, "challenge_invalid", "Ask for a new challenge.")
    row = _device(connection, request.device_id)
    _check(row.public_key, request.signature, wire.token_proof(request.challenge, request.device_id))
    values = {"device": str(request.device_id), "origin": str(row.origin_id)}
    return wire.TokenReply(token=keyring.seal("token", values, TOKEN_LIFE_S), expires_in=TOKEN_LIFE_S)


def challenge(keyring: Keyring, device_id: UUID) -> str:
    """A text for ``device_id`` to sign; says nothing about whether the device is known."""
    values = {"device": str(device_id), "nonce": secrets.token_hex(16)}
    return keyring.seal("challenge", values, CHALLENGE_LIFE_S)


def caller(connection: Connection, keyring: Keyring, bearer: str) -> Caller:
    """Who holds this token; the device is looked up each time, so a revocation acts at once. Raises RefusedError."""
    values = keyring.unseal("token", bearer)
    if values is None:
        raise RefusedError(401, "token_invalid", "Sign in again.")
    row = _device(connection, UUID(values["device"]))
    return Caller(row.id, row.origin_id)


def revoke(connection: Connection, device_id: UUID) -> None:
    """End a device's rights. Raises RefusedError when it is unknown."""
    _device(connection, device_id)
    connection.execute(update(device).where(device.c.id == device_id).values(revoked_at=datetime.now(UTC)))
    note(connection, "admin", "device.revoked", str(device_id))


def _register(connection: Connection, request: wire.EnrolRequest, now: datetime) -> None:
    known = connection.execute(select(device).where(device.c.id == request.device_id)).one_or_none()
    if known is None:
        connection.execute(
            insert(device).values(
                id=request.device_id,
                origin_id=request.origin_id,
                public_key=request.public_key,
                registered_at=now,
            )
        )
    elif known.revoked_at is not None or (known.public_key, known.origin_id) != (request.public_key, request.origin_id):
        raise RefusedError(403, "device_revoked", "This device id is revoked or belongs to another key.")


def _device(connection: Connection, device_id: UUID) -> Row[tuple[object, ...]]:
    row = connection.execute(select(device).where(device.c.id == device_id)).one_or_none()
    if row is None:
        raise RefusedError(401, "device_unknown", "Enrol this device.")
    if row.revoked_at is not None:
        raise RefusedError(403, "device_revoked", "This device was revoked.")
    return row


def _is_valid(row: Row[tuple[object, ...]], device_id: UUID) -> bool:
    return row.used_by == device_id if row.used_at is not None else bool(row.expires_at > datetime.now(UTC))


def _check(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise RefusedError(401, "proof_invalid", "The signature does not fit the device key.") from None


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode("ascii")).digest()

"""The v1 protocol: what may travel between a hall and the central server. Owns names, shapes, versions and limits.

Every model is an allow-list: a field that is not written here is refused. There is no field for a face, a picture
or a template (PRIVACY A8), and ``tests/sync/test_wire.py`` keeps it so. Personal text travels only as ciphertext.
A change that an older peer could not read needs a new ``PROTOCOL``; a new optional field does not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

PROTOCOL = 1
PROTOCOL_HEADER = "Reception-Protocol"
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"

AIM_EVENTS = 500
MAX_RAW_BYTES = 1 << 20
"""What a client aims at per batch (SYNC 2.4); a transaction may go beyond, because it is never split."""
MAX_EVENTS = 2000
MAX_UNPACKED_BYTES = 8 << 20
"""What a server unpacks at most."""
MAX_RATIO = 100
MAX_PAGE_ROWS = 1000
MAX_WAIT_S = 25
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
Label = Annotated[str, StringConstraints(max_length=200)]
HexDigest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[bytes, Field(min_length=32, max_length=32)]
Seq = Annotated[int, Field(ge=1, lt=1 << 62)]
Rev = Annotated[int, Field(ge=0, lt=1 << 62)]


class Strict(BaseModel):
    """Frozen, and refuses fields that are not declared. Bytes are base64 in JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class Event(Strict):
    """One outbox row as it is stored (SYNC 2.2), every field under its hash.

    ``payload`` is JSON text that everybody in the hall may see; its fields are checked by ``sync/entities``.
    ``personal`` is ciphertext: under the key of ``subject_id``, or for the discipline office (``sealed``).
    """

    v: Literal[1] = 1
    seq: Seq
    event_id: UUID
    origin_id: UUID
    origin_epoch: Rev
    tx_id: UUID
    entity: Word
    entity_id: UUID
    entity_rev: Rev
    type: Word
    schema_ver: Annotated[int, Field(ge=1)]
    payload: Annotated[str, StringConstraints(max_length=1 << 16)]
    payload_sha256: Digest
    subject_id: UUID | None = None
    personal: Annotated[bytes, Field(max_length=1 << 19)] | None = None
    personal_kind: Literal["", "subject", "sealed", "erased"] = ""
    occurred_at_utc: AwareDatetime
    utc_offset_min: Annotated[int, Field(ge=-24 * 60, le=24 * 60)]
    boot_id: Label
    mono_ns: int
    clock_offset_ms: int | None = None
    clock_quality: Label
    actor: Label
    actor_id: UUID | None = None
    terminal_id: Label
    priority: int
    blob_refs: Annotated[str, StringConstraints(pattern=r'^\[("[0-9a-f]{64}"(,"[0-9a-f]{64}")*)?\]$')]
    prev_hash: Digest
    hash: Digest


class WrappedKey(Strict):
    """The key of one subject, wrapped with HPKE for the server's X25519 key."""

    subject: UUID
    wrapped: bytes


class Batch(Strict):
    """Consecutive events of one origin; ``backlog`` (what still waits) is for the status page only."""

    origin_epoch: Rev
    base_seq: Seq
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=MAX_EVENTS)]
    subject_keys: tuple[WrappedKey, ...] = ()
    backlog: Rev = 0


class DeadLetter(Strict):
    """One event that the envelope check refuses, or that must not be sent whole (then ``raw`` is empty)."""

    origin_epoch: Rev
    seq: Seq
    event_id: UUID
    prev_hash: Digest
    hash: Digest
    code: Word
    raw: Annotated[str, StringConstraints(max_length=MAX_RAW_BYTES)] = ""


class Result(StrEnum):
    """What became of one event."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class Verdict(Strict):
    """The server's answer for one event; ``code`` says why it was quarantined."""

    seq: Seq
    result: Result
    code: Word | None = None


class Receipt(Strict):
    """Answer to a batch: everything up to ``acked_seq`` is committed, up to ``durable_seq`` also in a backup."""

    server_epoch: UUID
    acked_seq: Rev
    durable_seq: Rev
    verdicts: tuple[Verdict, ...]
    proof: str = ""
    """Sealed by the server; brought back with the next hello, it shows a restored server what it forgot."""


class Limits(Strict):
    """What the server takes per request."""

    max_events: int = MAX_EVENTS
    max_raw_bytes: int = MAX_RAW_BYTES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES


class Hello(Strict):
    """Who the server is. ``last_seq`` is filled for a signed-in origin."""

    server_id: UUID
    server_epoch: UUID
    server_time: AwareDatetime
    protocol_min: int
    protocol_max: int
    schemas: Mapping[Word, int]
    limits: Limits
    pause_ms: int = 0
    last_seq: int | None = None
    last_hash: Digest | None = None
    durable_seq: int | None = None


class EnrolRequest(Strict):
    """A device asks to speak for an origin; ``proof`` signs code, device, origin and key with the device key."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{12}$")]
    device_id: UUID
    origin_id: UUID
    public_key: bytes
    proof: bytes


class EnrolReply(Strict):
    """The server's names and the X25519 key for which subject keys are wrapped."""

    server_id: UUID
    server_epoch: UUID
    centre: Label
    wrap_key: bytes


class ChallengeReply(Strict):
    """Opaque text to sign with the device key, once."""

    challenge: str


class TokenRequest(Strict):
    """The signed challenge."""

    device_id: UUID
    challenge: Annotated[str, StringConstraints(max_length=1000)]
    signature: bytes


class TokenReply(Strict):
    """A short-lived bearer token."""

    token: str
    expires_in: int


class UnitRow(Strict):
    """A unit as the hall needs it."""

    id: UUID
    rev: Rev
    deleted: bool = False
    code: Label
    name: Label
    parent_id: UUID | None = None


class EmployeeRow(Strict):
    """An employee as the hall needs it; a deleted row keeps only its identifiers."""

    id: UUID
    rev: Rev
    deleted: bool = False
    staff_number: Label = ""
    name: Label = ""
    birth_date: date | None = None
    unit_id: UUID | None = None
    status: Word = "active"
    phone: Label = ""


class Page(Strict):
    """Changes after a cursor, units before the employees that name them."""

    server_epoch: UUID
    units: tuple[UnitRow, ...] = ()
    employees: tuple[EmployeeRow, ...] = ()
    cursor: str
    more: bool = False


class Centres(Strict):
    """How many centres there are, and how many of them were heard of lately; for the walls (DOMAIN 7)."""

    online: int
    known: int


class OriginDigest(Strict):
    """Count and hash over the stored events ``first..last``, for comparing both sides (SYNC 2.4)."""

    first: Seq
    last: Seq
    count: int
    sha256: HexDigest


class Problem(Strict):
    """Error body (RFC 9457). ``code`` is stable; ``expected_seq`` comes with a gap."""

    type: str = "about:blank"
    title: str
    status: int
    code: Word
    detail: str = ""
    expected_seq: int | None = None


def canonical(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. Raises ValueError for NaN and infinity."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    ).encode("utf-8")


def pack(model: BaseModel) -> bytes:
    """A model as canonical JSON."""
    return canonical(model.model_dump(mode="json"))


def content_digest(body: bytes) -> str:
    """Content-Digest header of ``body`` as it travels (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def digest_of(first: int, last: int, hashes: Mapping[int, bytes]) -> OriginDigest:
    """Count and SHA-256 over event hashes in order of sequence number; the same on both sides when nothing is lost."""
    whole = hashlib.sha256()
    for seq in sorted(hashes):
        whole.update(hashes[seq])
    return OriginDigest(first=first, last=last, count=len(hashes), sha256=whole.hexdigest())


def enrol_proof(code: str, device_id: UUID, origin_id: UUID, public_key: bytes) -> bytes:
    """What a device signs to enrol."""
    return b"reception-enrol-v1|" + code.encode("ascii") + device_id.bytes + origin_id.bytes + public_key


def token_proof(challenge: str, device_id: UUID) -> bytes:
    """What a device signs to get a token."""
    return b"reception-token-v1|" + device_id.bytes + challenge.encode("ascii")


def key_context(origin_id: UUID, subject: UUID) -> bytes:
    """HPKE ``info`` of a wrapped subject key: a key wrapped for one person opens as nobody else's."""
    return b"reception-subject-key-v1|" + origin_id.bytes + subject.bytes


class TooLargeError(ValueError):
    """A body that unpacks beyond the limit or the ratio."""


class Gunzip:
    """Streaming gzip decoder that stops before a body can hurt (SYNC 2.4, fault 26). Not thread-safe."""

    def __init__(self, limit: int = MAX_UNPACKED_BYTES, ratio: int = MAX_RATIO) -> None:
        self._decoder = zlib.decompressobj(wbits=31)
        self._limit = limit
        self._ratio = ratio
        self._packed = 0
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next packed bytes. Raises TooLargeError beyond a limit, ValueError for bytes that are not gzip."""
        self._packed += len(chunk)
        allowed = min(self._limit, max(self._packed, 1024) * self._ratio) - self._size
        try:
            part = self._decoder.decompress(chunk, allowed + 1)
        except zlib.error as error:
            raise ValueError("not gzip") from error
        if len(part) > allowed:
            raise TooLargeError("unpacks too far")
        if self._decoder.unused_data:
            raise ValueError("bytes after the end")
        self._size += len(part)
        self._parts.append(part)

    def finish(self) -> bytes:
        """The whole unpacked body. Raises ValueError when it was cut."""
        if not self._decoder.eof:
            raise ValueError("cut short")
        return b"".join(self._parts)


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in canonical JSON")

"""The tables that keep the record: origin, outbox (the journal), delivery, audit, sync state, counters of numbers.

Owns structure only. ``outbox``, ``audit``, ``consent`` and ``consent_witness`` are append-only: triggers made by the
first migration refuse UPDATE and DELETE on both engines. The events of tickets, visits and appeals are the rows of
``outbox`` (docs/adr/0001): one immutable log, indexed by sequence and by entity.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from kiosk.store.columns import Id, Serial, Utc, column
from kiosk.store.schema import METADATA

APPEND_ONLY = ("outbox", "audit", "consent", "consent_witness")

ORIGIN = Table(
    "origin",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("epoch", Integer, "D0"),
    column("last_seq", BigInteger, "D0"),
    column("last_hash", LargeBinary(32), "D0"),
    column("audit_seq", BigInteger, "D0"),
    column("audit_hash", LargeBinary(32), "D0"),
    column("clock_offset_ms", BigInteger, "D0", nullable=True),
    column("clock_quality", Text, "D0"),
)
"""One row: this installation. Locked last in every writing transaction, so ``seq`` is gapless and commit-ordered."""

OUTBOX = Table(
    "outbox",
    METADATA,
    column("seq", Serial, "D0", primary_key=True, autoincrement=False),
    column("event_id", Id, "D0", unique=True),
    column("origin_id", Id, "D0"),
    column("origin_epoch", Integer, "D0"),
    column("tx_id", Id, "D0"),
    column("entity", Text, "D0"),
    column("entity_id", Id, "D3"),
    column("entity_rev", BigInteger, "D0"),
    column("type", Text, "D0"),
    column("schema_ver", Integer, "D0"),
    column("payload", Text, "D0"),
    column("payload_sha256", LargeBinary(32), "D0"),
    column("subject_id", Id, "D3", nullable=True),
    column("personal", LargeBinary, "D4", nullable=True),
    column("personal_kind", Text, "D0"),
    column("occurred_at_utc", Utc, "D0"),
    column("utc_offset_min", Integer, "D0"),
    column("boot_id", Text, "D0"),
    column("mono_ns", BigInteger, "D0"),
    column("clock_offset_ms", BigInteger, "D0", nullable=True),
    column("clock_quality", Text, "D0"),
    column("actor", Text, "D0"),
    column("actor_id", Id, "D0", nullable=True),
    column("terminal_id", Text, "D0"),
    column("priority", Integer, "D0"),
    column("blob_refs", Text, "D0"),
    column("prev_hash", LargeBinary(32), "D0"),
    column("hash", LargeBinary(32), "D0"),
    Unique("entity", "entity_id", "entity_rev"),
)

OUTBOX_DELIVERY = Table(
    "outbox_delivery",
    METADATA,
    column("seq", Serial, "D0", ForeignKey("outbox.seq"), primary_key=True, autoincrement=False),
    column("state", Text, "D0"),
    column("attempts", Integer, "D0"),
    column("next_attempt_at", Utc, "D0", nullable=True),
    column("last_error_class", Text, "D0"),
    column("last_error_code", Text, "D0"),
    column("first_sent_at", Utc, "D0", nullable=True),
    column("acked_at", Utc, "D0", nullable=True),
    column("server_receipt", Text, "D0"),
    Index(None, "state", "seq"),
)

AUDIT = Table(
    "audit",
    METADATA,
    column("seq", Serial, "D0", primary_key=True, autoincrement=False),
    column("id", Id, "D0", unique=True),
    column("origin_id", Id, "D0"),
    column("at", Utc, "D0"),
    column("actor", Text, "D0"),
    column("actor_id", Id, "D0", nullable=True),
    column("terminal", Text, "D0"),
    column("action", Text, "D0"),
    column("subject_id", Id, "D3", nullable=True, index=True),
    column("reason", Text, "D0"),
    column("detail", Text, "D0"),
    column("prev_hash", LargeBinary(32), "D0"),
    column("hash", LargeBinary(32), "D0"),
)

SYNC_STATE = Table(
    "sync_state",
    METADATA,
    column("stream", Text, "D0", primary_key=True),
    column("cursor", Text, "D0"),
    column("server_epoch", Text, "D0"),
    column("acked_seq", BigInteger, "D0"),
    column("durable_seq", BigInteger, "D0"),
    column("last_ok_at", Utc, "D0", nullable=True),
    column("last_progress_at", Utc, "D0", nullable=True),
)

NUMBERING = Table(
    "numbering",
    METADATA,
    column("name", Text, "D0", primary_key=True),
    column("value", BigInteger, "D0"),
)
"""Counter rows: tickets per day and letter, appeals per year, fencing tokens."""

SETTING = Table(
    "setting",
    METADATA,
    column("key", Text, "D0", primary_key=True),
    column("value", Text, "D0"),
)

META = Table(
    "meta",
    METADATA,
    column("key", Text, "D0", primary_key=True),
    column("value", Text, "D0"),
)

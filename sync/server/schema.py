"""Tables of the central server, as they are after the newest migration. Owns no behaviour.

To change a table: change it here, add a file to ``migrations/versions``; ``tests/sync/server/test_migrations.py``
fails while the two differ. Synced entities need no table of their own: their present state is a ``record`` row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

CENTRAL = "central"
SUBJECT_KEYS = "subject_keys"
"""Kept apart so that it can have its own rights and be left out of ordinary backups (DECISIONS 16)."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
_Instant = DateTime(timezone=True)

server = Table(
    "server",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("server_id", Uuid, nullable=False),
    Column("epoch", Uuid, nullable=False),
    Column("created_at", _Instant, nullable=False),
    schema=CENTRAL,
    comment="One row: which incarnation of the central database this is.",
)

origin = Table(
    "origin",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("enrolled_at", _Instant, nullable=False),
    Column("revoked_at", _Instant),
    Column("last_seen_at", _Instant),
    Column("backlog", Integer, nullable=False, server_default="0"),
    schema=CENTRAL,
    comment="One hall store; backlog is what it reported last.",
)

device = Table(
    "device",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("origin_id", Uuid, ForeignKey(origin.c.id), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("registered_at", _Instant, nullable=False),
    Column("revoked_at", _Instant),
    schema=CENTRAL,
    comment="Ed25519 public keys that may speak for an origin.",
)

enrol_code = Table(
    "enrol_code",
    metadata,
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("expires_at", _Instant, nullable=False),
    Column("used_at", _Instant),
    Column("used_by", Uuid),
    schema=CENTRAL,
    comment="One-time codes; used_by is the device that spent it, so that a lost reply can be repeated.",
)

origin_head = Table(
    "origin_head",
    metadata,
    Column("origin_id", Uuid, ForeignKey(origin.c.id), primary_key=True),
    Column("origin_epoch", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_hash", LargeBinary, nullable=False),
    Column("durable_seq", BigInteger, nullable=False),
    Column("updated_at", _Instant, nullable=False),
    schema=CENTRAL,
    comment="High-water mark per origin; locked first in every ingest transaction.",
)

inbox = Table(
    "inbox",
    metadata,
    Column("origin_id", Uuid, ForeignKey(origin.c.id), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("entity", Text, nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("subject", Uuid),
    Column("hash", LargeBinary, nullable=False),
    Column("raw", Text, nullable=False),
    Column("received_at", _Instant, nullable=False),
    Index(None, "origin_id", "entity", "entity_id", "seq"),
    schema=CENTRAL,
    comment="Every applied event as it came.",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("origin_id", Uuid, ForeignKey(origin.c.id), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("raw", Text, nullable=False),
    Column("at", _Instant, nullable=False),
    schema=CENTRAL,
    comment="Events that could not be applied: kept and shown, never dropped.",
)

record = Table(
    "record",
    metadata,
    Column("origin_id", Uuid, ForeignKey(origin.c.id), primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("entity_id", Uuid, primary_key=True),
    Column("subject", Uuid, index=True),
    Column("sealed", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("changed_at", _Instant, nullable=False),
    Column("state", JSONB, nullable=False),
    Index(None, "entity", "changed_at"),
    Index(None, "entity", "entity_id"),
    Index(
        "ix_record_line",
        "origin_id",
        text("(state ->> 'service_date')"),
        text("(state ->> 'queue')"),
        postgresql_where=text("entity = 'ticket' AND state ->> 'state' = 'waiting'"),
    ),
    Index("ix_record_visit", "origin_id", text("(state ->> 'visit_id')"), postgresql_where=text("entity = 'appeal'")),
    schema=CENTRAL,
    comment="Present public state of every synced entity, projected from its events. No personal field.",
)

collection = Table(
    "collection",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    schema=CENTRAL,
    comment="Revision counter per downward collection; its row lock makes revisions commit-ordered (SYNC 2.5).",
)

unit = Table(
    "unit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("rev", BigInteger, nullable=False, unique=True),
    Column("deleted", Boolean, nullable=False, server_default="false"),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid, ForeignKey(f"{CENTRAL}.unit.id")),
    schema=CENTRAL,
)

employee = Table(
    "employee",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("rev", BigInteger, nullable=False, unique=True),
    Column("deleted", Boolean, nullable=False, server_default="false"),
    Column("staff_number", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("unit_id", Uuid, ForeignKey(unit.c.id), nullable=False),
    Column("status", Text, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    schema=CENTRAL,
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", _Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    schema=CENTRAL,
    comment="Who read or changed what; hash-chained; identifiers only, never names.",
)

subject_key = Table(
    "subject_key",
    metadata,
    Column("origin_id", Uuid, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("received_at", _Instant, nullable=False),
    Column("destroyed_at", _Instant),
    schema=SUBJECT_KEYS,
    comment="HPKE-wrapped key per person and origin; destroyed = erased for ever, a later copy is refused.",
)

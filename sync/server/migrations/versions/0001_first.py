"""First schema of the central server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="central",
        comment="Who read or changed what; hash-chained; identifiers only, never names.",
    )
    op.create_table(
        "collection",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_collection")),
        schema="central",
        comment="Revision counter per downward collection; its row lock makes revisions commit-ordered (SYNC 2.5).",
    )
    op.create_table(
        "enrol_code",
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_enrol_code")),
        schema="central",
        comment="One-time codes; used_by is the device that spent it, so that a lost reply can be repeated.",
    )
    op.create_table(
        "origin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backlog", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
        schema="central",
        comment="One hall store; backlog is what it reported last.",
    )
    op.create_table(
        "server",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server")),
        schema="central",
        comment="One row: which incarnation of the central database this is.",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["central.unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("rev", name=op.f("uq_unit_rev")),
        schema="central",
    )
    op.create_table(
        "subject_key",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("origin_id", "subject", name=op.f("pk_subject_key")),
        schema="subject_keys",
        comment="HPKE-wrapped key per person and origin; destroyed = erased for ever, a later copy is refused.",
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["origin_id"], ["central.origin.id"], name=op.f("fk_device_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        schema="central",
        comment="Ed25519 public keys that may speak for an origin.",
    )
    op.create_index(op.f("ix_device_origin_id"), "device", ["origin_id"], unique=False, schema="central")
    op.create_table(
        "employee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["central.unit.id"], name=op.f("fk_employee_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("rev", name=op.f("uq_employee_rev")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_employee_staff_number")),
        schema="central",
    )
    op.create_table(
        "inbox",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["central.origin.id"], name=op.f("fk_inbox_origin_id")),
        sa.PrimaryKeyConstraint("origin_id", "seq", name=op.f("pk_inbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_inbox_event_id")),
        schema="central",
        comment="Every applied event as it came.",
    )
    op.create_index(
        op.f("ix_inbox_origin_id_entity_entity_id_seq"),
        "inbox",
        ["origin_id", "entity", "entity_id", "seq"],
        unique=False,
        schema="central",
    )
    op.create_table(
        "origin_head",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("origin_epoch", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.Column("durable_seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["central.origin.id"], name=op.f("fk_origin_head_origin_id")),
        sa.PrimaryKeyConstraint("origin_id", name=op.f("pk_origin_head")),
        schema="central",
        comment="High-water mark per origin; locked first in every ingest transaction.",
    )
    op.create_table(
        "quarantine",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["central.origin.id"], name=op.f("fk_quarantine_origin_id")),
        sa.PrimaryKeyConstraint("origin_id", "seq", name=op.f("pk_quarantine")),
        schema="central",
        comment="Events that could not be applied: kept and shown, never dropped.",
    )
    op.create_table(
        "record",
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["origin_id"], ["central.origin.id"], name=op.f("fk_record_origin_id")),
        sa.PrimaryKeyConstraint("origin_id", "entity", "entity_id", name=op.f("pk_record")),
        schema="central",
        comment="Present public state of every synced entity, projected from its events. No personal field.",
    )
    op.create_index(
        op.f("ix_record_entity_changed_at"), "record", ["entity", "changed_at"], unique=False, schema="central"
    )
    op.create_index(op.f("ix_record_subject"), "record", ["subject"], unique=False, schema="central")
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_index(op.f("ix_record_subject"), table_name="record", schema="central")
    op.drop_index(op.f("ix_record_entity_changed_at"), table_name="record", schema="central")
    op.drop_table("record", schema="central")
    op.drop_table("quarantine", schema="central")
    op.drop_table("origin_head", schema="central")
    op.drop_index(op.f("ix_inbox_origin_id_entity_entity_id_seq"), table_name="inbox", schema="central")
    op.drop_table("inbox", schema="central")
    op.drop_table("employee", schema="central")
    op.drop_index(op.f("ix_device_origin_id"), table_name="device", schema="central")
    op.drop_table("device", schema="central")
    op.drop_table("subject_key", schema="subject_keys")
    op.drop_table("unit", schema="central")
    op.drop_table("server", schema="central")
    op.drop_table("origin", schema="central")
    op.drop_table("enrol_code", schema="central")
    op.drop_table("collection", schema="central")
    op.drop_table("audit", schema="central")
    # ### end Alembic commands ###

"""First version: every table of the hall store, and the triggers that keep the record append-only."""

import sqlalchemy as sa
from alembic import op

from kiosk.store.columns import Id, Serial, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("outbox", "audit", "consent", "consent_witness")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", Serial, autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("origin_id", Id(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", Id(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_id")),
    )
    op.create_index(op.f("ix_audit_subject_id"), "audit", ["subject_id"], unique=False)

    op.create_table(
        "business_day",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("service_date", name=op.f("pk_business_day")),
    )

    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )

    op.create_table(
        "numbering",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_numbering")),
    )

    op.create_table(
        "origin",
        sa.Column("id", Id(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("clock_quality", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
    )

    op.create_table(
        "outbox",
        sa.Column("seq", Serial, autoincrement=False, nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("origin_id", Id(), nullable=False),
        sa.Column("origin_epoch", sa.Integer(), nullable=False),
        sa.Column("tx_id", Id(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", Id(), nullable=False),
        sa.Column("entity_rev", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("schema_ver", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", Id(), nullable=True),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("personal_kind", sa.Text(), nullable=False),
        sa.Column("occurred_at_utc", Utc(), nullable=False),
        sa.Column("utc_offset_min", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("mono_ns", sa.BigInteger(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("clock_quality", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("terminal_id", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("blob_refs", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("entity", "entity_id", "entity_rev", name=op.f("uq_outbox_entity_entity_id_entity_rev")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )

    op.create_table(
        "service_category",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service_category")),
    )

    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )

    op.create_table(
        "staff",
        sa.Column("id", Id(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )

    op.create_table(
        "sync_state",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("server_epoch", sa.Text(), nullable=False),
        sa.Column("acked_seq", sa.BigInteger(), nullable=False),
        sa.Column("durable_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_ok_at", Utc(), nullable=True),
        sa.Column("last_progress_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_sync_state")),
    )

    op.create_table(
        "unit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("central_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("central_id", name=op.f("uq_unit_central_id")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )

    op.create_table(
        "counter",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_counter_staff_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_counter")),
    )

    op.create_table(
        "employee",
        sa.Column("id", Id(), nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("unit_id", Id(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("central_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_employee_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("central_id", name=op.f("uq_employee_central_id")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_employee_staff_number")),
    )
    op.create_index(op.f("ix_employee_unit_id"), "employee", ["unit_id"], unique=False)

    op.create_table(
        "outbox_delivery",
        sa.Column("seq", Serial, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Utc(), nullable=True),
        sa.Column("last_error_class", sa.Text(), nullable=False),
        sa.Column("last_error_code", sa.Text(), nullable=False),
        sa.Column("first_sent_at", Utc(), nullable=True),
        sa.Column("acked_at", Utc(), nullable=True),
        sa.Column("server_receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["outbox.seq"], name=op.f("fk_outbox_delivery_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox_delivery")),
    )
    op.create_index(op.f("ix_outbox_delivery_state_seq"), "outbox_delivery", ["state", "seq"], unique=False)

    op.create_table(
        "staff_password",
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("phc", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_password_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_password")),
    )

    op.create_table(
        "consent",
        sa.Column("id", Id(), nullable=False),
        sa.Column("employee_id", Id(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("notice_version", sa.Text(), nullable=False),
        sa.Column("notice_sha256", sa.Text(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.Column("ends_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_consent_employee_id")),
        sa.ForeignKeyConstraint(["ends_id"], ["consent.id"], name=op.f("fk_consent_ends_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_employee_id"), "consent", ["employee_id"], unique=False)
    op.create_index(op.f("ix_consent_ends_id"), "consent", ["ends_id"], unique=False)

    op.create_table(
        "employee_token",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("employee_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_employee_token_employee_id")),
        sa.PrimaryKeyConstraint("kind", "digest", name=op.f("pk_employee_token")),
    )
    op.create_index(op.f("ix_employee_token_employee_id"), "employee_token", ["employee_id"], unique=False)

    op.create_table(
        "face_block",
        sa.Column("first_id", Id(), nullable=False),
        sa.Column("second_id", Id(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["employee.id"], name=op.f("fk_face_block_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["employee.id"], name=op.f("fk_face_block_second_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_face_block")),
    )

    op.create_table(
        "visit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("employee_id", Id(), nullable=True),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_visit_employee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_employee_id"), "visit", ["employee_id"], unique=False)
    op.create_index(op.f("ix_visit_service_date"), "visit", ["service_date"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("query_code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("privacy", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("employee_id", Id(), nullable=True),
        sa.Column("visit_id", Id(), nullable=True),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("registered_at", Utc(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("redone", sa.Boolean(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_appeal_employee_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_appeal_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("number", name=op.f("uq_appeal_number")),
    )
    op.create_index(op.f("ix_appeal_closed_at"), "appeal", ["closed_at"], unique=False)
    op.create_index(op.f("ix_appeal_employee_id"), "appeal", ["employee_id"], unique=False)
    op.create_index(op.f("ix_appeal_registered_at"), "appeal", ["registered_at"], unique=False)
    op.create_index(op.f("ix_appeal_state"), "appeal", ["state"], unique=False)

    op.create_table(
        "consent_witness",
        sa.Column("consent_id", Id(), nullable=False),
        sa.Column("witness_id", Id(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_witness_consent_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["staff.id"], name=op.f("fk_consent_witness_witness_id")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent_witness")),
    )

    op.create_table(
        "enrolment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("employee_id", Id(), nullable=False),
        sa.Column("consent_id", Id(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("last_used_at", Utc(), nullable=True),
        sa.Column("removed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_enrolment_consent_id")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_enrolment_employee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    op.create_index(op.f("ix_enrolment_employee_id"), "enrolment", ["employee_id"], unique=False)

    op.create_table(
        "help_call",
        sa.Column("id", Id(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("visit_id", Id(), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_help_call_answered_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_help_call_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_call")),
    )
    op.create_index(
        "ix_help_call_open",
        "help_call",
        ["at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )

    op.create_table(
        "ticket",
        sa.Column("id", Id(), nullable=False),
        sa.Column("visit_id", Id(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("call_class", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queued_at", Utc(), nullable=False),
        sa.Column("issued_at", Utc(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("called_at", Utc(), nullable=True),
        sa.Column("served_at", Utc(), nullable=True),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("wait_low_min", sa.Integer(), nullable=False),
        sa.Column("wait_high_min", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=True),
        sa.Column("query_code", sa.Text(), nullable=False),
        sa.Column("printed", sa.Boolean(), nullable=False),
        sa.Column("shown_at", Utc(), nullable=True),
        sa.Column("spoken_at", Utc(), nullable=True),
        sa.Column("since", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_ticket_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("service_date", "letter", "number", name=op.f("uq_ticket_service_date_letter_number")),
    )
    op.create_index(op.f("ix_ticket_counter_state"), "ticket", ["counter", "state"], unique=False)
    op.create_index(op.f("ix_ticket_ended_at"), "ticket", ["ended_at"], unique=False)
    op.create_index(
        op.f("ix_ticket_service_date_state_queue_position"),
        "ticket",
        ["service_date", "state", "queue", "position"],
        unique=False,
    )
    op.create_index(op.f("ix_ticket_visit_id"), "ticket", ["visit_id"], unique=False)

    op.create_table(
        "appeal_sealed",
        sa.Column("appeal_id", Id(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_sealed_appeal_id")),
        sa.PrimaryKeyConstraint("appeal_id", "field", name=op.f("pk_appeal_sealed")),
    )

    op.create_table(
        "care_task",
        sa.Column("id", Id(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_care_task_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_task")),
    )
    op.create_index(
        "ix_care_task_open",
        "care_task",
        ["at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_care_task_ticket_id"), "care_task", ["ticket_id"], unique=False)

    op.create_table(
        "seat",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_seat_ticket_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_seat")),
    )

    protect(APPEND_ONLY)


def protect(tables: tuple[str, ...]) -> None:
    """Let the database itself refuse UPDATE and DELETE."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )

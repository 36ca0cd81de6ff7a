"""The tables of the hall store: people, staff, the day, visits, tickets, appeals, consents, seats.

Owns structure only; the record tables (origin, outbox, audit, sync) lie in ``schema_record``, what the hall's machines
tell each other in ``schema_hall``. Field names are those of
``kiosk/model``, so that ``Rows`` maps both ways without a second list. To change a table: change it here, add a file in
``migrations/versions``, set ``upgrade.HEAD``; ``tests/kiosk/store/test_migrations.py`` fails until both agree.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy import text as sql

from kiosk.model.appeal import AppealState, Channel, Outcome
from kiosk.model.consent import ConsentAct, ConsentScope
from kiosk.model.hall import CareKind, CareState, SeatState
from kiosk.model.people import EmployeeStatus
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import Post, Role
from kiosk.model.ticket import CallClass, CounterState, TicketState
from kiosk.model.visit import Method, Proof, VisitState
from kiosk.store.columns import Id, Name, NameSet, Utc, Words, column

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_UNANSWERED = sql("answered_at IS NULL")
_UNDONE = sql("done_at IS NULL")

UNIT = Table(
    "unit",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("code", Text, "D0", unique=True),
    column("name", Text, "D1"),
    column("parent_id", Id, "D0", nullable=True),
    column("rev", BigInteger, "D0"),
    column("central_id", Id, "D0", nullable=True, unique=True),
)

EMPLOYEE = Table(
    "employee",
    METADATA,
    column("id", Id, "D1", primary_key=True),
    column("staff_number", Text, "D1", unique=True),
    column("name", Text, "D1"),
    column("birth_date", Date, "D1"),
    column("unit_id", Id, "D1", ForeignKey("unit.id"), index=True),
    column("status", Name(EmployeeStatus), "D1"),
    column("phone", Text, "D2"),
    column("source", Text, "D0"),
    column("rev", BigInteger, "D0"),
    column("central_id", Id, "D0", nullable=True, unique=True),
)

EMPLOYEE_TOKEN = Table(
    "employee_token",
    METADATA,
    column("kind", Text, "D0", primary_key=True),
    column("digest", LargeBinary(32), "D1", primary_key=True),
    column("employee_id", Id, "D1", ForeignKey("employee.id"), index=True),
)

STAFF = Table(
    "staff",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("login", Text, "D2", unique=True),
    column("name", Text, "D2"),
    column("roles", NameSet(Role), "D0"),
    column("posts", NameSet(Post), "D0"),
    column("active", Boolean, "D0"),
)

STAFF_PASSWORD = Table(
    "staff_password",
    METADATA,
    column("staff_id", Id, "D0", ForeignKey("staff.id"), primary_key=True),
    column("phc", Text, "D0"),
    column("failures", Integer, "D0"),
    column("locked_until", Utc, "D0", nullable=True),
)

SERVICE_CATEGORY = Table(
    "service_category",
    METADATA,
    column("code", Text, "D0", primary_key=True),
    column("name_zh", Text, "D0"),
    column("name_en", Text, "D0"),
    column("office", Text, "D0"),
    column("limit_days", Integer, "D0"),
    column("letter", Text, "D0"),
    column("privacy", Name(PrivacyLevel), "D0"),
    column("group", Text, "D0"),
    column("skill", Text, "D0"),
)

BUSINESS_DAY = Table(
    "business_day",
    METADATA,
    column("service_date", Date, "D0", primary_key=True),
    column("opened_at", Utc, "D0"),
    column("closed_at", Utc, "D0", nullable=True),
    column("closes_at", Utc, "D0", nullable=True),
    column("intake_stopped_at", Utc, "D0", nullable=True),
    column("intake_reason", Text, "D0"),
)

VISIT = Table(
    "visit",
    METADATA,
    column("id", Id, "D3", primary_key=True),
    column("service_date", Date, "D0", index=True),
    column("state", Name(VisitState), "D0"),
    column("method", Name(Method), "D0", nullable=True),
    column("proof", Name(Proof), "D0"),
    column("employee_id", Id, "D1", ForeignKey("employee.id"), nullable=True, index=True),
    column("terminal", Text, "D0"),
    column("started_at", Utc, "D0"),
    column("ended_at", Utc, "D0", nullable=True),
    column("identity_checked", Boolean, "D0"),
    column("language", Text, "D0"),
)

TICKET = Table(
    "ticket",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("visit_id", Id, "D3", ForeignKey("visit.id"), index=True),
    column("service_date", Date, "D0"),
    column("letter", Text, "D0"),
    column("number", Integer, "D0"),
    column("queue", Text, "D0"),
    column("category", Text, "D3", nullable=True),
    column("call_class", Name(CallClass), "D0"),
    column("state", Name(TicketState), "D0"),
    column("queued_at", Utc, "D0"),
    column("issued_at", Utc, "D0"),
    column("position", BigInteger, "D0"),
    column("counter", Text, "D0", nullable=True),
    column("fence", BigInteger, "D0"),
    column("calls", Integer, "D0"),
    column("called_at", Utc, "D0", nullable=True),
    column("served_at", Utc, "D0", nullable=True),
    column("ended_at", Utc, "D0", nullable=True, index=True),
    column("passes", Integer, "D0"),
    column("wait_low_min", Integer, "D0"),
    column("wait_high_min", Integer, "D0"),
    column("seat", Text, "D0", nullable=True),
    column("query_code", Text, "D3"),
    column("printed", Boolean, "D0"),
    column("since", Utc, "D0", nullable=True),
    column("party", Integer, "D0"),
    column("wish", Text, "D0", nullable=True),
    column("first_called_at", Utc, "D0", nullable=True),
    column("called_by", Text, "D0", nullable=True),
    column("line_fence", BigInteger, "D0"),
    column("copies", Integer, "D0"),
    Unique("service_date", "letter", "number"),
    Index(None, "service_date", "state", "queue", "position"),
    Index(None, "counter", "state"),
    Index(None, "service_date", "line_fence"),
)

COUNTER = Table(
    "counter",
    METADATA,
    column("code", Text, "D0", primary_key=True),
    column("queues", Words, "D0"),
    column("state", Name(CounterState), "D0"),
    column("staff_id", Id, "D0", ForeignKey("staff.id"), nullable=True),
    column("place", Text, "D0"),
    column("seen_at", Utc, "D0", nullable=True),
    column("skills", Words, "D0"),
)

APPEAL = Table(
    "appeal",
    METADATA,
    column("id", Id, "D3", primary_key=True),
    column("number", Text, "D3", unique=True),
    column("query_code", Text, "D3"),
    column("category", Text, "D3"),
    column("title", Text, "D3"),
    column("text", Text, "D4"),
    column("privacy", Name(PrivacyLevel), "D3"),
    column("urgency", Name(Urgency), "D3"),
    column("channel", Name(Channel), "D3"),
    column("state", Name(AppealState), "D3"),
    column("employee_id", Id, "D3", ForeignKey("employee.id"), nullable=True, index=True),
    column("visit_id", Id, "D3", ForeignKey("visit.id"), nullable=True),
    column("office", Text, "D3"),
    column("owner", Text, "D3"),
    column("next_date", Date, "D3", nullable=True),
    column("due_date", Date, "D3", nullable=True),
    column("registered_at", Utc, "D3", index=True),
    column("outcome", Name(Outcome), "D3", nullable=True),
    column("answer", Text, "D4"),
    column("rating", Integer, "D3", nullable=True),
    column("returns", Integer, "D3"),
    column("redone", Boolean, "D3"),
    column("extended", Boolean, "D3"),
    column("closed_at", Utc, "D3", nullable=True, index=True),
    Index(None, "state"),
)

APPEAL_SEALED = Table(
    "appeal_sealed",
    METADATA,
    column("appeal_id", Id, "D3", ForeignKey("appeal.id"), primary_key=True),
    column("field", Text, "D0", primary_key=True),
    column("box", LargeBinary, "D7"),
)
"""Title, text and answer of a sealed appeal, each readable by the discipline office only."""

CONSENT = Table(
    "consent",
    METADATA,
    column("id", Id, "D8", primary_key=True),
    column("employee_id", Id, "D8", ForeignKey("employee.id"), index=True),
    column("scope", Name(ConsentScope), "D8"),
    column("act", Name(ConsentAct), "D8"),
    column("notice_version", Text, "D0"),
    column("notice_sha256", Text, "D0"),
    column("terminal", Text, "D0"),
    column("at", Utc, "D8"),
    column("expires_at", Utc, "D8", nullable=True),
    column("ends_id", Id, "D8", ForeignKey("consent.id"), nullable=True, index=True),
)

CONSENT_WITNESS = Table(
    "consent_witness",
    METADATA,
    column("consent_id", Id, "D8", ForeignKey("consent.id"), primary_key=True),
    column("witness_id", Id, "D0", ForeignKey("staff.id")),
    column("at", Utc, "D0"),
)

ENROLMENT = Table(
    "enrolment",
    METADATA,
    column("id", Id, "D8", primary_key=True),
    column("employee_id", Id, "D8", ForeignKey("employee.id"), index=True),
    column("consent_id", Id, "D8", ForeignKey("consent.id")),
    column("device", Text, "D0"),
    column("engine", Text, "D0"),
    column("created_at", Utc, "D8"),
    column("last_used_at", Utc, "D8", nullable=True),
    column("removed_at", Utc, "D8", nullable=True),
)

FACE_BLOCK = Table(
    "face_block",
    METADATA,
    column("first_id", Id, "D8", ForeignKey("employee.id"), primary_key=True),
    column("second_id", Id, "D8", ForeignKey("employee.id"), primary_key=True),
    column("at", Utc, "D0"),
)
"""'Not me' (DECISIONS 9): two enrolled people, smaller id first; never a vector."""

FACE_STRIKE = Table(
    "face_strike",
    METADATA,
    column("employee_id", Id, "D8", ForeignKey("employee.id"), primary_key=True),
    column("count", Integer, "D8"),
)
"""'Not me' by somebody who is not enrolled: how often this person was named; nothing of the other."""

SEAT = Table(
    "seat",
    METADATA,
    column("code", Text, "D0", primary_key=True),
    column("zone", Text, "D0"),
    column("state", Name(SeatState), "D0"),
    column("ticket_id", Id, "D0", ForeignKey("ticket.id"), nullable=True),
    column("until", Utc, "D0", nullable=True),
)

HELP_CALL = Table(
    "help_call",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("terminal", Text, "D0"),
    column("at", Utc, "D0"),
    column("urgent", Boolean, "D0"),
    column("visit_id", Id, "D3", ForeignKey("visit.id"), nullable=True),
    column("answered_at", Utc, "D0", nullable=True),
    column("answered_by", Id, "D0", ForeignKey("staff.id"), nullable=True),
    Index("ix_help_call_open", "at", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
)

CARE_TASK = Table(
    "care_task",
    METADATA,
    column("id", Id, "D0", primary_key=True),
    column("ticket_id", Id, "D3", ForeignKey("ticket.id"), index=True),
    column("kind", Name(CareKind), "D3"),
    column("at", Utc, "D0"),
    column("owner", Text, "D0"),
    column("done_at", Utc, "D0", nullable=True),
    column("state", Name(CareState), "D0"),
    column("taken_at", Utc, "D0", nullable=True),
    column("robot", Boolean, "D0"),
    column("robot_tries", Integer, "D0"),
    column("progress_at", Utc, "D0", nullable=True),
    column("reason", Text, "D0"),
    Index("ix_care_task_open", "at", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
)

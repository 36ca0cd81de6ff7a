"""Tables of the two files of the vault, and what a stored template is bound to."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from kiosk.store.columns import Id, Utc, column

TEMPLATES = MetaData()
TEMPLATE = Table(
    "template",
    TEMPLATES,
    column("id", Id, "D8", primary_key=True),
    column("key_id", Id, "D8"),
    column("consent_id", Id, "D8"),
    column("engine", Text, "D0"),
    column("dim", Integer, "D0"),
    column("learned", Integer, "D8"),
    column("expires_at", Utc, "D8"),
    column("box", LargeBinary, "D8"),
    Unique("key_id", "engine"),
)
RECEIPT = Table(
    "receipt",
    TEMPLATES,
    column("number", Text, "D8", primary_key=True),
    column("key_id", Id, "D8"),
    column("rows", Integer, "D0"),
    column("reason", Text, "D0"),
    column("at", Utc, "D8"),
    column("signer", Text, "D0"),
    column("signature", LargeBinary, "D0"),
)
KEYS = MetaData()
PERSON_KEY = Table(
    "person_key",
    KEYS,
    column("id", Id, "D8", primary_key=True),
    column("person_id", Id, "D8", unique=True),
    column("key", LargeBinary, "D8"),
)


def bound_to(row: Any) -> bytes:
    """Every other column of a TEMPLATE row: who changes one (to prolong a row, say) makes the row unreadable."""
    expires = row.expires_at.astimezone(UTC).isoformat(timespec="microseconds")
    ids = row.id.bytes + row.key_id.bytes + row.consent_id.bytes
    return bytes(ids + f"{row.dim}/{row.learned}/{expires}/{row.engine}".encode())

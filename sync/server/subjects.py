"""Keys of the persons that events are about: kept wrapped, opened for one reading, destroyed on erasure.

Nothing here stores plain text. Destroying a key makes all of a person's events unreadable for ever, in every copy
of the database (DECISIONS 16); a key sent again afterwards is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from kiosk.store.sealing import UnreadableError, decrypt, unseal
from sync.server.schema import inbox, subject_key
from sync.wire import Event, WrappedKey, key_context


def keep(connection: Connection, origin_id: UUID, keys: Iterable[WrappedKey]) -> None:
    """Store keys not seen before; a known or destroyed one stays as it is."""
    now = datetime.now(UTC)
    rows = [
        {"origin_id": origin_id, "subject": key.subject, "wrapped": key.wrapped, "received_at": now} for key in keys
    ]
    if rows:
        connection.execute(insert(subject_key).on_conflict_do_nothing(), rows)


def erase(connection: Connection, subject: UUID) -> int:
    """Destroy every key of ``subject``; returns how many origins had one."""
    return connection.execute(
        update(subject_key).where(subject_key.c.subject == subject).values(wrapped=None, destroyed_at=datetime.now(UTC))
    ).rowcount


def personal(
    connection: Connection, unwrap_key: X25519PrivateKey, origin_id: UUID, entity: str, entity_id: UUID
) -> dict[str, Any] | None:
    """Personal fields of one entity, folded over its events; None when sealed, erased or without a key.

    The caller writes the audit row first.
    """
    raws = connection.execute(
        select(inbox.c.raw)
        .where(inbox.c.origin_id == origin_id, inbox.c.entity == entity, inbox.c.entity_id == entity_id)
        .order_by(inbox.c.seq)
    ).scalars()
    fields: dict[str, Any] | None = None
    for raw in raws:
        event = Event.model_validate_json(raw)
        said = _open(connection, unwrap_key, event)
        if said is not None:
            fields = {**(fields or {}), **said}
    return fields


def _open(connection: Connection, unwrap_key: X25519PrivateKey, event: Event) -> dict[str, Any] | None:
    if event.personal is None or event.subject_id is None or event.personal_kind != "subject":
        return None
    wrapped = connection.execute(
        select(subject_key.c.wrapped).where(
            subject_key.c.origin_id == event.origin_id, subject_key.c.subject == event.subject_id
        )
    ).scalar_one_or_none()
    if wrapped is None:
        return None
    try:
        key = unseal(unwrap_key.private_bytes_raw(), wrapped, key_context(event.origin_id, event.subject_id))
        said: dict[str, Any] = json.loads(decrypt(key, event.personal, event.event_id.bytes))
    except UnreadableError:
        return None
    return said

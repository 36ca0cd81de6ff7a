"""The server's audit chain: who read or changed what. Append-only; identifiers only, never names."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from sync.server.schema import audit
from sync.wire import canonical

_START = ""
_LOCK = 0x41554449  # one writer at a time, so that the chain has one end


def note(connection: Connection, actor: str, action: str, target: str) -> None:
    """Append one row inside the caller's transaction."""
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar_one_or_none()
    at = datetime.now(UTC)
    previous = last or _START
    connection.execute(
        insert(audit).values(
            at=at,
            actor=actor,
            action=action,
            target=target,
            prev_hash=previous,
            hash=_hash(previous, at, actor, action, target),
        )
    )


def is_intact(connection: Connection) -> bool:
    """True when no row was changed or removed from the middle."""
    previous = _START
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        if row.prev_hash != previous or row.hash != _hash(previous, row.at, row.actor, row.action, row.target):
            return False
        previous = row.hash
    return True


def _hash(previous: str, at: datetime, actor: str, action: str, target: str) -> str:
    fields = [previous, at.astimezone(UTC).isoformat(), actor, action, target]
    return hashlib.sha256(canonical(fields)).hexdigest()

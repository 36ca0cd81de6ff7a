"""What the centre's staff and the overview page read: centres, records, quarantine. Read-only; no personal fields."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from sync.server.schema import inbox, origin, origin_head, quarantine, record

ONLINE_WITHIN = timedelta(minutes=10)
"""Halls ask every two minutes."""


def centres(connection: Connection) -> list[dict[str, Any]]:
    """Every centre: last contact, what waits there, how far it got, how much is quarantined."""
    kept = select(quarantine.c.origin_id, func.count().label("count")).group_by(quarantine.c.origin_id).subquery()
    query = (
        select(
            origin.c.id,
            origin.c.centre,
            origin.c.enrolled_at,
            origin.c.last_seen_at,
            origin.c.backlog,
            origin_head.c.last_seq,
            origin_head.c.durable_seq,
            func.coalesce(kept.c.count, 0).label("quarantined"),
        )
        .join(origin_head, origin_head.c.origin_id == origin.c.id)
        .outerjoin(kept, kept.c.origin_id == origin.c.id)
        .order_by(origin.c.centre)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def heard_of(connection: Connection, origin_id: UUID, now: datetime) -> None:
    """A hall spoke to us; also one where nothing happens says hello every minute."""
    connection.execute(update(origin).where(origin.c.id == origin_id).values(last_seen_at=now))


def centres_online(connection: Connection, asking: UUID, now: datetime) -> tuple[int, int]:
    """(heard of within ``ONLINE_WITHIN``, all). Whoever asks was heard of just now."""
    heard_of(connection, asking, now)
    lately = func.count().filter(origin.c.last_seen_at >= now - ONLINE_WITHIN)
    online, known = connection.execute(select(lately, func.count()).select_from(origin)).one()
    return online, known


def records(connection: Connection, entity: str, limit: int) -> list[dict[str, Any]]:
    """Present public state of the newest records of an entity, with the centre's name."""
    query = (
        select(record, origin.c.centre)
        .join(origin, origin.c.id == record.c.origin_id)
        .where(record.c.entity == entity)
        .order_by(record.c.changed_at.desc())
        .limit(limit)
    )
    return [_flat(row) for row in connection.execute(query)]


def one_record(connection: Connection, origin_id: UUID, entity: str, entity_id: UUID) -> dict[str, Any] | None:
    """One record, or None."""
    query = (
        select(record, origin.c.centre)
        .join(origin, origin.c.id == record.c.origin_id)
        .where(record.c.origin_id == origin_id, record.c.entity == entity, record.c.entity_id == entity_id)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _flat(row)


def counts(connection: Connection) -> dict[str, int]:
    """How many records of each entity there are, and how many events."""
    rows = connection.execute(select(record.c.entity, func.count().label("count")).group_by(record.c.entity))
    found: dict[str, int] = {row.entity: row._mapping["count"] for row in rows}
    found["event"] = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    return found


def received(connection: Connection) -> list[int]:
    """Sequence numbers of every event kept, in order: for a centre with one hall (the rehearsed rush)."""
    return list(connection.execute(select(inbox.c.seq).order_by(inbox.c.seq)).scalars())


def quarantined(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Events that wait for a person, newest first; without their content."""
    columns = (quarantine.c.origin_id, quarantine.c.seq, quarantine.c.event_id, quarantine.c.code, quarantine.c.at)
    query = select(*columns).order_by(quarantine.c.at.desc()).limit(limit)
    return [dict(row._mapping) for row in connection.execute(query)]


def _flat(row: Row[Any]) -> dict[str, Any]:
    whole = dict(row._mapping)
    state = whole.pop("state")
    return {**state, **whole}

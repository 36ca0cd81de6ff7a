"""Rows of the record: the audit chain, and what is known about each stream to and from the centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did or looked at what, about whom, why and when; no personal text inside."""

    seq: int
    id: UUID
    at: datetime
    actor: str
    actor_id: UUID | None
    terminal: str
    action: str
    subject_id: UUID | None
    reason: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far one stream has come (SYNC 2.2): ``acked_seq`` committed there, ``durable_seq`` safe in its backup."""

    stream: str
    cursor: str = ""
    server_epoch: str = ""
    acked_seq: int = 0
    durable_seq: int = 0
    last_ok_at: datetime | None = None
    last_progress_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What still waits to be sent."""

    count: int
    oldest_at: datetime | None
    quarantined: int

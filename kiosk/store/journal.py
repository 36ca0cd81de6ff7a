"""The journal: every change of an entity as one immutable row of ``outbox``, for the screens and for the centre.

Owns recording and reading. Rows are queued during the unit of work and written last, while the origin row is locked:
``seq`` is therefore gapless and in commit order on both engines, and ``since`` can never skip a late commit.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, Text, bindparam, func, select

from kiosk.model.hall import Event
from kiosk.model.staff import Actor
from kiosk.store import chain
from kiosk.store.record_keys import RecordKeys, canonical
from kiosk.store.rows import Desk
from kiosk.store.schema_record import ORIGIN, OUTBOX, OUTBOX_DELIVERY

SCHEMA_VER = 1
NOTIFY_CHANNEL = "hall"
C = OUTBOX.c
_EVENT_COLUMNS = (
    C.seq, C.event_id, C.entity, C.entity_id, C.type, C.occurred_at_utc, C.actor, C.terminal_id, C.payload,
)  # fmt: skip
_PERSONAL_COLUMNS = (C.personal, C.personal_kind, C.subject_id)
"""Read only by who may: a kiosk's login has no right to them."""
_RECORD = OUTBOX.insert()
_DELIVER = OUTBOX_DELIVERY.insert()
_FRESH = {"state": "ready", "attempts": 0, "last_error_class": "", "last_error_code": "", "server_receipt": ""}
_NOTIFY = select(func.pg_notify(NOTIFY_CHANNEL, bindparam("seq", type_=Text)))
_REVISIONS = (
    select(C.entity, C.entity_id, func.max(C.entity_rev))
    .where(C.entity.in_(bindparam("entities", expanding=True)), C.entity_id.in_(bindparam("changed", expanding=True)))
    .group_by(C.entity, C.entity_id)
)


class Journal:
    """Events of this installation."""

    def __init__(self, desk: Desk, keys: RecordKeys) -> None:
        self._desk = desk
        self._keys = keys
        self._tx_id = desk.new_id()
        self.pending: list[dict[str, Any]] = []

    def record(
        self,
        entity: str,
        entity_id: UUID,
        type: str,
        actor: Actor,
        data: Mapping[str, object],
        subject: UUID | None = None,
        personal: Mapping[str, object] | None = None,
        sealed: bool = False,
        priority: int = 0,
    ) -> None:
        """Queue an event; it is written when the unit of work commits.

        ``data`` may be seen by everybody in the hall. ``personal`` is encrypted under the key of ``subject``, or with
        ``sealed`` to the discipline office (then nobody here can read it, and no subject is noted).
        ``priority`` is carried for the centre; sending keeps the order of seq. Raises ValueError for personal data
        without a subject, WorldError
        ``seal_key_missing``.
        """
        if not self._desk.writable:
            raise RuntimeError("Store.read() was used to write; use Store.write()")
        event_id = self._desk.new_id()
        box, kind = self._encrypt(event_id, subject, personal, sealed)
        payload = canonical(dict(data))
        self.pending.append(
            {
                "event_id": event_id,
                "tx_id": self._tx_id,
                "entity": entity,
                "entity_id": entity_id,
                "type": type,
                "schema_ver": SCHEMA_VER,
                "payload": payload,
                "payload_sha256": payload_digest(payload, box),
                "subject_id": None if sealed else subject,
                "personal": box,
                "personal_kind": kind,
                "occurred_at_utc": self._desk.now,
                "utc_offset_min": _utc_offset_min(self._desk),
                "boot_id": _boot_id(),
                "mono_ns": time.monotonic_ns(),
                "actor": actor.label,
                "actor_id": actor.id,
                "terminal_id": actor.terminal,
                "priority": priority,
                "blob_refs": "[]",
            }
        )

    def since(
        self, seq: int, limit: int = 500, entities: Collection[str] | None = None, personal: bool = True
    ) -> list[Event]:
        """Events after ``seq`` in order, at most ``limit``. Public screens pass ``personal=False``."""
        query = _events(personal).where(C.seq > seq).order_by(C.seq).limit(limit)
        if entities is not None:
            query = query.where(C.entity.in_(tuple(entities)))
        return [self._event(row, personal) for row in self._desk.ask(query)]

    def of(self, entity: str, entity_id: UUID, personal: bool = True) -> list[Event]:
        """Everything that happened to one entity, in order."""
        query = _events(personal).where(C.entity == entity, C.entity_id == entity_id).order_by(C.entity_rev)
        return [self._event(row, personal) for row in self._desk.ask(query)]

    def last_seq(self) -> int:
        """Sequence number of the newest event, 0 when there is none."""
        return int(self._desk.ask(select(ORIGIN.c.last_seq)).scalar_one())

    def verify(self) -> int | None:
        """Sequence number of the first row that was changed or is missing; None when the whole journal fits."""
        rows = (row._mapping for row in self._desk.ask(select(OUTBOX).order_by(C.seq)))
        return chain.first_break(_with_checked_payload(rows))

    def flush(self, origin: Mapping[Any, Any]) -> dict[str, Any]:
        """Write what is queued; ``origin`` is the locked row. Returns its new column values."""
        if not self.pending:
            return {}
        seq, before = int(origin["last_seq"]), origin["last_hash"]
        revisions = self._revisions()
        for row in self.pending:
            seq += 1
            entity = (row["entity"], row["entity_id"])
            revisions[entity] = revisions.get(entity, 0) + 1
            row.update(
                seq=seq,
                origin_id=origin["id"],
                origin_epoch=origin["epoch"],
                entity_rev=revisions[entity],
                clock_offset_ms=origin["clock_offset_ms"],
                clock_quality=origin["clock_quality"],
                prev_hash=before,
            )
            row["hash"] = before = chain.link(row)
        self._insert(self.pending)
        return {"last_seq": seq, "last_hash": before}

    def _insert(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        self._desk.change(_RECORD, rows)
        self._desk.change(_DELIVER, [{"seq": row["seq"], **_FRESH} for row in rows])
        if self._desk.is_postgres:
            self._desk.ask(_NOTIFY, {"seq": str(rows[-1]["seq"])})

    def _revisions(self) -> dict[tuple[str, UUID], int]:
        """The newest revision of everything that changed. Both columns are asked for: the index begins with the first,
        and a search by id alone reads the whole journal."""
        entities = {row["entity"] for row in self.pending}
        changed = {row["entity_id"] for row in self.pending}
        rows = self._desk.ask(_REVISIONS, {"entities": tuple(entities), "changed": tuple(changed)})
        return {(row[0], row[1]): int(row[2]) for row in rows}

    def _encrypt(
        self, event_id: UUID, subject: UUID | None, personal: Mapping[str, object] | None, sealed: bool
    ) -> tuple[bytes | None, str]:
        if not personal:
            return None, ""
        if sealed:
            return self._keys.seal(canonical(dict(personal)).encode(), event_id.bytes), "sealed"
        if subject is None:
            raise ValueError("personal data needs a subject, whose key encrypts it")
        box = self._keys.encrypt(subject, personal, event_id.bytes)
        return box, "erased" if box is None else "subject"

    def _event(self, row: Any, personal: bool) -> Event:
        readable = personal and row.personal_kind == "subject"
        return Event(
            seq=row.seq,
            id=row.event_id,
            entity=row.entity,
            entity_id=row.entity_id,
            type=row.type,
            at=row.occurred_at_utc,
            actor=row.actor,
            terminal=row.terminal_id,
            data=json.loads(row.payload),
            personal=self._keys.decrypt(row.subject_id, row.personal, row.event_id.bytes) if readable else {},
        )


def _events(personal: bool) -> Select[Any]:
    return select(*_EVENT_COLUMNS, *(_PERSONAL_COLUMNS if personal else ()))


def payload_digest(payload: str, personal: bytes | None) -> bytes:
    """SHA-256 over the public payload and the ciphertext of the personal one."""
    return hashlib.sha256(payload.encode() + b"\0" + (personal or b"")).digest()


def _with_checked_payload(rows: Iterable[Mapping[Any, Any]]) -> Iterable[Mapping[Any, Any]]:
    """The rows, with the hash of one whose payload does not fit its digest made wrong."""
    for row in rows:
        fits = row["payload_sha256"] == payload_digest(row["payload"], row["personal"])
        yield row if fits else {**row, "hash": b""}


def _utc_offset_min(desk: Desk) -> int:
    offset = desk.now.astimezone().utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


@cache
def _boot_id() -> str:
    """What tells one start of the machine from the next, so that ``mono_ns`` can be compared."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"process-{uuid4()}"

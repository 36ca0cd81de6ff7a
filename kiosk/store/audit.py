"""The audit chain: who looked at or did what, about whom and why. Append-only; no personal text inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kiosk.model.record import AuditRow
from kiosk.model.staff import Actor
from kiosk.store import chain
from kiosk.store.record_keys import canonical
from kiosk.store.rows import Desk
from kiosk.store.schema_record import AUDIT

_COLUMNS = (
    AUDIT.c.seq, AUDIT.c.id, AUDIT.c.at, AUDIT.c.actor, AUDIT.c.actor_id, AUDIT.c.terminal, AUDIT.c.action,
    AUDIT.c.subject_id, AUDIT.c.reason, AUDIT.c.detail,
)  # fmt: skip
_ADD = AUDIT.insert()


class Audit:
    """Audit rows of this installation; queued and written when the unit of work commits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.pending: list[dict[str, Any]] = []

    def add(
        self,
        actor: Actor,
        action: str,
        subject_id: UUID | None = None,
        reason: str = "",
        detail: Mapping[str, object] | None = None,
        keep: bool = False,
    ) -> None:
        """Queue a row. ``keep``: it is written even when the unit of work is rolled back (a refused attempt)."""
        if keep:
            self._desk.keep(lambda work: work.audit.add(actor, action, subject_id, reason, detail))
            return
        if not self._desk.writable:
            raise RuntimeError("Store.read() was used to write; use Store.write()")
        self.pending.append(
            {
                "id": self._desk.new_id(),
                "at": self._desk.now,
                "actor": actor.label,
                "actor_id": actor.id,
                "terminal": actor.terminal,
                "action": action,
                "subject_id": subject_id,
                "reason": reason,
                "detail": canonical(dict(detail or {})),
            }
        )

    def of_subject(self, subject_id: UUID) -> list[AuditRow]:
        """Everything that was done about a person or thing, in order."""
        query = select(*_COLUMNS).where(AUDIT.c.subject_id == subject_id).order_by(AUDIT.c.seq)
        return [_build(row) for row in self._desk.ask(query)]

    def last_of(self, action: str, subjects: Sequence[UUID]) -> dict[UUID, AuditRow]:
        """The newest row of this action about each of these; those without one are not in the result."""
        mine = AUDIT.c.subject_id.in_(subjects) & (AUDIT.c.action == action)
        rows = self._desk.ask(select(*_COLUMNS).where(mine).order_by(AUDIT.c.seq))
        return {row.subject_id: _build(row) for row in rows}

    def since(self, seq: int, limit: int = 500) -> list[AuditRow]:
        """Rows after ``seq`` in order, at most ``limit``."""
        query = select(*_COLUMNS).where(AUDIT.c.seq > seq).order_by(AUDIT.c.seq).limit(limit)
        return [_build(row) for row in self._desk.ask(query)]

    def verify(self) -> int | None:
        """Sequence number of the first row that was changed or is missing; None when the whole chain fits."""
        return chain.first_break(row._mapping for row in self._desk.ask(select(AUDIT).order_by(AUDIT.c.seq)))

    def flush(self, origin: Mapping[Any, Any]) -> dict[str, Any]:
        """Write what is queued; ``origin`` is the locked row. Returns its new column values."""
        if not self.pending:
            return {}
        seq, before = int(origin["audit_seq"]), origin["audit_hash"]
        for row in self.pending:
            seq += 1
            row.update(seq=seq, origin_id=origin["id"], prev_hash=before)
            row["hash"] = before = chain.link(row)
        self._desk.change(_ADD, self.pending)
        return {"audit_seq": seq, "audit_hash": before}


def _build(row: Any) -> AuditRow:
    return AuditRow(**{**row._mapping, "detail": json.loads(row.detail)})

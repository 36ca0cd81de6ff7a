"""What sync needs of the record: rows to send with their delivery, and how far each stream has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kiosk.model.record import Backlog, SyncState
from kiosk.store.rows import Rows
from kiosk.store.schema_record import ORIGIN, OUTBOX, OUTBOX_DELIVERY, SYNC_STATE

D = OUTBOX_DELIVERY.c


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row as it is stored: ``payload`` is canonical JSON, ``personal`` ciphertext (``sealing``) or None.

    ``personal_kind``: empty, ``subject`` (key of ``subject_id``), ``sealed`` (discipline office) or ``erased``.
    """

    seq: int
    event_id: UUID
    origin_id: UUID
    origin_epoch: int
    tx_id: UUID
    entity: str
    entity_id: UUID
    entity_rev: int
    type: str
    schema_ver: int
    payload: str
    payload_sha256: bytes
    subject_id: UUID | None
    personal: bytes | None
    personal_kind: str
    occurred_at_utc: datetime
    utc_offset_min: int
    boot_id: str
    mono_ns: int
    clock_offset_ms: int | None
    clock_quality: str
    actor: str
    actor_id: UUID | None
    terminal_id: str
    priority: int
    blob_refs: str
    prev_hash: bytes
    hash: bytes


class Outbox(Rows[OutboxRow]):
    """Delivery of the outbox; the rows themselves are immutable and written by ``journal`` only."""

    table = OUTBOX
    kind = OutboxRow
    key = "seq"

    def put(self, value: OutboxRow) -> None:
        """Refused with RuntimeError: record through the journal."""
        raise RuntimeError("the outbox is written by the journal only")

    def ready(self, limit: int) -> list[OutboxRow]:
        """The next rows to send, by seq: at most ``limit``, but a transaction is never cut in two."""
        waiting = self.query().join(OUTBOX_DELIVERY, D.seq == OUTBOX.c.seq).where(D.state == "ready")
        waiting = waiting.order_by(OUTBOX.c.seq)
        rows = self.many(waiting.limit(limit))
        if len(rows) == limit:
            last = rows[-1]
            rows += self.many(waiting.where(OUTBOX.c.seq > last.seq, OUTBOX.c.tx_id == last.tx_id))
        return rows

    def mark_tried(self, first: int, last: int, error_class: str = "", code: str = "") -> None:
        """Note that rows ``first`` to ``last`` were sent, and what came of it when it failed."""
        self._update(
            (D.seq >= first) & (D.seq <= last),
            attempts=D.attempts + 1,
            first_sent_at=func.coalesce(D.first_sent_at, self.desk.now),
            last_error_class=error_class,
            last_error_code=code,
        )

    def mark_acked(self, seq: int, receipt: str) -> None:
        """The centre has committed everything up to ``seq``; quarantined rows stay marked as such."""
        acked = {"state": "acked", "acked_at": self.desk.now, "server_receipt": receipt}
        self._update((D.seq <= seq) & (D.state == "ready"), **acked)

    def quarantine(self, seq: int, code: str) -> None:
        """The centre stored this row aside; never deleted here."""
        self._update(D.seq == seq, state="quarantined", last_error_code=code, acked_at=self.desk.now)

    def rewind(self, to_seq: int) -> int:
        """The centre knows only up to ``to_seq``: everything later is to be sent again. Returns how many rows."""
        return self._update((D.seq > to_seq) & (D.state != "ready"), state="ready", acked_at=None, server_receipt="")

    def backlog(self) -> Backlog:
        """What waits, since when, and what was quarantined."""
        waiting = select(func.count(), func.min(OUTBOX.c.occurred_at_utc)).select_from(
            OUTBOX_DELIVERY.join(OUTBOX, D.seq == OUTBOX.c.seq)
        )
        count, oldest = self.desk.ask(waiting.where(D.state == "ready")).one()
        aside = select(func.count()).select_from(OUTBOX_DELIVERY).where(D.state == "quarantined")
        return Backlog(int(count), oldest, int(self.desk.ask(aside).scalar_one()))

    def note_clock(self, offset_ms: int | None, quality: str) -> None:
        """What following events carry about this machine's clock (SYNC 2.7)."""
        self.desk.change(ORIGIN.update().values(clock_offset_ms=offset_ms, clock_quality=quality))

    def _update(self, which: Any, **values: Any) -> int:
        return self.desk.change(OUTBOX_DELIVERY.update().where(which).values(values)).rowcount


class SyncStates(Rows[SyncState]):
    """One row per stream."""

    table = SYNC_STATE
    kind = SyncState
    key = "stream"

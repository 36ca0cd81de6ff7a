"""Pushes the outbox: batches, verdicts, rewinds, and the one event that cannot travel. Owns no thread, no waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from pydantic import ValidationError

from kiosk.model.record import SyncState
from kiosk.store import Store
from kiosk.store.outbox import OutboxRow
from kiosk.store.sealing import seal
from sync import wire
from sync.client.faults import Cure, SyncError
from sync.client.session import Link
from sync.entities.registry import entity_of
from sync.entities.up import ProjectionError
from sync.envelope import event_of
from sync.wire import Batch, DeadLetter, Event, Receipt, Result, WrappedKey

STREAM = "up"
"""Row of ``sync_state``; its cursor is the server's sealed proof of what it acknowledged last."""
MIN_EVENTS = 50
GREET_S = 60.0
"""How often we ask the server how far it got, to notice that it was restored."""
_SLOW_S = 3.0
_FAST_S = 1.0


class Pusher:
    """One step sends at most one batch. Not thread-safe; used by one loop. Steps raise SyncError."""

    def __init__(
        self,
        store: Store,
        link: Link,
        wrap_key: bytes,
        most: int = wire.AIM_EVENTS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._link = link
        self._wrap_key = wrap_key
        self._most = most
        self._size = most
        self._monotonic = monotonic
        self._greet_at = 0.0
        self._keys_sent: set[UUID] = set()

    def step(self) -> bool:
        """Send the next batch; True when more may wait."""
        try:
            if self._monotonic() >= self._greet_at:
                self._greet()
            with self._store.read() as work:
                rows = work.outbox.ready(self._size)
            if not rows:
                return False
            began = self._monotonic()
            self._deliver(rows)
            self._adapt(self._monotonic() - began)
            return True
        except SyncError as error:
            self._greet_at = 0.0
            if error.cure is not Cure.REWIND or error.expected_seq is None:
                raise
            self._rewind(error.expected_seq - 1)
            return True

    def forget(self) -> None:
        """Start over with a hello, as after a restart: the watchdog's remedy."""
        self._greet_at = 0.0
        self._size = self._most
        self._keys_sent.clear()

    # --- agreeing with the server ----------------------------------------------------------------------------------

    def _greet(self) -> None:
        state = self._state()
        asked_at = self._monotonic()
        hello = self._link.hello(state.cursor)
        trip_s, heard_at = self._monotonic() - asked_at, self._store.clock.now()
        reached = hello.last_seq or 0
        if hello.server_epoch != _epoch(state):
            self._keys_sent.clear()
        self._refuse_fork(reached, hello.last_hash)
        if reached < state.acked_seq:
            self._rewind(reached)
            state = self._state()
        with self._store.write() as work:
            met = replace(state, server_epoch=str(hello.server_epoch), last_ok_at=work.now)
            work.sync_state.put(replace(met, durable_seq=hello.durable_seq or 0))
            offset = hello.server_time - heard_at + timedelta(seconds=trip_s / 2)
            work.outbox.note_clock(round(offset / timedelta(milliseconds=1)), "server" if trip_s < 1 else "coarse")
        self._greet_at = self._monotonic() + GREET_S

    def _refuse_fork(self, reached: int, last_hash: bytes | None) -> None:
        """The server must continue our own history; if not, this store was restored or cloned."""
        if reached == 0:
            return
        with self._store.read() as work:
            row = work.outbox.get(reached)
        if row is None or row.hash != last_hash:
            raise SyncError(Cure.FORK, "hall_restored")

    def _rewind(self, to_seq: int) -> None:
        with self._store.write() as work:
            work.outbox.rewind(to_seq)
            state = work.sync_state.get(STREAM) or SyncState(STREAM)
            work.sync_state.put(replace(state, acked_seq=to_seq))
            first = work.outbox.ready(1)
        self._keys_sent.clear()
        if first and first[0].seq > to_seq + 1:
            raise SyncError(Cure.FORK, "history_missing")

    # --- sending ---------------------------------------------------------------------------------------------------

    def _deliver(self, rows: Sequence[OutboxRow]) -> None:
        run: list[Event] = []
        for row in rows:
            try:
                run.append(vet(row))
            except ProjectionError as error:
                self._send_all(run)
                run = []
                # What is not allowed to travel is named, never sent.
                self._bury(row.seq, row.event_id, row.origin_epoch, row.prev_hash, row.hash, error.code, "")
        self._send_all(run)

    def _send_all(self, events: Sequence[Event]) -> None:
        for part in _parts(events):
            self._send(part)

    def _send(self, events: Sequence[Event]) -> None:
        batch = self._batch(events)
        try:
            receipt = self._link.push(batch)
        except SyncError as error:
            with self._store.write() as work:
                work.outbox.mark_tried(events[0].seq, events[-1].seq, error.cure.value, error.code)
            if error.cure not in (Cure.BISECT, Cure.SHRINK):
                raise
            self._divide(events, error)
            return
        self._keys_sent.update(key.subject for key in batch.subject_keys)
        self._settle(events[0].seq, events[-1].seq, receipt)

    def _divide(self, events: Sequence[Event], error: SyncError) -> None:
        """Halve until the one event is found that the server refuses."""
        if error.cure is Cure.SHRINK:
            self._size = max(MIN_EVENTS, self._size // 2)
        if len(events) > 1:
            middle = len(events) // 2
            self._send(events[:middle])
            self._send(events[middle:])
            return
        (event,) = events
        raw = wire.pack(event).decode("utf-8")
        raw = raw if len(raw) <= wire.MAX_RAW_BYTES else ""
        self._bury(event.seq, event.event_id, event.origin_epoch, event.prev_hash, event.hash, error.code, raw)

    def _bury(self, seq: int, event_id: UUID, epoch: int, prev_hash: bytes, hash_: bytes, code: str, raw: str) -> None:
        """Tell the server of an event that it cannot take; it stays here too, marked, never deleted."""
        letter = DeadLetter(
            origin_epoch=epoch, seq=seq, event_id=event_id, prev_hash=prev_hash, hash=hash_, code=code, raw=raw
        )
        receipt = self._link.bury(letter)
        with self._store.write() as work:
            work.outbox.quarantine(seq, code)
        self._settle(seq, seq, receipt)

    def _batch(self, events: Sequence[Event]) -> Batch:
        subjects = {event.subject_id for event in events if event.personal_kind == "subject"} - self._keys_sent
        keys = self._store.subject_keys.export(subject for subject in subjects if subject is not None)
        with self._store.read() as work:
            waiting = work.outbox.backlog().count
        return Batch(
            origin_epoch=events[0].origin_epoch,
            base_seq=events[0].seq,
            events=tuple(events),
            subject_keys=tuple(
                WrappedKey(
                    subject=subject,
                    wrapped=seal(self._wrap_key, key, wire.key_context(self._store.origin_id, subject)),
                )
                for subject, key in keys.items()
            ),
            backlog=max(0, waiting - len(events)),
        )

    def _settle(self, first: int, last: int, receipt: Receipt) -> None:
        if receipt.acked_seq < last:
            raise SyncError(Cure.RETRY, "answer_unreadable")
        state = self._state()
        if receipt.server_epoch != _epoch(state):
            self._greet_at = 0.0
        with self._store.write() as work:
            work.outbox.mark_tried(first, last)
            for verdict in receipt.verdicts:
                if verdict.result is Result.QUARANTINED:
                    work.outbox.quarantine(verdict.seq, verdict.code or "quarantined")
            work.outbox.mark_acked(last, f"{receipt.server_epoch}/{receipt.acked_seq}")
            reached = replace(state, acked_seq=last, durable_seq=receipt.durable_seq, cursor=receipt.proof)
            work.sync_state.put(replace(reached, last_ok_at=work.now, last_progress_at=work.now))

    def _adapt(self, took_s: float) -> None:
        """Aim at one to three seconds a batch, so that a slow line still shows progress."""
        if took_s > _SLOW_S:
            self._size = max(MIN_EVENTS, self._size // 2)
        elif took_s < _FAST_S:
            self._size = min(self._most, self._size * 2)

    def _state(self) -> SyncState:
        with self._store.read() as work:
            return work.sync_state.get(STREAM) or SyncState(STREAM)


def vet(row: OutboxRow) -> Event:
    """The row as an event, if every field of it is on the allow-list. Raises ProjectionError."""
    try:
        event = event_of(row)
    except ValidationError as error:
        raise ProjectionError("envelope_invalid") from error
    entity_of(event).said(event)
    return event


def _epoch(state: SyncState) -> UUID | None:
    return UUID(state.server_epoch) if state.server_epoch else None


def _parts(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Cut at the size limits, between transactions; only one that is over the hard limit by itself is cut inside."""
    part: list[Event] = []
    size = 0
    for _, group in groupby(events, key=lambda event: event.tx_id):
        together = list(group)
        weight = sum(len(event.payload) + len(event.personal or b"") * 4 // 3 + 1000 for event in together)
        if part and (size + weight > wire.MAX_RAW_BYTES or len(part) + len(together) > wire.MAX_EVENTS):
            yield part
            part, size = [], 0
        part += together
        size += weight
        while len(part) > wire.MAX_EVENTS:
            yield part[: wire.MAX_EVENTS]
            part = part[wire.MAX_EVENTS :]
    if part:
        yield part

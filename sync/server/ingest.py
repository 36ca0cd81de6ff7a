"""Takes an origin's events exactly once: one transaction, a high-water mark, a verdict per event (SYNC 2.3).

Owns inbox, quarantine, records and the origin's head. Knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DataError, IntegrityError

from sync import wire
from sync.entities.registry import project
from sync.entities.up import ProjectionError, State
from sync.envelope import is_authentic
from sync.server import subjects
from sync.server.database import identity
from sync.server.problems import RefusedError
from sync.server.schema import inbox, origin, origin_head, quarantine, record
from sync.wire import Batch, DeadLetter, Event, Receipt, Result, Verdict

Head = Row[Any]
Key = tuple[str, UUID]


def take(engine: Engine, origin_id: UUID, batch: Batch) -> Receipt:
    """Apply a batch. Raises RefusedError: wrong_origin, not_consecutive, hash_mismatch (422); gap, fork (409)."""
    _check_envelope(origin_id, batch)
    with engine.begin() as connection:
        head = _lock(connection, origin_id, batch.origin_epoch)
        if batch.base_seq > head.last_seq + 1:
            raise RefusedError(409, "gap", expected_seq=head.last_seq + 1)
        old = [event for event in batch.events if event.seq <= head.last_seq]
        new = batch.events[len(old) :]
        _refuse_other(connection, origin_id, [(event.seq, event.hash) for event in old])
        _refuse_fork(head, new)
        subjects.keep(connection, origin_id, batch.subject_keys)
        codes = _apply(connection, new)
        if new:
            _advance(connection, origin_id, batch.origin_epoch, new[-1].seq, new[-1].hash)
        _report(connection, origin_id, batch.backlog)
        verdicts = _old_verdicts(connection, origin_id, old)
        verdicts += [_verdict(event.seq, codes.get(event.seq)) for event in new]
        return _receipt(connection, head, verdicts)


def bury(engine: Engine, origin_id: UUID, letter: DeadLetter) -> Receipt:
    """Store one event that cannot travel as an event, and go on after it. Raises RefusedError: gap, fork."""
    with engine.begin() as connection:
        head = _lock(connection, origin_id, letter.origin_epoch)
        if letter.seq > head.last_seq + 1:
            raise RefusedError(409, "gap", expected_seq=head.last_seq + 1)
        if letter.seq <= head.last_seq:
            _refuse_other(connection, origin_id, [(letter.seq, letter.hash)])
            return _receipt(connection, head, [Verdict(seq=letter.seq, result=Result.DUPLICATE)])
        if letter.prev_hash != head.last_hash:
            raise RefusedError(409, "fork", "The chain does not continue here.")
        _quarantine(connection, origin_id, letter.seq, letter.event_id, letter.code, letter.hash, letter.raw)
        _advance(connection, origin_id, letter.origin_epoch, letter.seq, letter.hash)
        return _receipt(connection, head, [_verdict(letter.seq, letter.code)])


def digest(engine: Engine, origin_id: UUID, first: int, last: int) -> wire.OriginDigest:
    """Count and hash of what is stored between two sequence numbers, both included."""
    with engine.connect() as connection:
        hashes: dict[int, bytes] = {}
        for table in (inbox, quarantine):
            rows = connection.execute(
                select(table.c.seq, table.c.hash).where(
                    table.c.origin_id == origin_id, table.c.seq.between(first, last)
                )
            )
            hashes.update((row.seq, row.hash) for row in rows)
    return wire.digest_of(first, last, hashes)


def mark_backed_up(connection: Connection, at: datetime) -> None:
    """A verified backup was begun at ``at``: everything received before it is durable."""
    latest = (
        select(inbox.c.origin_id, func.max(inbox.c.seq).label("seq"))
        .where(inbox.c.received_at < at)
        .group_by(inbox.c.origin_id)
        .subquery()
    )
    connection.execute(
        update(origin_head).where(origin_head.c.origin_id == latest.c.origin_id).values(durable_seq=latest.c.seq)
    )


def _check_envelope(origin_id: UUID, batch: Batch) -> None:
    for place, event in enumerate(batch.events):
        if event.origin_id != origin_id or event.origin_epoch != batch.origin_epoch:
            raise RefusedError(422, "wrong_origin", f"Event {event.seq} is of another origin or epoch.")
        if event.seq != batch.base_seq + place:
            raise RefusedError(422, "not_consecutive", f"Event {event.seq} is out of place.")
        if not is_authentic(event):
            raise RefusedError(422, "hash_mismatch", f"Event {event.seq} does not fit its hash.")


def _lock(connection: Connection, origin_id: UUID, epoch: int) -> Head:
    head = connection.execute(
        select(origin_head).where(origin_head.c.origin_id == origin_id).with_for_update()
    ).one_or_none()
    if head is None:
        raise RefusedError(403, "origin_unknown", "Enrol this hall.")
    if head.last_seq and head.origin_epoch != epoch:
        raise RefusedError(409, "fork", "This origin was restored or cloned: its epoch is another.")
    return head


def _refuse_fork(head: Head, new: Sequence[Event]) -> None:
    previous = head.last_hash
    for event in new:
        if event.prev_hash != previous:
            raise RefusedError(409, "fork", f"Event {event.seq} continues another history.")
        previous = event.hash


def _refuse_other(connection: Connection, origin_id: UUID, claimed: Sequence[tuple[int, bytes]]) -> None:
    """Same sequence number with another hash is a fork, not a duplicate."""
    if not claimed:
        return
    known: dict[int, bytes] = {}
    for table in (inbox, quarantine):
        rows = connection.execute(
            select(table.c.seq, table.c.hash).where(
                table.c.origin_id == origin_id, table.c.seq.between(claimed[0][0], claimed[-1][0])
            )
        )
        known.update((row.seq, row.hash) for row in rows)
    for seq, hash_ in claimed:
        if known.get(seq) != hash_:
            raise RefusedError(409, "fork", f"Event {seq} is known with other content.")


def _apply(connection: Connection, events: Sequence[Event]) -> dict[int, str]:
    """Project the whole batch at once; if anything is wrong, one by one. Returns codes of quarantined ones by seq."""
    if not events:
        return {}
    try:
        with connection.begin_nested():
            _write(connection, events)
        return {}
    except (ProjectionError, IntegrityError, DataError):
        pass
    codes = {}
    for event in events:
        code = _apply_one(connection, event)
        if code is not None:
            codes[event.seq] = code
    return codes


def _apply_one(connection: Connection, event: Event) -> str | None:
    try:
        with connection.begin_nested():
            _write(connection, [event])
        return None
    except ProjectionError as error:
        code = error.code
    except IntegrityError:
        code = "event_id_known"
    except DataError:
        code = "not_storable"
    raw = wire.pack(event).decode("utf-8")
    _quarantine(connection, event.origin_id, event.seq, event.event_id, code, event.hash, raw)
    return code


def _write(connection: Connection, events: Sequence[Event]) -> None:
    states = _states(connection, events)
    latest: dict[Key, Event] = {}
    for event in events:
        key = (event.entity, event.entity_id)
        states[key] = project(states.get(key, {}), event)
        latest[key] = event
    connection.execute(insert(inbox), [_inbox_row(event) for event in events])
    statement = upsert(record)
    changed: dict[str, Any] = {
        "subject": func.coalesce(statement.excluded.subject, record.c.subject),
        **{name: statement.excluded[name] for name in ("sealed", "seq", "type", "changed_at", "state")},
    }
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(record.primary_key), set_=changed),
        [_record_row(event, states[key]) for key, event in latest.items()],
    )


def _states(connection: Connection, events: Iterable[Event]) -> dict[Key, State]:
    keys = {(event.entity, event.entity_id) for event in events}
    origin_id = next(iter(events)).origin_id
    rows = connection.execute(
        select(record.c.entity, record.c.entity_id, record.c.state).where(
            record.c.origin_id == origin_id, tuple_(record.c.entity, record.c.entity_id).in_(keys)
        )
    )
    return {(row.entity, row.entity_id): row.state for row in rows}


def _inbox_row(event: Event) -> dict[str, Any]:
    return {
        "origin_id": event.origin_id,
        "seq": event.seq,
        "event_id": event.event_id,
        "entity": event.entity,
        "entity_id": event.entity_id,
        "subject": event.subject_id,
        "hash": event.hash,
        "raw": wire.pack(event).decode("utf-8"),
        "received_at": datetime.now(UTC),
    }


def _record_row(event: Event, state: State) -> dict[str, Any]:
    return {
        "origin_id": event.origin_id,
        "entity": event.entity,
        "entity_id": event.entity_id,
        "subject": event.subject_id,
        "sealed": event.personal_kind == "sealed",
        "seq": event.seq,
        "type": event.type,
        "changed_at": event.occurred_at_utc,
        "state": state,
    }


def _quarantine(
    connection: Connection, origin_id: UUID, seq: int, event_id: UUID, code: str, hash_: bytes, raw: str
) -> None:
    connection.execute(
        insert(quarantine).values(
            origin_id=origin_id,
            seq=seq,
            event_id=event_id,
            code=code,
            hash=hash_,
            raw=raw,
            at=datetime.now(UTC),
        )
    )


def _advance(connection: Connection, origin_id: UUID, epoch: int, seq: int, hash_: bytes) -> None:
    connection.execute(
        update(origin_head)
        .where(origin_head.c.origin_id == origin_id)
        .values(origin_epoch=epoch, last_seq=seq, last_hash=hash_, updated_at=datetime.now(UTC))
    )


def _report(connection: Connection, origin_id: UUID, backlog: int) -> None:
    connection.execute(
        update(origin).where(origin.c.id == origin_id).values(last_seen_at=datetime.now(UTC), backlog=backlog)
    )


def _old_verdicts(connection: Connection, origin_id: UUID, old: Sequence[Event]) -> list[Verdict]:
    """Duplicates, but one that was quarantined says so again: the first answer may have been lost."""
    if not old:
        return []
    query = select(quarantine.c.seq, quarantine.c.code).where(
        quarantine.c.origin_id == origin_id, quarantine.c.seq.between(old[0].seq, old[-1].seq)
    )
    codes = {row.seq: row.code for row in connection.execute(query)}
    return [
        _verdict(event.seq, codes[event.seq]) if event.seq in codes else Verdict(seq=event.seq, result=Result.DUPLICATE)
        for event in old
    ]


def _verdict(seq: int, code: str | None) -> Verdict:
    return Verdict(seq=seq, result=Result.QUARANTINED if code else Result.APPLIED, code=code)


def _receipt(connection: Connection, head: Head, verdicts: list[Verdict]) -> Receipt:
    acked = max(head.last_seq, verdicts[-1].seq)
    return Receipt(
        server_epoch=identity(connection).epoch, acked_seq=acked, durable_seq=head.durable_seq, verdicts=tuple(verdicts)
    )

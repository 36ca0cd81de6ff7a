"""Exactly once, in order, and never dropped: the server's rules without a network between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.store import chain
from kiosk.store.journal import payload_digest
from sync import wire
from sync.envelope import event_of, is_authentic
from sync.server import ingest
from sync.server.problems import RefusedError
from sync.server.run import CentralServer
from sync.server.schema import origin_head, quarantine
from sync.wire import Batch, DeadLetter, Event, Result
from tests.sync.conftest import SYSTEM, Desk, Hall, stored


def events_of(hall: Hall) -> list[Event]:
    with hall.store.read() as work:
        return [event_of(row) for row in work.outbox.ready(1000)]


def batch(events: Sequence[Event], **more: Any) -> Batch:
    return Batch(origin_epoch=events[0].origin_epoch, base_seq=events[0].seq, events=tuple(events), **more)


def take(server: CentralServer, events: Sequence[Event]) -> wire.Receipt:
    return ingest.take(server.core.engine, events[0].origin_id, batch(events))


def forged(event: Event, **changes: Any) -> Event:
    """An event with other content and a hash that fits it."""
    values = event.model_dump(exclude={"v"}) | changes
    values["payload_sha256"] = payload_digest(values["payload"], values["personal"])
    values["hash"] = chain.link(values)
    return Event(**values)


def test_every_stored_row_fits_its_hash_on_the_wire(hall: Hall) -> None:
    hall.record(2)
    first, second = events_of(hall)
    assert is_authentic(Event.model_validate_json(wire.pack(first)))
    assert second.prev_hash == first.hash
    assert not is_authentic(first.model_copy(update={"payload": '{"state":"left"}'}))


def test_a_repeated_batch_is_all_duplicates(server: CentralServer, hall: Hall) -> None:
    hall.record(3)
    events = events_of(hall)
    assert [verdict.result for verdict in take(server, events).verdicts] == [Result.APPLIED] * 3
    again = take(server, events)
    assert again.acked_seq == 3
    assert [verdict.result for verdict in again.verdicts] == [Result.DUPLICATE] * 3
    assert stored(server, hall.store.origin_id) == [1, 2, 3]


def test_an_overlapping_batch_applies_only_what_is_new(server: CentralServer, hall: Hall) -> None:
    hall.record(5)
    events = events_of(hall)
    take(server, events[:3])
    assert [v.result for v in take(server, events[1:]).verdicts] == [Result.DUPLICATE] * 2 + [Result.APPLIED] * 2


def test_a_gap_names_the_event_that_is_wanted(server: CentralServer, hall: Hall) -> None:
    hall.record(5)
    events = events_of(hall)
    take(server, events[:2])
    with pytest.raises(RefusedError) as caught:
        take(server, events[3:])
    assert (caught.value.status, caught.value.code, caught.value.expected_seq) == (409, "gap", 3)
    assert take(server, events[2:]).acked_seq == 5


@pytest.mark.parametrize("known", [True, False])
def test_another_history_is_a_fork(server: CentralServer, hall: Hall, known: bool) -> None:
    hall.record(3)
    first, second, third = events_of(hall)
    take(server, [first, second] if known else [first])
    other = forged(second, payload='{"state":"left"}')
    with pytest.raises(RefusedError) as caught:
        take(server, [other] if known else [forged(second, prev_hash=bytes(31) + b"x")])
    assert (caught.value.status, caught.value.code) == (409, "fork")
    assert take(server, [second, third]).acked_seq == 3


def test_another_epoch_is_a_fork(server: CentralServer, hall: Hall) -> None:
    hall.record(2)
    first, second = events_of(hall)
    take(server, [first])
    with pytest.raises(RefusedError, match="fork"):
        take(server, [forged(second, origin_epoch=2)])


def test_a_changed_event_is_no_envelope(server: CentralServer, hall: Hall) -> None:
    hall.record(1)
    (event,) = events_of(hall)
    with pytest.raises(RefusedError) as caught:
        take(server, [event.model_copy(update={"payload": '{"state":"left"}'})])
    assert (caught.value.status, caught.value.code) == (422, "hash_mismatch")


def test_an_event_id_known_elsewhere_is_set_aside(
    server: CentralServer, make_hall: Callable[[CentralServer], Hall]
) -> None:
    one, two = make_hall(server), make_hall(server)
    one.record(1)
    two.record(2)
    (known,) = events_of(one)
    take(server, [known])
    first, second = events_of(two)
    clash = forged(first, event_id=known.event_id)
    receipt = take(server, [clash, forged(second, prev_hash=clash.hash)])
    assert [(v.result, v.code) for v in receipt.verdicts] == [
        (Result.QUARANTINED, "event_id_known"),
        (Result.APPLIED, None),
    ]


def test_text_that_postgresql_cannot_hold_is_set_aside(server: CentralServer, hall: Hall) -> None:
    hall.record(1, state="arrived", language="a\x00b")
    hall.record(1)
    receipt = take(server, events_of(hall))
    assert [(v.result, v.code) for v in receipt.verdicts] == [
        (Result.QUARANTINED, "not_storable"),
        (Result.APPLIED, None),
    ]
    with server.core.engine.connect() as connection:
        raw = connection.execute(
            select(quarantine.c.raw).where(quarantine.c.origin_id == hall.store.origin_id)
        ).scalar_one()
    assert is_authentic(Event.model_validate_json(raw))


def test_a_quarantined_event_says_so_again_when_repeated(server: CentralServer, hall: Hall) -> None:
    hall.record(1, state="nosuch")
    events = events_of(hall)
    assert take(server, events).verdicts == take(server, events).verdicts


def test_a_dead_letter_keeps_the_sequence_whole(server: CentralServer, hall: Hall) -> None:
    hall.record(3)
    first, second, third = events_of(hall)
    take(server, [first])
    letter = DeadLetter(
        origin_epoch=1, seq=2, event_id=second.event_id, prev_hash=second.prev_hash, hash=second.hash, code="too_large"
    )
    origin_id = hall.store.origin_id
    assert ingest.bury(server.core.engine, origin_id, letter).verdicts[0].result is Result.QUARANTINED
    assert ingest.bury(server.core.engine, origin_id, letter).verdicts[0].result is Result.DUPLICATE
    assert take(server, [third]).acked_seq == 3
    with pytest.raises(RefusedError, match="gap"):
        ingest.bury(server.core.engine, origin_id, letter.model_copy(update={"seq": 9}))
    with pytest.raises(RefusedError, match="fork"):
        ingest.bury(server.core.engine, origin_id, letter.model_copy(update={"seq": 4}))


def test_digests_of_both_sides_agree(server: CentralServer, hall: Hall) -> None:
    hall.record(4)
    hall.record(1, state="nosuch")
    events = events_of(hall)
    take(server, events)
    ours = wire.digest_of(2, 5, {event.seq: event.hash for event in events[1:]})
    assert ingest.digest(server.core.engine, hall.store.origin_id, 2, 5) == ours


def test_durable_is_what_a_verified_backup_holds(server: CentralServer, hall: Hall) -> None:
    hall.record(2)
    assert take(server, events_of(hall)).durable_seq == 0
    with server.core.engine.begin() as connection:
        ingest.mark_backed_up(connection, datetime.now(UTC) + timedelta(seconds=1))
        durable = connection.execute(
            select(origin_head.c.durable_seq).where(origin_head.c.origin_id == hall.store.origin_id)
        ).scalar_one()
    assert durable == 2


def test_an_erased_person_cannot_be_read_again(server: CentralServer, hall: Hall, desk: Desk) -> None:
    person, appeal = uuid4(), uuid4()
    said = {"title": "住房", "text": "详细内容"}
    with hall.store.write() as work:
        work.journal.record(
            "appeal", appeal, "register", SYSTEM, {"state": "registered"}, subject=person, personal=said
        )
    hall.engine().sync_once()
    path = f"/origins/{hall.store.origin_id}/appeal/{appeal}"
    assert desk.call("GET", path).json()["personal"] == said
    assert desk.call("DELETE", f"/subjects/{person}").json() == {"destroyed": 1}
    assert desk.call("GET", path).json()["personal"] is None
    with hall.store.write() as work:
        work.journal.record("appeal", appeal, "accept", SYSTEM, {"state": "accepted"}, subject=person, personal=said)
    hall.engine().sync_once()
    after = desk.call("GET", path).json()
    assert (after["state"], after["personal"]) == ("accepted", None)


def test_a_sealed_report_stays_closed_here(server: CentralServer, hall: Hall, desk: Desk) -> None:
    from kiosk.store.sealing import new_keypair

    _, public = new_keypair()
    report = uuid4()
    with hall.store.write() as work:
        work.set_discipline_key(public)
        work.journal.record(
            "appeal", report, "register", SYSTEM, {"state": "registered"}, personal={"text": "举报"}, sealed=True
        )
    hall.engine().sync_once()
    found = desk.call("GET", f"/origins/{hall.store.origin_id}/appeal/{report}").json()
    assert (found["sealed"], found["personal"], found["subject"]) == (True, None, None)

"""The record: order, hash chains, encryption per person, delivery."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest

from kiosk.model.record import SyncState
from kiosk.store import Store
from kiosk.store.sealing import UnreadableError, new_keypair, unseal
from tests.fakes import FakeClock
from tests.kiosk.store.samples import CLERK, add_person, add_ticket

NAMED = {"name": "CANARY-林样例"}


def record(store: Store, kind: str = "noted", subject: UUID | None = None, **more: object) -> None:
    with store.write() as work:
        work.journal.record("visit", UUID(int=5), kind, CLERK, {"n": 1}, subject=subject, **more)  # type: ignore[arg-type]


def test_events_come_in_order_with_their_data(store: Store, clock: FakeClock) -> None:
    with store.write() as work:
        ticket = add_ticket(work)
        work.journal.record("ticket", ticket.id, "called", CLERK, {"label": "A001", "counter": "1"})
    record(store)
    with store.read() as work:
        issued, called, noted = work.journal.since(0)
        assert [e.seq for e in (issued, called, noted)] == [1, 2, 3] and work.journal.last_seq() == 3
        assert (called.entity, called.entity_id, called.type) == ("ticket", ticket.id, "called")
        assert (called.at, called.actor, called.terminal) == (clock.now(), CLERK.label, "desk-1")
        assert called.data == {"label": "A001", "counter": "1"} and called.personal == {}
        assert work.journal.since(1, 1) == [called]
        assert work.journal.since(0, entities={"visit"}) == [noted]
        assert work.journal.of("ticket", ticket.id) == [issued, called]


def test_sequence_is_gapless_over_threads_and_rollbacks(store: Store) -> None:
    def writer(n: int) -> None:
        for i in range(10):
            try:
                with store.write() as work:
                    work.journal.record("visit", UUID(int=n + 1), "noted", CLERK, {"i": i})
                    if i % 5 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as work:
        events = work.journal.since(0)
        assert [e.seq for e in events] == list(range(1, 33))
        assert work.journal.verify() is None
        for n in range(4):
            mine = [r for r in work.outbox.ready(100) if r.entity_id == UUID(int=n + 1)]
            assert [r.entity_rev for r in mine] == list(range(1, 9))


def test_a_reader_never_skips_a_late_commit(store: Store) -> None:
    """A follower that reads ``since`` its own seq while others commit sees every event once."""
    done = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        last = 0
        while True:
            finished = done.is_set()
            with store.read() as work:
                events = work.journal.since(last)
            seen.extend(e.seq for e in events)
            last = seen[-1] if seen else 0
            if finished and not events:
                return

    def write() -> None:
        for _ in range(15):
            record(store)

    follower = threading.Thread(target=follow)
    writers = [threading.Thread(target=write) for _ in range(3)]
    for thread in (follower, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    follower.join()
    assert seen == list(range(1, 46))


def test_personal_payload_is_for_readers_only_and_dies_with_the_key(store: Store) -> None:
    with store.write() as work:
        person = add_person(work)
    record(store, subject=person.id, personal=NAMED)
    with store.read() as work:
        assert work.journal.since(0)[0].personal == NAMED
        assert work.journal.since(0, personal=False)[0].personal == {}
        assert work.journal.of("visit", UUID(int=5))[0].personal == NAMED
    assert set(store.subject_keys.export([person.id, uuid4()])) == {person.id}
    store.subject_keys.destroy(person.id)
    store.subject_keys.destroy(person.id)
    record(store, subject=person.id, personal=NAMED)
    with store.read() as work:
        assert [e.personal for e in work.journal.since(0)] == [{}, {}]
        assert [r.personal_kind for r in work.outbox.ready(9)] == ["subject", "erased"]
        assert work.journal.verify() is None
    assert store.subject_keys.key_for(person.id) is None and store.subject_keys.export([person.id]) == {}


def test_personal_payload_needs_a_subject(store: Store) -> None:
    with pytest.raises(ValueError, match="subject"):
        record(store, personal=NAMED)


def test_a_box_belongs_to_its_event(store: Store) -> None:
    """Ciphertext moved to another event does not open there."""
    with store.write() as work:
        person = add_person(work)
        work.journal.record("visit", UUID(int=5), "a", CLERK, {}, subject=person.id, personal=NAMED)
        work.journal.record("visit", UUID(int=5), "b", CLERK, {}, subject=person.id, personal={"x": 1})
    unprotect(store, "UPDATE outbox SET personal = (SELECT personal FROM outbox WHERE seq = 1) WHERE seq = 2")
    with store.read() as work:
        assert [e.personal for e in work.journal.since(0)] == [NAMED, {}]
        assert work.journal.verify() == 2


def test_sealed_events_open_at_the_discipline_office_only(store: Store) -> None:
    private, public = new_keypair()
    with store.write() as work:
        work.set_discipline_key(public)
        person = add_person(work)
    record(store, subject=person.id, personal=NAMED, sealed=True)
    with store.read() as work:
        assert work.journal.since(0)[0].personal == {}
        (row,) = work.outbox.ready(1)
    assert row.personal_kind == "sealed" and row.subject_id is None and row.personal is not None
    assert "CANARY" in unseal(private, row.personal, row.event_id.bytes).decode()
    with pytest.raises(UnreadableError):
        unseal(new_keypair()[0], row.personal, row.event_id.bytes)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE outbox SET payload = '{}' WHERE seq = 2", 2),
        ("UPDATE outbox SET actor = 'staff:x' WHERE seq = 3", 3),
        ("DELETE FROM outbox WHERE seq = 2", 2),
    ],
)
def test_a_changed_or_missing_event_is_found(store: Store, change: str, broken: int) -> None:
    for _ in range(4):
        record(store)
    unprotect(store, "DELETE FROM outbox_delivery", change)
    with store.read() as work:
        assert work.journal.verify() == broken


def test_the_audit_chain_finds_a_change(store: Store) -> None:
    subject = uuid4()
    for n in range(3):
        with store.write() as work:
            work.audit.add(CLERK, "card.opened", subject, "reception", {"n": n})
    with store.read() as work:
        rows = work.audit.of_subject(subject)
        assert [(r.seq, r.action, r.reason, r.detail) for r in rows] == [
            (n + 1, "card.opened", "reception", {"n": n}) for n in range(3)
        ]
        assert (rows[0].actor, rows[0].actor_id, rows[0].terminal) == (CLERK.label, CLERK.id, "desk-1")
        assert work.audit.since(1, 1) == [rows[1]]
        assert work.audit.verify() is None
    unprotect(store, "UPDATE audit SET reason = '' WHERE seq = 2")
    with store.read() as work:
        assert work.audit.verify() == 2


def test_delivery_goes_forward_aside_and_back(store: Store, clock: FakeClock) -> None:
    for _ in range(3):
        record(store)
    with store.write() as work:
        assert [r.seq for r in work.outbox.ready(2)] == [1, 2]
        assert work.outbox.ready(1)[0].origin_id == store.origin_id
        assert (work.outbox.backlog().count, work.outbox.backlog().oldest_at) == (3, clock.now())
        work.outbox.mark_tried(1, 3, "transient", "timeout")
        work.outbox.quarantine(2, "schema")
        work.outbox.mark_acked(2, "receipt-1")
        backlog = work.outbox.backlog()
        assert (backlog.count, backlog.quarantined) == (1, 1)
        assert [r.seq for r in work.outbox.ready(9)] == [3]
        work.outbox.mark_acked(3, "receipt-2")
        assert work.outbox.ready(9) == [] and work.outbox.backlog().oldest_at is None
        assert work.outbox.rewind(1) == 2
        assert [r.seq for r in work.outbox.ready(9)] == [2, 3]


def test_a_transaction_is_never_cut_in_two(store: Store) -> None:
    record(store)
    with store.write() as work:
        for n in range(3):
            work.journal.record("visit", UUID(int=5), f"n{n}", CLERK, {})
    record(store)
    with store.read() as work:
        assert [r.seq for r in work.outbox.ready(2)] == [1, 2, 3, 4]
        assert [r.seq for r in work.outbox.ready(5)] == [1, 2, 3, 4, 5]


def test_what_is_known_of_the_clock_travels_with_events(store: Store) -> None:
    record(store)
    with store.write() as work:
        work.outbox.note_clock(-1500, "synced")
    record(store)
    with store.read() as work:
        rows = work.outbox.ready(9)
    assert [(r.clock_offset_ms, r.clock_quality) for r in rows] == [(None, "unknown"), (-1500, "synced")]


def test_sync_state_is_kept_per_stream(store: Store, clock: FakeClock) -> None:
    state = SyncState("up", "c1", "e1", 10, 5, clock.now(), None)
    with store.write() as work:
        assert work.sync_state.get("up") is None
        work.sync_state.put(state)
    with store.read() as work:
        assert work.sync_state.get("up") == state


def unprotect(store: Store, *changes: str) -> None:
    """Do what a thief with the key could do: drop the triggers, then change the record."""
    with store.write() as work:
        run = work.desk.connection.exec_driver_sql
        if store.database.is_sqlite:
            for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                run(f"DROP TRIGGER {name}")
        else:
            run("DROP FUNCTION refuse_change() CASCADE")
        for change in changes:
            run(change)

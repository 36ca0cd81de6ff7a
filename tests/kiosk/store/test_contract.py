"""What every hall store does, whatever it is made of."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from kiosk.errors import ConflictError, RuleError, WorldError
from kiosk.model.appeal import AppealState
from kiosk.model.hall import BusinessDay, CareKind, CareTask, HelpCall, Seat, SeatState
from kiosk.model.people import EmployeeStatus
from kiosk.model.service import PrivacyLevel
from kiosk.model.ticket import Counter, CounterState, TicketState
from kiosk.store import Store
from kiosk.store.sealing import new_keypair, unseal
from tests.fakes import FakeClock
from tests.kiosk.store.samples import (
    CLERK,
    DAY,
    UNIT,
    add_person,
    add_ticket,
    add_visit,
    clerk,
    make_appeal,
    make_ticket,
)  # fmt: skip


def test_a_person_comes_back_as_it_was_put(store: Store) -> None:
    with store.write() as work:
        person = add_person(work)
    with store.read() as work:
        assert work.people.get(person.id) == person
        assert work.people.by_number("DEMO-1001") == person
        assert work.people.by_number("DEMO-9999") is None
        assert work.people.units() == [UNIT]
        assert work.people.count() == 1
        with pytest.raises(ConflictError, match="does not exist"):
            work.people.need(uuid4())


def test_putting_again_replaces_the_whole_row(store: Store) -> None:
    with store.write() as work:
        person = add_person(work)
        changed = replace(person, name="赵样例", status=EmployeeStatus.RETIRED, phone="")
        work.people.put(changed)
    with store.read() as work:
        assert work.people.get(person.id) == changed


def test_two_people_cannot_have_one_number(store: Store) -> None:
    with store.write() as work:
        add_person(work)
    with pytest.raises(ConflictError) as caught, store.write() as work:
        add_person(work, name="赵样例")
    assert caught.value.code == "store_conflict"
    assert "DEMO" not in str(caught.value) and caught.value.__cause__ is None


def test_a_card_is_known_by_digest_only(store: Store) -> None:
    with store.write() as work:
        person = add_person(work)
        work.people.bind_token(person.id, "card", "CARD-CANARY")
    with store.read() as work:
        assert work.people.by_token("card", "CARD-CANARY") == person
        assert work.people.by_token("qr", "CARD-CANARY") is None
        rows = work.desk.connection.exec_driver_sql("SELECT * FROM employee_token").all()
    assert "CARD-CANARY" not in repr(rows)


def test_an_exception_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuleError), store.write() as work:
        add_ticket(work)
        work.audit.add(CLERK, "ticket.issue")
        raise RuleError("no", "no")
    with store.read() as work:
        assert work.tickets.open(DAY) == []
        assert work.journal.since(0) == [] and work.journal.last_seq() == 0
        assert work.audit.since(0) == []
    with store.write() as work:
        assert work.tickets.next_number(DAY, "A") == 1


def test_reading_cannot_write(store: Store) -> None:
    with store.read() as work:
        for attempt in (
            lambda: work.people.put_unit(UNIT),
            lambda: work.journal.record("x", uuid4(), "y", CLERK, {}),
            lambda: work.audit.add(CLERK, "x"),
        ):
            with pytest.raises(RuntimeError, match="used to write"):
                attempt()


def test_a_read_sees_one_moment(store: Store) -> None:
    with store.read() as work:
        assert work.people.count() == 0
        with store.write() as other:
            add_person(other)
        assert work.people.count() == 0
    with store.read() as work:
        assert work.people.count() == 1


def test_a_write_inside_a_write_is_refused(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside"), store.write():
        pass


def test_naive_times_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"), store.write() as work:
        work.days.put(BusinessDay(DAY, datetime(2026, 3, 2, 9, 0)))  # noqa: DTZ001


def test_times_come_back_aware_and_exact(store: Store, clock: FakeClock) -> None:
    opened = clock.now() + timedelta(microseconds=123456)
    with store.write() as work:
        work.days.put(BusinessDay(DAY, opened))
    with store.read() as work:
        day = work.days.open_day()
    assert day == BusinessDay(DAY, opened) and day.opened_at.utcoffset() == timedelta(0)


def test_the_open_day_ends_by_an_act(store: Store) -> None:
    with store.write() as work:
        assert work.days.open_day() is None
        work.days.put(BusinessDay(DAY, work.now))
        work.days.put(replace(work.days.need(DAY), closed_at=work.now))
        assert work.days.open_day() is None
        assert work.days.get(DAY) is not None


def test_numbers_count_per_day_and_letter(store: Store) -> None:
    with store.write() as work:
        numbers = [work.tickets.next_number(DAY, letter) for letter in "AABA"]
        assert numbers == [1, 2, 1, 3]
        assert work.tickets.next_number(DAY + timedelta(days=1), "A") == 1
        assert [work.appeals.next_number(2026) for _ in range(2)] == [1, 2]


def test_tickets_are_listed_by_position(store: Store) -> None:
    with store.write() as work:
        late, early = add_ticket(work, position=9), add_ticket(work, position=1)
        other = add_ticket(work, letter="B", position=5)
        gone = replace(add_ticket(work), state=TicketState.DONE, ended_at=work.now)
        work.tickets.put(gone)
    with store.read() as work:
        assert work.tickets.open(DAY) == [early, other, late]
        assert work.tickets.in_states(DAY, {TicketState.WAITING}, ["A"]) == [early, late]
    with store.write() as work:
        line = work.tickets.lock_waiting(DAY, ["A"])
        assert [(place.id, place.position) for place in line] == [(early.id, 1), (late.id, 9)]
    with store.read() as work:
        assert work.tickets.by_label(DAY, "B", 1) == other
        assert work.tickets.ended_since(work.now) == [gone]
        assert work.tickets.ended_since(work.now + timedelta(seconds=1)) == []
        assert work.tickets.of_visit(early.visit_id) == [early]


def test_fences_grow_and_survive_what_is_taken_back(store: Store) -> None:
    with store.write() as work:
        first, second = work.counters.next_fence(), work.counters.next_fence()
    with pytest.raises(ZeroDivisionError), store.write() as work:
        work.counters.next_fence()
        raise ZeroDivisionError
    with store.write() as work:
        assert first < second < work.counters.next_fence()


def test_an_overtaken_desk_cannot_write(store: Store) -> None:
    with store.write() as work:
        ticket = replace(add_ticket(work), fence=2, counter="2")
        work.tickets.put(ticket)
    with pytest.raises(ConflictError) as caught, store.write() as work:
        work.tickets.put(replace(ticket, fence=1, counter="1"))
    assert caught.value.code == "stale_claim"


def test_two_desks_never_get_one_person(store: Store) -> None:
    with store.write() as work:
        for _ in range(12):
            add_ticket(work)
    called: list[str] = []

    def call_all(counter: str) -> None:
        def call(work):
            waiting = work.tickets.lock_waiting(DAY, ["A"])
            if not waiting:
                return None
            fence = work.counters.next_fence()
            ticket = work.tickets.need(waiting[0].id)
            work.tickets.put(replace(ticket, state=TicketState.CALLED, counter=counter, fence=fence))
            return ticket.label

        while label := store.run(call):
            called.append(label)

    desks = [threading.Thread(target=call_all, args=(str(n),)) for n in range(4)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(called) == [f"A{n:03d}" for n in range(1, 13)]


def test_counters_seats_help_and_care(store: Store) -> None:
    with store.write() as work:
        work.staff.put(clerk())
        counter = Counter("1", ("A", "V"), CounterState.FREE, clerk().id, seen_at=work.now)
        work.counters.put(counter)
        ticket = add_ticket(work)
        seat = Seat("Z1-01", "Z1", SeatState.RESERVED, ticket.id, work.now)
        work.seats.put(seat)
        call = HelpCall(uuid4(), "kiosk-1", work.now, urgent=True)
        work.help.put(call)
        task = CareTask(uuid4(), ticket.id, CareKind.WATER, work.now, "Z1")
        work.care.put(task)
    with store.write() as work:
        assert work.counters.all() == [counter] and work.counters.get("1") == counter
        assert work.seats.all() == [seat] and work.seats.get("Z1-01") == seat
        assert work.help.open() == [call]
        assert work.care.open() == [task] == work.care.of_ticket(ticket.id)
        work.help.put(replace(call, answered_at=work.now, answered_by=clerk().id))
        work.care.put(replace(task, done_at=work.now))
        assert work.help.open() == [] and work.care.open() == []


def test_appeals_are_found_and_counted(store: Store, clock: FakeClock) -> None:
    with store.write() as work:
        person = add_person(work)
        visit = add_visit(work, person)
        first = make_appeal("2026-0001", work.now, employee_id=person.id, visit_id=visit.id)
        closed = make_appeal(
            "2026-0002", work.now + timedelta(hours=1), state=AppealState.CLOSED, closed_at=work.now,
            employee_id=person.id,
        )  # fmt: skip
        work.appeals.put(first)
        work.appeals.put(closed)
    with store.read() as work:
        assert work.appeals.get(first.id) == first
        assert work.appeals.by_number("2026-0002") == closed
        assert work.appeals.of_employee(person.id) == [closed, first]
        assert work.appeals.open() == [first]
        assert work.appeals.counts() == {AppealState.REGISTERED: 1, AppealState.CLOSED: 1}
        assert work.visits.of_employee(person.id) == [visit] == work.visits.of_day(DAY)


def test_a_sealed_appeal_is_readable_by_the_discipline_office_only(store: Store) -> None:
    private, public = new_keypair()
    with store.write() as work:
        work.set_discipline_key(public)
        sealed = make_appeal("2026-0003", work.now, PrivacyLevel.SEALED, title="SEALED-TITLE", text="SEALED-TEXT")
        work.appeals.put(sealed)
    with store.write() as work:
        seen = work.appeals.need(sealed.id)
        assert (seen.title, seen.text, seen.answer) == ("", "", "")
        work.appeals.put(replace(seen, state=AppealState.ACCEPTED, answer="SEALED-ANSWER"))
    with store.read() as work:
        boxes = work.appeals.sealed(sealed.id)
        everything = repr([work.desk.connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in
                           ("appeal", "appeal_sealed", "outbox")])  # fmt: skip
    assert "SEALED" not in everything
    opened = {field: unseal(private, *box).decode() for field, box in boxes.items()}
    assert opened == {"title": "SEALED-TITLE", "text": "SEALED-TEXT", "answer": "SEALED-ANSWER"}


def test_nothing_is_sealed_without_the_key_of_the_discipline_office(store: Store) -> None:
    with pytest.raises(WorldError) as caught, store.write() as work:
        work.appeals.put(make_appeal("2026-0004", work.now, PrivacyLevel.SEALED))
    assert caught.value.code == "seal_key_missing"
    with store.read() as work:
        assert work.appeals.by_number("2026-0004") is None


def test_own_commits_are_announced(store: Store) -> None:
    heard: list[int] = []
    store.on_commit(heard.append)
    with store.write() as work:
        add_ticket(work)
    with store.write() as work:
        work.meta.put("quiet", "1")
    assert heard == [1] == [store.last_seq()]


def test_a_second_start_finds_everything(opener) -> None:
    first = opener()
    with first.write() as work:
        ticket = add_ticket(work)
    first.close()
    second = opener()
    assert (second.origin_id, second.origin_epoch, second.last_seq()) == (first.origin_id, 1, 1)
    with second.read() as work:
        assert work.tickets.get(ticket.id) == ticket


def test_run_repeats_the_whole_action(store: Store) -> None:
    from kiosk.store import faults

    attempts: list[int] = []

    def action(work) -> int:
        number = work.tickets.next_number(DAY, "A")
        attempts.append(number)
        if len(attempts) < 3:
            raise faults.busy()
        return number

    assert store.run(action) == 1 and attempts == [1, 1, 1]


def test_crossing_transactions_are_repeated_and_both_succeed(store: Store) -> None:
    """Two threads take two rows in opposite order: PostgreSQL ends one of them with a deadlock (fault 36)."""
    with store.write() as work:
        tickets = [add_ticket(work), add_ticket(work)]
    meet = threading.Barrier(2)
    tries: list[int] = []
    failures: list[BaseException] = []

    def take(order: list[int]) -> None:
        def action(work) -> None:
            tries.append(1)
            for n in order:
                ticket = work.tickets.need(tickets[n].id)
                if n == order[0] and len(tries) <= 2 and not store.database.is_sqlite:
                    meet.wait(20)  # both hold their first row now; SQLite's one writer would wait here for ever
                work.tickets.put(replace(ticket, calls=ticket.calls + 1))

        try:
            store.run(action)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=take, args=(order,)) for order in ([0, 1], [1, 0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(tries) == (2 if store.database.is_sqlite else 3)
    with store.read() as work:
        assert [work.tickets.need(ticket.id).calls for ticket in tickets] == [2, 2]


def test_run_gives_up_at_last(store: Store) -> None:
    from kiosk.store import faults

    def action(work) -> None:
        raise faults.busy()

    with pytest.raises(ConflictError, match="Another desk"):
        store.run(action)


def test_tickets_need_their_visit(store: Store) -> None:
    with pytest.raises(ConflictError), store.write() as work:
        work.tickets.put(make_ticket(uuid4(), 1, work.now))

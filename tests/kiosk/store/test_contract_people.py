"""The store's contract, second part: consents, enrolments, passwords, rows from the centre; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.errors import ConflictError, RuleError
from kiosk.model.consent import ConsentAct, Enrolment
from kiosk.model.people import EmployeeStatus, Unit
from kiosk.store import Store
from tests.fakes import FakeClock
from tests.kiosk.store.samples import (
    CLERK,
    UNIT,
    add_person,
    add_visit,
    clerk,
    make_consent,
)  # fmt: skip


def test_consents_only_grow(store: Store) -> None:
    with store.write() as work:
        work.staff.put(clerk())
        person = add_person(work)
        grant = make_consent(person, work.now)
        work.consents.add(grant)
        assert work.consents.not_enrolled() == [grant]
        work.consents.set_witness(grant.id, clerk().id)
        released = replace(grant, witness_id=clerk().id)
        assert work.consents.not_enrolled() == [released]
        assert work.consents.get(grant.id) == released
        withdrawal = make_consent(person, work.now + timedelta(1), act=ConsentAct.WITHDRAW, ends_id=grant.id)
        work.consents.add(withdrawal)
        assert work.consents.of_employee(person.id) == [released, withdrawal]
    with pytest.raises(ConflictError), store.write() as work:
        work.consents.set_witness(grant.id, clerk().id)
    with pytest.raises(RuntimeError, match="append-only"), store.write() as work:
        work.consents.put(grant)


def test_withdrawn_and_expired_grants_wait_for_nobody(store: Store, clock: FakeClock) -> None:
    with store.write() as work:
        person = add_person(work)
        withdrawn = make_consent(person, work.now)
        work.consents.add(withdrawn)
        work.consents.add(make_consent(person, work.now, act=ConsentAct.WITHDRAW, ends_id=withdrawn.id))
        work.consents.add(make_consent(person, work.now, expires_at=work.now))
        work.consents.add(make_consent(person, work.now, act=ConsentAct.REFUSE))
        assert work.consents.not_enrolled() == []


@pytest.mark.parametrize("table", ["consent", "consent_witness", "audit", "outbox"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_the_database_itself_refuses_to_change_the_record(store: Store, table: str, change: str) -> None:
    column = {"consent": "terminal", "consent_witness": "at", "audit": "reason", "outbox": "payload"}[table]
    with store.write() as work:
        work.staff.put(clerk())
        grant = make_consent(add_person(work), work.now)
        work.consents.add(grant)
        work.consents.set_witness(grant.id, clerk().id)
        work.audit.add(CLERK, "consent.released", grant.employee_id)
        work.journal.record("consent", grant.id, "grant", CLERK, {})
    with pytest.raises((ConflictError, RuntimeError)), store.write() as work:
        work.desk.connection.exec_driver_sql(change.format(table, f"{column} = {column}"))


def test_enrolments_need_a_consent(store: Store) -> None:
    with store.write() as work:
        person = add_person(work)
        grant = make_consent(person, work.now)
        work.consents.add(grant)
        enrolment = Enrolment(uuid4(), person.id, grant.id, "kiosk-1", "sface", work.now)
        work.enrolments.put(enrolment)
        assert work.enrolments.active_of(person.id, "kiosk-1") == enrolment
        assert work.enrolments.active("kiosk-1") == [enrolment] and work.enrolments.active("kiosk-2") == []
        work.enrolments.put(replace(enrolment, removed_at=work.now))
        assert work.enrolments.active_of(person.id, "kiosk-1") is None
    with pytest.raises(ConflictError), store.write() as work:
        work.enrolments.put(Enrolment(uuid4(), person.id, uuid4(), "kiosk-1", "sface", work.now))


def test_not_me_is_a_pair_without_order(store: Store) -> None:
    with store.write() as work:
        one, other = add_person(work), add_person(work, "DEMO-1002")
        work.face_blocks.add(one.id, other.id)
        work.face_blocks.add(other.id, one.id)
        assert work.face_blocks.of(one.id) == {other.id} and work.face_blocks.of(other.id) == {one.id}
        assert work.face_blocks.all() == {tuple(sorted((one.id, other.id)))}
        work.face_blocks.forget(one.id)
        assert work.face_blocks.of(other.id) == frozenset()


def test_mistakes_about_a_person_are_counted_and_forgotten(store: Store) -> None:
    with store.write() as work:
        one, other = add_person(work), add_person(work, "DEMO-1002")
        for person in (one, one, other):
            work.face_strikes.add(person.id)
        assert work.face_strikes.all() == {one.id: 2, other.id: 1}
        work.face_strikes.take_back(one.id)
        work.face_strikes.take_back(other.id)
        work.face_strikes.take_back(other.id)
        assert work.face_strikes.all() == {one.id: 1}
        work.face_strikes.forget(one.id)
        assert work.face_strikes.all() == {}


def test_a_password_is_checked_and_locks_after_five_wrong_tries(store: Store, clock: FakeClock) -> None:
    with store.write() as work:
        work.staff.put(clerk())
        work.staff.set_password(clerk().id, "correct horse")

    def tries(password: str, login: str = "clerk") -> object:
        with store.write() as work:
            return work.staff.check_password(login, password)

    assert tries("correct horse") == clerk()
    assert tries("correct horse", login="nobody") is None
    assert [tries("wrong") for _ in range(5)] == [None] * 5
    assert tries("correct horse") is None
    clock.advance(minutes=5, seconds=1)
    assert tries("correct horse") == clerk()
    with store.write() as work:
        work.staff.put(replace(clerk(), active=False))
    assert tries("correct horse") is None


def test_wrong_tries_count_even_when_the_caller_raises(store: Store) -> None:
    with store.write() as work:
        work.staff.put(clerk())
        work.staff.set_password(clerk().id, "correct horse")
    for _ in range(5):
        with pytest.raises(RuleError), store.write() as work:
            assert work.staff.check_password("clerk", "wrong") is None
            work.audit.add(CLERK, "sign_in.refused", clerk().id, keep=True)
            raise RuleError("sign_in_failed", "no")
    with store.write() as work:
        assert work.staff.check_password("clerk", "correct horse") is None
        assert len(work.audit.of_subject(clerk().id)) == 5


def test_small_texts(store: Store) -> None:
    with store.write() as work:
        work.meta.put("a", "1")
        work.meta.put("a", "2")
        work.settings_rows.put("b", "中文")
    with store.read() as work:
        assert work.meta.get("a") == "2" and work.meta.get("b") is None
        assert work.settings_rows.all() == {"b": "中文"}


def test_the_centre_replaces_only_older_rows(store: Store) -> None:
    unit = Unit(uuid4(), "C1", "中心样例单位")
    with store.write() as work:
        work.replica.apply_unit(unit, 1)
        person = replace(add_person(work), unit_id=unit.id, unit_name=unit.name)
        central = replace(person, id=uuid4(), staff_number="DEMO-7", source="central")
        assert work.replica.apply_employee(central, 5) == central.id
        work.replica.apply_employee(replace(central, name="旧样例"), 4)
        assert work.people.need(central.id) == replace(central, rev=5)
        work.replica.apply_employee(replace(central, name="新样例"), 6)
        assert work.people.need(central.id).name == "新样例"
        work.replica.remove_employee(central.id, 7)
        assert work.people.need(central.id).status is EmployeeStatus.LEFT


def test_a_local_person_keeps_the_id_when_the_centre_sends_the_same_number(store: Store) -> None:
    unit = replace(UNIT, id=uuid4())
    with store.write() as work:
        local = add_person(work)
        visit = add_visit(work, local)
        central = replace(local, id=uuid4(), unit_id=unit.id, name="林中心", source="central")
        assert work.replica.apply_unit(unit, 3) == UNIT.id
        assert work.replica.apply_employee(central, 9) == local.id
        assert work.replica.apply_employee(central, 9) == local.id
    with store.read() as work:
        assert work.people.need(local.id) == replace(local, name="林中心", source="central", rev=9)
        assert work.people.get(central.id) is None
        assert work.visits.of_employee(local.id) == [visit]
        merged = [(e.entity, e.data) for e in work.journal.since(0, entities=["employee", "unit"])]
    assert merged == [("unit", {"central_id": str(unit.id)}), ("employee", {"central_id": str(central.id)})]

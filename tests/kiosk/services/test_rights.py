"""The database itself keeps every terminal to its rights: what works with its login, and what a thief of it gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from kiosk.errors import AccessError, ConflictError, InputError, RuleError, WorldError
from kiosk.model.appeal import AppealState
from kiosk.model.booking import Booking, BookingState
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.hall import CareKind
from kiosk.model.terminal import OrderVerb, TerminalStatus
from kiosk.model.ticket import MarkKind, TicketState
from kiosk.model.visit import Method, Proof, VisitState
from kiosk.services.rights import apply, end_login, grant_login
from kiosk.settings import demo_settings, write
from kiosk.settings.spec import Store
from kiosk.store.login import TerminalKind
from kiosk.store.rights import APPEND_ONLY
from kiosk.store.schema_views import VIEWS
from tests.kiosk.services.rights_fixtures import TABLES, hall, is_refused, register, rows, template
from tests.kiosk.services.rights_hall import RightsHall, build

__all__ = ["hall", "template"]

# --- a kiosk


def test_visitors_are_served_at_a_kiosk_with_a_kiosks_login(hall: RightsHall):
    kiosk = hall.terminal("K1")
    services, person = kiosk.services, hall.people[0]
    anonymous = kiosk.ticket()
    known = kiosk.ticket(person, priority=True)
    assert services.tickets.slip(known.id).label == known.label
    services.tickets.mark_printed(known.id, True, None, kiosk.visitor)
    assert services.consents.may_invite(known.visit_id)
    assert services.arrivals.call_help(known.visit_id, True, kiosk.visitor).urgent
    assert services.tickets.cancel(anonymous.id, kiosk.visitor).state is TicketState.CANCELLED
    visit = kiosk.visit(person)
    services.arrivals.choose_again(visit.id, kiosk.visitor)
    services.arrivals.reset(visit.id, kiosk.visitor)
    with hall.owner.installation.store.read() as work:
        assert work.visits.get(visit.id).state is VisitState.RESET
        assert work.tickets.get(known.id).printed
        assert work.journal.verify() is None
        assert work.audit.verify() is None
        events = work.journal.of("visit", known.visit_id)
    assert {"employee_id": str(person.id)} in [event.personal for event in events]


def test_a_passed_number_of_another_kiosk_reports_again_by_its_slip(hall: RightsHall):
    first, second, desk = hall.terminal("K1"), hall.terminal("K2"), hall.terminal("D1")
    ticket = first.ticket(hall.people[0])
    desk.services.counters.open("1", desk.desk)
    desk.services.calling.next("1", desk.desk)
    desk.services.serving.no_show("1", desk.desk)
    with pytest.raises(InputError):
        second.services.tickets.standing(ticket.id, "00000000")
    assert second.services.tickets.standing(ticket.id, ticket.query_code).state is TicketState.PASSED
    assert second.services.tickets.recheck(ticket.id, ticket.query_code, second.visitor).state is TicketState.WAITING


def test_consent_is_given_released_and_withdrawn(hall: RightsHall):
    kiosk, desk, person = hall.terminal("K1"), hall.terminal("D1"), hall.people[0]
    kiosk.visit(person)
    consents = kiosk.services.consents
    grant = consents.grant(person.id, "zh_CN", kiosk.visitor)
    consents.compared(grant.id, 0, 0, kiosk.visitor)
    assert not consents.is_released(grant.id)
    assert [row.consent_id for row in desk.services.consents.pending()] == [grant.id]
    desk.services.consents.release(grant.id, desk.desk)
    assert consents.is_released(grant.id)
    assert consents.state(person.id).granted
    assert consents.released_of(person.id) == grant.id
    consents.withdraw(person.id, "zh_CN", kiosk.visitor)
    assert not consents.state(person.id).granted


def test_a_kiosk_releases_no_enrolment(hall: RightsHall):
    kiosk, person = hall.terminal("K1"), hall.people[0]
    kiosk.visit(person)
    grant = kiosk.services.consents.grant(person.id, "zh_CN", kiosk.visitor)
    with pytest.raises(AccessError) as refused:
        kiosk.services.consents.release(grant.id, kiosk.desk)
    assert refused.value.code == "store_right_missing"


def enrolled(hall: RightsHall, code: str) -> None:
    """The first person is enrolled at a kiosk, as the ledger says it."""
    kiosk, desk, person = hall.terminal(code), hall.terminal("D1"), hall.people[0]
    kiosk.visit(person)
    grant = kiosk.services.consents.grant(person.id, "zh_CN", kiosk.visitor)
    desk.services.consents.release(grant.id, desk.desk)
    kiosk.services.consents.enrol(grant.id, "sface", [[1.0, 0.0]], kiosk.visitor)
    with hall.owner.installation.store.database.writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM guard.sought")  # half an hour later


def test_a_face_hint_is_looked_up_where_the_person_is_enrolled_and_nowhere_else(hall: RightsHall):
    enrolled(hall, "K1")
    hint = FaceHint(HintKind.SURE, hall.people[0].id, 1.0, 1.0, Liveness.CHALLENGED, False)
    found = hall.terminal("K1").services.arrivals.by_face(hint)
    assert found is not None and found.masked_name == "林*"
    assert hall.terminal("K2").services.arrivals.by_face(hint) is None


def test_templates_are_looked_after_without_asking_for_anybody(hall: RightsHall):
    enrolled(hall, "K1")
    kiosk = hall.terminal("K1")
    assert len(kiosk.services.consents.live()) == 1
    with hall.owner.installation.store.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE employee SET status = 'left'")
    assert kiosk.services.consents.live() == frozenset()


def test_who_looked_at_my_record_is_shown_to_me_only(hall: RightsHall):
    kiosk, desk, person = hall.terminal("K1"), hall.terminal("D1"), hall.people[0]
    kiosk.ticket(person)
    desk.services.counters.open("1", desk.desk)
    desk.services.calling.next("1", desk.desk)
    desk.services.serving.arrived("1", desk.desk)
    assert len(kiosk.services.access.looks(person.id)) == 1
    assert hall.terminal("K2").services.access.looks(person.id) == ()


def test_number_and_code_open_the_progress_of_an_appeal(hall: RightsHall):
    number, code = register(hall)
    appeals = hall.terminal("K1").services.appeals
    assert appeals.progress(number, code).state is AppealState.REGISTERED
    with pytest.raises(InputError):
        appeals.progress(number, "00000000")


def test_whoever_asks_for_too_many_people_must_wait(hall: RightsHall):
    arrivals = hall.terminal("K1").services.arrivals
    with pytest.raises(RuleError) as refused:
        for _ in range(60):
            arrivals.by_number("DEMO-0009")
    assert refused.value.code == "sought_too_often"


@pytest.mark.parametrize("code", ["K1", "D1", "W1"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_terminal_changes_the_record(hall_once: RightsHall, code: str, table: str):
    with hall_once.raw(code) as connection:
        for statement in (f"UPDATE {table} SET terminal = terminal", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(statement)
            assert refused.value.sqlstate in ("42501", "42703")


@pytest.fixture(scope="module")
def hall_once(tmp_path_factory: pytest.TempPathFactory, pg_server: str, template: str) -> Iterator[RightsHall]:
    """One hall for tests that change nothing."""
    made: list[str] = []

    def database(source: str) -> str:
        name = f"rights_once_{len(made)}"
        with psycopg.connect(pg_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        made.append(name)
        return pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    hall = build(tmp_path_factory.mktemp("once"), database, template)
    yield hall
    hall.close()


def test_keys_of_persons_come_one_at_a_time(hall: RightsHall):
    kiosk, person = hall.terminal("K1"), hall.people[0]
    kiosk.visit(person)
    with hall.raw("K1", hall.keys_url) as thief:
        assert rows(thief, "SELECT * FROM subject_key") == "denied"
        assert len(thief.execute("SELECT key FROM guard.key_of(%s)", (person.id,)).fetchall()) == 1
        assert is_refused(thief, "DELETE FROM subject_key")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), hall.raw("W1", hall.keys_url) as wall:
        wall.execute("SELECT * FROM guard.key_of(gen_random_uuid())")


# --- a desk


def test_a_desk_signs_in_serves_and_ends_the_day(hall: RightsHall):
    kiosk, desk = hall.terminal("K1"), hall.terminal("D1")
    ticket = kiosk.ticket(hall.people[0])
    member = desk.services.staff.sign_in("desk", "correct horse")
    with pytest.raises(AccessError):
        desk.services.staff.sign_in("desk", "wrong horse")
    clerk = desk.services.staff.actor(member)
    desk.services.counters.open("1", clerk)
    assert desk.services.calling.next("1", clerk).id == ticket.id
    assert desk.services.serving.arrived("1", clerk).card is not None
    desk.services.serving.finish("1", clerk)
    desk.services.housekeeping.run(desk.services.staff.system())
    desk.services.days.close(clerk)
    with hall.owner.installation.store.read() as work:
        assert work.journal.verify() is None
        assert work.audit.verify() is None


def test_a_stolen_desk_login_reads_no_list_of_passwords(hall_once: RightsHall):
    with hall_once.raw("D1") as thief:
        assert rows(thief, "SELECT phc FROM staff_password") == 0
        assert is_refused(thief, "UPDATE staff_password SET phc = 'x'")
        assert is_refused(thief, "UPDATE staff SET roles = '[\"head\"]'")
        assert is_refused(thief, "DELETE FROM ticket")
        assert is_refused(thief, "UPDATE employee SET name = ''")


# --- a wall


def test_a_wall_reads_views_of_numbers_and_nothing_else(hall_once: RightsHall):
    with hall_once.raw("W1") as thief:
        allowed = {table for table in TABLES if rows(thief, f'SELECT * FROM "{table}"') != "denied"}
        assert allowed == {"terminal", "terminal_order"}
        assert all(rows(thief, f"SELECT * FROM {view.name}") != "denied" for view in VIEWS)
        assert rows(thief, "SELECT last_hash FROM origin") == "denied"
        assert is_refused(thief, "UPDATE origin SET last_seq = 0")
        with pytest.raises(InsufficientPrivilege):
            thief.execute("SELECT guard.seek_number('DEMO-0001')")


def test_a_wall_shows_calls_and_reports_them_with_its_own_login(hall: RightsHall):
    kiosk, desk, wall = hall.terminal("K1"), hall.terminal("D1"), hall.terminal("W1")
    ticket = kiosk.ticket()
    desk.services.counters.open("1", desk.desk)
    desk.services.calling.next("1", desk.desk)
    call = wall.services.board.snapshot().calls[0]
    assert call.label == ticket.label
    wall.services.calling.mark(call, MarkKind.SHOWN, wall.services.staff.system())
    assert [mark.terminal for mark in desk.services.calling.marks("1")] == ["W1"]
    wall.services.terminals.report(TerminalStatus("W1", ("wall",), "1", hall.clock.now()))
    order = desk.services.terminals.order("W1", OrderVerb.IDENTIFY, "", desk.desk)
    assert [taken.id for taken in wall.services.terminals.take()] == [order.id]
    wall.services.terminals.finish(order.id, "ok", wall.services.staff.system())
    assert wall.services.housekeeping.run(wall.services.staff.system()) == 0
    assert [status.code for status in desk.services.terminals.all()] == ["W1"]


# --- logins


def test_rights_may_be_applied_again_and_hold_what_they_held(hall: RightsHall):
    context = hall.owner.services.context
    with hall.owner.installation.store.database.writer.begin() as connection:
        connection.exec_driver_sql("GRANT SELECT ON staff_password TO reception_wall")  # by hand, one evening
    apply(context, hall.owner.services.staff.system())
    with hall.raw("W1") as thief:
        assert rows(thief, "SELECT * FROM staff_password") == "denied"
    assert hall.terminal("K1").ticket().number == 1


def test_only_the_owner_gives_rights(hall: RightsHall):
    desk = hall.terminal("D1")
    with pytest.raises(AccessError) as refused:
        grant_login(desk.services.context, "K9", [TerminalKind.DESK], "", desk.desk)
    assert refused.value.code == "store_not_owner"


def test_an_ended_login_is_thrown_out(hall: RightsHall):
    kiosk, owner = hall.terminal("K2"), hall.owner.services
    end_login(owner.context, "K2", owner.staff.system())
    with pytest.raises((WorldError, ConflictError)):
        kiosk.ticket()
    grant_login(owner.context, "K2", [TerminalKind.TOUCH], "", owner.staff.system())
    assert kiosk.ticket().label == "A001"


def test_a_terminal_does_not_upgrade_the_store(hall: RightsHall):
    with hall.owner.installation.store.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(WorldError) as refused:
        hall.terminal("K1")
    assert refused.value.code == "store_older"


def test_a_password_is_stored_as_a_verifier_and_shown_nowhere(
    hall: RightsHall, pg_server: str, caplog: pytest.LogCaptureFixture
):
    owner = hall.owner.services
    made = grant_login(owner.context, "K1", [TerminalKind.TOUCH], "", owner.staff.system())
    assert len(made.password) >= 32
    assert made.password not in f"{made!r}{caplog.text}"
    with psycopg.connect(pg_server) as connection:
        stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'reception_k1'").fetchone()
    assert stored is not None and stored[0].startswith("SCRAM-SHA-256$")


def test_proof_by_number_is_kept_as_such(hall: RightsHall):
    """The weakest identification works too: typed digits."""
    kiosk = hall.terminal("K1")
    assert kiosk.visit(hall.people[1], Proof.NUMBER).proof is Proof.NUMBER


def test_the_doctor_warns_of_a_terminal_with_the_owners_login(hall: RightsHall):
    from kiosk.doctor import Grade, inner_checks, run_checks

    def verdict(code: str, url: str) -> Grade:
        profile = hall.folder / "doctor" / code
        profile.mkdir(parents=True)
        write(profile, replace(demo_settings(), store=Store(url)))
        checks = [check for check in inner_checks(profile) if check.name == "rights"]
        return run_checks(checks)[0].grade

    assert verdict("owner", hall.url) is Grade.WARN
    assert verdict("K1", hall.as_user(hall.url, "K1")) is Grade.OK


def test_a_booking_is_checked_in_by_its_code_and_a_wrong_code_shows_nothing(hall: RightsHall):
    desk, kiosk, person = hall.terminal("D1"), hall.terminal("K1"), hall.people[0]
    at = hall.clock.now() + timedelta(minutes=1)
    with hall.owner.installation.store.write() as work:
        ident = hall.owner.services.context.ids.new()
        work.bookings.put(Booking(ident, "123456", hall.clock.today(), at, "101", BookingState.BOOKED, person.id))
    with hall.raw("K2") as thief:
        assert rows(thief, "SELECT * FROM booking") == 0
    assert kiosk.services.bookings.check_in("123456", kiosk.visit(person).id, kiosk.visitor).letter == "Y"
    assert desk.services.bookings.of_day(hall.clock.today())[0].state is BookingState.CHECKED_IN


def test_small_services_a_seat_and_a_rating_work_at_a_kiosk(hall: RightsHall):
    kiosk, desk = hall.terminal("K1"), hall.terminal("D1")
    ticket = kiosk.ticket(hall.people[0])
    assert kiosk.services.days.intake().open
    kiosk.services.care.ask(ticket.id, CareKind.WATER, kiosk.visitor)
    offered = next(zone.code for zone in kiosk.services.context.catalog.zones if zone.on_wish)
    kiosk.services.seats.wish(ticket.id, offered, kiosk.visitor)
    kiosk.services.care.comfort(ticket.id)
    desk.services.counters.open("1", desk.desk)
    desk.services.calling.next("1", desk.desk)
    desk.services.serving.arrived("1", desk.desk)
    desk.services.serving.finish("1", desk.desk)
    waiting = kiosk.services.ratings.waiting("1")
    assert waiting == ticket.id
    kiosk.services.ratings.rate(waiting, {"overall": 5}, "")


def test_a_slip_of_another_kiosk_is_printed_again_on_the_desks_order_only(hall: RightsHall):
    first, second, desk = hall.terminal("K1"), hall.terminal("K2"), hall.terminal("D1")
    ticket = first.ticket(hall.people[0])
    with pytest.raises(RuleError):
        second.services.tickets.slip(ticket.id)
    desk.services.terminals.order("K2", OrderVerb.PRINT, str(ticket.id), desk.desk)
    assert second.services.tickets.slip(ticket.id).label == ticket.label


def test_a_card_is_read_and_not_me_is_kept(hall: RightsHall):
    with hall.owner.installation.store.write() as work:
        work.people.bind_token(hall.people[0].id, "id_card", "11010119900307002X")
    arrivals, visitor = hall.terminal("K1").services.arrivals, hall.owner.visitor
    found = arrivals.by_token(Method.ID_CARD, "11010119900307002X")
    assert found is not None and found.masked_name == "林*"
    assert arrivals.by_token(Method.ID_CARD, "110101199003070000") is None
    visit = arrivals.begin("zh_CN", replace(visitor, terminal="K1"))
    assert arrivals.digits_match(found, "0001")
    arrivals.reject(visit.id, replace(found, method=Method.FACE), replace(visitor, terminal="K1"))

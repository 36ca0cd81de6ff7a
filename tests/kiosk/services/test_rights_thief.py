"""What a thief of a kiosk's login gets: nobody, nothing of the past, and no way to speak for another."""

from __future__ import annotations

import pytest
from psycopg.errors import InsufficientPrivilege

from kiosk.errors import ReceptionError
from tests.kiosk.services.rights_fixtures import TABLES, hall, is_refused, register, rows, template
from tests.kiosk.services.rights_hall import RightsHall

__all__ = ["hall", "template"]


def test_a_stolen_kiosk_login_reads_nobody(hall: RightsHall):
    register(hall)
    kiosk, other = hall.terminal("K2"), hall.terminal("D1")
    other.services.counters.open("1", other.desk)
    kiosk.ticket(hall.people[0])
    other.services.calling.next("1", other.desk)
    other.services.serving.arrived("1", other.desk)
    kiosk.services.consents.grant(hall.people[0].id, "zh_CN", kiosk.visitor)
    with hall.raw("K1") as thief:
        seen = {table: rows(thief, f'SELECT * FROM "{table}"') for table in TABLES}
        assert {table for table, found in seen.items() if found == "denied"} >= {
            "employee", "employee_token", "appeal", "appeal_sealed", "outbox", "outbox_delivery", "staff",
            "staff_password", "setting", "sync_state",
        }  # fmt: skip
        assert {table: seen[table] for table in ("audit", "visit", "consent", "enrolment", "booking")} == dict.fromkeys(
            ("audit", "visit", "consent", "enrolment", "booking"), 0
        )
        assert rows(thief, "SELECT id, staff_number FROM employee") == 0
        assert rows(thief, "SELECT number, answer FROM appeal") == 0
        assert rows(thief, "SELECT name FROM employee") == "denied"
        assert rows(thief, "SELECT personal, subject_id FROM outbox") == "denied"
        assert rows(thief, "SELECT * FROM guard.sought") == "denied"


def test_settings_of_a_session_open_nothing(hall: RightsHall):
    hall.terminal("K2").ticket(hall.people[0])
    with hall.raw("K1") as thief:
        for name in ("reception.terminal", "reception.employee", "guard.terminal", "reception.code"):
            thief.execute(f"SET {name} = 'K2'")
        for statement in ("SET ROLE reception_k2", "SET ROLE postgres", "SET SESSION AUTHORIZATION reception_k2"):
            with pytest.raises(InsufficientPrivilege):
                thief.execute(statement)
        with pytest.raises(InsufficientPrivilege):
            thief.execute("CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT current_timestamp'")
        assert is_refused(thief, "SET row_security = off; SELECT * FROM visit")
        thief.execute("SET row_security = on")
        assert rows(thief, "SELECT id FROM visit WHERE employee_id IS NOT NULL") == 0


def test_nobody_is_seen_in_the_transaction_that_asked_so_the_trace_stays(hall: RightsHall):
    with hall.raw("K1") as thief:
        with pytest.raises(ZeroDivisionError), thief.transaction():
            assert thief.execute("SELECT guard.seek_number('DEMO-0001')").fetchone() == (True,)
            assert rows(thief, "SELECT id FROM employee") == 0
            raise ZeroDivisionError
        assert rows(thief, "SELECT id FROM employee") == 0
        thief.execute("SELECT guard.seek_number('DEMO-0001')")
        assert rows(thief, "SELECT id FROM employee") == 1
        assert thief.execute("SELECT guard.masked_name(id) FROM employee").fetchone() == ("林*",)
    with hall.owner.installation.store.database.reader.connect() as connection:
        traces = connection.exec_driver_sql("SELECT terminal, kind FROM guard.sought").all()
    assert [tuple(trace) for trace in traces] == [("K1", "person")]


def test_taking_back_what_was_asked_does_not_refill_the_budget(hall: RightsHall):
    with hall.raw("K1") as thief:
        answers = []
        for _ in range(60):
            with pytest.raises(ZeroDivisionError), thief.transaction():
                answers.append(thief.execute("SELECT guard.seek_appeal('LN001-2026-00001', '1')").fetchone()[0])
                raise ZeroDivisionError
        assert not answers[-1]
        with pytest.raises(InsufficientPrivilege):
            thief.execute("SELECT setval('guard.minute_k1', 1)")
        with pytest.raises(InsufficientPrivilege):
            thief.execute("SELECT guard.spend('person')")


def test_a_kiosk_speaks_for_no_clerk_no_other_kiosk_and_no_stranger(hall: RightsHall):
    kiosk, stranger = hall.terminal("K1"), hall.people[1]
    visit = kiosk.visit(hall.people[0])
    with hall.raw("K1") as thief:
        for change in (
            f"UPDATE visit SET employee_id = '{stranger.id}' WHERE id = '{visit.id}'",
            f"UPDATE visit SET identity_checked = true WHERE id = '{visit.id}'",
            f"UPDATE visit SET proof = 'vouched' WHERE id = '{visit.id}'",
            f"UPDATE visit SET terminal = 'K2' WHERE id = '{visit.id}'",
            "UPDATE business_day SET service_date = '2020-01-01'",
            "UPDATE business_day SET closed_at = now()",
            "UPDATE numbering SET value = 0 WHERE name LIKE 'appeal/%'",
            "INSERT INTO terminal (code, fronts, version, seen_at, lamps, facts)"
            " VALUES ('D1', '[]', '', now(), '{}', '{}')",
            "INSERT INTO terminal_order (id, terminal, verb, argument, at, by, outcome)"
            " VALUES (gen_random_uuid(), 'K1', 'print', 'x', now(), 'me', '')",
            f"INSERT INTO consent_witness (consent_id, witness_id, at) VALUES ('{visit.id}', '{visit.id}', now())",
        ):
            assert is_refused(thief, change), change
        forged = kiosk.installation.services.context
        with pytest.raises(ReceptionError), forged.store.write() as work:
            work.audit.add(kiosk.desk, "card.opened", stranger.id, "serving A001")
        with pytest.raises(ReceptionError), forged.store.write() as work:
            work.journal.record("visit", visit.id, "checked", kiosk.desk, {})


def test_a_thief_of_a_kiosk_opens_no_day_that_was_closed(hall: RightsHall):
    kiosk = hall.terminal("K1")
    kiosk.ticket()
    kiosk.services.arrivals.call_help(None, False, kiosk.visitor)
    hall.owner.services.days.close(hall.owner.head)
    with hall.owner.installation.store.database.writer.begin() as connection:
        for change in (
            "SET CONSTRAINTS ALL DEFERRED",
            "UPDATE visit SET started_at = started_at - interval '30 days', ended_at = ended_at - interval '30 days'",
        ):
            connection.exec_driver_sql(change)
    today = f"'{hall.owner.services.context.clock.today()}'"
    block = "INSERT INTO number_block (id, service_date, letter, first, last, terminal, reserved_at)"
    with hall.raw("K1") as thief:
        assert is_refused(thief, f"{block} VALUES (gen_random_uuid(), {today}, 'A', 1, 999, 'K1', now())")
        assert rows(thief, "SELECT id FROM ticket") == 0
        assert is_refused(thief, "UPDATE visit SET language = 'x'")
        assert is_refused(thief, "UPDATE ticket SET queue = 'x'")


def test_a_thief_moves_no_block_of_numbers_to_another_series(hall: RightsHall):
    kiosk = hall.terminal("K1")
    kiosk.services.cut_off.look_after(kiosk.visitor)
    with hall.raw("K1") as thief:
        for change in ("letter = 'A'", "service_date = service_date - 1", "first = 1, last = 99999"):
            assert is_refused(thief, f"UPDATE number_block SET {change}"), change
    hall.owner.services.days.close(hall.owner.head)
    kiosk.services.cut_off.look_after(kiosk.visitor)
    with hall.owner.installation.store.read() as work:
        assert not work.blocks.unsettled("K1"), "the kiosk itself may settle what is over"


def test_a_thief_reads_neither_old_journals_nor_looks_at_strangers_faces(hall: RightsHall):
    hall.terminal("K2").ticket(hall.people[0])
    context = hall.owner.services.context
    with context.store.write() as work:
        for action in ("face.compared", "enrolment.released", "face.dropped"):
            work.audit.add(hall.owner.desk, action, hall.people[1].id, "operator")
    hall.clock.advance(days=-30)
    with context.store.write() as work:
        work.journal.record("visit", hall.people[1].id, "arrived", hall.owner.desk, {"state": "arrived"})
    with hall.raw("K1") as thief:
        assert rows(thief, "SELECT subject_id FROM audit") == 0
        assert (
            rows(thief, "SELECT seq FROM outbox WHERE entity = 'visit' AND occurred_at_utc < now() - interval '20 d'")
            == 0
        )


def test_no_view_tells_by_its_errors_what_it_hides(hall: RightsHall):
    hall.owner.services.notices.write("明天", "tomorrow", None, None, (), hall.owner.head)
    with hall.owner.installation.store.database.reader.connect() as connection:
        open_views = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
            " AND NOT coalesce(reloptions, '{}') @> '{security_barrier=true}'"
        ).scalars()
        assert open_views.all() == []

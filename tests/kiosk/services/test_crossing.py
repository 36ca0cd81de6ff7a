"""Two transactions that wait for each other (PostgreSQL): the desk's verb is ended by the server, and done again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.ticket import LinePlace, TicketState
from kiosk.services.appeals import AppealForm, Step
from tests.kiosk.services.conftest import Hall, open_hall

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def hall(tmp_path, pg_furnished, pg_database) -> Iterator[Hall]:
    hall = open_hall(tmp_path / "profile", pg_database("hall_furnished"), pg_furnished)
    yield hall
    hall.installation.close()


@contextmanager
def rival(hall: Hall, table: str):
    """Another terminal: holds the record's head, waits until the desk waits for it, then asks for what the desk holds.

    It looks for a deadlock later than the desk does, so that the desk is the one who is ended.
    """
    url = hall.installation.store.database.writer.url.set(drivername="postgresql")
    with (
        psycopg.connect(url.render_as_string(hide_password=False)) as held,
        psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as eye,
    ):
        held.execute("SET deadlock_timeout = '1min'")
        held.execute("SELECT 1 FROM origin FOR UPDATE")

        over = threading.Event()

        def cross() -> None:
            while not over.wait(0.01) and not eye.execute(WAITING).fetchone()[0]:
                pass
            held.execute(f"SELECT 1 FROM {table} FOR UPDATE")
            held.rollback()

        crossing = threading.Thread(target=cross)
        crossing.start()
        try:
            yield
        finally:
            over.set()
            crossing.join()


def tries(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows with every transaction that begins."""
    store, began = hall.installation.store, []
    begin = store._transaction

    def counted():
        began.append(None)
        return begin()

    monkeypatch.setattr(store, "_transaction", counted)
    return began


def finish(hall: Hall):
    hall.serve(hall.people[0])
    return "ticket", lambda: hall.services.serving.finish("1", hall.desk).state is TicketState.DONE


def transfer(hall: Hall):
    hall.serve(hall.people[0])
    return "ticket", lambda: hall.services.calling.transfer("1", "B", LinePlace.HEAD, hall.desk).queue == "B"


def accept(hall: Hall):
    visit = hall.visit(hall.people[0])
    appeal = hall.services.appeals.register(AppealForm("303", "热水", "晚上没有热水。"), visit.id, hall.desk)
    verbs = hall.services.appeals
    return "appeal", lambda: verbs.move(appeal.id, AppealEvent.ACCEPT, Step(), hall.desk).state == "accepted"


def pause(hall: Hall):
    return "counter", lambda: hall.services.counters.pause("1", "break", hall.desk).state == "paused"


@pytest.mark.parametrize("prepare", [finish, transfer, accept, pause])
def test_a_verb_that_was_ended_by_a_deadlock_is_done_all_the_same(hall, monkeypatch, prepare):
    table, verb = prepare(hall)
    began = tries(hall, monkeypatch)
    with rival(hall, table):
        assert verb()
    assert len(began) > 1, "no deadlock happened: the test proved nothing"
    with hall.installation.store.read() as work:
        assert work.journal.verify() is None
        assert work.desk.ask(text("SELECT count(*) FROM outbox")).scalar() == work.journal.last_seq()

"""The machines of a hall: who is there, who is lost, what the desk ordered and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kiosk.errors import RuleError
from kiosk.model.terminal import OrderVerb, TerminalStatus
from kiosk.services.terminals import Lamp
from kiosk.store.schema_hall import TERMINAL_ORDER
from kiosk.store.terminals import Terminals


@pytest.fixture
def hall(hall, monkeypatch):
    """One clock for all machines: the test's."""
    monkeypatch.setattr(Terminals, "instant", lambda rows: rows.desk.now)
    return hall


def status(code, at, **lamps):
    return TerminalStatus(code, ("touch",), "1", at, lamps)


def events(hall):
    with hall.installation.store.read() as work:
        return [(event.type, event.data) for event in work.journal.since(0, 500, frozenset({"terminal"}))]


def test_a_sign_of_life_leaves_no_event_and_a_silent_terminal_is_lost(hall):
    terminals, before = hall.services.terminals, hall.installation.store.last_seq()
    terminals.report(status("K1", hall.clock.now(), printer="printer_paper_low", camera=""))
    terminals.report(status("W1", hall.clock.now(), sound=""))
    assert terminals.lost() == ()
    assert terminals.lamps() == (Lamp("K1", "printer", "printer_paper_low"),)
    hall.clock.advance(seconds=31)
    terminals.report(status("W1", hall.clock.now(), sound=""))
    assert [one.code for one in terminals.lost()] == ["K1"]
    assert terminals.lamps() == (Lamp("K1", "terminal", "terminal_lost"),), "what it last said is stale"
    assert hall.installation.store.last_seq() == before


def test_a_terminal_taken_away_is_forgotten_one_that_lives_is_not(hall):
    terminals = hall.services.terminals
    terminals.report(status("K1", hall.clock.now()))
    with pytest.raises(RuleError) as refused:
        terminals.forget("K1", hall.head)
    assert refused.value.code == "terminal_alive"
    hall.clock.advance(seconds=31)
    terminals.forget("K1", hall.head)
    assert terminals.all() == () and terminals.lamps() == ()


def test_an_order_is_taken_once_by_its_terminal_and_answered(hall):
    terminals, mine = hall.services.terminals, hall.services.context.terminal
    terminals.order("elsewhere", OrderVerb.RESTART, "", hall.desk)
    assert not terminals.waiting()
    order = terminals.order(mine, OrderVerb.SHOW, "queue", hall.desk)
    assert terminals.waiting()
    assert [taken.id for taken in terminals.take()] == [order.id]
    assert not terminals.waiting() and terminals.take() == ()
    terminals.finish(order.id, "ok", hall.services.staff.system())
    assert [one.outcome for one in terminals.recent() if one.id == order.id] == ["ok"]
    assert [kind for kind, _ in events(hall)] == ["ordered", "ordered", "obeyed"]
    assert events(hall)[-1][1] == {"terminal": mine, "verb": "show", "outcome": "ok"}


def test_what_was_ordered_long_ago_is_over_when_the_terminal_comes_up(hall):
    terminals, mine = hall.services.terminals, hall.services.context.terminal
    old = terminals.order(mine, OrderVerb.STOP, "", hall.desk)
    hall.clock.advance(minutes=2, seconds=1)
    fresh = terminals.order(mine, OrderVerb.START, "", hall.desk)
    assert [order.id for order in terminals.take()] == [fresh.id]
    assert {order.id: order.outcome for order in terminals.recent()}[old.id] == "order_expired"


def test_an_order_of_a_newer_desk_is_answered_and_stands_in_nobodys_way(hall):
    terminals, mine = hall.services.terminals, hall.services.context.terminal
    odd = uuid4()
    with hall.installation.store.write() as work:
        work.desk.connection.exec_driver_sql("SELECT 1")
        row = {"id": odd, "terminal": mine, "argument": "", "at": work.now, "by": "desk", "outcome": ""}
        insert = TERMINAL_ORDER.insert().values(verb=_text("dance"), **row)
        work.desk.change(insert)
    known = terminals.order(mine, OrderVerb.IDENTIFY, "", hall.desk)
    assert [order.id for order in terminals.take()] == [known.id]
    with hall.installation.store.read() as work:
        answer = TERMINAL_ORDER.select().with_only_columns(TERMINAL_ORDER.c.outcome).where(TERMINAL_ORDER.c.id == odd)
        assert work.desk.ask(answer).scalar_one() == "order_unknown"


def _text(word):
    from sqlalchemy import literal_column

    return literal_column(f"'{word}'")


def test_a_clock_that_differs_from_the_stores_is_measured(hall, monkeypatch):
    monkeypatch.setattr(Terminals, "instant", lambda rows: rows.desk.now - timedelta(seconds=40))
    assert hall.services.terminals.report(status("K1", hall.clock.now())) == pytest.approx(40, abs=1)
    (known,) = hall.services.terminals.all()
    assert known.seen_at == hall.clock.now() - timedelta(seconds=40), "all terminals are seen by one clock"


def test_postgres_tells_its_own_time(hall, monkeypatch, request):
    monkeypatch.undo()
    ahead = hall.services.terminals.report(status("K1", hall.clock.now()))
    if hall.services.context.store.database.is_sqlite:
        assert ahead == 0
    else:
        assert ahead == pytest.approx((hall.clock.now() - datetime.now(UTC)).total_seconds(), abs=60)

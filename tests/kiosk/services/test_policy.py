"""Whom to call next, as properties (DECISIONS 19, T10)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.services.policy import choose_next, position_behind, priority_streak

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def ticket(index: int, call_class: CallClass, position: int | None = None) -> Ticket:
    return Ticket(
        id=UUID(int=index), visit_id=UUID(int=index), service_date=date(2026, 3, 2), letter="A", number=index,
        queue="A", category=None, call_class=call_class, state=TicketState.WAITING, queued_at=NOW, issued_at=NOW,
        position=index if position is None else position,
    )  # fmt: skip


classes = st.lists(st.sampled_from(list(CallClass)), max_size=30)


def call_all(line: list[Ticket]) -> list[Ticket]:
    called: list[Ticket] = []
    waiting = list(line)
    while waiting:
        chosen = choose_next(waiting, [t.call_class for t in reversed(called)])
        assert chosen is not None
        waiting.remove(chosen)
        called.append(chosen)
    return called


@given(classes)
def test_everybody_is_called_once_and_urgent_first(kinds):
    line = [ticket(i, kind) for i, kind in enumerate(kinds)]
    called = call_all(line)
    assert sorted(called, key=lambda t: t.id) == line
    urgent = [t for t in called if t.call_class is CallClass.URGENT]
    assert called[: len(urgent)] == urgent


@given(classes)
def test_at_most_two_priority_between_two_ordinary_while_ordinary_wait(kinds):
    called = call_all([ticket(i, kind) for i, kind in enumerate(kinds)])
    ordinary_left = sum(t.call_class is CallClass.ORDINARY for t in called)
    streak = 0
    for one in called:
        if one.call_class is CallClass.PRIORITY:
            streak += 1
            assert streak <= 2 or ordinary_left == 0
        elif one.call_class is CallClass.ORDINARY:
            streak, ordinary_left = 0, ordinary_left - 1


@given(classes)
def test_order_inside_a_class_is_arrival(kinds):
    called = call_all([ticket(i, kind) for i, kind in enumerate(kinds)])
    for kind in CallClass:
        ids = [t.id for t in called if t.call_class is kind]
        assert ids == sorted(ids)


def test_five_priority_tickets_delay_an_ordinary_one_by_two_at_most():
    line = [ticket(i, CallClass.PRIORITY) for i in range(5)] + [ticket(9, CallClass.ORDINARY)]
    assert [t.call_class.value[0] for t in call_all(line)] == list("ppoppp")


def test_urgent_calls_do_not_count_as_priority():
    assert priority_streak([CallClass.URGENT, CallClass.PRIORITY, CallClass.URGENT, CallClass.ORDINARY]) == 1


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=12), st.integers(0, 4))
def test_recheck_goes_back_the_given_places(positions, places):
    now_position = 20_000
    line = [ticket(i, CallClass.ORDINARY, p) for i, p in enumerate(positions)]
    back = position_behind(line, places, now_position)
    assert sum(t.position < back for t in line) == min(places, len(line))

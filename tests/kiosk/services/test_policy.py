"""Whom to call next, as properties (DECISIONS 19, T10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import CallClass, Counter, CounterState, Ticket, TicketState
from kiosk.services.policy import (
    Pool,
    callable_at,
    choose_next,
    first_ordinary,
    kept_for,
    order,
    position_behind,
    priority_streak,
)

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


@given(classes, st.lists(st.sampled_from(list(CallClass)), max_size=4))
def test_the_order_told_is_the_order_of_calling(kinds, before):
    line = [ticket(i, kind) for i, kind in enumerate(kinds)]
    told = list(order(line, before))
    called, history = [], list(before)
    while chosen := choose_next([t for t in line if t not in called], history):
        called.append(chosen)
        history.insert(0, chosen.call_class)
    assert told == called


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=12), st.integers(0, 4), st.integers(0, 10_000))
def test_who_reports_again_never_stands_behind_the_future_of_the_line(positions, places, now_position):
    line = [ticket(i, CallClass.ORDINARY, p) for i, p in enumerate(positions)]
    back = position_behind(line, places, now_position)
    assert back <= now_position
    assert sum(t.position < back for t in line) <= places


# --- pools, skills and wishes: who may call whom, and that nobody waits for ever --------------------------------

PATIENCE = timedelta(minutes=10)
SKILLS = {"101": "", "501": "law", "403": "psychology"}
windows = st.lists(
    st.builds(
        Counter,
        code=st.just(""),
        queues=st.sampled_from([("A",), ("A", "B"), ("B",)]),
        state=st.sampled_from([CounterState.FREE, CounterState.SERVING, CounterState.PAUSED, CounterState.OFFLINE]),
        skills=st.sampled_from([(), ("law",), ("law", "psychology")]),
    ),
    min_size=1, max_size=4,
).map(lambda made: tuple(replace(window, code=str(n)) for n, window in enumerate(made, 1)))  # fmt: skip


def comer(index: int, at: datetime, **more) -> Ticket:
    """Somebody who joins the line at ``at``; a booked one stands in its future."""
    made = replace(ticket(index, more.pop("call_class", CallClass.ORDINARY)), since=at, queued_at=at)
    late = timedelta(minutes=more.pop("booked_in", 0))
    return replace(made, position=int((at + late).timestamp() * 1000), **more)


comers = st.fixed_dictionaries(
    {
        "call_class": st.sampled_from(list(CallClass)),
        "queue": st.sampled_from(["A", "B"]),
        "category": st.sampled_from(sorted(SKILLS)),
        "wish": st.sampled_from([None, "1", "2", "3"]),
        "booked_in": st.sampled_from([0, 0, 0, 15]),
    }
)


@given(windows, comers, st.integers(0, 20))
def test_a_kept_number_is_kept_for_windows_at_work_and_only_for_a_while(made, who, minutes):
    pool = Pool(made, SKILLS, PATIENCE)
    one = comer(1, NOW, **who)
    serving = pool.at_work(one.queue)
    may = [w.code for w in serving if callable_at(w, [one], pool, NOW + timedelta(minutes=minutes))]
    assert bool(may) == bool(serving), "somebody at work may always call it"
    if one.call_class is CallClass.URGENT or minutes >= 10:
        assert may == [w.code for w in serving]
    assert kept_for(one, pool) <= {w.code for w in serving}


def test_a_lawyer_gets_law_and_nobody_else_waits_for_that():
    general = Counter("1", ("C",), CounterState.FREE)
    lawyer = Counter("2", ("C",), CounterState.SERVING, skills=("law",))
    pool = Pool((general, lawyer), SKILLS, PATIENCE)
    law, other = (comer(i, NOW, queue="C", category=code) for i, code in ((1, "501"), (2, "403")))
    assert callable_at(general, [law, other], pool, NOW) == [other]
    assert callable_at(lawyer, [law, other], pool, NOW) == [law, other]
    away = replace(lawyer, state=CounterState.PAUSED)
    assert callable_at(general, [law], replace(pool, windows=(general, away)), NOW) == [law]


@given(windows, comers, st.data())
def test_whatever_arrives_an_ordinary_number_is_passed_over_at_most_by_the_rule(made, who, data):
    """Every two minutes some window calls and anybody may come. Once the patience is over, whoever is called before
    our number is urgent, came earlier, or is one of at most two priority numbers between two ordinary ones.
    """
    me = comer(0, NOW, **{**who, "call_class": CallClass.ORDINARY, "booked_in": 0})
    pool = Pool(made, SKILLS, PATIENCE)
    mine = [window for window in made if me.queue in window.queues and window in pool.at_work(me.queue)]
    if not mine:
        return
    earlier = [comer(i, NOW - timedelta(minutes=i), **data.draw(comers)) for i in range(1, 4)]
    line, calls, now, run = [*earlier, me], [], NOW + PATIENCE, 0
    for step in range(4, 40):
        line.append(comer(step, now, **data.draw(comers)))
        window = data.draw(st.sampled_from(pool.at_work(me.queue)))
        candidates = callable_at(window, line, pool, now)
        passed_over = first_ordinary(candidates)
        queue = passed_over.queue if passed_over else ""
        of_queue = {w.code for w in made if queue in w.queues}
        before = [kind for code, kind in reversed(calls) if code in of_queue]
        called = choose_next(candidates, before)
        assert called is not None, "our number waits, so somebody is called"
        line.remove(called)
        calls.append((window.code, called.call_class))
        if called == me:
            return
        if called.call_class is CallClass.ORDINARY:
            assert called.position <= me.position
            run = 0
        run += called.call_class is CallClass.PRIORITY
        if passed_over == me:
            assert run <= 2 or called.call_class is CallClass.URGENT
        before_me = [kind for _, kind in calls if kind is not CallClass.URGENT]
        assert len(before_me) <= 3 * (before_me.count(CallClass.ORDINARY) + 1)
        now += timedelta(minutes=2)

"""Random days at sixteen windows and eight kiosks: nobody twice, nobody lost, everybody in the order of the rules.

The machine keeps a record of its own of who was called in which turn, and says before every call whom the rules allow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.errors import ReceptionError
from kiosk.model.ticket import CallClass, CounterState, LinePlace, Ticket, TicketState
from kiosk.services.counters import AT_DESK
from kiosk.settings.hall import CounterSetting
from tests.kiosk.services.conftest import Hall, open_hall
from tests.kiosk.services.hall_order import check, check_record, tickets_of_today

PRIVATE = ["3", "14", "15", "16"]
GENERAL = [str(number) for number in range(1, 17) if str(number) not in PRIVATE]
COUNTERS = tuple(
    CounterSetting(code, ("A", "B") if code in GENERAL else ("C",), "" if code in GENERAL else "Z2")
    for code in (*GENERAL, *PRIVATE)
)
DESKS = st.sampled_from(["1", "2", "3", *GENERAL, *PRIVATE])
"""The first three more often: much happens only where much happens."""
KIOSKS = st.sampled_from([f"K{number}" for number in range(1, 9)])
SERVICES = st.sampled_from(["101", "101", "701", "403"])
RUN = 2
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing day is not shortened: that takes minutes, and its steps are printed."""
SILENT_MINUTES = 2


@dataclass
class Turn:
    """The last claim of a number, as the machine saw it."""

    order: int
    window: str


class Day(RuleBasedStateMachine):
    """Everything visitors, clerks, the clock and a power cut can do, in any order."""

    def __init__(self, opener: Callable[[], Hall]) -> None:
        super().__init__()
        self.opener = opener
        self.hall: Hall | None = None

    @initialize()
    def begin(self):
        self.hall = self.opener()
        for code in (*GENERAL, *PRIVATE):
            self.hall.services.counters.open(code, self.hall.desk)
        self.issued: list[str] = []
        self.turns: dict[UUID, Turn] = {}
        self.fence = 0
        self.dead: set[str] = set()

    def attempt(self, verb, *arguments, **named):
        """A step that may be refused; a refusal must leave the journal alone."""
        before = self.hall.installation.store.last_seq()
        try:
            return verb(*arguments, **named)
        except ReceptionError:
            assert self.hall.installation.store.last_seq() == before
            return None

    def ticket(self, ticket_id: UUID) -> Ticket:
        with self.hall.installation.store.read() as work:
            return work.tickets.need(ticket_id)

    def of(self, *states: TicketState) -> list[Ticket]:
        return [ticket for ticket in tickets_of_today(self.hall) if ticket.state in states]

    # visitors

    @rule(
        kiosk=KIOSKS,
        service=SERVICES,
        priority=st.booleans(),
        party=st.sampled_from([1, 1, 1, 3]),
        wish=st.sampled_from([None, None, None, "2", "14"]),
    )
    def take_a_number(self, kiosk, service, priority, party, wish):
        visitor = replace(self.hall.visitor, terminal=kiosk)
        visit = self.hall.visit()
        ask = (visit.id, service, priority, visitor)
        if self.attempt(self.hall.services.tickets.issue, *ask, party=party, wish=wish) is None:
            assert wish is not None  # a window that does not serve this
        issued = self.hall.services.tickets.issue(*ask, party=party)
        again = self.hall.services.tickets.issue(*ask, party=party)
        assert again.id == issued.id, "a double tap gave two numbers"
        self.issued.append(issued.label)

    @rule(service=SERVICES)
    def take_an_urgent_number(self, service):
        issued = self.hall.services.tickets.issue(self.hall.visit().id, service, False, self.hall.visitor, urgent=True)
        self.issued.append(issued.label)

    @rule(data=st.data())
    @precondition(lambda self: self.of(TicketState.PASSED))
    def come_back(self, data):
        ticket = data.draw(st.sampled_from(self.of(TicketState.PASSED)))
        self.attempt(self.hall.services.tickets.recheck, ticket.id, ticket.query_code, self.hall.visitor)

    @rule(data=st.data())
    @precondition(lambda self: self.of(TicketState.WAITING))
    def give_up(self, data):
        ticket = data.draw(st.sampled_from(self.of(TicketState.WAITING)))
        self.attempt(self.hall.services.tickets.cancel, ticket.id, self.hall.visitor)

    # desks

    @rule(desk=DESKS)
    def call_next(self, desk):
        line = self.of(TicketState.WAITING)
        busy = any(t.counter == desk for t in self.of(*AT_DESK))
        called = self.attempt(self.hall.services.calling.next, desk, self.hall.desk)
        if called is None:
            lost = [t for t in line if self.may_call(desk, t) and t.wish is None]
            assert busy or desk in self.dead or not lost, "somebody waits and was not called"
            return
        assert not busy
        self.check_turn(desk, called.id, line)
        self.claimed(called, desk, in_turn=True)

    def may_call(self, desk: str, ticket: Ticket) -> bool:
        return ticket.queue in (("A", "B") if desk in GENERAL else ("C",))

    def check_turn(self, desk: str, called_id: UUID, line: list[Ticket]) -> None:
        """Urgent first; two priority numbers at most before an ordinary one; inside a class by place."""
        mine = [t for t in line if self.may_call(desk, t)]
        called = next(t for t in mine if t.id == called_id)
        open_to_all = [t for t in mine if t.wish is None or t.call_class is CallClass.URGENT]
        for other in open_to_all:
            if other.call_class is called.call_class:
                assert (called.position, called.id) <= (other.position, other.id), "somebody was passed over"
        classes = {t.call_class for t in open_to_all}
        if called.call_class is not CallClass.URGENT:
            assert CallClass.URGENT not in classes, "an urgent number was left waiting"
        pool = GENERAL if desk in GENERAL else PRIVATE
        if called.call_class is CallClass.PRIORITY and CallClass.ORDINARY in classes:
            assert self.streak(pool) < RUN, "a third priority number passed an ordinary one"
        if called.call_class is CallClass.ORDINARY and CallClass.PRIORITY in classes:
            assert self.streak(pool) >= RUN, "a priority number was left waiting"

    def streak(self, pool: list[str]) -> int:
        """Priority numbers these windows called since their last ordinary one."""
        turns = [(turn.order, ticket_id) for ticket_id, turn in self.turns.items() if turn.window in pool]
        count = 0
        for _, ticket_id in sorted(turns, reverse=True):
            call_class = self.ticket(ticket_id).call_class
            if call_class is CallClass.ORDINARY:
                break
            count += call_class is CallClass.PRIORITY
        return count

    def claimed(self, ticket: Ticket, desk: str, in_turn: bool = False) -> None:
        assert ticket.fence > self.fence, "a fence did not grow"
        self.fence = ticket.fence
        assert (ticket.counter, ticket.state) == (desk, TicketState.CALLED)
        if in_turn:
            self.turns[ticket.id] = Turn(ticket.fence, desk)
        elif ticket.id in self.turns:
            self.turns[ticket.id].window = desk

    @rule(desk=DESKS, data=st.data())
    @precondition(lambda self: self.of(TicketState.WAITING))
    def pick(self, desk, data):
        ticket = data.draw(st.sampled_from(self.of(TicketState.WAITING)))
        picked = self.attempt(self.hall.services.calling.pick, desk, ticket.id, "asked for", self.hall.desk)
        if picked is not None:
            assert self.may_call(desk, ticket)
            self.claimed(picked, desk)

    @rule(desk=DESKS, data=st.data())
    @precondition(lambda self: self.of(TicketState.HELD, TicketState.PASSED))
    def call_back(self, desk, data):
        ticket = data.draw(st.sampled_from(self.of(TicketState.HELD, TicketState.PASSED)))
        back = self.attempt(self.hall.services.calling.call_back, desk, ticket.id, self.hall.desk)
        if back is not None:
            self.claimed(back, desk)

    @rule(desk=DESKS, seconds=st.sampled_from([1, 25]))
    def recall(self, desk, seconds):
        self.hall.clock.advance(seconds=seconds)
        self.attempt(self.hall.services.calling.recall, desk, self.hall.desk)

    @rule(desk=DESKS, verb=st.sampled_from(["arrived", "arrived", "finish", "left", "no_show", "check_identity"]))
    def serve(self, desk, verb):
        self.attempt(getattr(self.hall.services.serving, verb), desk, self.hall.desk)

    @rule(desk=DESKS)
    def undo(self, desk):
        undone = self.attempt(self.hall.services.serving.undo, desk, self.hall.desk)
        if undone is not None and undone.state is TicketState.WAITING:
            self.turns.pop(undone.id, None)
        elif undone is not None and undone.id in self.turns and undone.counter:
            self.turns[undone.id].window = undone.counter

    @rule(desk=DESKS)
    def hold(self, desk):
        self.attempt(self.hall.services.serving.hold, desk, "papers", self.hall.desk)

    @rule(desk=DESKS, queue=st.sampled_from(["A", "B", "C", "S"]), place=st.sampled_from(LinePlace))
    def transfer(self, desk, queue, place):
        self.attempt(self.hall.services.calling.transfer, desk, queue, place, self.hall.desk)

    @rule(data=st.data(), call_class=st.sampled_from(CallClass))
    @precondition(lambda self: self.of(TicketState.WAITING, TicketState.PASSED))
    def reclass(self, data, call_class):
        ticket = data.draw(st.sampled_from(self.of(TicketState.WAITING, TicketState.PASSED)))
        self.attempt(self.hall.services.calling.reclass, ticket.id, call_class, "unwell", self.hall.head)

    @rule(desk=DESKS)
    def serve_without_a_number(self, desk):
        served = self.attempt(self.hall.services.tickets.without_ticket, desk, "101", self.hall.desk)
        if served is not None:
            self.issued.append(served.ticket.label)
            self.fence = max(self.fence, served.ticket.fence)

    # the clock

    @rule(minutes=st.sampled_from([1, 2, 31, 61]))
    def time_passes(self, minutes):
        self.hall.clock.advance(minutes=minutes)
        for code in (*GENERAL, *PRIVATE):
            if code not in self.dead:
                self.hall.services.counters.keep_alive(code, self.hall.desk)
        self.hall.services.housekeeping.run(self.hall.desk)

    @rule(desk=DESKS)
    def a_desk_dies(self, desk):
        """Its power is cut: it says nothing more, and after its time it holds nobody."""
        held = [t for t in self.of(*AT_DESK) if t.counter == desk]
        self.dead.add(desk)
        self.time_passes(SILENT_MINUTES)
        with self.hall.installation.store.read() as work:
            assert work.counters.need(desk).state is CounterState.OFFLINE
        for ticket in held:
            back = self.ticket(ticket.id)
            assert back.state not in AT_DESK, "a dead desk holds somebody"
            assert back.state is not TicketState.WAITING or back.counter is None

    @rule(desk=DESKS)
    @precondition(lambda self: self.dead)
    def a_desk_comes_back(self, desk):
        if desk in self.dead:
            self.dead.discard(desk)
            self.hall.services.counters.open(desk, self.hall.desk)

    @invariant()
    @precondition(lambda self: self.hall is not None)
    def the_hall_is_in_order(self):
        check(self.hall, self.issued)

    def teardown(self):
        if self.hall is not None:
            check_record(self.hall)
            self.hall.installation.close()


def days(engine: str, request: pytest.FixtureRequest, examples: int, steps: int) -> None:
    def opener() -> Hall:
        folder = Path(tempfile.mkdtemp(dir=request.getfixturevalue("tmp_path"))) / "profile"
        if engine == "sqlite":
            return open_hall(folder, counters=COUNTERS)
        made = request.getfixturevalue("pg_furnished")
        url = request.getfixturevalue("pg_database")("hall_furnished")
        return open_hall(folder, url, made, counters=COUNTERS)

    run_state_machine_as_test(
        lambda: Day(opener),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
        ),
    )


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_random_days(engine, request):
    days(engine, request, examples=5, steps=35)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_many_random_days(engine, request):
    days(engine, request, examples=80, steps=80)

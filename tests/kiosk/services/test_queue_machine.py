"""Random days at three desks: no number twice, no person at two desks, nobody lost, and undo really undoes."""

from __future__ import annotations

import tempfile
from collections import Counter as Tally
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.errors import ReceptionError
from kiosk.flow.ticket_flow import ENDED
from kiosk.model.ticket import CounterState, LinePlace, TicketState
from kiosk.model.visit import VisitState
from kiosk.services.counters import AT_DESK
from tests.kiosk.services.conftest import open_hall

DESKS = st.sampled_from(["1", "2", "3"])
SERVICES = st.sampled_from(["101", "701", "403"])


class Day(RuleBasedStateMachine):
    """Everything visitors and clerks can do, in any order."""

    @initialize()
    def begin(self):
        self.hall = open_hall(Path(tempfile.mkdtemp()) / "profile")
        self.hall.services.days.extend(7 * 24 * 60, self.hall.desk)
        for code in ("2", "3"):
            self.hall.services.counters.open(code, self.hall.desk)
        self.issued: list[str] = []

    def attempt(self, verb, *arguments):
        """A step that may be refused; a refusal must leave the journal alone."""
        before = self.hall.installation.store.last_seq()
        try:
            return verb(*arguments)
        except ReceptionError:
            assert self.hall.installation.store.last_seq() == before
            return None

    @rule(service=SERVICES, priority=st.booleans())
    def take_a_number(self, service, priority):
        self.issued.append(self.hall.ticket(category=service, priority=priority).label)

    @rule(desk=DESKS)
    def call_next(self, desk):
        self.attempt(self.hall.services.calling.next, desk, self.hall.desk)

    @rule(desk=DESKS, seconds=st.sampled_from([1, 25]))
    def recall(self, desk, seconds):
        self.hall.clock.advance(seconds=seconds)
        self.attempt(self.hall.services.calling.recall, desk, self.hall.desk)

    @rule(
        desk=DESKS,
        verb=st.sampled_from(["arrived", "finish", "left", "no_show", "undo", "check_identity"]),
    )
    def serve(self, desk, verb):
        self.attempt(getattr(self.hall.services.serving, verb), desk, self.hall.desk)

    @rule(desk=DESKS)
    def hold(self, desk):
        self.attempt(self.hall.services.serving.hold, desk, "papers", self.hall.desk)

    @rule(desk=DESKS, queue=st.sampled_from(["A", "B", "C"]), place=st.sampled_from(list(LinePlace)))
    def transfer(self, desk, queue, place):
        self.attempt(self.hall.services.calling.transfer, desk, queue, place, self.hall.desk)

    @rule(desk=DESKS, data=st.data())
    @precondition(lambda self: bool(self.tickets()))
    def call_back(self, desk, data):
        ticket = data.draw(st.sampled_from(self.tickets()))
        self.attempt(self.hall.services.calling.call_back, desk, ticket.id, self.hall.desk)

    @rule(data=st.data())
    @precondition(lambda self: bool(self.tickets()))
    def come_back_or_give_up(self, data):
        ticket = data.draw(st.sampled_from(self.tickets()))
        self.attempt(self.hall.services.tickets.recheck, ticket.id, ticket.query_code, self.hall.visitor)
        self.attempt(self.hall.services.tickets.cancel, ticket.id, self.hall.visitor)

    def beat(self):
        for code in ("1", "2", "3"):
            self.hall.services.counters.keep_alive(code, self.hall.desk)

    @rule(minutes=st.sampled_from([1, 2, 31, 61]))
    def time_passes(self, minutes):
        self.hall.clock.advance(minutes=minutes)
        self.beat()
        self.hall.services.housekeeping.run(self.hall.desk)

    def tickets(self):
        with self.hall.installation.store.read() as work:
            return work.tickets.in_states(self.hall.clock.today(), tuple(TicketState))

    @invariant()
    @precondition(lambda self: hasattr(self, "hall"))
    def the_hall_is_in_order(self):
        tickets = self.tickets()
        assert sorted(t.label for t in tickets) == sorted(self.issued)
        assert max(Tally(self.issued).values(), default=1) == 1, "a number was given twice"
        at_desk = Tally(t.counter for t in tickets if t.state in AT_DESK)
        assert max(at_desk.values(), default=1) == 1, "a desk holds two people"
        with self.hall.installation.store.read() as work:
            for ticket in tickets:
                visit = work.visits.get(ticket.visit_id)
                assert (visit.state is VisitState.SERVED) == (ticket.state is TicketState.SERVING)
                if ticket.state in (TicketState.WAITING, TicketState.CALLED, TicketState.HELD):
                    assert visit.state is VisitState.TICKETED, "somebody who waits was forgotten"
                if ticket.state in ENDED:
                    assert visit.state in (VisitState.CLOSED, VisitState.LEFT)
            for counter in work.counters.all():
                holds = [t for t in tickets if t.counter == counter.code and t.state in AT_DESK]
                expected = {TicketState.CALLED: CounterState.CALLING, TicketState.SERVING: CounterState.SERVING}
                assert counter.state is (expected[holds[0].state] if holds else CounterState.FREE)
            held_seats = Tally(seat.ticket_id for seat in work.seats.all() if seat.ticket_id)
            assert max(held_seats.values(), default=1) == 1

    def teardown(self):
        if hasattr(self, "hall"):
            with self.hall.installation.store.read() as work:
                assert work.journal.verify() is None
                assert work.audit.verify() is None
            self.hall.installation.close()


TestDay = Day.TestCase
TestDay.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

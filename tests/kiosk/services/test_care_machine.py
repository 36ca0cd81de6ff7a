"""Random hours of small services: visitors, guides, a robot and the clock; nothing is lost or done twice."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.errors import ReceptionError
from kiosk.flow.ticket_flow import OPEN
from kiosk.model.hall import ASKED_KINDS, CareState, SeatState
from kiosk.model.staff import Actor, Role
from tests.kiosk.services.conftest import open_hall

FLOOR = [Actor("staff", None, frozenset({Role.GUIDE}), code) for code in ("G1", "G2")]
SYSTEM = Actor("system", None, frozenset(), "T1")
ENDED = (CareState.DONE, CareState.FAILED, CareState.CANCELLED)
REPORTS = (CareState.ASSIGNED, CareState.MOVING, CareState.DONE, CareState.FAILED, CareState.CANCELLED)


class Hour(RuleBasedStateMachine):
    """Everything that can happen to a task."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.hall = open_hall(self.folder / "profile")
        self.ended: dict = {}
        self.hall.ticket()

    def attempt(self, verb, *arguments):
        """A step that may be refused; a refusal must leave the journal alone."""
        before = self.hall.installation.store.last_seq()
        try:
            return verb(*arguments)
        except ReceptionError:
            assert self.hall.installation.store.last_seq() == before
            return None

    def tasks(self):
        with self.hall.installation.store.read() as work:
            tickets = work.tickets.in_states(self.hall.clock.today(), tuple(type(OPEN[0])))
            return [task for ticket in tickets for task in work.care.of_ticket(ticket.id)]

    def tickets(self):
        with self.hall.installation.store.read() as work:
            return work.tickets.open(self.hall.clock.today())

    @rule(data=st.data(), kind=st.sampled_from(ASKED_KINDS))
    @precondition(lambda self: bool(self.tickets()))
    def ask(self, data, kind):
        ticket = data.draw(st.sampled_from(self.tickets()))
        self.attempt(self.hall.services.care.ask, ticket.id, kind, self.hall.visitor)

    @rule(data=st.data(), who=st.sampled_from(FLOOR), verb=st.sampled_from(["take", "done", "cancel"]))
    @precondition(lambda self: bool(self.tasks()))
    def somebody_of_the_floor(self, data, who, verb):
        task = data.draw(st.sampled_from(self.tasks()))
        self.attempt(getattr(self.hall.services.care, verb), task.id, who)

    @rule(data=st.data())
    @precondition(lambda self: bool(self.tasks()))
    def give_up(self, data):
        self.attempt(self.hall.services.care.fail, data.draw(st.sampled_from(self.tasks())).id, "none_left", FLOOR[0])

    @rule(data=st.data(), robot=st.sampled_from(["r1", "r2"]))
    @precondition(lambda self: bool(self.tasks()))
    def offer_to_a_robot(self, data, robot):
        task = data.draw(st.sampled_from(self.tasks()))
        given = self.hall.services.robots.assign(task.id, robot, SYSTEM)
        assert given is None or (task.state is CareState.NEW and not task.robot_tries)

    @rule(data=st.data(), robot=st.sampled_from(["r1", "r2"]), state=st.sampled_from(REPORTS))
    @precondition(lambda self: bool(self.tasks()))
    def hear_a_robot(self, data, robot, state):
        task = data.draw(st.sampled_from(self.tasks()))
        heard = self.hall.services.robots.heard(task.id, robot, state, "", SYSTEM)
        assert heard == (task.robot and task.owner == robot and task.done_at is None)

    @rule(seconds=st.sampled_from([5, 30, 60, 700]))
    def time_passes(self, seconds):
        self.hall.clock.advance(seconds=seconds)
        self.hall.services.counters.keep_alive("1", self.hall.desk)
        self.hall.services.housekeeping.run(self.hall.desk)
        limit = self.hall.services.context.settings.hall.robot_seconds
        for task in self.tasks():
            silent = (self.hall.clock.now() - (task.progress_at or task.at)).total_seconds()
            assert not (task.robot and task.done_at is None and silent >= limit), "the staff were not told"

    @rule()
    def come(self):
        self.hall.ticket()

    @rule(data=st.data())
    @precondition(lambda self: bool(self.tickets()))
    def leave(self, data):
        ticket = data.draw(st.sampled_from(self.tickets()))
        self.attempt(self.hall.services.tickets.cancel, ticket.id, self.hall.visitor)

    @invariant()
    @precondition(lambda self: hasattr(self, "hall"))
    def nothing_is_lost(self):
        waiting = {ticket.id for ticket in self.tickets()}
        tasks = self.tasks()
        shown = {row.task.id for row in self.hall.services.care.open()}
        assert shown == {task.id for task in tasks if task.state not in ENDED}
        for task in tasks:
            assert (task.done_at is not None) == (task.state in ENDED)
            assert task.done_at is not None or task.ticket_id in waiting, "somebody would go to an empty seat"
            assert task.robot_tries <= 1
            assert bool(task.owner) or task.state in (CareState.NEW, CareState.CANCELLED, CareState.FAILED)
            assert self.ended.setdefault(task.id, task) == task or task.done_at is None, "what has ended stays"
            if task.done_at is None:
                del self.ended[task.id]
        twice = Counter((task.ticket_id, task.kind) for task in tasks if task.done_at is None)
        assert max(twice.values(), default=1) == 1
        with self.hall.installation.store.read() as work:
            for seat in work.seats.all():
                held = seat.state in (SeatState.RESERVED, SeatState.OCCUPIED)
                assert seat.ticket_id is None or (held and seat.ticket_id in waiting)

    def teardown(self):
        if hasattr(self, "hall"):
            with self.hall.installation.store.read() as work:
                assert work.journal.verify() is None
            self.hall.installation.close()
            shutil.rmtree(self.folder, ignore_errors=True)


TestHour = Hour.TestCase
TestHour.settings = settings(
    max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

"""A desk over the real services and a real encrypted store in a temporary profile; time stands in the test's hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.errors import WorldError
from kiosk.installation import Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Post, Role, StaffMember
from kiosk.model.ticket import Ticket
from kiosk.model.visit import Proof
from kiosk.services import Services
from kiosk.settings import demo_settings
from ui.desk.presenter import DeskPresenter
from ui.desk.session import Surroundings
from ui.tasks import Command, Query, Scope

PASSWORD = "correct horse"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def today(self) -> date:
        return self.time.astimezone(timezone(timedelta(hours=8))).date()


class NowTasks:
    """Runs every task at once. ``down`` is a store that fails; ``held`` keeps answers back."""

    def __init__(self) -> None:
        self.down = False
        self.holding = False
        self.held: list[tuple[Query | Command, Scope]] = []

    def run(self, task: Query | Command, scope: Scope) -> None:
        if self.holding:
            self.held.append((task, scope))
            return
        try:
            if self.down:
                raise WorldError("store_unavailable", "The store does not answer.")
            value = task.work()
        except Exception as error:
            if scope.open:
                task.failure(error)
        else:
            if scope.open:
                task.success(value)

    def release(self) -> None:
        self.holding, waiting = False, self.held
        self.held = []
        for task, scope in waiting:
            self.run(task, scope)


@dataclass
class Hall:
    """The desk and everything around it."""

    installation: Installation
    clock: FakeClock
    tasks: NowTasks
    clerk: StaffMember
    people: dict[str, Employee]
    presenter: DeskPresenter
    seconds: list[float]

    @property
    def services(self) -> Services:
        return self.installation.services

    @property
    def visitor(self) -> Actor:
        return self.services.staff.visitor()

    @property
    def actor(self) -> Actor:
        return self.services.staff.actor(self.clerk)

    def pass_(self, seconds: int, *, idle: bool = False) -> None:
        """Time passes, second by second; somebody sits at the desk unless ``idle``."""
        for _ in range(seconds):
            self.clock.time += timedelta(seconds=1)
            self.seconds[0] += 1
            if not idle:
                self.presenter.session.touched()
            self.presenter.tick()

    def visit(
        self, person: str = "", proof: Proof = Proof.CARD, category: str = "101", *, priority: bool = False
    ) -> Ticket:
        """Somebody takes a number at the kiosk."""
        visit = self.services.arrivals.begin("zh_CN", self.visitor)
        if person:
            proposal = self.services.arrivals.by_number(self.people[person].staff_number)
            assert proposal is not None
            self.services.arrivals.identify(visit.id, proposal, proof, self.visitor)
        else:
            self.services.arrivals.stay_anonymous(visit.id, self.visitor)
        ticket = self.services.tickets.issue(visit.id, category, False, self.visitor)
        self.presenter.journal_grew()
        return ticket

    def serve(self, person: str = "", proof: Proof = Proof.CARD) -> None:
        """A visit, called and at the window."""
        self.visit(person, proof)
        self.presenter.calling.call_next()
        self.presenter.calling.arrived()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    clock, tasks, seconds = FakeClock(), NowTasks(), [0.0]
    installation = open_installation(tmp_path, clock=clock, settings=demo_settings())
    clerk = StaffMember(
        uuid4(), "han", "韩演示", frozenset({Role.DESK, Role.REVIEWER, Role.DISPATCHER}), frozenset({Post.ACCEPTANCE})
    )
    people = {}
    with installation.store.write() as work:
        unit = work.people.units()[0]
        for number, name in enumerate(("林演示", "赵样例", "孙演示"), start=1):
            people[name] = Employee(uuid4(), f"DEMO-{number:04d}", name, date(1988, 3, 1), unit.id, unit.name)
            work.people.put(people[name])
        work.staff.put(clerk)
    with installation.store.write() as work:
        work.staff.set_password(clerk.id, PASSWORD)
    presenter = DeskPresenter(Surroundings(tasks, clock, lambda: seconds[0], installation.settings))
    made = Hall(installation, clock, tasks, clerk, people, presenter, seconds)
    installation.services.days.open(made.actor)
    yield made
    presenter.stop()
    installation.close()


@pytest.fixture
def desk(hall: Hall) -> Hall:
    """A clerk has signed in at window 1."""
    hall.presenter.connect(hall.services)
    hall.presenter.session.sign_in("han", PASSWORD)
    return hall

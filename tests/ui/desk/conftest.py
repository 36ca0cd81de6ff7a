"""A desk over the real services and a real encrypted store in a temporary profile; time stands in the test's hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.installation import Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Post, Role, StaffMember
from kiosk.model.ticket import Ticket
from kiosk.model.visit import Proof
from kiosk.services import Services
from kiosk.settings import demo_settings
from ui.desk.front import DeskFront
from ui.desk.presenter import DeskPresenter
from ui.desk.session import Surroundings
from ui.tasks import Command, Query, Scope
from ui.translate import Translator

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


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StaffMember, dict[str, Employee]]:
    """A profile with a clerk and people, made once: every test works on a copy."""
    profile = tmp_path_factory.mktemp("desk")
    installation = open_installation(profile, clock=FakeClock(), settings=demo_settings())
    roles = frozenset({Role.DESK, Role.REVIEWER, Role.DISPATCHER})
    clerk = StaffMember(uuid4(), "han", "韩演示", roles, frozenset({Post.ACCEPTANCE}))
    people = {}
    with installation.store.write() as work:
        unit = work.people.units()[0]
        for number, name in enumerate(("林演示", "赵样例", "孙演示"), start=1):
            people[name] = Employee(uuid4(), f"DEMO-{number:04d}", name, date(1988, 3, 1), unit.id, unit.name)
            work.people.put(people[name])
        work.staff.put(clerk)
    with installation.store.write() as work:
        work.staff.set_password(clerk.id, PASSWORD)
    installation.services.days.open(installation.services.staff.actor(clerk))
    installation.close()
    return profile, clerk, people


@pytest.fixture
def hall(tmp_path: Path, furnished: tuple[Path, StaffMember, dict[str, Employee]]) -> Iterator[Hall]:
    profile, clerk, people = furnished
    clock, tasks, seconds = FakeClock(), NowTasks(), [0.0]
    shutil.copytree(profile, tmp_path / "profile")
    installation = open_installation(tmp_path / "profile", clock=clock, settings=demo_settings())
    presenter = DeskPresenter(Surroundings(tasks, clock, lambda: seconds[0], installation.settings))
    made = Hall(installation, clock, tasks, clerk, people, presenter, seconds)
    yield made
    presenter.stop()
    installation.close()


@pytest.fixture
def desk(hall: Hall) -> Hall:
    """A clerk has signed in at window 1."""
    hall.presenter.connect(hall.services)
    hall.presenter.session.sign_in("han", PASSWORD)
    return hall


Press = Callable[..., None]
APART_S = 0.3
"""Presses of a person lie this far apart; what is nearer is a bounce."""


@pytest.fixture
def front(hall: Hall, qtbot: QtBot) -> Iterator[DeskFront]:
    """The window of the desk, a clerk signed in."""
    made = DeskFront(hall.presenter, Translator(strict=True), load_catalog())
    qtbot.addWidget(made.window)
    made.window.resize(1280, 720)
    made.window.show()
    made.start()
    hall.presenter.connect(hall.services)
    hall.presenter.session.sign_in("han", PASSWORD)
    yield made
    made.stop()


@pytest.fixture
def press(hall: Hall, front: DeskFront, qtbot: QtBot) -> Press:
    """One key of the desk, a moment after the one before."""

    def pressed(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        page = front.page()
        assert page is not None
        page.setFocus()
        hall.seconds[0] += APART_S
        qtbot.keyClick(page, key, modifier)

    return pressed

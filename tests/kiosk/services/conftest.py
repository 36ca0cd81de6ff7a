"""A hall with one clerk, one head and three employees, on a fake clock."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import psycopg
import pytest

from kiosk.installation import ACTIVATION_KEY, Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.model.ticket import Ticket
from kiosk.model.visit import Proof, Visit
from kiosk.services.furnish import unit_id
from kiosk.settings import demo_settings
from kiosk.settings.hall import DEFAULT_COUNTERS, CounterSetting
from kiosk.settings.spec import Store
from kiosk.store.sealing import new_keypair
from tests.fakes import FakeClock
from tests.fixtures_pg import pg_database, pg_server

__all__ = ["pg_database", "pg_server"]


@dataclass
class Hall:
    """What a test works with."""

    installation: Installation
    clock: FakeClock
    desk: Actor
    head: Actor
    visitor: Actor
    people: list[Employee]

    @property
    def services(self):
        return self.installation.services

    def visit(self, person: Employee | None = None, proof: Proof = Proof.CARD) -> Visit:
        """A visitor who is known (or not) and has no number yet."""
        visit = self.services.arrivals.begin("zh_CN", self.visitor)
        if person is None:
            return self.services.arrivals.stay_anonymous(visit.id, self.visitor)
        proposal = self.services.arrivals.by_number(person.staff_number)
        return self.services.arrivals.identify(visit.id, proposal, proof, self.visitor)

    def ticket(self, person: Employee | None = None, category: str = "101", priority: bool = False, **more) -> Ticket:
        """A visitor with a number."""
        return self.services.tickets.issue(self.visit(person, **more).id, category, priority, self.visitor)

    def serve(self, person: Employee | None = None, counter: str = "1", **more):
        """Take a number, be called, arrive."""
        self.ticket(person, **more)
        self.services.calling.next(counter, self.desk)
        return self.services.serving.arrived(counter, self.desk)


@dataclass(frozen=True)
class Furnished:
    """A closed hall to be copied for each test: schema, staff and a password take half a second to make."""

    profile: Path
    desk: StaffMember
    head: StaffMember
    people: list[Employee]


def furnish_hall(profile: Path, url: str = "", clock: FakeClock | None = None) -> Furnished:
    """Make the hall in ``profile``, or in the PostgreSQL database at ``url``; the day and counter 1 are open."""
    installation = _opened(profile, clock or FakeClock(), url)
    ids = installation.services.context.ids
    desk = StaffMember(ids.new(), "desk", "韩演示", frozenset({Role.DESK, Role.REVIEWER, Role.DISPATCHER}))
    head = StaffMember(ids.new(), "head", "杨演示", frozenset({Role.HEAD, Role.SUPERVISOR}))
    unit = next(iter(installation.services.context.catalog.units))
    people = [
        Employee(ids.new(), f"DEMO-000{n}", name, born, unit_id(unit.code), unit.name)
        for n, name, born in (
            (1, "林演示", date(1988, 5, 1)),
            (2, "赵样例", date(1996, 7, 9)),
            (3, "孙演示", date(2009, 1, 1)),
        )
    ]
    with installation.store.write() as work:
        for member in (desk, head):
            work.staff.put(member)
        work.staff.set_password(desk.id, "correct horse")
        for person in people:
            work.people.put(person)
        work.meta.put(ACTIVATION_KEY, "test")
        work.set_discipline_key(new_keypair()[1])
    clerk = installation.services.staff.actor(desk)
    installation.services.days.open(clerk)
    installation.services.counters.open("1", clerk)
    installation.close()
    return Furnished(profile, desk, head, people)


@cache
def furnished() -> Furnished:
    """The hall in files of its own, made once in each test process."""
    folder = Path(tempfile.mkdtemp(prefix="hall-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return furnish_hall(folder / "profile")


@pytest.fixture(scope="session")
def pg_furnished(pg_server: str, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """The hall in the PostgreSQL database ``hall_furnished``."""
    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hall_furnished")
    url = pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/hall_furnished?")
    return furnish_hall(tmp_path_factory.mktemp("hall") / "profile", url)


def open_hall(
    folder: Path, url: str = "", made: Furnished | None = None, counters: tuple[CounterSetting, ...] = DEFAULT_COUNTERS
) -> Hall:
    """A furnished hall in ``folder``, or in the PostgreSQL database at ``url``, a copy of that of ``made``."""
    made = made or furnished()
    shutil.copytree(made.profile, folder)
    clock = FakeClock()
    installation = _opened(folder, clock, url, counters)
    staff = installation.services.staff
    return Hall(installation, clock, staff.actor(made.desk), staff.actor(made.head), staff.visitor(), list(made.people))


def _opened(
    profile: Path, clock: FakeClock, url: str, counters: tuple[CounterSetting, ...] = DEFAULT_COUNTERS
) -> Installation:
    settings = replace(demo_settings(), store=Store(url=url), counters=counters)
    return open_installation(profile, clock=clock, settings=settings)


@pytest.fixture(params=["sqlite", "postgres"])
def hall(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hall]:
    """The same hall on both engines."""
    if request.param == "postgres":
        made = request.getfixturevalue("pg_furnished")
        hall = open_hall(tmp_path / "profile", request.getfixturevalue("pg_database")("hall_furnished"), made)
    else:
        hall = open_hall(tmp_path / "profile")
    yield hall
    hall.installation.close()

"""A hall with one clerk, one head and three employees, on a fake clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.installation import ACTIVATION_KEY, Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.model.ticket import Ticket
from kiosk.model.visit import Proof, Visit
from kiosk.services.furnish import unit_id
from kiosk.settings import demo_settings
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


def open_hall(folder: Path, url: str = "") -> Hall:
    """A furnished hall in ``folder``, or in the PostgreSQL database at ``url``."""
    clock = FakeClock()
    settings = replace(demo_settings(), store=Store(url=url))
    installation = open_installation(folder, clock=clock, settings=settings)
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
    staff = installation.services.staff
    hall = Hall(installation, clock, staff.actor(desk), staff.actor(head), staff.visitor(), people)
    hall.services.days.open(hall.desk)
    hall.services.counters.open("1", hall.desk)
    return hall


@pytest.fixture(params=["sqlite", "postgres"])
def hall(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hall]:
    """The same hall on both engines."""
    url = request.getfixturevalue("pg_database")() if request.param == "postgres" else ""
    hall = open_hall(tmp_path / "profile", url)
    yield hall
    hall.installation.close()

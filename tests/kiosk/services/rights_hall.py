"""A hall on PostgreSQL whose terminals log in with their own rights, for the tests of those rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from kiosk.installation import Installation, open_installation
from kiosk.model.people import Employee
from kiosk.services import rights
from kiosk.settings import demo_settings
from kiosk.settings.spec import Store
from kiosk.store.keeper import login_name
from kiosk.store.login import TerminalKind
from tests.fakes import FakeClock
from tests.kiosk.services.conftest import Hall, furnish_hall


@dataclass
class RightsHall:
    """The owner's hall and its terminals: K1 and K2 are kiosks, D1 a desk, W1 a wall."""

    url: str
    keys_url: str
    folder: Path
    owner: Hall
    clock: FakeClock
    opened: list[Installation] = field(default_factory=list)

    @property
    def people(self) -> list[Employee]:
        return self.owner.people

    def terminal(self, code: str) -> Hall:
        """The installation of a terminal, connected with its own login."""
        shared = Store(self.as_user(self.url, code), "" if code.startswith("W") else self.as_user(self.keys_url, code))
        settings = replace(demo_settings(), store=shared)
        made = open_installation(self.folder / code, terminal=code, clock=self.clock, settings=settings)
        self.opened.append(made)
        staff = made.services.staff
        desk, head = (replace(actor, terminal=code) for actor in (self.owner.desk, self.owner.head))
        return Hall(made, self.clock, desk, head, staff.visitor(), self.people)

    def as_user(self, url: str, code: str) -> str:
        return make_url(url).set(username=login_name(code)).render_as_string(hide_password=False)

    @contextmanager
    def raw(self, code: str, url: str = "") -> Iterator[psycopg.Connection]:
        """What a thief of the login has: a connection and time."""
        address = self.as_user(url or self.url, code).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def close(self) -> None:
        for made in (*self.opened, self.owner.installation):
            made.close()


OWNER = "hall_owner"
TERMINALS = {"K1": "touch", "K2": "touch", "D1": "desk", "W1": "wall"}


def build(folder: Path, database: Callable[[str], str], template: str) -> RightsHall:
    """A copy of the furnished hall with rights applied and a login for each terminal."""
    url, keys_url = (owned(database(source)) for source in (template, "template1"))
    clock = FakeClock(datetime.now(UTC))
    settings = replace(demo_settings(), store=Store(url, keys_url))
    installation = open_installation(folder / "owner", clock=clock, settings=settings)
    people = furnished_people(installation)
    staff = installation.services.staff
    with installation.store.read() as work:
        desk, head = (work.staff.by_login(login) for login in ("desk", "head"))
    assert desk and head
    owner = Hall(installation, clock, staff.actor(desk), staff.actor(head), staff.visitor(), people)
    context = installation.services.context
    rights.apply(context, staff.system())
    for code, kind in TERMINALS.items():
        rights.grant_login(context, code, [TerminalKind(kind)], "", staff.system())
    return RightsHall(url, keys_url, folder, owner, clock)


def furnished_people(installation: Installation) -> list[Employee]:
    """林, 赵 and 孙."""
    with installation.store.read() as work:
        found = [work.people.by_number(f"DEMO-000{n}") for n in (1, 2, 3)]
    return [person for person in found if person is not None]


def make_template(folder: Path, url: str, clock: FakeClock) -> None:
    """The hall that ``build`` copies; its day was opened now, in real time."""
    furnish_hall(folder / "profile", owned(url), clock)


def owned(url: str) -> str:
    """The database as its owner sees it, who is no superuser but may make logins."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone():
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        connection.execute(f'ALTER DATABASE "{make_url(url).database}" OWNER TO {OWNER}')
    return make_url(url).set(username=OWNER).render_as_string(hide_password=False)

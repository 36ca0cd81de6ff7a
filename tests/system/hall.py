"""A furnished hall on the machine's own clock: two clerks, three employees, the day open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from kiosk.installation import ACTIVATION_KEY, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Role, StaffMember
from kiosk.services.furnish import unit_id
from kiosk.settings import Settings, write
from kiosk.store.sealing import new_keypair

CLERKS = {"1": "han", "2": "shen"}
"""Login of the clerk at each window."""
PASSWORD = "correct horse"
PEOPLE = {"DEMO-0001": "林演示", "DEMO-0002": "赵样例", "DEMO-0003": "孙演示"}
CLERK_NAMES = {"han": "韩演示", "shen": "沈样例"}


def furnish_hall(profile: Path, settings: Settings, *, face: bool = False) -> None:
    """Write the settings and open the hall; ``face``: with an activation record of a demo."""
    write(profile, settings)
    installation = open_installation(profile, settings=settings)
    services = installation.services
    unit = services.context.catalog.units[0]
    clerks = [
        StaffMember(UUID(int=number), login, CLERK_NAMES[login], frozenset({Role.DESK, Role.REVIEWER}))
        for number, login in enumerate(CLERKS.values(), 1)
    ]
    with installation.store.write() as work:
        for clerk in clerks:
            work.staff.put(clerk)
            work.staff.set_password(clerk.id, PASSWORD)
        for staff_number, name in PEOPLE.items():
            ident = services.context.ids.new()
            work.people.put(Employee(ident, staff_number, name, date(1988, 5, 1), unit_id(unit.code), unit.name))
        if face:
            work.meta.put(ACTIVATION_KEY, "demo")
        work.set_discipline_key(new_keypair()[1])
    services.days.open(services.staff.actor(clerks[0]))
    installation.close()

"""The fictional people, staff and appeals of the demo, as written in ``assets/demo``. Reads only; light to import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.appeal import Outcome
from kiosk.model.people import EmployeeStatus
from kiosk.model.service import PrivacyLevel
from kiosk.model.staff import Post, Role
from kiosk.toml_rows import read_toml, refuse, rows

DEMO_ROOT = Path(__file__).parent.parent / "assets" / "demo"


class DemoConsent(StrEnum):
    """How a demo person stands to face recognition."""

    NONE = "none"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A fictional employee."""

    staff_number: str
    name: str
    birth_date: date
    unit: str
    consent: DemoConsent
    status: EmployeeStatus = EmployeeStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A fictional member of the centre's staff."""

    login: str
    name: str
    roles: tuple[Role, ...]
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One step in the life of a demo appeal."""

    event: AppealEvent
    days_ago: int
    outcome: Outcome | None = None
    answer: str = ""
    reason: str = ""
    rating: int | None = None
    recheck_in_days: int = 0


@dataclass(frozen=True, slots=True)
class DemoAppeal:
    """A fictional appeal; ``person`` is a staff number, or empty for an anonymous one."""

    key: str
    person: str
    category: str
    title: str
    text: str
    days_ago: int
    step: tuple[DemoStep, ...]
    privacy: PrivacyLevel = PrivacyLevel.NAMED


@dataclass(frozen=True, slots=True)
class DemoContent:
    """Everything of ``assets/demo``."""

    people: tuple[DemoPerson, ...]
    staff: tuple[DemoMember, ...]
    password: str
    appeals: tuple[DemoAppeal, ...]


def load_demo(root: Path = DEMO_ROOT) -> DemoContent:
    """Read the content. Raises InputError naming file and entry."""
    staff = read_toml(root / "staff.toml")
    password = staff.get("password")
    if not isinstance(password, str) or not password:
        refuse("staff.toml", "password", "is missing", 'Write password = "..."')
    return DemoContent(
        people=rows(root / "people.toml", read_toml(root / "people.toml"), "person", DemoPerson),
        staff=rows(root / "staff.toml", staff, "member", DemoMember),
        password=password,
        appeals=rows(root / "appeals.toml", read_toml(root / "appeals.toml"), "appeal", DemoAppeal),
    )


def demo_sign_in() -> tuple[str, str]:
    """Login and password the sign-in page of a demo may show."""
    content = load_demo()
    return content.staff[0].login, content.password

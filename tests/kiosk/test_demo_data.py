"""The demo content: complete, with a genuine past, written once, and never into a real installation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calendar import load_calendar
from kiosk.demo_content import demo_sign_in, load_demo
from kiosk.demo_data import SEEDED, seed, working_day_before
from kiosk.errors import RuleError, WorldError
from kiosk.installation import Installation, open_installation
from kiosk.model.appeal import Appeal, AppealState
from kiosk.model.service import PrivacyLevel
from kiosk.settings import Settings, demo_settings

CALENDAR = load_calendar()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = open_installation(tmp_path_factory.mktemp("demo"), settings=demo_settings())
    assert seed(installation)
    yield installation
    installation.close()


def appeals_by_key(demo: Installation) -> dict[str, Appeal]:
    """The appeals under their keys of DOMAIN 5, found by title."""
    keys = {appeal.title: appeal.key for appeal in load_demo().appeals}
    year = demo.services.context.clock.today().year
    with demo.store.read() as work:
        numbers = (f"LN001-{y}-{n:05d}" for y in (year - 1, year) for n in range(1, 13))
        found = [appeal for number in numbers if (appeal := work.appeals.by_number(number))]
    return {keys[appeal.title]: appeal for appeal in found}


def test_every_appeal_stands_where_its_story_says(demo: Installation) -> None:
    states = {key: appeal.state.value for key, appeal in appeals_by_key(demo).items()}
    assert states == {
        "D-001": "processing",
        "D-002": "closed",
        "D-003": "council",
        "D-004": "fed_back",
        "D-005": "processing",
        "D-006": "resolved",
        "D-007": "registered",
        "D-008": "legal_review",
        "D-009": "deliberation",
        "D-010": "deferred",
        "D-011": "processing",
        "D-012": "dispatched",
    }


def test_one_appeal_is_due_soon_and_one_is_overdue(demo: Installation) -> None:
    appeals, first_day = appeals_by_key(demo), working_day_before(CALENDAR, demo.services.context.clock.today(), 0)
    assert appeals["D-001"].due_date == CALENDAR.add_working_days(first_day, 1).due
    overdue = appeals["D-012"].due_date
    assert overdue is not None
    assert overdue < first_day


def test_every_open_appeal_has_an_owner_and_a_next_date(demo: Installation) -> None:
    for appeal in appeals_by_key(demo).values():
        assert appeal.state is AppealState.CLOSED or (appeal.owner and appeal.next_date)


def test_the_anonymous_and_the_withheld_one_keep_their_secret(demo: Installation) -> None:
    appeals = appeals_by_key(demo)
    assert appeals["D-007"].employee_id is None
    assert appeals["D-012"].privacy is PrivacyLevel.WITHHELD
    assert {key for key, a in appeals.items() if a.privacy is PrivacyLevel.CONFIDENTIAL} == {
        "D-005",
        "D-008",
        "D-009",
        "D-011",
    }


def test_consents_are_those_of_the_story(demo: Installation) -> None:
    stands = {}
    for person in load_demo().people:
        with demo.store.read() as work:
            employee = work.people.by_number(person.staff_number)
        assert employee is not None
        state = demo.services.consents.state(employee.id)
        stands[person.staff_number[-4:]] = (state.granted, state.refused)
    assert {key for key, (granted, _) in stands.items() if granted} == {"0001", "0002", "0006"}
    assert {key for key, (_, refused) in stands.items() if refused} == {"0004"}


def test_the_past_is_closed_and_the_record_is_whole(demo: Installation) -> None:
    with demo.store.read() as work:
        assert work.days.open_day() is None
        assert work.journal.verify() is None
        assert work.audit.verify() is None
    today = demo.services.context.clock.today()
    assert all(a.registered_at.date() < today for a in appeals_by_key(demo).values())


def test_staff_can_sign_in_and_a_second_seeding_changes_nothing(demo: Installation) -> None:
    assert demo.services.staff.sign_in(*demo_sign_in()).active
    seq = demo.store.last_seq()
    assert not seed(demo)
    assert demo.store.last_seq() == seq


def test_names_and_numbers_are_fictional() -> None:
    content = load_demo()
    assert all(person.staff_number.startswith("DEMO-") for person in content.people)
    assert all(p.name.endswith(("演示", "样例")) for p in (*content.people, *content.staff))


def test_a_real_installation_is_refused_and_an_interrupted_demo_says_what_to_do(tmp_path: Path) -> None:
    real = open_installation(tmp_path / "real", settings=Settings())
    with pytest.raises(RuleError):
        seed(real)
    real.close()
    torn = open_installation(tmp_path / "torn", settings=demo_settings())
    with torn.store.write() as work:
        work.meta.put(SEEDED, "begun")
    with pytest.raises(WorldError, match="Delete"):
        seed(torn)
    torn.close()


@given(st.dates(date(2024, 2, 1), date(2026, 12, 20)), st.integers(1, 20))
def test_counting_back_and_forth_meets(today: date, count: int) -> None:
    day = working_day_before(CALENDAR, today, count)
    first = working_day_before(CALENDAR, today, 0)
    assert CALENDAR.is_working_day(day)
    assert CALENDAR.add_working_days(day, count).due == first
    assert day < today <= first < today + timedelta(days=12)

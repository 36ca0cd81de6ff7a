"""Working days: published holidays, make-up days, later years, and the answer to "why this day"."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calendar import FILE_NAME, ChinaCalendar, load_calendar
from kiosk.errors import InputError

CALENDAR = load_calendar()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # Saturday worked before Spring Festival
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # nine days of Spring Festival lie between
        (date(2026, 2, 10), 5, date(2026, 2, 24)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),  # National Day and Mid-autumn together
        (date(2025, 9, 30), 3, date(2025, 10, 11)),  # the Saturday after it is worked
        (date(2024, 2, 8), 7, date(2024, 2, 23)),  # the Friday before is worked, and so is Sunday the 18th
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
    ],
)
def test_published_years(start: date, count: int, due: date) -> None:
    assert CALENDAR.add_working_days(start, count).due == due


def test_why_this_day_names_every_day_between() -> None:
    count = CALENDAR.add_working_days(date(2026, 2, 13), 2)
    assert [reason.day.day for reason in count.skipped] == list(range(15, 24))
    assert {reason.name("zh_CN") for reason in count.skipped} == {"春节"}
    assert [(reason.day, reason.name("en")) for reason in count.made_up] == [(date(2026, 2, 14), "Make-up working day")]
    assert not count.provisional


def test_a_year_nobody_published_is_provisional_and_follows_the_week() -> None:
    count = CALENDAR.add_working_days(date(2026, 12, 31), 1)
    assert count.due == date(2027, 1, 1)
    assert count.provisional
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2003, 1, 6))


def test_a_negative_count_is_our_bug() -> None:
    with pytest.raises(ValueError, match="before its start"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


@given(DAYS, st.integers(0, 60))
def test_the_due_day_is_the_last_of_exactly_that_many_working_days(start: date, count: int) -> None:
    result = CALENDAR.add_working_days(start, count)
    between = [start + timedelta(days=n) for n in range(1, (result.due - start).days + 1)]
    assert sum(map(CALENDAR.is_working_day, between)) == count
    assert [reason.day for reason in result.skipped] == [d for d in between if not CALENDAR.is_working_day(d)]
    assert all(d.weekday() >= 5 and CALENDAR.is_working_day(d) for d in (r.day for r in result.made_up))
    assert count == 0 or CALENDAR.is_working_day(result.due)


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_counting_on_is_the_same_as_counting_once(start: date, first: int, second: int) -> None:
    middle = CALENDAR.add_working_days(start, first).due
    assert CALENDAR.add_working_days(middle, second).due == CALENDAR.add_working_days(start, first + second).due


@given(DAYS)
def test_every_day_off_has_a_reason_and_every_ordinary_day_none(day: date) -> None:
    reason = CALENDAR.reason(day)
    ordinary = CALENDAR.is_working_day(day) and day.weekday() < 5
    assert (reason is None) == ordinary


def own_year(folder: Path, text: str) -> ChinaCalendar:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return load_calendar(folder)


YEAR = """
[[year]]
year = 2027
source = "notice"
make_up = [2027-01-09]
[[year.holiday]]
name = "new_year"
days = [2027-01-01, 2027-01-02, 2027-01-03]
"""


def test_the_operators_year_wins_and_is_final(tmp_path: Path) -> None:
    calendar = own_year(tmp_path, YEAR)
    count = calendar.add_working_days(date(2026, 12, 31), 6)
    assert count.due == date(2027, 1, 9)
    assert not count.provisional
    assert [reason.key for reason in count.skipped] == ["new_year"] * 3
    assert calendar.reason(date(2027, 1, 9)) is not None
    assert calendar.is_provisional(date(2028, 1, 3))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year = 2027\n", "year = 2026\n"),
        ("2027-01-09", "2027-01-08"),
        ("2027-01-09", "2027-01-02"),
        ('"new_year"', '"holiday"'),
        ('source = "notice"', ""),
        ("[2027-01-09]", "2027-01-09"),
        ("[2027-01-09]", '["2027-01-09"]'),
        ("[2027-01-09]", "[2027-01-09T10:00:00]"),
    ],
)
def test_a_wrong_year_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InputError) as caught:
        own_year(tmp_path, YEAR.replace(old, new, 1))
    assert FILE_NAME in caught.value.what
    assert "[[year]]" in caught.value.what


@pytest.mark.parametrize("text", ["year = 3", "year = [3]"])
def test_a_year_that_is_no_block_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        own_year(tmp_path, text)

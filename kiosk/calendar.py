"""Working days of China (工作日, with 调休) and why a day does not count. Pure after loading; any thread.

Published years come from the package ``chinese_calendar``; later ones from ``assets/catalogue/working_days.toml``
or the file of that name in the profile, which wins. A year nobody has published yet follows the week, and every
answer that touches it is marked provisional (暂定), because the moved holidays will change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from kiosk.catalog import CATALOGUE_ROOT
from kiosk.toml_rows import read_toml, record, refuse, rows

FILE_NAME = "working_days.toml"
SATURDAY = 5

_PACKAGE_NAMES: Mapping[str, str] = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "tomb_sweeping",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "National Day": "national_day",
    "Mid-autumn Festival": "mid_autumn",
}
"""Names of the package; any other holiday of it is a commemoration."""


@dataclass(frozen=True, slots=True)
class ReasonName:
    """A reason in two languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DayReason:
    """Why ``day`` does not follow the week, or is a weekend: ``key`` is one of ``[names]`` of the file."""

    day: date
    key: str
    text: ReasonName

    def name(self, language: str) -> str:
        """The reason in ``language``."""
        return self.text.zh if language == "zh_CN" else self.text.en


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """A due date with everything needed to answer "why this day"."""

    start: date
    working_days: int
    due: date
    skipped: tuple[DayReason, ...]
    """Days that did not count, in order."""
    made_up: tuple[DayReason, ...]
    """Weekend days that did count."""
    provisional: bool
    """True when the count touches a year whose holidays are not published."""


@dataclass(frozen=True, slots=True)
class _Holiday:
    name: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class _Year:
    """One published year: days off with their reason, and weekend days worked."""

    off: Mapping[date, str]
    make_up: frozenset[date]


class ChinaCalendar:
    """Implements ``ports.Calendar``."""

    def __init__(self, years: Mapping[int, _Year], names: Mapping[str, ReasonName]) -> None:
        self._years = years
        self._names = names
        known = [day.year for day in chinese_calendar.constants.holidays]
        self._package_years = range(min(known), max(known) + 1)

    def is_working_day(self, day: date) -> bool:
        """True when offices work on ``day``."""
        year = self._years.get(day.year)
        if year is not None:
            return day in year.make_up or (day.weekday() < SATURDAY and day not in year.off)
        if day.year in self._package_years:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < SATURDAY

    def is_provisional(self, day: date) -> bool:
        """True while the holidays of the day's year are not published."""
        return day.year not in self._years and day.year not in self._package_years

    def reason(self, day: date) -> DayReason | None:
        """Why offices rest on ``day`` or work on a weekend; None for an ordinary working day."""
        key = self._reason_key(day)
        return DayReason(day, key, self._names[key]) if key else None

    def add_working_days(self, start: date, count: int) -> WorkingDayCount:
        """The day ``count`` working days after ``start``, which itself does not count (Civil Code 201).

        ``count`` 0 is the start itself, whatever day it is. Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("a due date cannot lie before its start")
        day, left = start, count
        skipped: list[DayReason] = []
        made_up: list[DayReason] = []
        provisional = self.is_provisional(start)
        while left:
            day += timedelta(days=1)
            provisional = provisional or self.is_provisional(day)
            working, reason = self.is_working_day(day), self.reason(day)
            left -= working
            if reason:
                (made_up if working else skipped).append(reason)
        return WorkingDayCount(start, count, day, tuple(skipped), tuple(made_up), provisional)

    def _reason_key(self, day: date) -> str:
        weekend = day.weekday() >= SATURDAY
        if self.is_working_day(day):
            return "make_up" if weekend else ""
        year = self._years.get(day.year)
        if year is not None:
            return year.off.get(day, "weekend")
        if day.year in self._package_years:
            name = chinese_calendar.get_holiday_detail(day)[1]
            return _PACKAGE_NAMES.get(name, "commemoration") if name else "weekend"
        return "weekend"


def load_calendar(profile: Path | None = None, root: Path = CATALOGUE_ROOT) -> ChinaCalendar:
    """The calendar with the shipped years and, year by year, those of the profile.

    Raises InputError naming file and entry.
    """
    shipped = root / FILE_NAME
    tables = read_toml(shipped)
    written = tables.get("names")
    if not isinstance(written, dict):
        refuse(shipped.name, "[names]", "is missing", "Put the names of the reasons back.")
    names = {key: record(shipped, f"[names] {key}", value, ReasonName) for key, value in written.items()}
    missing = {"weekend", "make_up", "commemoration", *_PACKAGE_NAMES.values()} - names.keys()
    if missing:
        refuse(shipped.name, "[names]", f"lacks {', '.join(sorted(missing))}", "Put the names back.")
    years = _years(shipped, tables, names)
    own = profile / FILE_NAME if profile else None
    if own and own.exists():
        years |= _years(own, read_toml(own), names)
    return ChinaCalendar(years, names)


@dataclass(frozen=True, slots=True)
class _WrittenYear:
    """A ``[[year]]`` entry."""

    year: int
    source: str
    make_up: tuple[date, ...] = ()
    holiday: tuple[_Holiday, ...] = ()


def _years(path: Path, tables: Mapping[str, object], names: Mapping[str, ReasonName]) -> dict[int, _Year]:
    """The years of one file, checked: days lie in their year, names exist, nothing is both work and rest."""
    years: dict[int, _Year] = {}
    for written in rows(path, tables, "year", _WrittenYear):
        entry = f"[[year]] year = {written.year}"
        off: dict[date, str] = {}
        for holiday in written.holiday:
            if holiday.name not in names:
                refuse(path.name, entry, f"holiday {holiday.name} has no name", "Use a key of [names].")
            off |= dict.fromkeys(holiday.days, holiday.name)
        wrong = [day for day in (*off, *written.make_up) if day.year != written.year]
        wrong += [day for day in written.make_up if day in off or day.weekday() < SATURDAY]
        if wrong:
            problem = f"{wrong[0]} is in another year, both work and rest, or a make-up day inside the week"
            refuse(path.name, entry, problem, "Correct this day.")
        years[written.year] = _Year(off, frozenset(written.make_up))
    return years

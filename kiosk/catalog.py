"""The service catalogue (服务目录): categories, groups, presets, offices, letters, units, seat zones.

Owns loading and cross-checking of ``assets/catalogue``; must not decide who is called or who may see what. To add a
category follow the steps at the top of ``assets/catalogue/services.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kiosk.errors import RuleError
from kiosk.model.service import PrivacyLevel, ServiceCategory
from kiosk.model.ticket import CallClass
from kiosk.toml_rows import read_toml, refuse, rows

CATALOGUE_ROOT = Path(__file__).parent.parent / "assets" / "catalogue"
PRIVATE_LETTER = "C"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """An entry with a code and two names."""

    code: str
    zh: str
    en: str

    def name(self, language: str) -> str:
        """The name in ``language`` (``zh_CN`` or anything else for English)."""
        return self.zh if language == "zh_CN" else self.en


@dataclass(frozen=True, slots=True)
class Office(Named):
    """A lead office (承办部门)."""


class LetterKind(StrEnum):
    """``queue``: people wait under the letter; ``order``: printed on a ticket that keeps the queue of its matter."""

    QUEUE = "queue"
    ORDER = "order"


class LetterUse(StrEnum):
    """Whose numbers carry a letter of their own."""

    PRIORITY = "priority"
    BOOKED = "booked"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Letter(Named):
    """A letter of ticket numbers (DOMAIN 3.3)."""

    kind: LetterKind
    use: str = ""
    """What its numbers are given for besides a service: one of ``LetterUse``; empty for the queue of services."""
    first: int = 1
    """The number its series starts at every day."""


class Arrow(StrEnum):
    """Where a zone lies, seen by somebody who faces the kiosk."""

    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Zone(Named):
    """A zone of the waiting hall (DOMAIN 8). Its seats are numbered from the one nearest the windows, row after row.

    ``zh_way`` and ``en_way`` say how to get there; ``on_wish`` zones are given only to who asks for them.
    """

    seats: int
    zh_way: str
    en_way: str
    row: int = 1
    arrow: Arrow = Arrow.AHEAD
    on_wish: bool = False

    def seat_codes(self) -> tuple[str, ...]:
        """Codes of its seats: Z1-01, Z1-02 ..."""
        return tuple(f"{self.code}-{number:02d}" for number in range(1, self.seats + 1))

    def way(self, language: str) -> str:
        """How to get there, in ``language``."""
        return self.zh_way if language == "zh_CN" else self.en_way


@dataclass(frozen=True, slots=True)
class Seating:
    """Zones, best first, for a call class or a queue; an entry without either is for everybody else."""

    key: str
    zones: tuple[str, ...]
    call_class: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A page of tiles at the kiosk; ``icon`` names a file of ``assets/icons``."""

    key: str
    zh: str
    en: str
    icon: str

    def name(self, language: str) -> str:
        """The name in ``language``."""
        return self.zh if language == "zh_CN" else self.en


@dataclass(frozen=True, slots=True)
class Preset(Group):
    """A tile that leads straight to one category (服务网站五类, DOMAIN row 74)."""

    category: str


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit of the organisation tree as delivered; ``parent`` is a code or empty."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class _Category:
    """A category as written in the file."""

    code: str
    zh: str
    en: str
    office: str
    limit_days: int
    letter: str
    privacy: PrivacyLevel
    group: str
    skill: str = ""

    def build(self) -> ServiceCategory:
        return ServiceCategory(
            code=self.code,
            name_zh=self.zh,
            name_en=self.en,
            office=self.office,
            limit_days=self.limit_days,
            letter=self.letter,
            privacy=self.privacy,
            group=self.group,
            skill=self.skill,
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything of the catalogue, in the order of the files. Immutable; any thread."""

    categories: tuple[ServiceCategory, ...]
    groups: tuple[Group, ...]
    presets: tuple[Preset, ...]
    offices: Mapping[str, Office]
    letters: Mapping[str, Letter]
    zones: tuple[Zone, ...]
    seating: tuple[Seating, ...]
    units: tuple[UnitEntry, ...]

    def category(self, code: str) -> ServiceCategory:
        """The category with ``code``. Raises RuleError when there is none."""
        for category in self.categories:
            if category.code == code:
                return category
        raise RuleError("category_unknown", f"There is no category {code}.", "Choose one of the list.", category=code)

    def letter_for(self, use: LetterUse) -> Letter:
        """The letter of priority, booked or group numbers."""
        return next(letter for letter in self.letters.values() if letter.use == use)

    def group(self, key: str) -> Group:
        """The group with ``key``. Raises RuleError when there is none."""
        for group in self.groups:
            if group.key == key:
                return group
        raise RuleError("category_unknown", f"There is no group {key}.", "Choose one of the list.", category=key)

    def of_group(self, key: str) -> tuple[ServiceCategory, ...]:
        """The categories of a group."""
        return tuple(category for category in self.categories if category.group == key)


def load_catalog(root: Path = CATALOGUE_ROOT) -> Catalog:
    """Read and cross-check the catalogue. Raises InputError naming file and entry."""
    services, tables = root / "services.toml", read_toml(root / "services.toml")
    catalog = Catalog(
        categories=tuple(entry.build() for entry in rows(services, tables, "category", _Category)),
        groups=rows(services, tables, "group", Group),
        presets=rows(services, tables, "preset", Preset),
        offices={office.code: office for office in _file(root, "offices.toml", "office", Office)},
        letters={letter.code: letter for letter in _file(root, "letters.toml", "letter", Letter)},
        zones=_file(root, "seats.toml", "zone", Zone),
        seating=_file(root, "seats.toml", "seating", Seating),
        units=_file(root, "units.toml", "unit", UnitEntry),
    )
    for category in catalog.categories:
        _check_category(category, catalog)
    _check_letters(catalog)
    _check_presets(catalog)
    _check_seating(catalog)
    _check_units(catalog)
    return catalog


def _file(root: Path, name: str, key: str, kind: type[T]) -> tuple[T, ...]:
    return rows(root / name, read_toml(root / name), key, kind)


def _check_category(category: ServiceCategory, catalog: Catalog) -> None:
    """A category refers only to what exists, and nothing private waits under a telling letter (decision 7)."""
    entry = f"[[category]] code = {category.code}"
    if category.office not in catalog.offices:
        refuse("services.toml", entry, f"office {category.office} is not in offices.toml", "Use an office's code.")
    letter = catalog.letters.get(category.letter)
    if letter is None or letter.kind is not LetterKind.QUEUE:
        refuse("services.toml", entry, f"letter {category.letter} is no queue of letters.toml", "Use a queue letter.")
    if category.group not in {group.key for group in catalog.groups}:
        refuse("services.toml", entry, f"group {category.group} is not a [[group]]", "Use a group's key.")
    if category.limit_days < 0:
        refuse("services.toml", entry, f"limit_days is {category.limit_days}", "Write 0 (at once) or more.")
    private = category.privacy in (PrivacyLevel.CONFIDENTIAL, PrivacyLevel.SEALED)
    if private and category.letter != PRIVATE_LETTER:
        refuse("services.toml", entry, "is private but does not wait under C", 'Write letter = "C".')


def _check_letters(catalog: Catalog) -> None:
    """Each use has one letter; no letter names another use; numbers start at 1 or later."""
    for letter in catalog.letters.values():
        entry = f"[[letter]] code = {letter.code}"
        if letter.use not in ("", *LetterUse):
            refuse("letters.toml", entry, f"use is {letter.use}", f"Use one of {', '.join(LetterUse)}.")
        if letter.first < 1:
            refuse("letters.toml", entry, f"first is {letter.first}", "Write 1 or more.")
    for use in LetterUse:
        letters = [letter.code for letter in catalog.letters.values() if letter.use == use]
        if len(letters) != 1:
            refuse("letters.toml", f'use = "{use}"', f"is written {len(letters)} times", "Write it at one letter.")


def _check_presets(catalog: Catalog) -> None:
    codes = {category.code for category in catalog.categories}
    for preset in catalog.presets:
        if preset.category not in codes:
            entry = f"[[preset]] key = {preset.key}"
            refuse("services.toml", entry, f"category {preset.category} does not exist", "Use a category's code.")


def _check_seating(catalog: Catalog) -> None:
    """Rows are whole numbers of seats, every rule names real zones, queues and classes, and the last is for all."""
    zones = {zone.code for zone in catalog.zones}
    for zone in catalog.zones:
        if not 1 <= zone.row <= zone.seats:
            refuse("seats.toml", f"[[zone]] code = {zone.code}", f"row is {zone.row}", "Write 1 to seats.")
    for rule in catalog.seating:
        entry, unknown = f"[[seating]] key = {rule.key}", set(rule.zones) - zones
        if unknown or not rule.zones:
            refuse("seats.toml", entry, f"zones names {', '.join(unknown) or 'none'}", "Use the codes of zones.")
        if rule.call_class not in ("", *CallClass):
            refuse("seats.toml", entry, f"call_class is {rule.call_class}", f"Use one of {', '.join(CallClass)}.")
        if rule.queue and rule.queue not in catalog.letters:
            refuse("seats.toml", entry, f"queue {rule.queue} is no letter", "Use a letter of letters.toml.")
    if not catalog.seating or catalog.seating[-1].call_class or catalog.seating[-1].queue:
        refuse(
            "seats.toml", "[[seating]]", "the last entry is not for everybody", "End with one that names only zones."
        )


def _check_units(catalog: Catalog) -> None:
    """Parents stand above their children, so that the tree can be written in one pass and has no ring."""
    seen = {""}
    for unit in catalog.units:
        if unit.parent not in seen:
            entry = f"[[unit]] code = {unit.code}"
            refuse("units.toml", entry, f"parent {unit.parent} does not stand above it", "Put the parent first.")
        seen.add(unit.code)

"""What pages 3 and 4 tell: cards, courses, honours, the plan of the hall, reception days. Owns reading, not showing.

``assets/wall/content.toml`` is for the demo; a site's own ``wall.toml`` in its profile replaces it. Its first page says
how to write one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from kiosk.toml_rows import read_toml, refuse, rows

CONTENT = Path(__file__).parents[2] / "assets" / "wall" / "content.toml"
SITE_FILE = "wall.toml"
PLAN = (24, 14)
"""Columns and rows of the plan's grid."""


class CardKind(StrEnum):
    """What a card is about."""

    POLICY = "policy"
    PSYCHOLOGY = "psychology"
    CULTURE = "culture"


class RoomKind(StrEnum):
    """How a part of the plan is drawn."""

    WINDOW = "window"
    SEATS = "seats"
    ROOM = "room"
    DESK = "desk"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing worth knowing."""

    zh_title: str
    en_title: str
    kind: CardKind
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Course:
    """A module of the care base, with its topics."""

    zh: str
    en: str
    zh_topics: tuple[str, ...]
    en_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Honour:
    """One distinction."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the plan: ``at`` is left, top, width, height in the grid."""

    code: str
    kind: RoomKind
    zh: str
    en: str
    at: tuple[int, ...]
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    """A day of each month on which a post receives: the ``week``-th ``weekday`` (0 is Monday)."""

    zh: str
    en: str
    week: int
    weekday: int
    hours: str


@dataclass(frozen=True, slots=True)
class WallContent:
    """Everything of one content file."""

    cards: tuple[Card, ...]
    courses: tuple[Course, ...]
    honours: tuple[Honour, ...]
    rooms: tuple[Room, ...]
    receptions: tuple[Reception, ...]


def load_content(profile: Path | None = None) -> WallContent:
    """The site's content, or the demo's. Raises InputError naming the entry that does not fit."""
    path = profile / SITE_FILE if profile is not None and (profile / SITE_FILE).exists() else CONTENT
    tables = read_toml(path)
    content = WallContent(
        rows(path, tables, "card", Card),
        rows(path, tables, "course", Course),
        rows(path, tables, "honour", Honour),
        rows(path, tables, "room", Room),
        rows(path, tables, "reception", Reception),
    )
    _check(path, content)
    return content


def _check(path: Path, content: WallContent) -> None:
    if not content.cards:
        refuse(path.name, "card", "is missing", "Write one [[card]] at least.")
    for room in content.rooms:
        inside = len(room.at) == 4 and min(room.at[2:]) > 0 and min(room.at[:2]) >= 0
        if not inside or room.at[0] + room.at[2] > PLAN[0] or room.at[1] + room.at[3] > PLAN[1]:
            refuse(path.name, f"room {room.code}", "does not lie in the plan", f"The plan is {PLAN[0]} by {PLAN[1]}.")
    for day in content.receptions:
        if not (1 <= day.week <= 4 and 0 <= day.weekday <= 6):
            refuse(path.name, day.zh, "is no day of every month", "Write week 1 to 4 and weekday 0 to 6.")


def next_receptions(receptions: tuple[Reception, ...], today: date, count: int) -> list[tuple[date, Reception]]:
    """The coming reception days, the nearest first; today counts."""
    firsts = [_first_of_month(today, months) for months in range(count + 1)]
    days = [(_day_in(first, day), day) for first in firsts for day in receptions]
    return sorted((pair for pair in days if pair[0] >= today), key=lambda pair: (pair[0], pair[1].zh))[:count]


def _first_of_month(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _day_in(first: date, day: Reception) -> date:
    return first + timedelta(days=(day.weekday - first.weekday()) % 7 + 7 * (day.week - 1))

"""Terminals as the hall sees each other: signs of life, lamps, and orders from the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """What a terminal says of itself every few seconds. Nothing personal.

    ``lamps`` maps a device (printer, camera, sound, store, media) to the code of its fault, "" when it is well;
    ``facts`` are small figures for people who look after it (page shown, age of data, paper, layout).
    """

    code: str
    fronts: tuple[str, ...]
    version: str
    seen_at: datetime
    lamps: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


class OrderVerb(StrEnum):
    """What the desk may ask of a terminal."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    SHOW = "show"  # argument: a page of the wall
    LAYOUT = "layout"  # argument: a layout of the wall
    IDENTIFY = "identify"  # show your code in large letters for a moment
    SOUND_CHECK = "sound_check"
    PRINT = "print"  # argument: the id of a ticket


@dataclass(frozen=True, slots=True)
class TerminalOrder:
    """One order; ``outcome`` is "ok" or the code of a fault once it is done."""

    id: UUID
    terminal: str
    verb: OrderVerb
    argument: str
    at: datetime
    by: str
    taken_at: datetime | None = None
    done_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Numbers of one letter kept for one terminal, for the time it may be cut off from the hall store."""

    id: UUID
    service_date: date
    letter: str
    first: int
    last: int
    terminal: str
    reserved_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for the walls, shown between two instants; ``walls`` empty means all."""

    id: UUID
    zh: str
    en: str
    starts_at: datetime
    ends_at: datetime | None
    by: str
    walls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpareNumber:
    """A number given while the terminal was cut off from the hall store; it enters there later, with these ids.

    ``left_visit`` is the visit the person had begun when the line broke: should that one have got a number whose answer
    never came, that number is given back.
    """

    ticket_id: UUID
    visit_id: UUID
    block_id: UUID
    service_date: date
    letter: str
    number: int
    at: datetime
    category: str | None
    priority: bool
    language: str
    query_code: str
    left_visit: UUID | None = None

    @property
    def label(self) -> str:
        """As printed."""
        return f"{self.letter}{self.number:03d}"

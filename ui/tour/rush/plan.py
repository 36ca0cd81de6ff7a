"""The script of the rush: who comes when, and what breaks when. Pure; the same seed gives the same hour.

A visitor's behaviour is drawn from the id of the ticket, so that the desk that calls it knows what the person will do
without being told by anybody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

DESKS = ("1", "2", "3", "4", "5", "6")
QUEUES = {
    "1": ("A", "B"),
    "2": ("A", "B"),
    "3": ("A", "B"),
    "4": ("A", "B"),
    "5": ("A", "B", "C"),
    "6": ("A", "B", "C"),
}
KIOSKS = ("K1", "K2")
WALL = "W1"
CATEGORIES = (("101", 5), ("103", 4), ("303", 3), ("701", 4), ("702", 2), ("403", 1), ("501", 1), ("601", 1))
TALK_MINUTES = 0.62
"""Six desks and four hundred people in an hour: an information rush, not counselling."""


class Trouble(StrEnum):
    """What goes wrong, and is mended again."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    WALL_KILLED = "wall_killed"
    DESK_KILLED = "desk_killed"
    CENTRE_CUT = "centre_cut"
    KIOSK_CUT = "kiosk_cut"


@dataclass(frozen=True, slots=True)
class Incident:
    """``trouble`` at ``where`` from minute ``begins`` to minute ``ends`` (shares of the whole until laid out)."""

    trouble: Trouble
    where: str
    begins: float
    ends: float


INCIDENTS = (
    Incident(Trouble.PAPER_OUT, "K1", 0.15, 0.25),
    Incident(Trouble.CENTRE_CUT, "centre", 0.20, 0.60),
    Incident(Trouble.DESK_KILLED, "4", 0.33, 0.45),
    Incident(Trouble.WALL_KILLED, WALL, 0.50, 0.55),
    Incident(Trouble.COVER_OPEN, "K2", 0.55, 0.62),
    Incident(Trouble.KIOSK_CUT, "K2", 0.70, 0.85),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who touches ``kiosk`` at ``minute``."""

    minute: float
    kiosk: str
    category: str
    priority: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole hour."""

    minutes: float
    arrivals: tuple[Arrival, ...]
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a person does: minutes to reach the window and to talk; who misses the first call may come back."""

    walk: float
    talk: float
    misses: bool
    returns: bool


def make_plan(visitors: int, minutes: float, seed: int) -> Plan:
    """``visitors`` over ``minutes`` with two waves; incidents at fixed shares of the time."""
    dice = random.Random(seed)
    codes, weights = zip(*CATEGORIES, strict=True)
    arrivals = []
    for _ in range(visitors):
        wave = dice.choice((0.25, 0.65, None))
        share = dice.random() if wave is None else min(0.99, max(0.0, dice.gauss(wave, 0.12)))
        category = dice.choices(codes, weights)[0]
        arrivals.append(Arrival(share * minutes, dice.choice(KIOSKS), category, dice.random() < 0.15))
    laid_out = tuple(Incident(i.trouble, i.where, i.begins * minutes, i.ends * minutes) for i in INCIDENTS)
    return Plan(minutes, tuple(sorted(arrivals, key=lambda arrival: arrival.minute)), laid_out)


def behaviour_of(ticket_id: UUID, seed: int) -> Behaviour:
    """What the holder of this ticket does."""
    dice = random.Random(ticket_id.int ^ seed)
    talk = min(4.0, dice.lognormvariate(0, 0.5) / 1.133 * TALK_MINUTES)
    return Behaviour(dice.uniform(0.05, 0.2), talk, dice.random() < 0.05, dice.random() < 0.7)

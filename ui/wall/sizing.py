"""How large a wall must write to be read, and how many calls it then has room for. Pure arithmetic, no Qt.

The rule (PRIVACY 5): at the distance D of the farthest reader numbers are D/100 high, Chinese is D/140 high and has at
least 16 dots. Heights are those of the ink: in our typeface a figure fills 73 % and a Hanzi 87 % of the font's size.
Rows are dropped before anything is written smaller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FIGURE_INK, HANZI_INK = 0.73, 0.87
HANZI_DOTS = 16
NUMBER_SHARE, HANZI_SHARE = 100, 140

LABEL_EM, PLACE_EM, GAP_EM = 2.83, 4.4, 0.35
"""Widths in font sizes: A1003; 12 号窗口; the space between them, in sizes of the number."""

PLACE_OF_NUMBER = 0.66
"""The place is written a third smaller than its number, as the rule allows and a little better."""

NEWEST = (1.7, 1.3, 1.0)
"""The newest call's row is so much higher than the others, as long as those can be read."""

_ROW_FILL, _STACK_FILL = 0.64, 0.47
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Need:
    """Least font sizes, in the unit of the pitch it was asked for."""

    number: float
    hanzi: float


@dataclass(frozen=True, slots=True)
class CallPlan:
    """The list of calls: ``rows`` of them, the newest in a row ``newest`` high, the others ``row`` high each.

    ``stacked``: the place stands under the number. ``number`` and ``place`` are the sizes of the earlier calls, the
    smaller ones. ``readable``: they are what was needed.
    """

    rows: int
    stacked: bool
    newest: float
    row: float
    number: float
    place: float
    newest_number: float
    readable: bool


def need(distance_m: float, pitch_mm: float) -> Need:
    """Font sizes in dots for a reader at ``distance_m`` from a panel with ``pitch_mm`` from dot to dot."""
    if distance_m <= 0 or pitch_mm <= 0:
        raise ValueError("distance and pitch are above 0")
    dots_of_distance = distance_m * 1000 / pitch_mm
    return Need(
        math.ceil(dots_of_distance / NUMBER_SHARE / FIGURE_INK),
        max(HANZI_DOTS, math.ceil(dots_of_distance / HANZI_SHARE / HANZI_INK)),
    )


def reach(number_dots: float, hanzi_dots: float, pitch_mm: float) -> float:
    """Metres from which text of these font sizes can be read by the same rule; 0 when a Hanzi has too few dots."""
    if hanzi_dots < HANZI_DOTS:
        return 0.0
    number_m = number_dots * FIGURE_INK * pitch_mm * NUMBER_SHARE / 1000
    return min(number_m, hanzi_dots * HANZI_INK * pitch_mm * HANZI_SHARE / 1000)


def plan_calls(width: float, height: float, wanted: Need, most: int) -> CallPlan:
    """The most calls, at most ``most``, that are readable in the area; side by side before one under the other.

    When nothing is readable there: two calls as large as they can be, and ``readable`` says so.
    """
    plans = [
        _plan(width, height, rows, higher, stacked, wanted)
        for rows in range(most, min(most, _FEWEST) - 1, -1)
        for stacked in (False, True)
        for higher in NEWEST
    ]
    readable = [plan for plan in plans if plan.readable]
    if readable:
        return readable[0]
    return max(plans, key=lambda plan: min(plan.number / wanted.number, plan.place / wanted.hanzi))


def _plan(width: float, height: float, rows: int, higher: float, stacked: bool, wanted: Need) -> CallPlan:
    row = height / (higher + rows - 1)
    newest = height - row * (rows - 1)
    earlier = row if rows > 1 else newest
    number = _number_size(width, earlier, stacked)
    place = number * PLACE_OF_NUMBER
    readable = number >= wanted.number and place >= wanted.hanzi
    return CallPlan(
        rows, stacked, newest, row, number, place, max(number, _number_size(width, newest, stacked)), readable
    )


def _number_size(width: float, height: float, stacked: bool) -> float:
    """The largest number whose row fits both ways."""
    if stacked:
        return min(height * _STACK_FILL, width / LABEL_EM, width / (PLACE_EM * PLACE_OF_NUMBER))
    return min(height * _ROW_FILL, width / (LABEL_EM + GAP_EM + PLACE_EM * PLACE_OF_NUMBER))

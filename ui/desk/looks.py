"""What each page beside the queue shows, and how it is read from the store. Store thread; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.model.booking import Booking
from kiosk.model.hall import BusinessDay, HelpCall
from kiosk.model.terminal import Notice, TerminalOrder, TerminalStatus
from ui.desk.state import Page

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.care import CareRow
    from kiosk.services.days import DayEnding
    from kiosk.services.intake import DayPlan, Intake
    from kiosk.services.promises import PromiseReport
    from kiosk.services.seats import SeatRow
    from kiosk.services.statistics import HallReport, WindowNow

ORDERS_SHOWN = 8
WEEK = timedelta(days=6)
MONTH = timedelta(days=29)


class Span(StrEnum):
    """The days whose figures are shown."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class QueueNow:
    """One queue: how many wait, and what is promised to the next."""

    letter: str
    waiting: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class HallLook:
    """Every window, queue and booking at this moment."""

    windows: tuple[WindowNow, ...]
    queues: tuple[QueueNow, ...]
    promises: PromiseReport
    bookings: tuple[Booking, ...]
    help: tuple[HelpCall, ...]


@dataclass(frozen=True, slots=True)
class CareLook:
    """Seats, and what visitors asked for."""

    seats: tuple[SeatRow, ...]
    tasks: tuple[CareRow, ...]


@dataclass(frozen=True, slots=True)
class DevicesLook:
    """Walls and terminals, the latest orders to them, and what is announced."""

    terminals: tuple[TerminalStatus, ...]
    lost: frozenset[str]
    orders: tuple[TerminalOrder, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class FiguresLook:
    """The figures of a span of days."""

    span: Span
    report: HallReport


@dataclass(frozen=True, slots=True)
class DayLook:
    """The business day, and what closing it would end."""

    day: BusinessDay | None
    plan: DayPlan
    intake: Intake
    ending: DayEnding | None
    over: bool = False
    """Today was closed: it opens again tomorrow."""


Look = HallLook | CareLook | DevicesLook | FiguresLook | DayLook


def look_at_hall(services: Services, today: date) -> HallLook:
    """Read the page of windows and queues."""
    open_ = services.days.current() is not None
    tiles = {tile.letter: tile for group in services.tickets.offer("zh_CN") for tile in group.tiles} if open_ else {}
    return HallLook(
        windows=services.statistics.hall(),
        queues=tuple(QueueNow(t.letter, t.waiting, t.low, t.high) for _, t in sorted(tiles.items())),
        promises=services.promises.today(),
        bookings=services.bookings.of_day(today),
        help=services.staff.help_calls(),
    )


def look_at_care(services: Services, _today: date) -> CareLook:
    """Read the page of seats and small services."""
    return CareLook(services.seats.map(), services.care.open())


def look_at_devices(services: Services, _today: date) -> DevicesLook:
    """Read the page of walls and terminals."""
    return DevicesLook(
        terminals=services.terminals.all(),
        lost=frozenset(status.code for status in services.terminals.lost()),
        orders=services.terminals.recent(ORDERS_SHOWN),
        notices=services.notices.all(),
    )


def look_at_day(services: Services, _today: date) -> DayLook:
    """Read the page of the business day."""
    day = services.days.current()
    ending = services.days.ending() if day else None
    return DayLook(day, services.days.plan(), services.days.intake(), ending, services.days.over())


def look_at_figures(services: Services, today: date, span: Span) -> FiguresLook:
    """Read the figures from the first day of ``span`` to today."""
    back = {Span.TODAY: timedelta(), Span.WEEK: WEEK, Span.MONTH: MONTH}[span]
    return FiguresLook(span, services.statistics.report(today - back, today))


LOOKS: dict[Page, Callable[[Services, date], Look]] = {
    Page.HALL: look_at_hall,
    Page.CARE: look_at_care,
    Page.DEVICES: look_at_devices,
    Page.DAY: look_at_day,
}
"""How each page is read; the figures need a span besides, the reception has no page of its own."""

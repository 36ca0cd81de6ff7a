"""Figures of the hall: waits, talks, passes and promises, by queue, window and hour; and every window as it is now.

Counts of people in queues are exact (DECISIONS 21); nothing here names a visitor or a matter.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from kiosk.errors import InputError
from kiosk.model.ticket import Counter, CounterState, Ticket, TicketState
from kiosk.services.context import Context
from kiosk.services.counters import AT_DESK
from kiosk.services.pace import trustworthy
from kiosk.services.promises import PromiseReport, report
from kiosk.store import Work

LONGEST_DAYS = 400
GONE = (TicketState.ABANDONED, TicketState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Spread:
    """Middle and nine-of-ten value in minutes; None without samples."""

    samples: int
    p50_min: float | None
    p90_min: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a queue, a window, an hour, or everything. ``doubtful`` talks have no trustworthy end and are not in
    ``talk``; ``gone`` are numbers abandoned or expired; ``passed`` counts passes, ``recalls`` calls beyond the first.
    """

    key: str
    issued: int
    served: int
    gone: int
    passed: int
    recalls: int
    wait: Spread
    talk: Spread
    doubtful: int


@dataclass(frozen=True, slots=True)
class HallReport:
    """The business days from ``first`` to ``last`` that were opened."""

    first: date
    last: date
    days: int
    total: Line
    by_queue: tuple[Line, ...]
    by_window: tuple[Line, ...]
    by_hour: tuple[Line, ...]
    promises: PromiseReport


@dataclass(frozen=True, slots=True)
class WindowNow:
    """One window at this moment. ``since`` is when its number was called or its talk began."""

    code: str
    state: CounterState
    place: str
    queues: tuple[str, ...]
    staff_name: str
    label: str
    since: datetime | None
    today_served: int


class Statistics:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def hall(self) -> tuple[WindowNow, ...]:
        """Every window of the centre, by code."""
        with self._context.store.read() as work:
            day = work.days.open_day()
            today = work.tickets.between(day.service_date, day.service_date) if day else []
            return tuple(_window(work, counter, today) for counter in work.counters.all())

    def report(self, first: date, last: date) -> HallReport:
        """The figures of the business days from ``first`` to ``last``. Raises InputError ``statistics_span``."""
        if not timedelta() <= last - first <= timedelta(days=LONGEST_DAYS):
            raise InputError(
                "statistics_span", f"{first} to {last} is no span of at most {LONGEST_DAYS} days.",
                "Give the earlier day first, and at most a year.", days=LONGEST_DAYS,
            )  # fmt: skip
        with self._context.store.read() as work:
            tickets = work.tickets.between(first, last)
        zone = ZoneInfo(self._context.settings.centre.time_zone)
        return HallReport(
            first=first,
            last=last,
            days=len({ticket.service_date for ticket in tickets}),
            total=line("all", tickets),
            by_queue=_lines(tickets, lambda ticket: ticket.queue),
            by_window=_lines((t for t in tickets if t.counter), lambda ticket: ticket.counter or ""),
            by_hour=_lines(tickets, lambda ticket: f"{ticket.issued_at.astimezone(zone):%H}"),
            promises=report(tickets),
        )


def _window(work: Work, counter: Counter, today: Sequence[Ticket]) -> WindowNow:
    mine = [ticket for ticket in today if ticket.counter == counter.code]
    present = next((ticket for ticket in mine if ticket.state in AT_DESK), None)
    staff = work.staff.get(counter.staff_id) if counter.staff_id else None
    return WindowNow(
        code=counter.code,
        state=counter.state,
        place=counter.place,
        queues=counter.queues,
        staff_name=staff.name if staff else "",
        label=present.label if present else "",
        since=present.since if present else None,
        today_served=sum(ticket.state is TicketState.DONE for ticket in mine),
    )


def _lines(tickets: Iterable[Ticket], key: Callable[[Ticket], str]) -> tuple[Line, ...]:
    parts: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        parts.setdefault(key(ticket), []).append(ticket)
    return tuple(line(name, parts[name]) for name in sorted(parts))


def line(key: str, tickets: Sequence[Ticket]) -> Line:
    """The figures of ``tickets`` under the name ``key``."""
    done = [ticket for ticket in tickets if ticket.state is TicketState.DONE and ticket.served_at and ticket.ended_at]
    talks = [(t.ended_at or t.issued_at) - (t.served_at or t.issued_at) for t in done]
    counted = trustworthy(talks)
    return Line(
        key=key,
        issued=len(tickets),
        served=len(done),
        gone=sum(ticket.state in GONE for ticket in tickets),
        passed=sum(ticket.passes for ticket in tickets),
        recalls=sum(max(0, ticket.calls - 1) for ticket in tickets),
        wait=_spread([t.first_called_at - t.issued_at for t in tickets if t.first_called_at]),
        talk=_spread(counted),
        doubtful=len(talks) - len(counted),
    )


def _spread(times: Sequence[timedelta]) -> Spread:
    minutes = [time.total_seconds() / 60 for time in times]
    if not minutes:
        return Spread(0, None, None)
    p90 = quantiles(minutes, n=10, method="inclusive")[-1] if len(minutes) > 1 else minutes[0]
    return Spread(len(minutes), median(minutes), p90)


COLUMNS = (
    "part", "key", "issued", "served", "gone", "passed", "recalls", "wait_p50_min", "wait_p90_min", "talk_p50_min",
    "talk_p90_min", "doubtful",
)  # fmt: skip


def as_csv(figures: HallReport) -> str:
    """The report for a spreadsheet: one row for each line, a heading row first."""
    parts = {"total": (figures.total,), "queue": figures.by_queue}
    parts |= {"window": figures.by_window, "hour": figures.by_hour}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for part, lines in parts.items():
        for row in lines:
            times = (row.wait.p50_min, row.wait.p90_min, row.talk.p50_min, row.talk.p90_min)
            told = ["" if minutes is None else f"{minutes:.1f}" for minutes in times]
            writer.writerow(
                [part, row.key, row.issued, row.served, row.gone, row.passed, row.recalls, *told, row.doubtful]
            )
    return out.getvalue()

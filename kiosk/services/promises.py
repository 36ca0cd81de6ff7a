"""Wait promises: what the queues learnt of their own speed, and how good the promises were.

A promise is the span stored with the ticket (``wait_low_min``, ``wait_high_min``); it is compared with the time to the
first call. Who was urgent or waited for one window by wish is not judged; who left before a call cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median, quantiles

from kiosk.model.service_quality import Pace
from kiosk.model.ticket import CallClass, Counter, CounterState, Ticket
from kiosk.services.context import Context
from kiosk.services.pace import TALKS_KEPT, fresh_pace, judge, mean_minutes, people_ahead, promised
from kiosk.services.policy import WaitSpan
from kiosk.store import Work

AT_WORK = (CounterState.FREE, CounterState.CALLING, CounterState.SERVING)
LEARN_AFTER = timedelta(minutes=1)
TALKS_READ = 10 * TALKS_KEPT
Waiting = dict[tuple[str, CallClass], int]
"""People who wait, by queue and class."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good promises were. ``error_min`` are the median and the 90 % quantile of the distance from the middle of
    the span; None without a judged promise."""

    judged: int
    kept: int
    median_error_min: float | None
    p90_error_min: float | None

    @property
    def share(self) -> float | None:
        """Promises kept, 0 to 1."""
        return self.kept / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """The promises of one or more days: together, and by queue."""

    all: Quality
    by_queue: dict[str, Quality]


def span_now(
    work: Work, context: Context, queue: str, waiting: Waiting, call_class: CallClass = CallClass.ORDINARY
) -> WaitSpan:
    """The promise to somebody who joins ``queue`` now, behind those ``waiting``."""
    run = context.settings.calling.priority_run
    return span_of(work.counters.all(), work.paces.peek(queue) or fresh_pace(queue, work.now), waiting, call_class, run)


def span_of(
    counters: Iterable[Counter],
    pace: Pace,
    waiting: Waiting,
    call_class: CallClass = CallClass.ORDINARY,
    run: int = 2,
) -> WaitSpan:
    """The span of ``pace.queue`` from what every terminal may see: windows, pace and counts."""
    at_work = [counter for counter in counters if counter.state in AT_WORK]
    mine = [counter for counter in at_work if pace.queue in counter.queues]
    ahead = people_ahead(waiting, [counter.queues for counter in at_work], pace.queue, call_class, run)
    return promised(pace, ahead, len(mine), any(counter.state is CounterState.FREE for counter in mine))


def judged(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Those whose promise can be compared with what happened."""
    return [t for t in tickets if t.first_called_at and _promised_by_rule(t)]


def _promised_by_rule(ticket: Ticket) -> bool:
    """A number given while a kiosk was cut off promises no time."""
    return ticket.wait_high_min > 0 and ticket.call_class is not CallClass.URGENT and ticket.wish is None


def quality(tickets: Iterable[Ticket]) -> Quality:
    """How good the promises of ``tickets`` were."""
    errors, kept = [], 0
    for ticket in judged(tickets):
        waited = _waited(ticket).total_seconds() / 60
        kept += ticket.wait_low_min <= waited <= ticket.wait_high_min
        errors.append(abs(waited - (ticket.wait_low_min + ticket.wait_high_min) / 2))
    if not errors:
        return Quality(0, 0, None, None)
    p90 = quantiles(errors, n=10)[-1] if len(errors) > 1 else errors[0]
    return Quality(len(errors), kept, median(errors), p90)


def report(tickets: Iterable[Ticket]) -> PromiseReport:
    """The quality of all promises and of each queue's."""
    by_queue: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_queue.setdefault(ticket.queue, []).append(ticket)
    every = [ticket for part in by_queue.values() for ticket in part]
    return PromiseReport(quality(every), {queue: quality(part) for queue, part in sorted(by_queue.items())})


def _waited(ticket: Ticket) -> timedelta:
    return (ticket.first_called_at or ticket.issued_at) - ticket.issued_at


class Promises:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def today(self) -> PromiseReport:
        """The promises of the open day; empty while the centre is closed."""
        with self._context.store.read() as work:
            day = work.days.open_day()
            return report(work.tickets.between(day.service_date, day.service_date) if day else ())


def due_to_learn(work: Work) -> bool:
    """Was anybody called since the queues learnt last, a minute ago or more?"""
    day = work.days.open_day()
    if day is None:
        return False
    learnt = max((pace.at for pace in work.paces.all().values()), default=day.opened_at)
    return work.now - learnt >= LEARN_AFTER and bool(work.tickets.first_called(day.service_date, learnt))


def learn(work: Work) -> int:
    """Compare the promises of everybody called since the last time; how many were judged. Leaves no event."""
    day = work.days.open_day()
    if day is None:
        return 0
    paces = work.paces.all()
    learnt = max((pace.at for pace in paces.values()), default=day.opened_at)
    fresh = judged(work.tickets.first_called(day.service_date, learnt))
    talks = work.tickets.occupied(TALKS_READ)
    for queue in {ticket.queue for ticket in fresh}:
        pace = paces.get(queue) or fresh_pace(queue, work.now)
        for ticket in fresh:
            if ticket.queue == queue:
                pace = judge(pace, ticket.wait_low_min, ticket.wait_high_min, _waited(ticket), work.now)
        minutes = mean_minutes(length for letter, length in talks if letter == queue)
        work.paces.put(replace(pace, minutes=minutes, at=work.now))
    return len(fresh)

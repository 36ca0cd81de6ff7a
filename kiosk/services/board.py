"""Folds the store into what the wall shows: numbers only, from one consistent read."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.model.appeal import Appeal, AppealState
from kiosk.model.board import BoardState, Call, Figures, LetterRow
from kiosk.model.hall import BusinessDay
from kiosk.model.ticket import TicketState
from kiosk.services.context import Context
from kiosk.services.promises import span_now
from kiosk.store import Work

CALLS_SHOWN = 6
SHOWN = (TicketState.CALLED, TicketState.SERVING, TicketState.DONE, TicketState.HELD)
"""A number stays on the wall after its call, until six newer ones were called."""
SMALL_CELL = 5
"""Appeal statistics under five are not published (DECISIONS 21); the wall writes 'fewer than five'."""
SATISFIED = 3


class Board:
    """What may be public. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def snapshot(self) -> BoardState:
        """The present board and the journal position it was read at."""
        with self._context.store.read() as work:
            day = work.days.open_day()
            return BoardState(
                seq=work.journal.last_seq(),
                as_of=work.now,
                day_open=day is not None,
                calls=self._calls(work, day) if day else (),
                waiting=self._waiting(work, day) if day else (),
                figures=self._figures(work),
            )

    def _calls(self, work: Work, day: BusinessDay) -> tuple[Call, ...]:
        places = {counter.code: counter.place for counter in work.counters.all()}
        called = work.tickets.last_called(day.service_date, SHOWN, CALLS_SHOWN)
        return tuple(
            Call(
                t.id,
                t.label,
                t.counter or "",
                places.get(t.counter or "", ""),
                t.called_at or work.now,
                t.calls,
                t.fence,
            )
            for t in called
        )

    def _waiting(self, work: Work, day: BusinessDay) -> tuple[LetterRow, ...]:
        letters = sorted({category.letter for category in self._context.catalog.categories})
        counts = work.tickets.waiting_by_queue(day.service_date)
        rows = []
        for letter in letters:
            count = counts.get(letter, 0)
            span = span_now(work, self._context, letter)
            rows.append(LetterRow(letter, count, span.low, span.high))
        return tuple(rows)

    def _figures(self, work: Work) -> Figures:
        today, month = self._midnight(work.now), self._midnight(work.now, first_of_month=True)
        closed = work.appeals.closed_between(month, work.now)
        registered = work.appeals.registered_between(month, work.now)
        on_time = [a for a in closed if a.due_date and a.closed_at and self._context.day_of(a.closed_at) <= a.due_date]
        rated = [a for a in closed if a.rating is not None]
        satisfied = [a for a in rated if a.rating is not None and a.rating >= SATISFIED]
        return Figures(
            received_today=sum(1 for a in registered if a.registered_at >= today),
            closed_today=sum(1 for a in closed if a.closed_at and a.closed_at >= today),
            in_progress=sum(1 for a in work.appeals.open() if _counts_as_open(a)),
            received_month=len(registered),
            closed_month=len(closed),
            on_time_pct=_percent(len(on_time), len(closed)),
            satisfied_pct=_percent(len(satisfied), len(rated)),
        )

    def _midnight(self, now: datetime, first_of_month: bool = False) -> datetime:
        local = now.astimezone(ZoneInfo(self._context.settings.centre.time_zone))
        start = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return start.replace(day=1) if first_of_month else start


def _counts_as_open(appeal: Appeal) -> bool:
    return appeal.state not in (AppealState.DRAFT, AppealState.RATED)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= SMALL_CELL else None

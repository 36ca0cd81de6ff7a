"""Folds the views of numbers into what walls and loudspeakers may tell, from one consistent read."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.model.appeal import AppealState, Channel
from kiosk.model.board import BoardState, Call, Figures, LetterRow, News, NewsKind, Stage, WindowRow, ZoneRow
from kiosk.model.hall import SeatState
from kiosk.model.ticket import CallClass, Counter, CounterState, TicketState
from kiosk.services.context import Context
from kiosk.services.pace import fresh_pace
from kiosk.services.promises import span_of
from kiosk.store import Work
from kiosk.store.board import OpenDay, WaitingNumber

CALLS_READ = 24
"""A wall of one zone picks its six from these."""
SMALL_CELL = 5
"""Appeal statistics under five are not published (DECISIONS 21); the wall writes 'fewer than five'."""
SATISFIED = 3
NEWS_KEPT = timedelta(minutes=3)
"""A number that was passed is announced soon after or not at all."""
CLOSING_BEFORE = timedelta(minutes=10)
DUE_SOON_DAYS = 1

STAGES = {
    Stage.ACCEPTANCE: (AppealState.REGISTERED, AppealState.NEED_INFO, AppealState.REOPENED, AppealState.OUT_OF_SCOPE),
    Stage.DISPATCH: (AppealState.ACCEPTED, AppealState.RETURNED),
    Stage.HANDLING: (
        AppealState.DISPATCHED,
        AppealState.PROCESSING,
        AppealState.COUNCIL,
        AppealState.LEGAL_REVIEW,
        AppealState.DEFERRED,
        AppealState.REDO,
        AppealState.DELIBERATION,
    ),
    Stage.FEEDBACK: (AppealState.RESOLVED, AppealState.FED_BACK),
    Stage.RATING: (AppealState.RATED,),
}
_STAGE_OF = {state: stage for stage, states in STAGES.items() for state in states}


class Board:
    """What may be public. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._paused: dict[str, datetime] = {}

    def snapshot(self) -> BoardState:
        """The present board and the journal position it was read at."""
        with self._context.store.read() as work:
            day = work.board.day()
            windows = work.board.windows()
            calls = tuple(work.board.calls(CALLS_READ)) if day else ()
            line = work.board.line() if day else []
            present = work.board.with_windows() if day else {}
            return BoardState(
                seq=work.board.last_seq(),
                as_of=work.now,
                day_open=day is not None,
                calls=calls,
                waiting=self._waiting(work, windows, line) if day else (),
                figures=self._figures(work),
                news=tuple(self._news(work, day, windows, calls, line)) if day else (),
                windows=tuple(WindowRow(w.code, w.queues, w.state, w.place, present.get(w.code)) for w in windows),
                zones=_zones(work),
                notices=tuple(work.board.notices(work.now)),
                intake_open=day is not None and day.intake_stopped_at is None,
                closes_at=day.closes_at if day else None,
            )

    def _waiting(self, work: Work, windows: list[Counter], line: list[WaitingNumber]) -> tuple[LetterRow, ...]:
        letters = {category.letter for category in self._context.catalog.categories}
        letters |= {queue for window in windows for queue in window.queues}
        counts = Count(number.queue for number in line)
        by_class = dict(Count((number.queue, number.call_class) for number in line))
        paces, run = work.board.paces(), self._context.settings.calling.priority_run
        rows = []
        for letter in sorted(letters):
            pace = paces.get(letter) or fresh_pace(letter, work.now)
            span = span_of(windows, pace, by_class, CallClass.ORDINARY, run)
            rows.append(LetterRow(letter, counts[letter], span.low, span.high))
        return tuple(rows)

    # --- news

    def _news(
        self, work: Work, day: OpenDay, windows: list[Counter], calls: Sequence[Call], line: list[WaitingNumber]
    ) -> Iterable[News]:
        kinds = {TicketState.PASSED: NewsKind.PASSED, TicketState.EXPIRED: NewsKind.EXPIRED}
        for gone in work.board.gone_since(work.now - NEWS_KEPT):
            yield News(kinds[gone.state], gone.label, "", 0, gone.since or work.now, queue=gone.queue)
        places = {window.code: window.place for window in windows}
        for number in line:
            if _transferred(number) and number.since and number.since >= work.now - NEWS_KEPT:
                window = number.wish or ""
                yield News(
                    NewsKind.TRANSFER, number.label, window, 0, number.since, places.get(window, ""), number.queue
                )
        yield from self._soon(calls, line)
        yield from self._breaks(work, windows)
        if day.closes_at and day.closes_at - CLOSING_BEFORE <= work.now < day.closes_at:
            yield News(NewsKind.CLOSING, "", "", 0, day.closes_at - CLOSING_BEFORE)

    def _soon(self, calls: Sequence[Call], line: list[WaitingNumber]) -> Iterable[News]:
        """Who stands near the front of a line that moved while they stood in it: a line nobody calls is not 'soon'."""
        moved: dict[str, datetime] = {}
        for call in calls:
            moved[call.queue] = max(call.at, moved.get(call.queue, call.at))
        rank = list(CallClass)
        for queue in {number.queue for number in line}:
            mine = sorted((n for n in line if n.queue == queue), key=lambda n: (rank.index(n.call_class), n.position))
            for ahead, number in enumerate(mine[: self._context.settings.calling.soon_ahead + 1]):
                if ahead and moved.get(queue, number.queued_at) > number.queued_at:
                    yield News(NewsKind.SOON, number.label, "", ahead, number.queued_at, queue=queue)

    def _breaks(self, work: Work, windows: list[Counter]) -> Iterable[News]:
        paused = {window.code: window for window in windows if window.state is CounterState.PAUSED}
        self._paused = {code: self._paused.get(code, work.now) for code in paused}
        for code, window in paused.items():
            yield News(NewsKind.PAUSE, "", code, 0, self._paused[code], window.place)

    # --- figures

    def _figures(self, work: Work) -> Figures:
        today, month = self._midnight(work.now), self._midnight(work.now, first_of_month=True)
        received = [row for row in work.board.received_since(month) if row[0] <= work.now]
        closed = [row for row in work.board.closed_since(month) if row[0] <= work.now]
        stands = work.board.open_appeals()
        count = sum(row[3] for row in closed)
        on_time = sum(row[3] for row in closed if row[1] and self._context.day_of(row[0]) <= row[1])
        rated = sum(row[3] for row in closed if row[2] is not None)
        satisfied = sum(row[3] for row in closed if row[2] is not None and row[2] >= SATISFIED)
        channels: Count[Channel] = Count()
        for _, channel, number in received:
            channels[channel] += number
        late, soon = self._due(work, stands)
        return Figures(
            received_today=sum(number for hour, _, number in received if hour >= today),
            closed_today=sum(row[3] for row in closed if row[0] >= today),
            in_progress=sum(number for state, _, number in stands if state is not AppealState.RATED),
            received_month=sum(number for _, _, number in received),
            closed_month=count,
            on_time_pct=_percent(on_time, count),
            satisfied_pct=_percent(satisfied, rated),
            average_days=sum(row[4] for row in closed) / count if count >= SMALL_CELL else None,
            stages=_stages(stands),
            channels=tuple(sorted(channels.items(), key=lambda pair: (-pair[1], pair[0]))),
            due_soon=soon,
            overdue=late,
        )

    def _due(self, work: Work, stands: list[tuple[AppealState, date | None, int]]) -> tuple[int, int]:
        """(overdue, due soon). What was told to the person already is not late any more."""
        today = self._context.day_of(work.now)
        told = (*STAGES[Stage.FEEDBACK], *STAGES[Stage.RATING])
        dues = [(due, number) for state, due, number in stands if due is not None and state not in told]
        late = sum(number for due, number in dues if due < today)
        soon = sum(number for due, number in dues if today <= due <= today + timedelta(days=DUE_SOON_DAYS))
        return late, soon

    def _midnight(self, now: datetime, first_of_month: bool = False) -> datetime:
        local = now.astimezone(ZoneInfo(self._context.settings.centre.time_zone))
        start = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return start.replace(day=1) if first_of_month else start


def _transferred(number: WaitingNumber) -> bool:
    """Sent on to a certain window by the desk that had it (not: passed, or only waiting for its wish)."""
    if number.wish is None or number.called_at is None or number.passes:
        return False
    return number.since is not None and number.since > number.called_at


def _zones(work: Work) -> tuple[ZoneRow, ...]:
    """Seats by zone; a reservation that ran out is an occupied seat (``services.seats``)."""
    free: Count[str] = Count()
    seats: Count[str] = Count()
    for zone, state, _until, number in work.board.seats():
        free[zone] += number if state is SeatState.FREE else 0
        seats[zone] += number if state is not SeatState.OUT_OF_USE else 0
    return tuple(ZoneRow(zone, free[zone], seats[zone]) for zone in sorted(seats))


def _stages(stands: list[tuple[AppealState, date | None, int]]) -> tuple[tuple[Stage, int], ...]:
    counts = Count(dict.fromkeys(Stage, 0))
    for state, _, number in stands:
        counts[_STAGE_OF[state]] += number
    return tuple(counts.items())


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= SMALL_CELL else None

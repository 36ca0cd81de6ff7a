"""Whether numbers are given now, and why not: opening hours, holidays, and the word of the staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.errors import RuleError
from kiosk.model.hall import BusinessDay
from kiosk.model.staff import Actor
from kiosk.services.context import Context, open_day
from kiosk.store import Work

DAY_CLOSED = "day_closed"
STOPPED = "intake_stopped"
OVER = "intake_over"
OVER_BY_CLOCK = "hours"
"""The reason of a day whose intake the clock ended; people write other ones."""
LOOK_AHEAD = 60
"""Days searched for the next opening: longer than any run of holidays."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What the calendar and the settings say of a day; times as written at the centre."""

    working_day: bool
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Intake:
    """Whether visitors get numbers. ``code`` says why not (``day_closed``, ``intake_stopped``, ``intake_over``),
    ``reason`` is the sentence staff wrote, ``opens_at`` when it opens again by the plan (None when staff decide).
    """

    open: bool
    code: str = ""
    reason: str = ""
    opens_at: datetime | None = None


def plan_of(context: Context, day: date) -> DayPlan:
    """The plan of ``day``."""
    opens, closes = (time.fromisoformat(part) for part in context.settings.centre.hours.split("-"))
    return DayPlan(context.calendar.is_working_day(day), opens, closes)


def zone_of(context: Context) -> ZoneInfo:
    """The time zone of the centre."""
    return ZoneInfo(context.settings.centre.time_zone)


def at_centre(context: Context, day: date, at: time) -> datetime:
    """The instant when the clocks of the centre show ``at`` on ``day``."""
    return datetime.combine(day, at, zone_of(context))


def last_number_at(context: Context, closes_at: datetime) -> datetime:
    """From this instant on no more numbers are given on a day that closes at ``closes_at``."""
    return closes_at - timedelta(minutes=context.settings.hall.last_number_minutes)


def closing_of(context: Context, day: date, now: datetime) -> datetime | None:
    """When a day opened now closes: by the plan, or None when it is opened outside the hours for numbers."""
    plan = plan_of(context, day)
    closes_at = at_centre(context, day, plan.closes)
    return closes_at if plan.working_day and now < last_number_at(context, closes_at) else None


def next_opening(context: Context, now: datetime) -> datetime | None:
    """When the centre opens next by the plan; None when the calendar knows no working day soon."""
    today = context.day_of(now)
    for day in (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)):
        plan = plan_of(context, day)
        opens_at = at_centre(context, day, plan.opens)
        if plan.working_day and opens_at > now:
            return opens_at
    return None


def intake_over(context: Context, day: BusinessDay, now: datetime) -> bool:
    """True when the time of the last number has come."""
    return day.closes_at is not None and now >= last_number_at(context, day.closes_at)


def intake_of(context: Context, day: BusinessDay | None, now: datetime) -> Intake:
    """Whether numbers are given on ``day``, the open one or None."""
    if day is None:
        return Intake(False, DAY_CLOSED, opens_at=next_opening(context, now))
    by_clock = day.intake_reason == OVER_BY_CLOCK
    if day.intake_stopped_at is not None and not by_clock:
        return Intake(False, STOPPED, day.intake_reason)
    if by_clock or intake_over(context, day, now):
        return Intake(False, OVER, opens_at=next_opening(context, now))
    return Intake(True)


def refuse_visitors(context: Context, work: Work, actor: Actor) -> None:
    """Raise RuleError when a visitor may not take a number now. Staff may give one as long as the day is open."""
    if actor.kind != "visitor":
        return
    intake = intake_of(context, work.days.open_day(), work.now)
    if not intake.open:
        raise RuleError(intake.code, "No numbers are given now.", "Ask the reception desk.")


def clock_ends_intake(context: Context, work: Work) -> bool:
    """True when the time of the last number has come and nobody was told yet."""
    day = work.days.open_day()
    return day is not None and day.intake_stopped_at is None and intake_over(context, day, work.now)


def end_by_clock(context: Context, work: Work, actor: Actor) -> None:
    """End the intake when its time has come, by an event that every screen reads."""
    if clock_ends_intake(context, work):
        day = work.days.need(open_day(work).service_date)
        record_day(context, work, replace(day, intake_stopped_at=work.now, intake_reason=OVER_BY_CLOCK), OVER, actor)


def record_day(context: Context, work: Work, day: BusinessDay, kind: str, actor: Actor) -> BusinessDay:
    """Store the day and its event."""
    work.days.put(day)
    data = {
        "service_date": day.service_date.isoformat(),
        "closes_at": day.closes_at.isoformat() if day.closes_at else None,
        "intake": day.intake_stopped_at is None and day.closed_at is None,
    }
    work.journal.record("day", context.ids.new(), kind, actor, data)
    return day

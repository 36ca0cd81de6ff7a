"""Deadlines of appeals: working days by category and urgency, and who owes the next step in each state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.calendar import ChinaCalendar
from kiosk.model.appeal import AppealState
from kiosk.model.service import ServiceCategory, Urgency

URGENCY_LIMIT_DAYS = {Urgency.CRITICAL: 1, Urgency.URGENT: 3, Urgency.OUT_OF_SCOPE: 3}
"""Working days to finish (DOMAIN 3.5); normal matters take their category's limit."""
OUTER_LIMIT = timedelta(days=60)
"""From registration, in calendar days: the law's own limit (B4), which no pause of ours moves."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes the next step in a state, and within how many working days (DOMAIN 4.1)."""

    owner: str
    days: int | None
    """None: the appeal's own due date counts."""


OFFICE = "office"
"""Stands for the lead office of the appeal."""

DUTIES: dict[AppealState, Duty] = {
    AppealState.DRAFT: Duty("reviewer", 1),
    AppealState.REGISTERED: Duty("reviewer", 2),
    AppealState.NEED_INFO: Duty("reviewer", 5),
    AppealState.ACCEPTED: Duty("dispatcher", 1),
    AppealState.OUT_OF_SCOPE: Duty("desk", 3),
    AppealState.MERGED: Duty("head", 2),
    AppealState.DISPATCHED: Duty(OFFICE, 1),
    AppealState.RETURNED: Duty("dispatcher", 2),
    AppealState.PROCESSING: Duty(OFFICE, None),
    AppealState.COUNCIL: Duty("secretary", 10),
    AppealState.LEGAL_REVIEW: Duty("lawyer", 15),
    AppealState.DEFERRED: Duty(OFFICE, None),
    AppealState.RESOLVED: Duty("desk", 2),
    AppealState.FED_BACK: Duty("supervisor", 10),
    AppealState.RATED: Duty("head", 5),
    AppealState.REDO: Duty(OFFICE, 10),
    AppealState.DELIBERATION: Duty("secretary", 20),
    AppealState.REOPENED: Duty("dispatcher", 1),
}


def limit_days(category: ServiceCategory, urgency: Urgency) -> int:
    """Working days allowed; the stricter of category and urgency, at least one."""
    limit = URGENCY_LIMIT_DAYS.get(urgency, category.limit_days)
    return max(1, min(limit, category.limit_days or 1))


def due_after_pause(calendar: ChinaCalendar, due: date, registered: date, asked: date, given: date) -> date:
    """The due date when papers asked for on ``asked`` came on ``given``: the working days between do not count
    (DOMAIN 3.5), but nothing is put off beyond ``OUTER_LIMIT``.
    """
    between = (asked + timedelta(days=n) for n in range(1, (given - asked).days + 1))
    paused = sum(calendar.is_working_day(day) for day in between)
    return max(due, min(calendar.add_working_days(due, paused).due, registered + OUTER_LIMIT))

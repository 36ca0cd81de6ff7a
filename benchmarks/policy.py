"""policy.*: a synthetic year of a hall: waits by class under our order and under first come first served."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.hall_day import Day, Rule, people_of, run_day
from benchmarks.result import Result, median, percentile
from kiosk.model.service_quality import Pace
from kiosk.model.ticket import CallClass, Ticket
from kiosk.services.pace import AT_ONCE_MIN
from kiosk.services.policy import PRIORITY_RUN, choose_next

DAYS = 250
SEED = 7


def measure() -> list[Result]:
    """The same people under three orders; strict priority shows that starving would be seen."""
    ours = _year(_our_rule)
    first_come = _year(_first_come)
    strict = _year(_strict_priority)
    starved, people = sum(day.starved for day in ours), sum(len(day.served) for day in ours)
    note = f"{people} people in {DAYS} days, seed {SEED}; strict priority: {sum(day.starved for day in strict)}"
    results = [Result("policy.starved", starved, "calls", target="0", ok=starved == 0, note=note)]
    results += [_waits(kind, ours, first_come, strict) for kind in CallClass]
    return [*results, _promises(ours)]


def _our_rule(line: Sequence[Ticket], before: Sequence[CallClass]) -> Ticket | None:
    return choose_next(line, before, PRIORITY_RUN)


def _first_come(line: Sequence[Ticket], _before: Sequence[CallClass]) -> Ticket | None:
    return min(line, key=lambda ticket: ticket.position, default=None)


def _strict_priority(line: Sequence[Ticket], _before: Sequence[CallClass]) -> Ticket | None:
    order = list(CallClass)
    return min(line, key=lambda ticket: (order.index(ticket.call_class), ticket.position), default=None)


def _year(rule: Rule) -> list[Day]:
    paces: dict[str, Pace] = {}
    return [run_day(people_of(day, SEED), rule, PRIORITY_RUN, paces) for day in range(DAYS)]


def _waits(kind: CallClass, ours: list[Day], first_come: list[Day], strict: list[Day]) -> Result:
    waits, base, hard = (_of_class(kind, days) for days in (ours, first_come, strict))
    p90, base_p90 = percentile(waits, 0.9), percentile(base, 0.9)
    note = (
        f"{len(waits)} people; median {median(waits):.1f} against {median(base):.1f} first come, longest "
        f"{max(waits):.0f} against {max(base):.0f}; strict priority p90 {percentile(hard, 0.9):.1f}"
    )
    ratio = p90 / base_p90
    return Result(f"policy.wait_p90_{kind.value}", round(p90, 1), "min", round(base_p90, 1), round(ratio, 2), note=note)


def _of_class(kind: CallClass, days: list[Day]) -> list[float]:
    called = [person for day in days for person in day.served if person.person.call_class is kind]
    return [person.called - person.person.minute for person in called if person.called is not None]


def _promises(days: list[Day]) -> Result:
    outcomes = [kept for day in days[5:] for kept in day.judged]
    share = sum(outcomes) / len(outcomes)
    told = [p.ticket for day in days[5:] for p in day.served if p.ticket.wait_high_min > AT_ONCE_MIN]
    width = median([ticket.wait_high_min - ticket.wait_low_min for ticket in told])
    note = f"{sum(outcomes)} of {len(outcomes)} who had to wait, after a week; the middle span is {width:.0f} min wide"
    return Result("policy.promises_kept", round(share, 3), "share", target=">= 0.75", ok=share >= 0.75, note=note)

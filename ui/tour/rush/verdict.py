"""Was every promise kept? Compares what people held in their hands with what the hall store says at the end."""

from __future__ import annotations

import json
import sys
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

from kiosk.model.hall import Event
from kiosk.model.ticket import CallClass, CallMark, MarkKind, Ticket, TicketState
from kiosk.services.promises import quality
from kiosk.store import Work
from ui.tour.rush.plan import DESKS, QUEUES, Trouble
from ui.tour.rush.play import Played
from ui.tour.rush.stage import HEAD, Stage
from ui.tour.rush.witness import told

ORDER_TOLERANCE_S = 20.0
"""Seconds of the rush (one real second): who committed so close to a call could not be seen by it yet."""
RUN = 2
PLAIN_LETTERS = "ABCV"
"""Numbers that reached the hall store when they were taken, not later from a kiosk that was cut off."""


@dataclass(slots=True)
class Report:
    """The outcome; ``broken`` names every promise that was not kept, in words."""

    ok: bool = False
    broken: list[str] = field(default_factory=list)
    visitors: int = 0
    numbers: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    waits_min: dict[str, dict[str, float]] = field(default_factory=dict)
    promises: dict[str, float | int | None] = field(default_factory=dict)
    wall: dict[str, float | int | None] = field(default_factory=dict)
    centre: dict[str, int] = field(default_factory=dict)
    incidents: list[dict[str, object]] = field(default_factory=list)
    minutes: float = 0.0
    ended: float = 0.0
    factor: float = 1.0
    timeline: list[dict[str, object]] = field(default_factory=list)


def judge_rush(stage: Stage, played: Played) -> Report:
    """Read the store and the papers; everything that does not fit is ``broken``."""
    papers = list(told(stage.folder / "papers"))
    hall = stage.open_terminal(HEAD)
    try:
        with hall.store.read() as work:
            today = stage.clock.today()
            tickets = work.tickets.between(today, today)
            events = work.journal.since(0, limit=1_000_000, personal=False)
            marks = {ticket.id: work.call_marks.of(ticket) for ticket in tickets}
            report = _report(played, tickets, events, papers, marks)
            _chains(work, report)
            _centre(stage, work, played, report)
    finally:
        hall.close()
    report.ok = not report.broken
    return report


def _report(
    played: Played,
    tickets: Sequence[Ticket],
    events: Sequence[Event],
    papers: Sequence[dict[str, object]],
    marks: dict[UUID, list[CallMark]],
) -> Report:
    report = Report(visitors=len(played.plan.arrivals), numbers=len(tickets), minutes=played.plan.minutes)
    report.ended, report.factor = round(played.ended, 1), played.clock.factor
    report.by_state = dict(Tally(ticket.state.value for ticket in tickets))
    report.told = dict(Tally(str(paper["what"]) for paper in papers))
    _papers(report, tickets, papers)
    _nobody_lost(report, tickets, papers)
    _numbers(report, tickets)
    _order(report, tickets, events)
    _waits(report, tickets)
    _wall(report, tickets, events, marks, played)
    _incidents(report, played, papers)
    report.timeline = [_bar(ticket, played.clock.start) for ticket in tickets]
    return report


def _papers(report: Report, tickets: Sequence[Ticket], papers: Sequence[dict[str, object]]) -> None:
    """Whatever stands on a paper or stood on the screen is in the store, once, with the same promise."""
    stored = {ticket.label: ticket for ticket in tickets}
    seen: set[str] = set()
    for paper in papers:
        if paper["what"] not in ("paper", "screen"):
            continue
        label = str(paper["label"])
        ticket = stored.get(label)
        if label in seen:
            report.broken.append(f"{label} was given to two people")
        seen.add(label)
        if ticket is None:
            report.broken.append(f"{label} stands on a paper and not in the store")
        elif (ticket.wait_low_min, ticket.wait_high_min) != (paper["low"], paper["high"]):
            report.broken.append(f"{label}: the paper promises another wait than the store knows")
    if len(seen) != report.visitors:
        report.broken.append(f"{report.visitors} people came, {len(seen)} hold a number")


def _nobody_lost(report: Report, tickets: Sequence[Ticket], papers: Sequence[dict[str, object]]) -> None:
    """Everybody was served, or passed by the rule; nobody who was served is called anything else."""
    ended = {TicketState.DONE, TicketState.EXPIRED, TicketState.VOIDED}
    missing = {str(paper["label"]) for paper in papers if paper["what"] == "passed"}
    served = {str(paper["label"]) for paper in papers if paper["what"] == "served"}
    for ticket in tickets:
        if ticket.state not in ended:
            report.broken.append(f"{ticket.label} ended as {ticket.state.value}")
        elif ticket.state is TicketState.EXPIRED and ticket.label not in missing:
            report.broken.append(f"{ticket.label} expired, and its holder was never missing at a call")
        elif ticket.label in served and ticket.state is not TicketState.DONE:
            report.broken.append(f"{ticket.label} was served and is {ticket.state.value}")


def _numbers(report: Report, tickets: Sequence[Ticket]) -> None:
    """Unique, and without a gap in every letter."""
    letters: dict[str, list[int]] = {}
    for ticket in tickets:
        letters.setdefault(ticket.letter, []).append(ticket.number)
    for letter, numbers in letters.items():
        if sorted(numbers) != list(range(min(numbers), min(numbers) + len(numbers))):
            report.broken.append(f"the numbers of {letter} have a gap or a double")


def _order(report: Report, tickets: Sequence[Ticket], events: Sequence[Event]) -> None:
    """Every call against the rule: nobody of the same class overtaken, never a third priority call in a row."""
    by_id = {ticket.id: ticket for ticket in tickets}
    plain = [t for t in tickets if t.passes == 0 and t.first_called_at and t.letter in PLAIN_LETTERS]
    calls = [event for event in events if (event.entity, event.type) == ("ticket", "call")]
    made = [(str(call.data["counter"]), by_id[call.entity_id].call_class) for call in calls]
    report.calls = len(calls)
    for number, call in enumerate(calls):
        ticket, window = by_id[call.entity_id], made[number][0]
        waiting = [t for t in plain if t.queue in QUEUES[window] and _was_waiting(t, call.at)]
        if ticket in plain:
            report.broken += [
                f"{ticket.label} was called before {other.label}, who came earlier"
                for other in waiting
                if other.call_class is ticket.call_class
                and (ticket.position - other.position) > ORDER_TOLERANCE_S * 1e3
            ]
        if ticket.call_class is CallClass.PRIORITY and _passes_over_too_many(waiting, made[:number]):
            report.broken.append(f"{ticket.label} was the third priority call in a row")


def _passes_over_too_many(waiting: Sequence[Ticket], made: Sequence[tuple[str, CallClass]]) -> bool:
    """A priority call now would be one too many for every ordinary person who may be the one passed over.

    The rule counts the calls of the windows that serve that person's queue (docs/adr/0017).
    """
    queues = {ticket.queue for ticket in waiting if ticket.call_class is CallClass.ORDINARY}
    streaks = []
    for queue in queues:
        before = [kind for window, kind in made if queue in QUEUES[window]]
        streaks.append(before[-RUN:] == [CallClass.PRIORITY] * RUN)
    return bool(streaks) and all(streaks)


def _was_waiting(ticket: Ticket, at: datetime) -> bool:
    called = ticket.first_called_at or at
    return (at - ticket.issued_at).total_seconds() > ORDER_TOLERANCE_S and (
        called - at
    ).total_seconds() > ORDER_TOLERANCE_S


def _waits(report: Report, tickets: Sequence[Ticket]) -> None:
    for kind in CallClass:
        waits = [
            (t.first_called_at - t.issued_at).total_seconds() / 60
            for t in tickets
            if t.first_called_at and t.call_class is kind
        ]
        if len(waits) > 1:
            p90 = quantiles(waits, n=10)[-1]
            report.waits_min[kind.value] = {"p50": round(median(waits), 1), "p90": round(p90, 1), "n": len(waits)}
    good = quality(tickets)
    report.promises = asdict(good) | {"share": good.share}


def _wall(
    report: Report,
    tickets: Sequence[Ticket],
    events: Sequence[Event],
    marks: dict[UUID, list[CallMark]],
    played: Played,
) -> None:
    """How long the last call of each number took to the wall, in real milliseconds; calls while it was down apart."""
    down = [(h.began, h.mended or played.ended) for h in played.happened if h.incident.trouble is Trouble.WALL_KILLED]
    times, never = [], 0
    for ticket in tickets:
        if ticket.called_at is None:
            continue
        shown = [mark.at for mark in marks[ticket.id] if mark.kind is MarkKind.SHOWN]
        minute = (ticket.called_at - played.clock.start).total_seconds() / 60
        if any(begin - 0.5 <= minute <= end + 3 for begin, end in down):
            continue
        if shown:
            times.append((min(shown) - ticket.called_at).total_seconds() * 1000 / played.clock.factor)
        else:
            never += 1
    report.wall = {"shown": len(times), "not_shown": never}
    if len(times) > 1:
        ordered = sorted(times)
        report.wall |= {"p50_ms": round(median(times)), "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1])}
    if never > len(tickets) * 0.02:
        report.broken.append(f"{never} calls were never on the wall")


def _incidents(report: Report, played: Played, papers: Sequence[dict[str, object]]) -> None:
    for happened in played.happened:
        incident = happened.incident
        mended = round(happened.mended or played.ended, 1)
        facts: dict[str, object] = {"trouble": incident.trouble.value, "where": incident.where}
        report.incidents.append(facts | {"began": round(happened.began, 1), "mended": mended})
    for name, code in played.exits.items():
        if code not in (0, None) and not (name == "W1" and code == -9):
            report.broken.append(f"the process {name} ended with {code}")
    if len(played.happened) != len(played.plan.incidents):
        report.broken.append("not every incident of the plan was played")


def _chains(work: Work, report: Report) -> None:
    for name, broken_at in (("journal", work.journal.verify()), ("audit", work.audit.verify())):
        if broken_at is not None:
            report.broken.append(f"the chain of the {name} breaks at {broken_at}")


def _centre(stage: Stage, work: Work, played: Played, report: Report) -> None:
    """Each event is at the centre exactly once, although the line was cut."""
    from sync.server.reports import quarantined, received

    assert stage.server is not None
    with stage.server.core.engine.connect() as connection:
        there, kept = received(connection), len(quarantined(connection, limit=1000))
    last = work.journal.last_seq()
    report.centre = {"events": last, "received": len(there), "quarantined": kept, "largest_backlog": played.backlog}
    if there != list(range(1, last + 1)) or kept:
        report.broken.append(f"the centre holds {len(there)} of {last} events, {kept} in quarantine")


def _bar(ticket: Ticket, start: datetime) -> dict[str, object]:
    """One number for the picture, in minutes of the rush."""

    def minute(at: datetime | None) -> float | None:
        return None if at is None else round((at - start).total_seconds() / 60, 2)

    return {
        "label": ticket.label,
        "class": ticket.call_class.value,
        "state": ticket.state.value,
        "window": ticket.counter or "",
        "issued": minute(ticket.issued_at),
        "called": minute(ticket.first_called_at),
        "served": minute(ticket.served_at),
        "ended": minute(ticket.ended_at),
        "low": ticket.wait_low_min,
        "high": ticket.wait_high_min,
    }


def write_report(report: Report, path: Path, as_json: bool) -> int:
    """Write ``rush.json``, say in two lines how it went; 0 when every promise was kept."""
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print(text)
    for sentence in report.broken[:20]:
        print(f"broken: {sentence}", file=sys.stderr)
    share = report.promises.get("share")
    kept = "-" if share is None else f"{share:.0%}"
    print(
        f"rush: {report.visitors} visitors, {report.numbers} numbers, {report.calls} calls at {len(DESKS)} desks, "
        f"{len(report.incidents)} incidents; waits inside the promised span {kept}; "
        f"{'every promise on paper kept' if report.ok else f'{len(report.broken)} broken'}; {path}",
        file=sys.stderr,
    )
    return 0 if report.ok else 1

"""The rehearsed rush: the same seed gives the same hour, and the verdict sees every promise that was not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from kiosk.model.hall import Event
from kiosk.model.ticket import CallClass, Ticket, TicketState
from ui.tour.rush.picture import paint_rush
from ui.tour.rush.plan import INCIDENTS, Trouble, behaviour_of, make_plan
from ui.tour.rush.play import Happened, Played
from ui.tour.rush.scaled_clock import ScaledClock
from ui.tour.rush.verdict import Report, _report
from ui.tour.rush.witness import Witness, told

START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
ORDINARY, PRIORITY = CallClass.ORDINARY, CallClass.PRIORITY


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def ticket(number: int, issued: float, called: float | None, kind: CallClass = ORDINARY, **more) -> Ticket:
    letter = "V" if kind is PRIORITY else "A"
    base = Ticket(
        id=UUID(int=number + (1000 if kind is PRIORITY else 0)),
        visit_id=UUID(int=0),
        service_date=START.date(),
        letter=letter,
        number=number,
        queue="A",
        category="101",
        call_class=kind,
        state=TicketState.DONE if called is not None else TicketState.WAITING,
        queued_at=at(issued),
        issued_at=at(issued),
        position=int(at(issued).timestamp() * 1000),
        counter="1",
        called_at=at(called) if called is not None else None,
        first_called_at=at(called) if called is not None else None,
        served_at=at(called + 0.2) if called is not None else None,
        ended_at=at(called + 1) if called is not None else None,
        wait_low_min=0,
        wait_high_min=5,
    )
    return replace(base, **more)


def verdict(tickets: list[Ticket], papers: list[dict[str, object]] | None = None) -> Report:
    """What the report says when the store holds ``tickets`` and people hold ``papers`` (default: theirs)."""
    called = sorted((t for t in tickets if t.first_called_at), key=lambda t: t.first_called_at)
    events = [
        Event(n, t.id, "ticket", t.id, "call", t.first_called_at, "staff", "D1", {"counter": "1"})
        for n, t in enumerate(called, 1)
    ]
    if papers is None:
        papers = [{"what": "paper", "label": t.label, "low": t.wait_low_min, "high": t.wait_high_min} for t in tickets]
    plan = replace(make_plan(len(papers), 60, 7), incidents=INCIDENTS[:1])
    played = Played(plan, ScaledClock(START, 0.0, 20), [Happened(INCIDENTS[0], 9, 15)], 60)
    return _report(played, tickets, events, papers, {t.id: [] for t in tickets})


def broken(report: Report) -> str:
    return "; ".join(sentence for sentence in report.broken if "never on the wall" not in sentence)


def test_an_hour_in_order_is_kept():
    assert broken(verdict([ticket(1, 0, 2), ticket(2, 1, 4), ticket(1, 1.5, 3, PRIORITY)])) == ""


def test_a_number_on_paper_that_the_store_does_not_know_is_seen():
    papers = [
        {"what": "paper", "label": "A001", "low": 0, "high": 5},
        {"what": "screen", "label": "A002", "low": 0, "high": 5},
    ]
    assert "A002 stands on a paper and not in the store" in broken(verdict([ticket(1, 0, 2)], papers))


def test_another_promise_and_a_number_given_twice_are_seen():
    paper = {"what": "paper", "label": "A001", "low": 0, "high": 9}
    said = broken(verdict([ticket(1, 0, 2)], [paper, paper]))
    assert "another wait" in said and "given to two people" in said


def test_a_person_who_is_never_called_is_seen():
    assert "A002 ended as waiting" in broken(verdict([ticket(1, 0, 2), ticket(2, 1, None)]))


def test_a_number_that_expired_without_being_missed_is_seen():
    gone = ticket(1, 0, 2, state=TicketState.EXPIRED)
    assert "never missing" in broken(verdict([gone]))


def test_a_gap_in_the_numbers_is_seen():
    assert "gap" in broken(verdict([ticket(1, 0, 2), ticket(3, 1, 4)]))


def test_overtaking_inside_a_class_is_seen():
    assert "A002 was called before A001" in broken(verdict([ticket(1, 0, 9), ticket(2, 3, 4)]))


def test_a_third_priority_call_in_a_row_is_seen_while_somebody_ordinary_waits():
    priority = [ticket(n, 1 + n / 2, 3 + n, PRIORITY) for n in (1, 2, 3)]
    assert "third priority call" in broken(verdict([ticket(1, 0, 20), *priority]))
    assert broken(verdict([ticket(1, 5.9, 6.1), *priority])) == ""


def test_the_same_seed_gives_the_same_hour_and_every_trouble_is_in_it():
    plan = make_plan(400, 60, 7)
    assert plan == make_plan(400, 60, 7) != make_plan(400, 60, 8)
    assert len(plan.arrivals) == 400
    assert all(0 <= arrival.minute <= 60 for arrival in plan.arrivals)
    assert {incident.trouble for incident in plan.incidents} == set(Trouble)
    assert behaviour_of(UUID(int=5), 7) == behaviour_of(UUID(int=5), 7)


def test_what_was_told_outlives_the_process(tmp_path: Path):
    Witness(tmp_path / "papers", "K1").note("paper", label="A001")
    assert list(told(tmp_path / "papers")) == [{"by": "K1", "what": "paper", "label": "A001"}]


def test_the_clock_runs_as_many_times_as_fast(monkeypatch: pytest.MonkeyPatch):
    clock = ScaledClock(START, 1000.0, 20)
    monkeypatch.setattr("ui.tour.rush.scaled_clock.time", SimpleNamespace(time=lambda: 1003.0))
    assert clock.now() == at(1)
    assert clock.minute() == 1
    assert clock.real_seconds(1) == 3


def test_the_picture_is_written_whatever_happened(tmp_path: Path, qapp):
    for report in (verdict([]), verdict([ticket(1, 0, 2), ticket(2, 1, None)])):
        paint_rush(report, tmp_path / "rush.png")
        assert (tmp_path / "rush.png").stat().st_size > 10_000

"""What must hold in a hall whose processes were killed: nothing told to a person is lost, nothing is doubled."""

from __future__ import annotations

import json
from collections import Counter as Tally
from dataclasses import dataclass
from pathlib import Path

from kiosk.flow.ticket_flow import ENDED
from kiosk.installation import load_settings, open_installation
from kiosk.model.appeal import Appeal, AppealState
from kiosk.model.hall import Event
from kiosk.model.record import AuditRow
from kiosk.model.ticket import Counter, CounterState, MarkKind, Ticket, TicketState
from kiosk.model.visit import Visit, VisitState
from kiosk.services.counters import AT_DESK

COUNTER_STATES = {TicketState.CALLED: CounterState.CALLING, TicketState.SERVING: CounterState.SERVING}
VISIT_STATES = {
    **dict.fromkeys(TicketState, VisitState.TICKETED),
    TicketState.SERVING: VisitState.SERVED,
    TicketState.DONE: VisitState.CLOSED,
}


@dataclass
class Record:
    """Everything the store says after it was opened again."""

    tickets: dict[str, Ticket]
    visits: dict[str, Visit]
    events: list[Event]
    audit: list[AuditRow]
    appeals: dict[str, Appeal]
    counters: list[Counter]
    shown: set[str]
    """Labels whose present call a wall has painted."""


def read_record(profile: Path) -> Record:
    """Start again and read; hash chains and numbering are checked on the way."""
    installation = open_installation(profile, settings=load_settings(profile))
    try:
        with installation.store.read() as work:
            day = work.days.open_day()
            assert day is not None
            assert work.journal.verify() is None
            assert work.audit.verify() is None
            tickets = work.tickets.in_states(day.service_date, tuple(TicketState))
            assert sorted(t.number for t in tickets) == list(range(1, len(tickets) + 1)), "a gap or a double"
            events = work.journal.since(0, limit=100_000)
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            appeals = [work.appeals.get(e.entity_id) for e in events if (e.entity, e.type) == ("appeal", "register")]
            return Record(
                {t.label: t for t in tickets},
                {t.label: work.visits.get(t.visit_id) for t in tickets},  # type: ignore[misc]
                events,
                work.audit.since(0, limit=100_000),
                {a.number: a for a in appeals if a},
                work.counters.all(),
                {t.label for t in tickets if any(m.kind is MarkKind.SHOWN for m in work.call_marks.of(t))},
            )
    finally:
        installation.close()


def told(witness: Path, kind: str) -> list[dict[str, str]]:
    """What people were told, in order. A line that is still being written, or was cut by a kill, was not told."""
    if not witness.exists():
        return []
    written = witness.read_bytes().split(b"\n")
    lines = [json.loads(line) for line in written if line.endswith(b"}")]
    return [line for line in lines if line["kind"] == kind]


def inspect(profile: Path, witness: Path) -> Record:
    """Open the hall again and compare it with what people hold in their hands and heads."""
    record = read_record(profile)
    check_states(record)
    check_paper(record, profile, witness)
    check_calls(record, witness)
    check_appeals(record, witness)
    return record


def check_states(record: Record) -> None:
    """Ticket, visit and window agree; nobody is at two windows, no window has two people."""
    for label, ticket in record.tickets.items():
        assert record.visits[label].state is VISIT_STATES[ticket.state], label
        assert ticket.state not in ENDED or ticket.state is TicketState.DONE
    for counter in record.counters:
        holds = [t for t in record.tickets.values() if t.counter == counter.code and t.state in AT_DESK]
        assert len(holds) <= 1
        expected = COUNTER_STATES[holds[0].state] if holds else CounterState.FREE
        assert counter.state in (expected, CounterState.OFFLINE)


def check_paper(record: Record, profile: Path, witness: Path) -> None:
    """Every number on screen or paper is a ticket with that label and code, and was given to one person."""
    shown = {line["label"]: line["code"] for line in told(witness, "shown")}
    assert len(shown) == len(told(witness, "shown")), "a number was shown to two people"
    assert all(record.tickets[label].query_code == code for label, code in shown.items())
    slips = {path.stem.partition("-")[2]: path.read_text(encoding="utf-8") for path in profile.glob("slips/*.txt")}
    for label, text in slips.items():
        # The disk of the virtual printer is no paper: a file cut short by the kill is a slip that did not come out.
        if label in {line["label"] for line in told(witness, "printed")}:
            assert label in text and record.tickets[label].query_code in text
    assert {line["label"] for line in told(witness, "printed")} <= slips.keys() <= record.tickets.keys()
    assert {label for label, ticket in record.tickets.items() if ticket.printed} <= slips.keys()


def check_calls(record: Record, witness: Path) -> None:
    """Every call is in the journal once; every card that opened was audited first; what was finished stays so."""
    calls = Tally(str(e.data["label"]) for e in record.events if (e.entity, e.type) == ("ticket", "call"))
    assert max(calls.values(), default=1) == 1, "a number was called as new twice"
    assert {line["label"] for line in told(witness, "called")} <= calls.keys()
    at_two = {(line["label"], line["window"]) for line in told(witness, "called")}
    assert len(at_two) == len({label for label, _ in at_two}), "two windows called the same person"
    opened = Tally(row.reason for row in record.audit if row.action == "card.opened")
    for label, looks in Tally(line["label"] for line in told(witness, "card")).items():
        assert opened[f"serving {label}"] >= looks
    assert all(record.tickets[line["label"]].state is TicketState.DONE for line in told(witness, "finished"))
    assert all(count == 1 for count in Tally(line["label"] for line in told(witness, "finished")).values())


def check_appeals(record: Record, witness: Path) -> None:
    """Every number told is an appeal with those words; what was answered is answered; nobody's matter is doubled."""
    numbers = sorted(int(number.rpartition("-")[2]) for number in record.appeals)
    assert numbers == list(range(1, len(numbers) + 1))
    for line in told(witness, "registered"):
        appeal = record.appeals[line["number"]]
        assert (appeal.title, appeal.text) == (line["title"], line["title"].replace("事项", "内容"))
    for line in told(witness, "answered"):
        appeal = record.appeals[line["number"]]
        assert appeal.state is AppealState.FED_BACK and appeal.answer == appeal.title.replace("事项", "答复")
    assert all(count == 1 for count in Tally(appeal.title for appeal in record.appeals.values()).values())

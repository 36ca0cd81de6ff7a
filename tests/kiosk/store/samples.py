"""People and things to put into a store. All names are invented."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from kiosk.model.appeal import Appeal, AppealState, Channel
from kiosk.model.consent import Consent, ConsentAct, ConsentScope
from kiosk.model.people import Employee, Unit
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.model.visit import Method, Proof, Visit, VisitState
from kiosk.store import Work

DAY = date(2026, 3, 2)
CLERK = Actor("staff", UUID(int=7), frozenset({Role.DESK}), "desk-1")
UNIT = Unit(UUID(int=1), "U1", "一号样例单位")


def clerk() -> StaffMember:
    return StaffMember(UUID(int=7), "clerk", "韩样例", frozenset({Role.DESK, Role.REVIEWER}))


def employee(number: str = "DEMO-1001", name: str = "林样例") -> Employee:
    return Employee(uuid4(), number, name, date(1990, 2, 28), UNIT.id, UNIT.name, phone="000")


def add_person(work: Work, number: str = "DEMO-1001", name: str = "林样例") -> Employee:
    person = employee(number, name)
    work.people.put_unit(UNIT)
    work.people.put(person)
    return person


def add_visit(work: Work, person: Employee | None = None) -> Visit:
    who = person.id if person else None
    visit = Visit(uuid4(), DAY, VisitState.TICKETED, Method.STAFF_NUMBER, Proof.NUMBER, who, "kiosk-1", work.now)
    work.visits.put(visit)
    return visit


def make_ticket(visit_id: UUID, number: int, now: datetime, letter: str = "A", position: int | None = None) -> Ticket:
    place = number if position is None else position
    return Ticket(
        uuid4(), visit_id, DAY, letter, number, letter, "101", CallClass.ORDINARY, TicketState.WAITING, now, now, place
    )  # fmt: skip


def add_ticket(work: Work, letter: str = "A", position: int | None = None) -> Ticket:
    """A waiting ticket with the next number, and its event."""
    visit = add_visit(work)
    ticket = make_ticket(visit.id, work.tickets.next_number(DAY, letter), work.now, letter, position)
    work.tickets.put(ticket)
    work.journal.record("ticket", ticket.id, "issued", CLERK, {"label": ticket.label})
    return ticket


def make_appeal(number: str, now: datetime, privacy: PrivacyLevel = PrivacyLevel.NAMED, **more: object) -> Appeal:
    values: dict[str, object] = {
        "id": uuid4(),
        "number": number,
        "query_code": "1234",
        "category": "101",
        "title": "宿舍热水",
        "text": "热水只到九点",
        "privacy": privacy,
        "urgency": Urgency.NORMAL,
        "channel": Channel.KIOSK,
        "state": AppealState.REGISTERED,
        "employee_id": None,
        "visit_id": None,
        "office": "LG",
        "owner": "LG",
        "next_date": None,
        "due_date": DAY,
        "registered_at": now,
    }
    return Appeal(**{**values, **more})  # type: ignore[arg-type]


def make_consent(person: Employee, now: datetime, **more: object) -> Consent:
    values: dict[str, object] = {
        "id": uuid4(),
        "employee_id": person.id,
        "scope": ConsentScope.FACE_LOCAL,
        "act": ConsentAct.GRANT,
        "notice_version": "1",
        "notice_sha256": "00",
        "terminal": "kiosk-1",
        "at": now,
    }
    return Consent(**{**values, **more})  # type: ignore[arg-type]

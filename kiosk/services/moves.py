"""Moves a ticket, a visit or an appeal: state, row and event in one transaction. The only place that does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from kiosk.errors import RuleError
from kiosk.flow.appeal_flow import APPEAL_FLOW, AppealEvent
from kiosk.flow.ticket_flow import ENDED as TICKET_ENDED
from kiosk.flow.ticket_flow import TICKET_FLOW, TicketEvent
from kiosk.flow.visit_flow import ENDED as VISIT_ENDED
from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.model.appeal import Appeal
from kiosk.model.service import PrivacyLevel
from kiosk.model.staff import Actor
from kiosk.model.ticket import Ticket, slip_digest
from kiosk.model.visit import Visit
from kiosk.services.leaving import leave_hall
from kiosk.store import Work


def load_ticket(work: Work, ticket_id: UUID) -> Ticket:
    """The ticket, locked for this transaction. Raises RuleError when there is none."""
    ticket = work.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("no_ticket", "There is no such ticket.", "Take a new number.")
    return ticket


def load_visit(work: Work, visit_id: UUID) -> Visit:
    """The visit, locked for this transaction. Raises RuleError when there is none."""
    visit = work.visits.get(visit_id)
    if visit is None:
        raise RuleError("no_visit", "There is no such visit.", "Start again at the first page.")
    return visit


def record_ticket(work: Work, ticket: Ticket, kind: str, actor: Actor, **extra: object) -> Ticket:
    """Store the row and its event. Ticket events carry only what the hall may know."""
    work.tickets.put(ticket)
    data = {
        "label": ticket.label,
        "letter": ticket.letter,
        "queue": ticket.queue,
        "state": ticket.state.value,
        "service_date": ticket.service_date.isoformat(),
        "number": ticket.number,
        "counter": ticket.counter,
        "calls": ticket.calls,
        "visit_id": str(ticket.visit_id),
        "position": ticket.position,
        "slip": slip_digest(ticket.id, ticket.query_code),
    }
    work.journal.record("ticket", ticket.id, kind, actor, {**data, **extra})
    return ticket


def move_ticket(work: Work, ticket: Ticket, event: TicketEvent, actor: Actor, **changes: Any) -> Ticket:
    """Take one edge of TICKET_FLOW. Raises RuleError when there is none."""
    state = TICKET_FLOW.move(ticket.state, event)
    if state in TICKET_ENDED:
        changes.setdefault("ended_at", work.now)
        leave_hall(work, ticket.id, event.value, actor)
    moved = replace(ticket, state=state, **{"since": work.now, **changes})
    return record_ticket(work, moved, event.value, actor, before=ticket.state.value)


def record_visit(work: Work, visit: Visit, kind: str, actor: Actor) -> Visit:
    """Store the row and its event. Who the visitor is travels in the sealed personal part only."""
    work.visits.put(visit)
    data = {
        "state": visit.state.value,
        "method": visit.method.value if visit.method else None,
        "proof": visit.proof.value,
        "service_date": visit.service_date.isoformat(),
        "language": visit.language,
    }
    personal = {"employee_id": str(visit.employee_id)} if visit.employee_id else None
    work.journal.record("visit", visit.id, kind, actor, data, subject=visit.employee_id, personal=personal)
    return visit


def move_visit(work: Work, visit: Visit, event: VisitEvent, actor: Actor, **changes: Any) -> Visit:
    """Take one edge of VISIT_FLOW. Raises RuleError when there is none."""
    state = VISIT_FLOW.move(visit.state, event)
    if state in VISIT_ENDED:
        changes.setdefault("ended_at", work.now)
    return record_visit(work, replace(visit, state=state, **changes), event.value, actor)


def record_appeal(work: Work, appeal: Appeal, kind: str, actor: Actor, **note: object) -> Appeal:
    """Store the row and its event; words and person are personal, state and dates are not.

    A sealed appeal (705) is encrypted to the discipline office, readable by nobody else (DECISIONS 16).
    """
    work.appeals.put(appeal)
    personal = {
        "employee_id": str(appeal.employee_id) if appeal.employee_id else None,
        "title": appeal.title,
        "text": appeal.text,
        "answer": appeal.answer,
        **note,
    }
    work.journal.record(
        "appeal",
        appeal.id,
        kind,
        actor,
        _appeal_data(appeal),
        subject=appeal.employee_id or appeal.id,
        personal=personal,
        sealed=appeal.privacy is PrivacyLevel.SEALED,
    )
    return appeal


def _appeal_data(appeal: Appeal) -> dict[str, object]:
    """What the hall may know of an appeal."""
    data: dict[str, object] = {
        "number": appeal.number,
        "category": appeal.category,
        "state": appeal.state.value,
        "privacy": appeal.privacy.value,
        "urgency": appeal.urgency.value,
        "channel": appeal.channel.value,
        "office": appeal.office,
        "owner": appeal.owner,
        "due_date": appeal.due_date.isoformat() if appeal.due_date else None,
        "next_date": appeal.next_date.isoformat() if appeal.next_date else None,
        "outcome": appeal.outcome.value if appeal.outcome else None,
        "rating": appeal.rating,
        "registered_at": appeal.registered_at.isoformat(),
        "closed_at": appeal.closed_at.isoformat() if appeal.closed_at else None,
        "visit_id": str(appeal.visit_id) if appeal.visit_id else None,
    }
    if appeal.privacy is PrivacyLevel.SEALED:
        # The visit leads to the person, whom only the discipline office may know.
        data |= {"office": "DI", "owner": "DI", "visit_id": None}
    return data


def move_appeal(
    work: Work,
    appeal: Appeal,
    event: AppealEvent,
    actor: Actor,
    reason: str = "",
    reporter: UUID | None = None,
    **changes: Any,
) -> Appeal:
    """Take one edge of APPEAL_FLOW as ``actor``. Raises RuleError when no edge or role allows it.

    ``reporter`` is written into the personal part only (a sealed appeal names nobody in its row).
    """
    state = APPEAL_FLOW.move(appeal.state, event, actor.roles)
    named = {"employee_id": str(reporter)} if reporter else {}
    return record_appeal(
        work,
        replace(appeal, state=state, **changes),
        event.value,
        actor,
        before=appeal.state.value,
        due_before=appeal.due_date.isoformat() if appeal.due_date else None,
        reason=reason,
        **named,
    )

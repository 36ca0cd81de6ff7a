"""Who may see what. Every look is audited before anything is shown (T6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kiosk.errors import AccessError
from kiosk.model.appeal import Appeal, AppealLine, StaffCard
from kiosk.model.service import PrivacyLevel
from kiosk.model.staff import Actor, Role
from kiosk.model.visit import Proof, Visit
from kiosk.services.context import Context
from kiosk.store import Work

CARD_ROLES = frozenset({Role.DESK, Role.COUNSELLOR, Role.LIAISON, Role.LAWYER})


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a person's record, as the person may ask for it: when, from where, why; never a clerk's name."""

    at: datetime
    terminal: str
    reason: str


def no_card_reason(visit: Visit) -> str:
    """Why the desk gets no card for this visit: a locale key, empty when it may open (DECISIONS 7, 8)."""
    if visit.employee_id is None:
        return "anonymous"
    if visit.proof is Proof.NUMBER and not visit.identity_checked:
        return "identity_unchecked"
    return ""


def appeal_line(context: Context, appeal: Appeal) -> AppealLine:
    """What the card may say of one appeal."""
    return AppealLine(
        appeal.number,
        appeal.title,
        appeal.state,
        appeal.office,
        context.day_of(appeal.registered_at),
        appeal.due_date,
        appeal.outcome,
        appeal.rating,
    )


def open_card(context: Context, work: Work, visit: Visit, ticket_label: str, actor: Actor) -> StaffCard:
    """The four fields of the visitor at the desk; writes the audit row in the same transaction.

    Only appeals under the person's own name appear; confidential, sealed and withheld ones are left out
    entirely and not even counted (DOMAIN 0.1). Raises AccessError when role or proof do not allow it.
    """
    if not actor.roles & CARD_ROLES:
        raise AccessError("card_role", "This role may not open the card.", "Sign in as a receptionist.")
    employee = work.people.get(visit.employee_id) if visit.employee_id else None
    if employee is None or no_card_reason(visit):
        raise AccessError("card_proof", "The visitor is not identified well enough.", "Check the identity first.")
    work.audit.add(actor, "card.opened", employee.id, f"serving {ticket_label}", {"visit": str(visit.id)})
    appeals = [a for a in work.appeals.of_employee(employee.id) if a.privacy is PrivacyLevel.NAMED]
    appeals.sort(key=lambda a: a.registered_at, reverse=True)
    return StaffCard(
        name=employee.name,
        age=employee.age(context.clock.today()),
        unit=employee.unit_name,
        appeals=tuple(appeal_line(context, appeal) for appeal in appeals),
    )


class Access:
    """What a person may ask about looks at their own record."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def looks(self, employee_id: UUID) -> tuple[Look, ...]:
        """Who looked at my record, newest first."""
        with self._context.store.read() as work:
            rows = work.audit.of_subject(employee_id)
        return tuple(Look(r.at, r.terminal, r.reason) for r in reversed(rows) if r.action == "card.opened")

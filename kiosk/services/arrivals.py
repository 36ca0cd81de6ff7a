"""Arriving: a visit begins, the visitor says who they are in a way they choose, or stays anonymous."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk.flow.visit_flow import VISIT_FLOW, VisitEvent
from kiosk.identify.face import question
from kiosk.model.face import FaceHint, HintKind
from kiosk.model.hall import HelpCall
from kiosk.model.people import Employee, EmployeeStatus, mask_name
from kiosk.model.staff import Actor
from kiosk.model.visit import Method, Proof, Visit, VisitState
from kiosk.services.consents import needed_notices, valid_grant
from kiosk.services.context import Context, one_transaction, open_day
from kiosk.services.moves import load_visit, move_visit, record_visit
from kiosk.store import Sought, Work

DIGITS_ASKED = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody the system believes to be there, shown masked; the person decides."""

    employee_id: UUID
    masked_name: str
    unit: str
    kind: HintKind
    method: Method
    digits_needed: int = DIGITS_ASKED


class Arrivals:
    """Verbs on visits before the number is taken. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def begin(self, work: Work, language: str, actor: Actor) -> Visit:
        """Start a visit. Raises RuleError while the centre is closed."""
        visit = Visit(
            id=self._context.ids.new(),
            service_date=open_day(work).service_date,
            state=VisitState.ARRIVED,
            method=None,
            proof=Proof.NONE,
            employee_id=None,
            terminal=self._context.terminal,
            started_at=work.now,
            language=language,
        )
        return record_visit(work, visit, "arrived", actor)

    def by_number(self, staff_number: str, method: Method = Method.STAFF_NUMBER) -> Proposal | None:
        """The active employee with this staff number, typed or, by ``method``, shown as a code.

        Raises RuleError ``sought_too_often`` (as the others that look a person up).
        """
        self._context.store.seek(Sought.NUMBER, staff_number)
        with self._context.store.read() as work:
            return self._propose(work.people.by_number(staff_number), HintKind.SURE, method)

    def by_token(self, method: Method, payload: str) -> Proposal | None:
        """The active employee whose card or code this is (stored as a keyed hash only)."""
        with self._context.store.read() as work:
            digest = work.people.digest(method.value, payload)
        self._context.store.seek(Sought.BEARER, method.value, digest)
        with self._context.store.read() as work:
            return self._propose(work.people.by_token(method.value, payload), HintKind.SURE, method)

    def by_face(self, hint: FaceHint) -> Proposal | None:
        """What to ask the person before the camera; None means 'another way, please'.

        Employment and consent are looked up again here, so that a withdrawn or expired one never matches.
        """
        if hint.person_id is None:
            return None
        self._context.store.seek(Sought.ENROLLED, hint.person_id)
        with self._context.store.read() as work:
            employee = work.people.get(hint.person_id)
            notices = needed_notices(self._context.settings)
            consented = valid_grant(work, hint.person_id, notices) is not None
        asked = question(hint, _employed(employee), consented, demo=self._context.settings.profile.demo)
        return None if asked is HintKind.UNKNOWN else self._propose(employee, asked, Method.FACE)

    def _propose(self, employee: Employee | None, kind: HintKind, method: Method) -> Proposal | None:
        if employee is None or not _employed(employee):
            return None
        return Proposal(employee.id, mask_name(employee.name), employee.unit_name, kind, method)

    def digits_match(self, proposal: Proposal, digits: str) -> bool:
        """True when ``digits`` end the staff number of the proposed person ('ask' zone)."""
        with self._context.store.read() as work:
            employee = work.people.get(proposal.employee_id)
        if employee is None or len(digits) != proposal.digits_needed:
            return False
        return hmac.compare_digest(employee.staff_number[-len(digits) :].encode(), digits.encode())

    @one_transaction
    def reject(self, work: Work, visit_id: UUID, proposal: Proposal, actor: Actor) -> None:
        """'Not me' to a face proposal: audited, and the bar of the person who was named is raised.

        Nothing of the visitor is kept (DECISIONS 9). ``identify`` takes the strike back when it learns better.
        """
        if proposal.method is not Method.FACE:
            return
        if work.enrolments.active_of(proposal.employee_id, self._context.terminal) is not None:
            work.face_strikes.add(proposal.employee_id)
        work.audit.add(actor, "face.rejected", proposal.employee_id, "not me", {"visit": str(visit_id)})

    @one_transaction
    def identify(
        self, work: Work, visit_id: UUID, proposal: Proposal, proof: Proof, actor: Actor, not_me: Collection[UUID] = ()
    ) -> Visit:
        """The person confirmed the proposal.

        ``not_me`` are people the face match named before by mistake: each pair of two enrolled people is
        remembered, so that neither is ever surely taken for the other again (DECISIONS 9).
        """
        visit = load_visit(work, visit_id)
        if visit.employee_id == proposal.employee_id and visit.state is VisitState.IDENTIFIED:
            return visit
        if proposal.method is Method.FACE:
            self._note_use(work, proposal.employee_id)
        for mistaken in not_me:
            self._learn_mistake(work, mistaken, proposal.employee_id)
        return move_visit(
            work,
            visit,
            VisitEvent.IDENTIFY,
            actor,
            employee_id=proposal.employee_id,
            method=proposal.method,
            proof=proof,
        )

    def _note_use(self, work: Work, employee_id: UUID) -> None:
        enrolment = work.enrolments.active_of(employee_id, self._context.terminal)
        if enrolment is not None:
            work.enrolments.put(replace(enrolment, last_used_at=work.now))

    def _learn_mistake(self, work: Work, mistaken: UUID, real: UUID) -> None:
        """A pair says more than a strike; and whoever denied to be themselves was rightly named."""
        device = self._context.terminal
        both = [work.enrolments.active_of(person, device) for person in (mistaken, real)]
        if mistaken != real and not all(both):
            return
        work.face_strikes.take_back(mistaken)
        if mistaken != real:
            work.face_blocks.add(mistaken, real)

    def stay_anonymous(self, visit_id: UUID, actor: Actor) -> Visit:
        """No name is asked."""
        return self._unnamed(visit_id, Method.ANONYMOUS, actor)

    def ask_for_clerk(self, visit_id: UUID, actor: Actor) -> Visit:
        """A clerk will come; the visitor gets a number without giving a name."""
        self.call_help(visit_id, urgent=False, actor=actor)
        return self._unnamed(visit_id, Method.ASSISTED, actor)

    @one_transaction
    def _unnamed(self, work: Work, visit_id: UUID, method: Method, actor: Actor) -> Visit:
        visit = load_visit(work, visit_id)
        return move_visit(work, visit, VisitEvent.STAY_ANONYMOUS, actor, method=method)

    @one_transaction
    def choose_again(self, work: Work, visit_id: UUID, actor: Actor) -> Visit:
        """Back to the ways to identify: an identity taken too early is given back."""
        visit = load_visit(work, visit_id)
        if not VISIT_FLOW.allows(visit.state, VisitEvent.WITHDRAW_IDENTITY):
            return visit
        return move_visit(
            work, visit, VisitEvent.WITHDRAW_IDENTITY, actor, employee_id=None, method=None, proof=Proof.NONE
        )

    @one_transaction
    def reset(self, work: Work, visit_id: UUID, actor: Actor) -> None:
        """The kiosk wiped an unfinished visit; a visit that has its number is left alone."""
        visit = load_visit(work, visit_id)
        if VISIT_FLOW.allows(visit.state, VisitEvent.RESET):
            move_visit(work, visit, VisitEvent.RESET, actor)

    @one_transaction
    def call_help(self, work: Work, visit_id: UUID | None, urgent: bool, actor: Actor) -> HelpCall:
        """A silent call to the desks; one open call per terminal and kind. No data needed first."""
        terminal = self._context.terminal
        for call in work.help.open():
            if call.terminal == terminal and call.urgent == urgent:
                return call
        call = HelpCall(self._context.ids.new(), terminal, work.now, urgent, visit_id)
        work.help.put(call)
        work.journal.record("help", call.id, "called", actor, {"terminal": terminal, "urgent": urgent})
        return call


def _employed(employee: Employee | None) -> bool:
    return employee is not None and employee.status is not EmployeeStatus.LEFT

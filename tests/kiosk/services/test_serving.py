"""At the window: what the clerk learns of a visitor there is an event too, and who left the company has no card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import RuleError
from kiosk.model.people import EmployeeStatus
from kiosk.model.ticket import TicketState
from kiosk.model.visit import Proof, VisitState


def events_of(hall, visit):
    with hall.installation.store.read() as work:
        return work.journal.of("visit", visit.id)


def test_a_visitor_named_by_the_clerk_is_named_in_the_record_too(hall):
    served = hall.serve()
    hall.services.serving.name_visitor("1", hall.people[1].staff_number, hall.desk)
    last = events_of(hall, served.visit)[-1]
    assert (last.type, last.data["proof"]) == ("vouched", Proof.VOUCHED)
    assert last.personal == {"employee_id": str(hall.people[1].id)}
    assert str(hall.people[1].id) not in str(last.data)


def test_a_checked_identity_is_an_event(hall):
    served = hall.serve(hall.people[0], proof=Proof.NUMBER)
    assert served.card is None
    hall.services.serving.check_identity("1", hall.desk)
    assert events_of(hall, served.visit)[-1].type == "identity_checked"


def test_who_left_the_company_is_not_vouched_for(hall):
    with hall.installation.store.write() as work:
        work.people.put(replace(hall.people[1], status=EmployeeStatus.LEFT))
    hall.serve()
    with pytest.raises(RuleError) as refused:
        hall.services.serving.name_visitor("1", hall.people[1].staff_number, hall.desk)
    assert refused.value.code == "no_employee"


@pytest.mark.parametrize("arrived", [True, False])
def test_a_visitor_who_walks_away_frees_the_window(hall, arrived):
    hall.ticket()
    hall.services.calling.next("1", hall.desk)
    if arrived:
        hall.services.serving.arrived("1", hall.desk)
    gone = hall.services.serving.left("1", hall.desk)
    assert gone.state is TicketState.ABANDONED
    with hall.installation.store.read() as work:
        assert work.visits.get(gone.visit_id).state is VisitState.LEFT
    assert hall.services.calling.next("1", hall.desk) is None

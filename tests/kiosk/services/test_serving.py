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


def stored(hall, ticket):
    with hall.installation.store.read() as work:
        return work.tickets.get(ticket.id)


def go_apart(hall, how):
    """A number that was held or passed at window 1 ten minutes ago, as it is stored."""
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    if how is TicketState.HELD:
        hall.services.serving.arrived("1", hall.desk)
        hall.services.serving.hold("1", "papers", hall.desk)
    else:
        hall.services.serving.no_show("1", hall.desk)
    hall.clock.advance(minutes=10)
    return stored(hall, ticket)


@pytest.mark.parametrize("how", [TicketState.HELD, TicketState.PASSED])
@pytest.mark.parametrize("window", ["1", "2"])
def test_an_undone_call_back_leaves_the_number_held_or_passed_where_and_since_when_it_was(hall, how, window):
    apart = go_apart(hall, how)
    hall.services.counters.open("2", hall.desk)
    for _ in range(2):
        hall.services.calling.call_back(window, apart.id, hall.desk)
        hall.clock.advance(seconds=30)
        hall.services.calling.recall(window, hall.desk)
        hall.services.serving.undo(window, hall.desk)
        back = stored(hall, apart)
        assert replace(back, fence=0) == replace(apart, fence=0)
    assert hall.services.calling.current(window) is None
    hall.services.calling.call_back(window, apart.id, hall.desk)
    assert hall.services.serving.arrived(window, hall.desk).ticket.id == apart.id


def test_an_undone_call_from_the_line_is_first_in_it_again(hall):
    first, second = hall.ticket(), hall.ticket()
    hall.services.calling.next("1", hall.desk)
    assert hall.services.serving.undo("1", hall.desk).state is TicketState.WAITING
    assert [hall.services.calling.next("1", hall.desk).id] == [first.id]
    assert stored(hall, second).state is TicketState.WAITING


def test_a_number_that_was_reported_again_goes_back_to_the_line_when_its_call_is_undone(hall):
    passed = go_apart(hall, TicketState.PASSED)
    hall.services.calling.call_back("1", passed.id, hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    hall.services.tickets.recheck(passed.id, passed.query_code, hall.visitor)
    hall.services.calling.next("1", hall.desk)
    assert hall.services.serving.undo("1", hall.desk).state is TicketState.WAITING

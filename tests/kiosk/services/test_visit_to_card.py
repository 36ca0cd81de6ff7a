"""From the first touch to the card at the desk: what a visitor and a clerk can rely on."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from kiosk.errors import AccessError, ConflictError, InputError, RuleError
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.people import EmployeeStatus, mask_name
from kiosk.model.service import PrivacyLevel
from kiosk.model.staff import Actor, Role
from kiosk.model.ticket import LinePlace, TicketState
from kiosk.model.visit import Proof, VisitState
from kiosk.services.appeals import AppealForm
from kiosk.services.arrivals import Arrivals


def test_a_number_is_given_once_even_if_asked_twice(hall):
    visit = hall.visit()
    first = hall.services.tickets.issue(visit.id, "101", False, hall.visitor)
    again = hall.services.tickets.issue(visit.id, "101", False, hall.visitor)
    assert first == again
    assert first.label == "A001"


def test_numbers_count_up_per_letter_and_priority_has_its_own(hall):
    labels = [
        hall.ticket().label,
        hall.ticket(category="403").label,
        hall.ticket(priority=True).label,
        hall.ticket().label,
    ]
    assert labels == ["A001", "C001", "V001", "A002"]


def test_the_slip_says_nothing_about_who_or_what(hall):
    ticket = hall.ticket(hall.people[0], category="403")
    slip = hall.services.tickets.slip(ticket.id)
    text = repr(slip)
    assert "林" not in text
    assert "DEMO-0001" not in text
    assert "403" not in slip.query_url.split(":")
    assert slip.wait_low_min < slip.wait_high_min


def test_nothing_is_issued_while_the_centre_is_closed(hall):
    hall.services.days.close(hall.desk)
    with pytest.raises(RuleError) as refused:
        hall.visit()
    assert refused.value.code == "day_closed"


def test_day_end_expires_what_is_open_and_a_closed_day_stays_closed(hall):
    ticket = hall.ticket()
    hall.services.days.close(hall.desk)
    with hall.installation.store.read() as work:
        assert work.tickets.get(ticket.id).state is TicketState.EXPIRED
        assert work.visits.get(ticket.visit_id).state is VisitState.CLOSED
    with pytest.raises(RuleError) as refused:
        hall.services.days.open(hall.desk)
    assert refused.value.code == "day_closed_for_good"
    hall.clock.advance(days=1)
    assert hall.services.days.open(hall.desk).closed_at is None


def test_the_card_has_four_fields_and_opens_only_after_arrived_with_an_audit_row_first(hall):
    person = hall.people[0]
    hall.ticket(person)
    hall.services.calling.next("1", hall.desk)
    assert hall.services.access.looks(person.id) == ()
    served = hall.services.serving.arrived("1", hall.desk)
    assert (served.card.name, served.card.age, served.card.unit) == ("林演示", 37, person.unit_name)
    assert set(served.card.__slots__) == {"name", "age", "unit", "appeals"}
    looks = hall.services.access.looks(person.id)
    assert len(looks) == 1
    assert "A001" in looks[0].reason


def test_a_number_only_visitor_has_no_card_until_the_clerk_checks(hall):
    served = hall.serve(hall.people[0], proof=Proof.NUMBER)
    assert served.card is None
    assert served.no_card == "identity_unchecked"
    assert hall.services.serving.check_identity("1", hall.desk).card.name == "林演示"


def test_an_anonymous_visitor_has_no_card_ever(hall):
    served = hall.serve(None)
    assert served.card is None
    assert served.no_card == "anonymous"
    with pytest.raises(RuleError):
        hall.services.serving.check_identity("1", hall.desk)


def test_a_role_without_the_right_gets_no_card(hall):
    hall.ticket(hall.people[0])
    guide = Actor("staff", hall.desk.id, frozenset({Role.GUIDE}), "K1")
    hall.services.calling.next("1", hall.desk)
    with pytest.raises(AccessError):
        hall.services.serving.arrived("1", guide)
    assert hall.services.calling.current("1").state is TicketState.CALLED


def test_confidential_and_sealed_appeals_are_not_on_the_card_and_not_counted(hall):
    visit = hall.visit(hall.people[0])
    for category, privacy in (("303", "named"), ("403", "confidential"), ("705", "sealed"), ("302", "withheld")):
        form = AppealForm(category, f"件{category}", "内容", PrivacyLevel(privacy))
        hall.services.appeals.register(form, visit.id, hall.desk)
    hall.services.tickets.issue(visit.id, "303", False, hall.visitor)
    hall.services.calling.next("1", hall.desk)
    card = hall.services.serving.arrived("1", hall.desk).card
    assert [line.title for line in card.appeals] == ["件303"]


def test_a_clerk_can_vouch_for_a_visitor_who_came_without_a_name(hall):
    hall.serve(None)
    served = hall.services.serving.name_visitor("1", "DEMO-0002", hall.desk)
    assert served.card.name == "赵样例"
    assert served.visit.proof is Proof.VOUCHED


def test_two_clerks_cannot_sit_at_one_window(hall):
    other = Actor("staff", uuid.uuid4(), frozenset({Role.DESK}), "K1")
    with pytest.raises(ConflictError):
        hall.services.counters.open("1", other)


def test_a_face_proposal_needs_a_valid_released_consent(hall):
    person = hall.people[0]
    hint = FaceHint(HintKind.SURE, person.id, 0.9, 0.5, Liveness.CHALLENGED, synthetic=False)
    arrivals, consents = hall.services.arrivals, hall.services.consents
    assert arrivals.by_face(hint) is None
    consent = consents.grant(person.id, "zh_CN", hall.visitor)
    assert arrivals.by_face(hint) is None, "not released by a clerk yet"
    consents.release(consent.id, hall.desk)
    assert arrivals.by_face(hint).masked_name == "林*"
    hall.clock.advance(days=400)
    assert arrivals.by_face(hint) is None, "expired"


def test_a_face_names_nobody_who_left_or_whose_picture_is_not_of_a_living_person_here(hall):
    person = hall.people[0]
    hint = FaceHint(HintKind.SURE, person.id, 0.9, 0.5, Liveness.CHALLENGED, synthetic=False)
    drawn, still = replace(hint, synthetic=True), replace(hint, liveness=Liveness.NONE)
    consents, context = hall.services.consents, hall.services.context
    consents.release(consents.grant(person.id, "zh_CN", hall.visitor).id, hall.desk)
    settings = replace(context.settings, profile=replace(context.settings.profile, demo=False))
    real = Arrivals(replace(context, settings=settings))
    assert hall.services.arrivals.by_face(drawn) is not None, "the demo shows portraits to the engine"
    assert [real.by_face(seen) is not None for seen in (hint, drawn, still)] == [True, False, False]
    with hall.installation.store.write() as work:
        work.people.put(replace(person, status=EmployeeStatus.LEFT))
    assert real.by_face(hint) is None


def test_an_unfinished_enrolment_is_found_by_its_consent_until_it_ends(hall):
    person, consents = hall.people[0], hall.services.consents
    assert consents.state(person.id).consent_id is None
    consent = consents.grant(person.id, "zh_CN", hall.visitor)
    assert consents.state(person.id).consent_id == consent.id
    consents.withdraw(person.id, "zh_CN", hall.visitor)
    assert consents.state(person.id).consent_id is None
    hall.clock.advance(minutes=1)
    again = consents.grant(person.id, "zh_CN", hall.visitor)
    assert consents.state(person.id).consent_id == again.id
    hall.clock.advance(days=400)
    assert consents.state(person.id).consent_id is None


def test_a_slip_tells_its_place_and_a_missed_call_is_reported_again_behind_three(hall):
    tickets, made = hall.services.tickets, []
    for _ in range(6):
        made.append(hall.ticket())
        hall.clock.advance(seconds=20)
    first, *others = made
    assert tickets.standing(others[1].id, others[1].query_code).ahead == 2
    hall.services.calling.next("1", hall.desk)
    assert tickets.standing(first.id, first.query_code).counter == "1"
    hall.services.serving.no_show("1", hall.desk)
    assert tickets.standing(first.id, first.query_code).state is TicketState.PASSED
    tickets.recheck(first.id, first.query_code, hall.visitor)
    standing = tickets.standing(first.id, first.query_code)
    assert (standing.state, standing.ahead) == (TicketState.WAITING, 3)


def test_a_slip_without_its_code_tells_and_moves_nothing(hall):
    ticket = hall.ticket()
    wrong = str((int(ticket.query_code[0]) + 1) % 10) + ticket.query_code[1:]
    tickets = hall.services.tickets
    for ask in (tickets.standing, lambda *shown: tickets.recheck(*shown, hall.visitor)):
        for shown in ((ticket.id, wrong), (uuid.uuid4(), ticket.query_code)):
            with pytest.raises(InputError) as refused:
                ask(*shown)
            assert refused.value.code == "ticket_not_found"


def test_the_slip_writes_the_seat_as_it_is_written_over_the_chairs(hall):
    ticket = hall.ticket()
    assert ticket.seat == "Z1-01"
    assert hall.services.tickets.slip(ticket.id).seat == "等候区 01"


def test_withdrawal_beats_the_grant_at_once(hall):
    person = hall.people[0]
    hint = FaceHint(HintKind.SURE, person.id, 0.9, 0.5, Liveness.CHALLENGED, synthetic=False)
    consent = hall.services.consents.grant(person.id, "zh_CN", hall.visitor)
    hall.services.consents.release(consent.id, hall.desk)
    receipt = hall.services.consents.withdraw(person.id, "zh_CN", hall.visitor)
    assert len(receipt.number) == 10
    assert hall.services.arrivals.by_face(hint) is None
    assert not hall.services.consents.state(person.id).granted


def test_nobody_under_eighteen_is_enrolled(hall):
    with pytest.raises(RuleError) as refused:
        hall.services.consents.grant(hall.people[2].id, "zh_CN", hall.visitor)
    assert refused.value.code == "adults_only"


def test_only_staff_can_release_an_enrolment(hall):
    consent = hall.services.consents.grant(hall.people[0].id, "zh_CN", hall.visitor)
    with pytest.raises(RuleError):
        hall.services.consents.release(consent.id, hall.visitor)
    assert [p.consent_id for p in hall.services.consents.pending()] == [consent.id]


def test_the_last_digits_decide_when_the_match_is_unsure(hall):
    proposal = hall.services.arrivals.by_number("DEMO-0002")
    assert hall.services.arrivals.digits_match(proposal, "0002")
    assert not hall.services.arrivals.digits_match(proposal, "0001")
    assert not hall.services.arrivals.digits_match(proposal, "2")


def test_a_wiped_visit_keeps_its_number_if_it_has_one(hall):
    ticket = hall.ticket()
    hall.services.arrivals.reset(ticket.visit_id, hall.visitor)
    with hall.installation.store.read() as work:
        assert work.visits.get(ticket.visit_id).state is VisitState.TICKETED


def test_help_is_called_once_per_terminal_and_answered(hall):
    first = hall.services.arrivals.call_help(None, True, hall.visitor)
    assert hall.services.arrivals.call_help(None, True, hall.visitor) == first
    hall.services.staff.answer_help(first.id, hall.desk)
    assert hall.services.staff.help_calls() == ()


def test_masking_keeps_compound_surnames():
    assert [mask_name(n) for n in ("王小明", "欧阳娜娜", "林")] == ["王*", "欧阳*", "林*"]


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_login(hall):
    staff = hall.services.staff
    assert staff.sign_in("desk", "correct horse").login == "desk"
    texts = set()
    for login in ("desk", "nobody"):
        with pytest.raises(AccessError) as refused:
            staff.sign_in(login, "wrong")
        texts.add(str(refused.value))
    assert len(texts) == 1


def test_nobody_is_asked_again_about_the_face_match_after_a_no(hall):
    """Twenty visits after a refusal: no invitation, until a year has passed (PRIVACY A6)."""
    person, consents = hall.people[0], hall.services.consents
    assert consents.may_invite(hall.visit(person).id)
    assert not consents.may_invite(hall.visit(None).id)
    consents.refuse(person.id, "zh_CN", hall.visitor)
    assert not any(consents.may_invite(hall.visit(person).id) for _ in range(20))
    hall.clock.advance(days=364)
    assert not consents.may_invite(hall.visit(person).id)
    hall.clock.advance(days=2)
    assert consents.may_invite(hall.visit(person).id)


def test_only_those_who_may_open_the_card_sit_down_at_a_window(hall):
    for role in (Role.ADMIN, Role.GUIDE, Role.AUDITOR):
        with pytest.raises(AccessError) as refused:
            hall.services.counters.open("2", Actor("staff", uuid.uuid4(), frozenset({role}), "K1"))
        assert refused.value.code == "desk_role"


def test_nobody_is_sent_to_a_queue_that_no_window_serves(hall):
    hall.serve(None)
    with pytest.raises(RuleError) as refused:
        hall.services.calling.transfer("1", "S", LinePlace.ARRIVAL, hall.desk)
    assert refused.value.code == "queue_unserved"

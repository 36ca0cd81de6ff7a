"""Appeals: registered once, never without an owner, answered with words, closed by the head."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.errors import InputError, ReceptionError, RuleError
from kiosk.flow.appeal_flow import APPEAL_FLOW, AppealEvent
from kiosk.model.appeal import AppealState, Outcome
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import Actor, Role
from kiosk.services.appeals import AppealForm, Step
from tests.kiosk.services.conftest import open_hall

FORM = AppealForm("303", "宿舍热水时断时续", "热水晚上九点以后没有。")


def register(hall, form=FORM, person=True):
    visit = hall.visit(hall.people[0] if person else None)
    return hall.services.appeals.register(form, visit.id, hall.desk)


def test_a_simple_matter_is_registered_answered_and_closed_by_the_head(hall):
    appeal = register(hall)
    assert appeal.number == "LN001-2026-00001"
    assert (appeal.state, appeal.owner) == (AppealState.REGISTERED, "reviewer")
    answered = hall.services.appeals.answer_on_spot(appeal.id, Outcome.SOLVED, "今晚维修。", hall.desk)
    assert answered.state is AppealState.FED_BACK
    rated = hall.services.appeals.rate(appeal.number, appeal.query_code, 5, hall.visitor)
    with pytest.raises(RuleError):
        hall.services.appeals.move(rated.id, AppealEvent.CLOSE, Step(), hall.desk)
    closed = hall.services.appeals.move(rated.id, AppealEvent.CLOSE, Step(), hall.head)
    assert closed.closed_at is not None


def test_an_explained_outcome_without_words_is_refused(hall):
    appeal = register(hall)
    with pytest.raises(RuleError):
        hall.services.appeals.answer_on_spot(appeal.id, Outcome.EXPLAINED, "  ", hall.desk)
    with hall.installation.store.read() as work:
        assert work.appeals.get(appeal.id).state is AppealState.REGISTERED


def test_due_dates_skip_the_spring_festival_and_count_make_up_days(hall):
    due = hall.services.appeals.due("303", Urgency.NORMAL)
    assert (due.due, due.working_days) == (date(2026, 3, 9), 5)
    assert {reason.day.isoweekday() for reason in due.skipped} == {6, 7}


def test_urgent_matters_are_due_sooner_but_never_later_than_the_category(hall):
    assert hall.services.appeals.due("502", Urgency.URGENT).working_days == 3
    assert hall.services.appeals.due("701", Urgency.URGENT).working_days == 1


def test_progress_needs_the_code_and_tells_nothing_of_the_person(hall):
    appeal = register(hall)
    with pytest.raises(InputError):
        hall.services.appeals.progress(appeal.number, "00000000")
    shown = repr(hall.services.appeals.progress(appeal.number, appeal.query_code))
    assert "热水" not in shown
    assert "林" not in shown


def test_an_anonymous_appeal_keeps_no_trace_of_visit_or_person(hall):
    appeal = register(hall, person=False)
    assert appeal.privacy is PrivacyLevel.ANONYMOUS
    assert (appeal.employee_id, appeal.visit_id) == (None, None)


def test_a_report_is_sealed_for_everybody_but_the_discipline_office(hall):
    appeal = register(hall, AppealForm("705", "举报", "内容只给纪检看"))
    assert appeal.privacy is PrivacyLevel.SEALED
    with hall.installation.store.read() as work:
        stored = work.appeals.get(appeal.id)
        events = work.journal.of("appeal", appeal.id)
    assert (stored.title, stored.text) == ("", "")
    assert all(not event.personal for event in events)
    assert all(event.data["visit_id"] is None for event in events), "no way from the report to the visitor"
    with pytest.raises(RuleError):
        hall.services.appeals.move(appeal.id, AppealEvent.ACCEPT, Step(), hall.desk)
    assert appeal.id not in [a.id for a in hall.services.appeals.open_ones(hall.desk)]
    with hall.installation.store.read() as work:
        assert [row.action for row in work.audit.of_subject(appeal.id)] == ["appeal.refused"]


def as_role(hall, *roles):
    return Actor("staff", hall.desk.id, frozenset(roles), "K1")


def lists(hall, appeal, role):
    return appeal.id in [listed.id for listed in hall.services.appeals.open_ones(as_role(hall, role))]


@pytest.mark.parametrize(
    ("category", "keepers"),
    [
        ("705", {Role.DISCIPLINE}),
        ("403", {Role.COUNSELLOR}),
        ("401", {Role.LIAISON}),
        ("501", {Role.LAWYER}),
        ("601", {Role.DISPATCHER, Role.HEAD}),
        ("704", {Role.DISPATCHER, Role.HEAD}),
    ],
)
def test_a_kept_matter_is_listed_for_its_keepers_only_and_they_can_end_it(hall, category, keepers):
    appeal = register(hall, AppealForm(category, "心事", "只给该看的人"))
    assert {role for role in Role if lists(hall, appeal, role)} == keepers
    for keeper in (as_role(hall, role) for role in keepers):
        assert AppealEvent.ACCEPT in hall.services.appeals.next_steps(appeal, keeper)
    steps = ("accept", "dispatch", "sign", "resolve", "feed_back", "unrated", "close")
    for event in map(AppealEvent, steps):
        step = Step(outcome=Outcome.SOLVED, answer="已办妥") if event is AppealEvent.RESOLVE else Step()
        appeal = hall.services.appeals.move(appeal.id, event, step, keeper)
    assert appeal.state is AppealState.CLOSED


KEPT = [("705", Role.HEAD), ("403", Role.HEAD), ("403", Role.LAWYER), ("601", Role.DESK), ("601", Role.COUNSELLOR)]


@pytest.mark.parametrize(("category", "stranger"), KEPT)
def test_who_may_not_see_a_matter_can_no_more_move_it_than_one_that_does_not_exist(hall, category, stranger):
    appeal = register(hall, AppealForm(category, "心事", "只给该看的人"))
    actor, verbs = as_role(hall, stranger, Role.REVIEWER), hall.services.appeals
    told = []
    for appeal_id in (appeal.id, hall.services.context.ids.new()):
        for attempt in (
            lambda key=appeal_id: verbs.move(key, AppealEvent.WITHDRAW, Step(), actor),
            lambda key=appeal_id: verbs.answer_on_spot(key, Outcome.SOLVED, "已办妥", actor),
        ):
            with pytest.raises(RuleError) as refused:
                attempt()
            told.append((refused.value.code, str(refused.value), refused.value.detail))
    assert len({repr(answer) for answer in told}) == 1, "the answer must not tell that there is such an appeal"
    with hall.installation.store.read() as work:
        assert work.appeals.get(appeal.id).state is AppealState.REGISTERED
        refusals = [row for row in work.audit.of_subject(appeal.id) if row.action == "appeal.refused"]
    assert [row.actor_id for row in refusals] == [actor.id, actor.id]


def test_an_everyday_matter_is_no_business_of_guides_leaders_and_technicians(hall):
    appeal = register(hall)
    others = {Role.EMPLOYEE, Role.GUIDE, Role.DELEGATE, Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.COUNSELLOR}
    assert not [role for role in others if lists(hall, appeal, role)]
    assert lists(hall, appeal, Role.DESK)


def test_who_does_not_rate_keeps_no_appeal_open(hall):
    appeal = register(hall)
    told = hall.services.appeals.answer_on_spot(appeal.id, Outcome.SOLVED, "今晚维修。", hall.desk)
    system = hall.services.staff.system()
    hall.clock.advance(days=(told.next_date - hall.clock.today()).days)
    hall.services.housekeeping.run(system)
    assert hall.services.appeals.progress(appeal.number, appeal.query_code).state is AppealState.FED_BACK
    hall.clock.advance(days=1)
    hall.services.housekeeping.run(system)
    (left,) = hall.services.appeals.open_ones(hall.head)
    assert (left.state, left.rating, left.owner) == (AppealState.RATED, None, "head")
    assert hall.services.housekeeping.run(system) == 0
    hall.services.appeals.move(appeal.id, AppealEvent.CLOSE, Step(), hall.head)


def test_early_in_the_morning_the_date_is_the_centre_s(hall):
    hall.clock.advance(hours=22)  # 07:00 in Shanghai is still the day before in UTC
    appeal = register(hall)
    shown = hall.services.appeals.progress(appeal.number, appeal.query_code)
    assert shown.registered_on == hall.clock.today()
    assert shown.registered_on != appeal.registered_at.date()


@pytest.mark.parametrize("title", ["", "   ", "长" * 41])
def test_a_bad_title_is_refused_and_nothing_is_written(hall, title):
    before = hall.installation.store.last_seq()
    with pytest.raises(InputError) as refused:
        hall.services.appeals.register(AppealForm("303", title, "文"), None, hall.desk)
    assert refused.value.code == "title_length"
    assert hall.installation.store.last_seq() == before


ALL_ROLES = frozenset(Role)


class AppealLife(RuleBasedStateMachine):
    """Random steps by random people: no open appeal without owner and next date, no words ever change."""

    @initialize()
    def begin(self):
        self.hall = open_hall(self.folder())
        self.appeal = register(self.hall)
        self.returns = 0

    def folder(self):
        import tempfile
        from pathlib import Path

        return Path(tempfile.mkdtemp()) / "profile"

    @rule(
        event=st.sampled_from(list(AppealEvent)),
        roles=st.sampled_from([ALL_ROLES, frozenset({Role.DESK}), frozenset({Role.HEAD}), frozenset({Role.HANDLER})]),
        outcome=st.sampled_from([None, *Outcome]),
        words=st.sampled_from(["", "已经说明原因"]),
    )
    def step(self, event, roles, outcome, words):
        actor = Actor("staff", self.hall.desk.id, roles, "K1")
        step = Step(reason=words, outcome=outcome, answer=words, rating=4, recheck_on=date(2026, 4, 1))
        before = self.appeal
        try:
            self.appeal = self.hall.services.appeals.move(before.id, event, step, actor)
        except ReceptionError:
            with self.hall.installation.store.read() as work:
                assert work.appeals.get(before.id) == before, "a refused step changed something"
            return
        assert APPEAL_FLOW.allows(before.state, event)
        if event is AppealEvent.RETURN:
            self.returns += 1
        assert self.returns <= 2

    @invariant()
    @precondition(lambda self: hasattr(self, "appeal"))
    def every_open_appeal_has_an_owner_and_a_date(self):
        still_open = self.appeal.state not in (AppealState.CLOSED, AppealState.ARCHIVED, AppealState.WITHDRAWN)
        assert bool(self.appeal.owner) == still_open
        assert (self.appeal.next_date is not None) == still_open
        assert (self.appeal.title, self.appeal.text) == (FORM.title, FORM.text)

    def teardown(self):
        if hasattr(self, "hall"):
            with self.hall.installation.store.read() as work:
                assert work.journal.verify() is None
            self.hall.installation.close()


TestAppealLife = AppealLife.TestCase
TestAppealLife.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_sealed_report_names_nobody_outside_its_seal(hall):
    """Neither row nor event leads to the person or the visit; only the discipline office can open who reported."""
    appeal = register(hall, AppealForm("705", "举报", "内容只给纪检看"))
    with hall.installation.store.read() as work:
        stored = work.appeals.get(appeal.id)
        events = work.journal.of("appeal", appeal.id)
        assert appeal.id not in [row.id for row in work.appeals.of_employee(hall.people[0].id)]
    assert (stored.employee_id, stored.visit_id) == (None, None)
    assert str(hall.people[0].id) not in repr(events)


def test_a_redone_matter_gets_a_new_promise(hall):
    appeal = register(hall)
    hall.services.appeals.answer_on_spot(appeal.id, Outcome.EXPLAINED, "按规定暂不能办。", hall.desk)
    hall.services.appeals.rate(appeal.number, appeal.query_code, 1, hall.visitor)
    hall.clock.advance(days=30)
    redone = hall.services.appeals.move(appeal.id, AppealEvent.REDO, Step(reason="态度问题"), hall.head)
    assert redone.due_date == hall.services.context.calendar.add_working_days(hall.clock.today(), 10).due


def wait_for_papers(hall, appeal, days):
    hall.services.appeals.move(appeal.id, AppealEvent.ASK_INFO, Step(), hall.desk)
    hall.clock.advance(days=days)
    return hall.services.appeals.move(appeal.id, AppealEvent.INFO_GIVEN, Step(), hall.desk)


@pytest.mark.parametrize(
    ("asked_after", "days", "due"),
    [
        (1, 0, date(2026, 3, 9)),  # brought at once: nothing was lost
        (1, 3, date(2026, 3, 12)),  # Tuesday to Friday: three working days
        (4, 3, date(2026, 3, 10)),  # Friday to Monday: one
        (1, 200, date(2026, 5, 1)),  # never beyond the sixty days of the law
    ],
)
def test_the_clock_stands_while_papers_are_awaited(hall, asked_after, days, due):
    appeal = register(hall)
    assert appeal.due_date == date(2026, 3, 9)
    hall.clock.advance(days=asked_after)
    assert wait_for_papers(hall, appeal, days).due_date == due
    with hall.installation.store.read() as work:
        asked, given = work.journal.of("appeal", appeal.id)[-2:]
    assert (asked.type, given.type) == ("ask_info", "info_given")
    assert (given.at - asked.at).days == days
    assert (given.personal["due_before"], given.data["due_date"]) == ("2026-03-09", due.isoformat())


def test_two_pauses_add_up_and_the_time_between_counts(hall):
    appeal = register(hall)
    wait_for_papers(hall, appeal, 1)
    hall.clock.advance(days=1)
    assert wait_for_papers(hall, appeal, 1).due_date == date(2026, 3, 11)

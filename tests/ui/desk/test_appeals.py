"""Writing appeals down, answering them, and the steps a clerk may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import load_catalog
from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.appeal import AppealLine, AppealState, Outcome
from kiosk.model.service import PrivacyLevel, Urgency
from tests.ui.desk.conftest import Hall
from ui.desk.appeals import NOT_AT_THE_DESK, TITLE_LENGTH, likely_reason, title_of
from ui.desk.category_search import find, initials
from ui.desk.state import Form, Tab

CATEGORIES = load_catalog().categories


def _write(desk: Hall, category: str = "303", text: str = "热水晚上九点以后没有。上周报修过。") -> None:
    desk.presenter.appeals.choose_category(category, PrivacyLevel.NAMED)
    desk.presenter.appeals.fill(text=text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("303", "303"), ("职工宿舍", "303"), ("zgss", "303"), ("dorm", "303"), ("st", "302"), ("30", "301")],
)
def test_categories_are_found_by_code_word_and_pinyin_initials(typed: str, code: str) -> None:
    assert find(CATEGORIES, typed)[0].code == code


@given(st.sampled_from(CATEGORIES), st.integers(2, 4))
def test_every_category_is_found_by_the_beginning_of_its_initials(category, length: int) -> None:
    assert category in find(CATEGORIES, initials(category.name_zh)[:length])


@given(st.text(max_size=200))
def test_search_never_fails_and_only_returns_categories(typed: str) -> None:
    assert set(find(CATEGORIES, typed)) <= set(CATEGORIES)


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_title_never_exceeds_its_length(title: str, text: str) -> None:
    assert len(title_of(Form(title=title, text=text))) <= TITLE_LENGTH


def test_due_date_explains_itself_and_follows_urgency(desk: Hall) -> None:
    _write(desk)
    due = desk.presenter.state.form.due
    assert due is not None and due.due == date(2026, 11, 30) and len(due.skipped) == 2
    desk.presenter.appeals.fill(urgency=Urgency.URGENT)
    due = desk.presenter.state.form.due
    assert due is not None and due.due == date(2026, 11, 26)


def test_register_binds_the_appeal_to_the_visitor_at_the_window(desk: Hall) -> None:
    desk.serve("林演示")
    _write(desk)
    desk.presenter.appeals.register()
    appeal = desk.presenter.state.form.registered
    assert appeal is not None and appeal.employee_id == desk.people["林演示"].id
    assert appeal.title == "热水晚上九点以后没有"
    desk.presenter.appeals.register()
    assert len(desk.services.appeals.open_ones(desk.actor)) == 1


def test_words_of_one_visitor_never_reach_the_next(desk: Hall) -> None:
    desk.serve("林演示")
    _write(desk)
    desk.presenter.calling.finish()
    desk.serve("赵样例")
    assert desk.presenter.state.form.text == ""


def test_a_refused_form_keeps_what_was_typed(desk: Hall) -> None:
    desk.presenter.appeals.fill(text="没有选类别")
    desk.presenter.appeals.register()
    assert desk.presenter.state.note is not None and desk.presenter.state.note.key == "category_missing"
    desk.presenter.appeals.choose_category("303", PrivacyLevel.NAMED)
    desk.tasks.down = True
    desk.presenter.appeals.register()
    state = desk.presenter.state
    assert state.form.registered is None and state.form.text == "没有选类别" and not state.busy


@pytest.mark.parametrize("outcome", [Outcome.EXPLAINED, Outcome.PARTLY])
def test_answer_on_the_spot_needs_outcome_and_words(desk: Hall, outcome: Outcome) -> None:
    desk.serve("林演示")
    _write(desk)
    desk.presenter.appeals.register()
    desk.presenter.appeals.answer()
    assert desk.presenter.state.note is not None and desk.presenter.state.note.key == "outcome_missing"
    desk.presenter.appeals.fill(outcome=outcome)
    desk.presenter.appeals.answer()
    assert desk.presenter.state.note is not None and desk.presenter.state.note.error is not None
    desk.presenter.appeals.fill(answer="依据现行规定,下月起执行。")
    desk.presenter.appeals.answer()
    appeal = desk.presenter.state.form.registered
    assert appeal is not None and appeal.state is AppealState.FED_BACK and appeal.outcome is outcome


def test_steps_come_from_the_flow_for_the_clerks_roles(desk: Hall) -> None:
    _write(desk)
    desk.presenter.appeals.register()
    desk.presenter.calling.refresh()
    (worked,) = desk.presenter.state.mine
    assert AppealEvent.ACCEPT in worked.steps and AppealEvent.CLOSE not in worked.steps
    desk.presenter.appeals.show(Tab.MINE)
    desk.presenter.appeals.begin_step(worked.appeal.id, AppealEvent.ACCEPT)
    desk.presenter.calling.refresh()
    assert desk.presenter.state.mine[0].appeal.state is AppealState.ACCEPTED


def test_a_step_that_needs_words_asks_for_them(desk: Hall) -> None:
    _write(desk)
    desk.presenter.appeals.register()
    desk.presenter.calling.refresh()
    appeal_id = desk.presenter.state.mine[0].appeal.id
    desk.presenter.appeals.begin_step(appeal_id, AppealEvent.ASK_INFO)
    desk.presenter.appeals.take_step()
    assert desk.presenter.state.note is not None and desk.presenter.state.note.key == "reason_missing"
    desk.presenter.appeals.write_step(text="请带劳动合同")
    desk.presenter.appeals.take_step()
    desk.presenter.calling.refresh()
    assert desk.presenter.state.draft is None
    assert desk.presenter.state.mine[0].appeal.state is AppealState.NEED_INFO


def test_every_event_a_clerk_may_take_has_a_word(desk: Hall) -> None:
    from kiosk.phrases import LANGUAGES, Phrases

    for language in LANGUAGES:
        phrases = Phrases(language, strict=True)
        for event in set(AppealEvent) - NOT_AT_THE_DESK:
            assert phrases.has(f"desk.step.{event.value}")
        for state in AppealState:
            assert phrases.has(f"desk.state.{state.value}")


LINE = AppealLine("N-1", "t", AppealState.PROCESSING, "GA", date(2026, 11, 1), date(2026, 11, 24), None, None)
FIRST = date(2026, 11, 1)
LINES = st.lists(
    st.builds(
        lambda n, state, days: replace(
            LINE, number=f"N-{n}", state=state, due_date=date(2026, 11, 1) + timedelta(days)
        ),
        st.integers(0, 99),
        st.sampled_from(AppealState),
        st.integers(0, 60),
    ),
    max_size=6,
)


@given(LINES)
def test_the_likely_reason_is_the_open_promise_due_first(lines: list[AppealLine]) -> None:
    chosen = likely_reason(tuple(lines))
    waiting = [line for line in lines if line.state in (AppealState.PROCESSING, AppealState.DISPATCHED)]
    if chosen is None:
        assert not waiting
    else:
        assert chosen.state not in (AppealState.CLOSED, AppealState.FED_BACK, AppealState.WITHDRAWN)
        assert all(chosen.due_date <= line.due_date for line in waiting if line.due_date and chosen.due_date)

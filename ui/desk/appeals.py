"""Writing appeals down and taking them forward at the desk. Owns which words a step needs; the rules are the store's.

Plain Python, GUI thread only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kiosk.flow.appeal_flow import AppealEvent as E
from kiosk.model.appeal import Appeal, AppealLine, AppealState, Outcome
from kiosk.model.service import PrivacyLevel, Urgency
from ui.desk.session import Session
from ui.desk.state import Form, Note, StepDraft, Tab, Worked

if TYPE_CHECKING:
    from kiosk.calendar import WorkingDayCount

GIVES_RESULT = frozenset({E.RESOLVE, E.ANSWER_ON_SPOT, E.OPINION})
NEEDS_REASON = GIVES_RESULT | {
    E.RETURN, E.REDO, E.DEFER, E.ASK_INFO, E.EXPLAIN_SCOPE, E.MERGE, E.DECIDE, E.LEGAL_OPINION, E.CLOSE, E.WITHDRAW,
    E.REOPEN,
}  # fmt: skip
NOT_AT_THE_DESK = frozenset({E.RATE, E.UNRATED, E.REGISTER})
"""The visitor rates, the clock ends the wait for a rating, the form registers."""

RECHECK_DAYS = (30, 60, 90)
TITLE_LENGTH = 40
DUE_SOON = timedelta(days=3)
_SETTLED = frozenset(
    {
        AppealState.FED_BACK,
        AppealState.RATED,
        AppealState.CLOSED,
        AppealState.ARCHIVED,
        AppealState.WITHDRAWN,
        AppealState.MERGED,
        AppealState.OUT_OF_SCOPE,
    }
)


def title_of(form: Form) -> str:
    """The title as typed, else the first sentence of the text."""
    first = re.split(r"[。！？!?\n]", form.text.strip(), maxsplit=1)[0]
    return (form.title.strip() or first)[:TITLE_LENGTH]


def is_open(state: AppealState) -> bool:
    """True while the person still waits for an answer."""
    return state not in _SETTLED


def likely_reason(appeals: tuple[AppealLine, ...]) -> AppealLine | None:
    """The open appeal whose answer is due first: probably why the person came."""
    promised = [line for line in appeals if line.due_date and is_open(line.state)]
    return min(promised, key=lambda line: (line.due_date, line.number), default=None)


def desk_steps(worked: Worked) -> tuple[E, ...]:
    """The steps a clerk may take, in the order of their digit keys."""
    return tuple(event for event in worked.steps if event not in NOT_AT_THE_DESK)


class AppealDesk:
    """Actions of the right column."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- the form --------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty form."""
        self._session.put(form=Form(serial=self._session.state.form.serial + 1), tab=Tab.REGISTER, draft=None)

    def show(self, tab: Tab) -> None:
        """Registering, or the clerk's open appeals."""
        self._session.put(tab=tab, draft=None)

    def fill(self, **changes: Any) -> None:
        """The clerk typed or chose something."""
        before, served = self._session.state.form, self._session.state.served
        visit_id = before.visit_id or (served.visit.id if served else None)
        form = replace(before, visit_id=visit_id, **changes)
        self._session.put(form=form)
        if form.category and (form.category, form.urgency) != (before.category, before.urgency):
            self._ask_due(form.category, form.urgency)

    def choose_category(self, code: str, privacy: PrivacyLevel) -> None:
        """A category brings its own default of privacy."""
        self.fill(category=code, privacy=PrivacyLevel.CONFIDENTIAL if privacy is PrivacyLevel.SEALED else privacy)

    def _ask_due(self, category: str, urgency: Urgency) -> None:
        def answered(due: WorkingDayCount) -> None:
            form = self._session.state.form
            if (form.category, form.urgency) == (category, urgency):
                self._session.put(form=replace(form, due=due))

        self._session.ask(lambda services: services.appeals.due(category, urgency), answered)

    def why(self) -> None:
        """Show or hide the reason of the due date."""
        self.fill(why=not self._session.state.form.why)

    def register(self) -> None:
        """Give the appeal its number. Nothing typed is lost when the store refuses."""
        form = self._session.state.form
        if form.registered is not None:
            return
        if not form.category:
            self._session.put(note=Note("warn", "category_missing"))
            return

        def work(services: Any, actor: Any) -> Appeal:
            from kiosk.services.appeals import AppealForm

            filled = AppealForm(form.category, title_of(form), form.text, form.privacy, form.urgency)
            appeal: Appeal = services.appeals.register(filled, form.visit_id, actor)
            return appeal

        self._session.do(work, self._registered)

    def _registered(self, appeal: Appeal) -> None:
        form = replace(self._session.state.form, registered=appeal)
        self._session.put(form=form, note=Note("ok", "registered", {"number": appeal.number}))

    def answer(self) -> None:
        """Answer a simple matter on the spot."""
        form = self._session.state.form
        if form.registered is None:
            return
        if form.outcome is None:
            self._session.put(note=Note("warn", "outcome_missing"))
            return
        appeal_id, outcome, text = form.registered.id, form.outcome, form.answer
        self._session.do(
            lambda services, actor: services.appeals.answer_on_spot(appeal_id, outcome, text, actor), self._answered
        )

    def _answered(self, appeal: Appeal) -> None:
        form = replace(self._session.state.form, registered=appeal)
        self._session.put(form=form, note=Note("ok", "answered", {"number": appeal.number}))

    def visitor_changed(self, visit_id: UUID) -> None:
        """Somebody else sits at the window: the words of the one before are put away."""
        form = self._session.state.form
        if form.registered is not None or form.visit_id not in (None, visit_id):
            self.new()

    # --- open appeals ----------------------------------------------------------------------------------------

    def continue_with(self, number: str) -> None:
        """Go on with an appeal of the card, if it is among those this clerk may work on."""
        for worked in self._session.state.mine:
            if worked.appeal.number == number:
                self._session.put(tab=Tab.MINE, picked=worked.appeal.id, draft=None)
                return
        self._session.put(tab=Tab.MINE, note=Note("info", "not_mine"))

    def pick(self, appeal_id: UUID) -> None:
        """Unfold one of the open appeals, or fold it again."""
        picked = None if self._session.state.picked == appeal_id else appeal_id
        self._session.put(picked=picked, draft=None)

    def take_numbered(self, place: int) -> None:
        """Begin the ``place``-th (from 1) step of the unfolded appeal."""
        state = self._session.state
        worked = next((worked for worked in state.mine if worked.appeal.id == state.picked), None)
        if worked is not None and state.draft is None:
            steps = desk_steps(worked)
            if 1 <= place <= len(steps):
                self.begin_step(worked.appeal.id, steps[place - 1])

    def begin_step(self, appeal_id: UUID, event: E) -> None:
        """Take a step, or ask first for the words it needs."""
        draft = StepDraft(appeal_id, event)
        if event in NEEDS_REASON:
            self._session.put(draft=draft)
        else:
            self._take(draft)

    def write_step(self, **changes: Any) -> None:
        """The clerk typed or chose something for the step."""
        draft = self._session.state.draft
        if draft is not None:
            self._session.put(draft=replace(draft, **changes))

    def drop_step(self) -> None:
        """Think again."""
        self._session.put(draft=None)

    def take_step(self) -> None:
        """Take the step whose words are written."""
        draft = self._session.state.draft
        if draft is None:
            return
        if not draft.text.strip():
            self._session.put(note=Note("warn", "reason_missing"))
        elif draft.event in GIVES_RESULT and draft.outcome is None:
            self._session.put(note=Note("warn", "outcome_missing"))
        else:
            self._take(draft)

    def _take(self, draft: StepDraft) -> None:
        today = self._session.around.clock.today()

        def work(services: Any, actor: Any) -> Appeal:
            from kiosk.services.appeals import Step

            step = Step(
                reason=draft.text,
                outcome=Outcome.DEFERRED if draft.event is E.DEFER else draft.outcome,
                answer=draft.text if draft.event in GIVES_RESULT or draft.event is E.DEFER else "",
                recheck_on=today + timedelta(days=draft.recheck_days) if draft.event is E.DEFER else None,
            )
            appeal: Appeal = services.appeals.move(draft.appeal_id, draft.event, step, actor)
            return appeal

        self._session.do(work, self._taken)

    def _taken(self, appeal: Appeal) -> None:
        note = Note("ok", "step_taken", {"number": appeal.number})
        self._session.put(draft=None, note=note)

"""Appeals: one registration form for all channels, one mover, an owner and a next date at every moment (T12)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kiosk.calendar import WorkingDayCount
from kiosk.errors import InputError, RuleError
from kiosk.flow.appeal_flow import APPEAL_FLOW, AppealEvent
from kiosk.model.appeal import Appeal, AppealState, Channel, Outcome
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import Actor, Role
from kiosk.services.context import Context, one_transaction
from kiosk.services.deadlines import DUTIES, OFFICE, due_after_pause, limit_days
from kiosk.services.moves import load_visit, move_appeal
from kiosk.store import Sought, Work

REASON_REQUIRED = (Outcome.EXPLAINED, Outcome.DEFERRED)
MAX_RETURNS = 2
REDO_DAYS = 10
RECHECK_WITHIN = timedelta(days=90)
MAX_TITLE = 40
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class AppealForm:
    """What the clerk or the visitor fills in."""

    category: str
    title: str
    text: str
    privacy: PrivacyLevel = PrivacyLevel.NAMED
    urgency: Urgency = Urgency.NORMAL
    channel: Channel = Channel.VISIT


@dataclass(frozen=True, slots=True)
class AppealProgress:
    """What number and code reveal: stage, office, dates and the answer; never who asked or what."""

    number: str
    state: AppealState
    office: str
    registered_on: date
    due_date: date | None
    outcome: Outcome | None
    answer: str


@dataclass(frozen=True, slots=True)
class Step:
    """Fields a move may need; which ones are compulsory depends on the event."""

    reason: str = ""
    outcome: Outcome | None = None
    answer: str = ""
    office: str = ""
    rating: int | None = None
    recheck_on: date | None = None
    reporter: UUID | None = None
    """Who reported, for a sealed appeal only: it goes into the sealed record and into no row."""
    extra: dict[str, Any] = field(default_factory=dict)


class Appeals:
    """Verbs on appeals. Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # --- in --------------------------------------------------------------------------------------------------

    def due(self, category: str, urgency: Urgency) -> WorkingDayCount:
        """When an answer is due if registered today, and why this day."""
        limit = limit_days(self._context.catalog.category(category), urgency)
        return self._context.calendar.add_working_days(self._context.clock.today(), limit)

    @one_transaction
    def register(self, work: Work, form: AppealForm, visit_id: UUID | None, actor: Actor) -> Appeal:
        """Register; from here on the words are immutable. Raises InputError naming the field that is wrong."""
        self._check_form(form)
        visit = load_visit(work, visit_id) if visit_id else None
        privacy = self._privacy(form, visit is not None and visit.employee_id is not None)
        known = privacy not in (PrivacyLevel.ANONYMOUS, PrivacyLevel.SEALED)
        appeal = Appeal(
            id=self._context.ids.new(),
            number=self._number(work),
            query_code=self._context.dice.digits(8),
            category=form.category,
            title=form.title.strip(),
            text=form.text.strip(),
            privacy=privacy,
            urgency=form.urgency,
            channel=form.channel,
            state=AppealState.DRAFT,
            employee_id=visit.employee_id if visit and known else None,
            visit_id=visit.id if visit and known else None,
            office=self._context.catalog.category(form.category).office,
            owner=DUTIES[AppealState.DRAFT].owner,
            next_date=None,
            due_date=self.due(form.category, form.urgency).due,
            registered_at=work.now,
        )
        reporter = visit.employee_id if visit and privacy is PrivacyLevel.SEALED else None
        return self._move(work, appeal, AppealEvent.REGISTER, Step(reporter=reporter), actor)

    def _check_form(self, form: AppealForm) -> None:
        title, text = form.title.strip(), form.text.strip()
        if not title or len(title) > MAX_TITLE:
            raise InputError("title_length", f"The title needs 1 to {MAX_TITLE} characters.", "Shorten or fill it.")
        if not text or len(text) > MAX_TEXT:
            raise InputError("text_length", f"The text needs 1 to {MAX_TEXT} characters.", "Shorten or fill it.")

    def _privacy(self, form: AppealForm, named_visit: bool) -> PrivacyLevel:
        default = self._context.catalog.category(form.category).privacy
        if default is PrivacyLevel.SEALED:
            return default
        if not named_visit:
            return PrivacyLevel.ANONYMOUS
        return default if form.privacy is PrivacyLevel.NAMED else form.privacy

    def _number(self, work: Work) -> str:
        year = self._context.clock.today().year
        return f"{self._context.settings.centre.code}-{year}-{work.appeals.next_number(year):05d}"

    # --- through ---------------------------------------------------------------------------------------------

    @one_transaction
    def move(self, work: Work, appeal_id: UUID, event: AppealEvent, step: Step, actor: Actor) -> Appeal:
        """Take one step. Raises RuleError when the state, the role or a compulsory field forbids it, and for an appeal
        the actor may not see, as for one that does not exist.
        """
        return self._move(work, self._load(work, appeal_id, actor), event, step, actor)

    @one_transaction
    def answer_on_spot(self, work: Work, appeal_id: UUID, outcome: Outcome, text: str, actor: Actor) -> Appeal:
        """A simple matter: answered and told to the person at once; closing stays with the head (DECISIONS 17)."""
        step = Step(outcome=outcome, answer=text)
        appeal = self._load(work, appeal_id, actor)
        resolved = self._move(work, appeal, AppealEvent.ANSWER_ON_SPOT, step, actor)
        return self._move(work, resolved, AppealEvent.FEED_BACK, Step(), actor)

    def _load(self, work: Work, appeal_id: UUID, actor: Actor) -> Appeal:
        """The appeal, locked. Who may not see a confidential or sealed one learns no more than that there is none; the
        attempt is audited (B7).
        """
        appeal = work.appeals.get(appeal_id)
        if appeal is not None and _may_see(appeal, actor):
            return appeal
        if appeal is not None:
            work.audit.add(actor, "appeal.refused", appeal.id, appeal.privacy.value, keep=True)
        raise RuleError("no_appeal", "There is no such appeal.", "Look the number up again.")

    def _move(self, work: Work, appeal: Appeal, event: AppealEvent, step: Step, actor: Actor) -> Appeal:
        self._demand(appeal, event, step)
        actor = replace(actor, roles=_roles_for(appeal, actor))
        state = APPEAL_FLOW.move(appeal.state, event, actor.roles)
        changes = self._changes(work, appeal, event, step)
        office = changes.get("office", appeal.office)
        changes |= self._duty(state, office, changes.get("due_date", appeal.due_date), step)
        return move_appeal(work, appeal, event, actor, reason=step.reason, reporter=step.reporter, **changes)

    def _demand(self, appeal: Appeal, event: AppealEvent, step: Step) -> None:
        gives_result = event in (AppealEvent.RESOLVE, AppealEvent.ANSWER_ON_SPOT, AppealEvent.OPINION)
        if gives_result and step.outcome is None:
            raise RuleError("outcome_missing", "A result needs an outcome.", "Choose solved, partly or explained.")
        if event is AppealEvent.ANSWER_ON_SPOT and step.outcome is Outcome.DEFERRED:
            raise RuleError("deferred_by_office", "Only the office that handles it can defer.", "Dispatch it first.")
        if gives_result and not step.answer.strip():
            raise RuleError("answer_missing", "The person needs an answer in words.", "Write what was done and why.")
        explains = step.outcome in REASON_REQUIRED or event in (AppealEvent.DEFER, AppealEvent.RETURN, AppealEvent.REDO)
        if explains and not (step.answer.strip() or step.reason.strip()):
            raise RuleError("reason_missing", "This step needs a reason.", "Explain it to the person in plain words.")
        if event is AppealEvent.RETURN and appeal.returns >= MAX_RETURNS:
            raise RuleError("returned_twice", "It was returned twice already.", "The council or the head decides.")
        if event is AppealEvent.REDO and appeal.redone:
            raise RuleError("redone_once", "It was redone once already.", "Offer the deliberation procedure.")
        if event is AppealEvent.DEFER and not self._recheck_soon(step.recheck_on):
            raise RuleError("recheck_missing", "A deferred matter needs a recheck date.", "Choose one within 90 days.")

    def _recheck_soon(self, recheck_on: date | None) -> bool:
        today = self._context.clock.today()
        return recheck_on is not None and today < recheck_on <= today + RECHECK_WITHIN

    def _changes(self, work: Work, appeal: Appeal, event: AppealEvent, step: Step) -> dict[str, Any]:
        changes: dict[str, Any] = dict(step.extra)
        if step.outcome is not None:
            changes |= {"outcome": step.outcome, "answer": step.answer.strip()}
        if step.office:
            changes["office"] = step.office
        if event is AppealEvent.RETURN:
            changes["returns"] = appeal.returns + 1
        elif event is AppealEvent.INFO_GIVEN and appeal.due_date:
            changes["due_date"] = self._due_after_pause(work, appeal, appeal.due_date)
        elif event is AppealEvent.DEFER:
            changes["due_date"] = step.recheck_on  # what the person was told
        elif event is AppealEvent.REDO:
            changes |= {"redone": True, "due_date": self._days_from_today(REDO_DAYS)}
        elif event is AppealEvent.RATE:
            changes["rating"] = self._rating(step.rating)
        elif event is AppealEvent.CLOSE:
            changes["closed_at"] = work.now
        elif event is AppealEvent.REOPEN:
            changes |= {"closed_at": None, "due_date": self.due(appeal.category, appeal.urgency).due}
        return changes

    def _due_after_pause(self, work: Work, appeal: Appeal, due: date) -> date:
        """The clock stood while papers were awaited; the events of asking and giving are its record."""
        events = work.journal.of("appeal", appeal.id, personal=False)
        asked = max(event.at for event in events if event.type == AppealEvent.ASK_INFO)
        day_of, today = self._context.day_of, self._context.clock.today()
        return due_after_pause(self._context.calendar, due, day_of(appeal.registered_at), day_of(asked), today)

    def _days_from_today(self, working_days: int) -> date:
        return self._context.calendar.add_working_days(self._context.clock.today(), working_days).due

    def _rating(self, rating: int | None) -> int:
        if rating is None or not 1 <= rating <= 5:
            raise InputError("rating_range", "A rating is a number from 1 to 5.", "Choose one of the five faces.")
        return rating

    def _duty(self, state: AppealState, office: str, due: date | None, step: Step) -> dict[str, Any]:
        duty = DUTIES.get(state)
        if duty is None:
            return {"owner": "", "next_date": None}
        owner = office if duty.owner is OFFICE else duty.owner
        if state is AppealState.DEFERRED:
            return {"owner": owner, "next_date": step.recheck_on}
        if duty.days is None:
            return {"owner": owner, "next_date": due}
        today = self._context.clock.today()
        return {"owner": owner, "next_date": self._context.calendar.add_working_days(today, duty.days).due}

    @one_transaction
    def rate(self, work: Work, number: str, query_code: str, rating: int, actor: Actor) -> Appeal:
        """The person rates with number and code; no name needed."""
        appeal = self._by_code(work, number, query_code)
        return self._move(work, appeal, AppealEvent.RATE, Step(rating=rating), actor)

    def stop_waiting(self, work: Work, actor: Actor) -> int:
        """Take appeals nobody rated within ten working days on to the head; how many (DOMAIN 4.1)."""
        moved = 0
        for seen in work.appeals.unrated(self._context.clock.today()):
            appeal = work.appeals.need(seen.id)  # locked now: the person may just have rated
            if appeal.state is AppealState.FED_BACK:
                self._move(work, appeal, AppealEvent.UNRATED, Step(), actor)
                moved += 1
        return moved

    # --- looking ---------------------------------------------------------------------------------------------

    def progress(self, number: str, query_code: str) -> AppealProgress:
        """Stage, office, dates and answer for whoever holds number and code; without the code nothing (B10)."""
        number, query_code = number.strip().upper(), query_code.strip()
        self._context.store.seek(Sought.APPEAL, number, query_code)
        with self._context.store.read() as work:
            a = work.appeals.public_part(number, query_code)
        if a is None:
            raise _not_found()
        registered_on = self._context.day_of(a.registered_at)
        answer = a.answer if a.state in _TOLD else ""
        return AppealProgress(a.number, a.state, a.office, registered_on, a.due_date, a.outcome, answer)

    def _by_code(self, work: Work, number: str, query_code: str) -> Appeal:
        appeal = work.appeals.by_number(number.strip().upper())
        if appeal is None or appeal.query_code != query_code.strip():
            raise _not_found()
        return appeal

    def open_ones(self, actor: Actor) -> tuple[Appeal, ...]:
        """Open appeals this actor may work on, the most urgent date first (DOMAIN 3.7)."""
        with self._context.store.read() as work:
            rows = [a for a in work.appeals.open() if _may_list(a, actor)]
        return tuple(sorted(rows, key=lambda a: (a.next_date or date.max, a.number)))

    def next_steps(self, appeal: Appeal, actor: Actor) -> tuple[AppealEvent, ...]:
        """Edges this actor may take from the appeal's state, for the buttons of the desk."""
        if not _may_see(appeal, actor):
            return ()
        roles = _roles_for(appeal, actor)
        return tuple(
            edge.event
            for edge in APPEAL_FLOW.edges
            if edge.source == appeal.state and (not edge.roles or edge.roles & roles)
        )


_TOLD = (AppealState.FED_BACK, AppealState.RATED, AppealState.CLOSED, AppealState.ARCHIVED)


def _not_found() -> InputError:
    return InputError("appeal_not_found", "Number and code do not belong together.", "Check both on the receipt.")


_EVERYDAY = frozenset(
    {Role.DESK, Role.DISPATCHER, Role.REVIEWER, Role.HANDLER, Role.SUPERVISOR, Role.HEAD, Role.SECRETARY}
)
"""Who works on appeals that are neither confidential nor sealed."""
_SPECIALISTS: dict[str, frozenset[Role]] = {
    "PS": frozenset({Role.COUNSELLOR}),
    "MD": frozenset({Role.LIAISON}),
    "OL": frozenset({Role.LAWYER}),
}
"""Who alone lists the confidential appeals of an office."""
_CONFIDANTS = frozenset({Role.DISPATCHER, Role.HEAD})
"""Who lists the confidential appeals of every other office."""


def _keepers(appeal: Appeal) -> frozenset[Role]:
    """Who may see a confidential or sealed appeal."""
    if appeal.privacy is PrivacyLevel.SEALED:
        return frozenset({Role.DISCIPLINE})
    return _SPECIALISTS.get(appeal.office, _CONFIDANTS)


def _is_kept(appeal: Appeal) -> bool:
    return appeal.privacy in (PrivacyLevel.CONFIDENTIAL, PrivacyLevel.SEALED)


def _may_see(appeal: Appeal, actor: Actor) -> bool:
    """Whether a confidential or sealed appeal is one of the actor's; of the others, the roles of the edges decide."""
    return not _is_kept(appeal) or bool(actor.roles & _keepers(appeal))


def _may_list(appeal: Appeal, actor: Actor) -> bool:
    if _is_kept(appeal):
        return _may_see(appeal, actor)
    reviewed_by_law = appeal.state is AppealState.LEGAL_REVIEW and Role.LAWYER in actor.roles
    return reviewed_by_law or bool(actor.roles & (_EVERYDAY | _SPECIALISTS.get(appeal.office, frozenset())))


def _roles_for(appeal: Appeal, actor: Actor) -> frozenset[Role]:
    """With which roles the actor acts on the appeal: who keeps a confidential or sealed one takes every step of it,
    because nobody else sees it, and no matter may be left without an end (件件有着落).
    """
    keeps = _is_kept(appeal) and _may_see(appeal, actor)
    return frozenset(Role) if keeps else actor.roles

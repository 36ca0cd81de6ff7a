"""Ratings of visits (评价, DOMAIN 8): given at the pad without a name, read as figures.

Nobody can learn who gave which: a rating keeps the hour, not the minute, under an id that tells no time; its tie to the
number (which only prevents a second one) is cut when the day closes, and only then the journal, whose rows say when and
on which machine, hears of it; figures are of closed days, in groups of five or more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from kiosk.errors import ConflictError, InputError, RuleError
from kiosk.model.service_quality import VisitRating
from kiosk.model.staff import Actor
from kiosk.model.ticket import TicketState
from kiosk.services.context import Context, one_transaction
from kiosk.services.moves import load_ticket
from kiosk.store import Work

OVERALL = "overall"
QUESTIONS = (OVERALL, "attitude", "speed", "skill", "clarity", "waiting", "kiosk", "respect")
"""DOMAIN 8, questions 1 to 8, in their order. 9 is the step that most needs work; 10 is asked by people, not here."""

STEPS = ("number", "wait", "reception", "handling", "feedback")
LEVELS = (1, 2, 3, 4, 5)
SATISFIED = 3
"""满意率 counts 非常满意, 满意 and 基本满意 (DOMAIN 7)."""

SMALL_CELL = 5
OFFERED_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one question: how many gave each level, from 1 to 5."""

    by_level: tuple[int, int, int, int, int]

    @property
    def given(self) -> int:
        """How many answered."""
        return sum(self.by_level)

    @property
    def mean(self) -> float:
        """From 1 to 5."""
        return sum(level * n for level, n in zip(LEVELS, self.by_level, strict=True)) / self.given

    @property
    def satisfied(self) -> float:
        """Share that is at least 基本满意."""
        return sum(self.by_level[SATISFIED - 1 :]) / self.given


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """What visitors thought, on closed days. Whatever fewer than five people said is not in here.

    ``given`` of ``finished`` talks were rated: who did not rate is shown, never counted as satisfied.
    """

    given: int
    finished: int
    questions: Mapping[str, Answers] = field(default_factory=dict)
    windows: Mapping[str, Answers] = field(default_factory=dict)
    """The overall answer by window."""
    steps: Mapping[str, int] = field(default_factory=dict)
    """How many named each step as the one that most needs work."""


def forget_raters(work: Work, service_date: date, actor: Actor) -> None:
    """The day is over: nobody can rate it any more, so nothing needs to know whose rating is whose. Now the centre may
    hear of them, all at once and in the order of their ids, which is no order of talks.
    """
    work.ratings.untie(service_date)
    for rating in sorted(work.ratings.between(service_date, service_date), key=lambda rating: rating.id):
        data = {
            "service_date": service_date.isoformat(),
            "overall": rating.scores[OVERALL],
            "worst_step": rating.worst_step,
        }
        work.journal.record("rating", rating.id, "given", actor, data)


class Ratings:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def waiting(self, window: str) -> UUID | None:
        """The number whose talk ended at ``window`` within the last minute and was not rated, while nobody else is
        being served there.
        """
        with self._context.store.read() as work:
            if work.tickets.at_counter(window, (TicketState.SERVING,)):
                return None
            since = work.now - OFFERED_FOR
            ended = [t for t in work.tickets.ended_since(since) if t.counter == window and t.state is TicketState.DONE]
            if not ended or work.ratings.of_ticket(ended[-1].id) is not None:
                return None
            return ended[-1].id

    @one_transaction
    def rate(self, work: Work, ticket_id: UUID, scores: Mapping[str, int], worst_step: str) -> None:
        """Keep what was answered; once for each number. Leaves no event: beside the end of the talk it would name it.

        Raises InputError for no answer or an unknown one, RuleError ``rating_over`` once the day is closed or for a
        talk that did not end, ConflictError ``rated_already``.
        """
        _refuse_unknown(scores, worst_step)
        ticket = load_ticket(work, ticket_id)
        day = work.days.open_day()
        if ticket.state is not TicketState.DONE or day is None or day.service_date != ticket.service_date:
            raise RuleError("rating_over", "This talk cannot be rated (any more).", "Tell the service desk.")
        if work.ratings.of_ticket(ticket_id) is not None:
            raise ConflictError("rated_already", "This talk was rated already.", "Nothing needs to be done.")
        hour = work.now.replace(minute=0, second=0, microsecond=0)
        # Ids of the context begin with the millisecond, which is that of one talk.
        rating = VisitRating(
            uuid4(), ticket.service_date, ticket.counter or "", hour, dict(scores), worst_step, ticket_id
        )
        work.ratings.put(rating)

    def figures(self, first: date, last: date) -> RatingFigures:
        """What was thought of the business days from ``first`` to ``last`` that are closed."""
        with self._context.store.read() as work:
            day = work.days.open_day()
            running = day.service_date if day else None
            ratings = [r for r in work.ratings.between(first, last) if r.service_date != running]
            ended = [t for t in work.tickets.between(first, last) if t.service_date != running]
        finished = sum(t.state is TicketState.DONE for t in ended)
        if len(ratings) < SMALL_CELL:
            return RatingFigures(0, finished)
        steps = Counter(r.worst_step for r in ratings if r.worst_step)
        return RatingFigures(
            len(ratings),
            finished,
            _groups((question, score) for r in ratings for question, score in r.scores.items()),
            _without_remainder(len(ratings), _groups((r.counter, r.scores[OVERALL]) for r in ratings)),
            {step: n for step, n in steps.items() if n >= SMALL_CELL},
        )


def _refuse_unknown(scores: Mapping[str, int], worst_step: str) -> None:
    known = set(scores) <= set(QUESTIONS) and all(score in LEVELS for score in scores.values())
    if OVERALL not in scores or not known:
        raise InputError("rating_range", "A rating is a number from 1 to 5.", "Choose one of the five faces.")
    if worst_step and worst_step not in STEPS:
        raise InputError("rating_step", "This step does not exist.", "Choose one of those shown.")


def _groups(answers: Iterable[tuple[str, int]]) -> dict[str, Answers]:
    """Answers by group, without the small ones."""
    counts: dict[str, Counter[int]] = {}
    for group, score in answers:
        counts.setdefault(group, Counter())[score] += 1
    return {
        group: Answers((n[1], n[2], n[3], n[4], n[5])) for group, n in sorted(counts.items()) if n.total() >= SMALL_CELL
    }


def _without_remainder(total: int, groups: dict[str, Answers]) -> dict[str, Answers]:
    """A small group must not be found by taking the others from the whole: the smallest of those goes with it."""
    hidden = total - sum(answers.given for answers in groups.values())
    if groups and 0 < hidden < SMALL_CELL:
        del groups[min(groups, key=lambda group: groups[group].given)]
    return groups

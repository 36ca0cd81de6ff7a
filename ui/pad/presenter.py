"""Follows one window: asks when a talk ended there, keeps the answers until they are given, forgets everything else.

Plain Python, GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol
from uuid import UUID

from kiosk.model.hall import HelpCall
from kiosk.model.staff import Actor
from kiosk.services.ratings import LEVELS, OVERALL, STEPS
from ui.pad.state import FURTHER, LOW, NEXT_VISITOR_S, QUIET_S, THANKS_S, PadState, Page, Wish
from ui.tasks import Command, Query, Scope, TaskRunner

HEARTBEAT_S = 5


class Ratings(Protocol):
    """What the pad needs of ``services.ratings``."""

    def waiting(self, window: str) -> UUID | None:
        """The number that may be rated now."""

    def rate(self, ticket_id: UUID, scores: Mapping[str, int], worst_step: str) -> None:
        """Keep what was answered."""


class HelpDesk(Protocol):
    """The way to the staff (``services.arrivals``)."""

    def call_help(self, visit_id: UUID | None, urgent: bool, actor: Actor) -> HelpCall:
        """A silent call to the desks."""


class PadPresenter:
    """``changed`` is called after every change of ``state``. ``monotonic`` counts seconds."""

    def __init__(
        self,
        actor: Actor,
        tasks: TaskRunner,
        monotonic: Callable[[], float],
        window: str,
        languages: Sequence[str],
    ) -> None:
        self._actor, self._tasks, self._monotonic = actor, tasks, monotonic
        self._languages = tuple(languages)
        self._ratings: Ratings | None = None
        self._staff: HelpDesk | None = None
        self._scope = Scope()
        self._ticket: UUID | None = None
        self._reading = self._grew = False
        self._touched_at = self._asked_at = monotonic()
        self.changed: Callable[[PadState], None] = lambda _state: None
        self.state = PadState(self._languages[0], window)

    def connect(self, ratings: Ratings, staff: HelpDesk) -> None:
        """The store is open."""
        self._ratings, self._staff = ratings, staff
        self._read()

    def stop(self) -> None:
        """Keep what was answered, drop every answer of the store still under way."""
        if self.state.page in (Page.OFFER, Page.FURTHER, Page.STEP):
            self._save()
        self._scope.close()

    # --- the hall

    def journal_grew(self) -> None:
        """The store changed."""
        if self._reading:
            self._grew = True
        else:
            self._read()

    def tick(self) -> None:
        """Once a second: nobody there any more?"""
        quiet = self._monotonic() - self._touched_at
        if self.state.page is Page.THANKS:
            if quiet >= THANKS_S:
                self._rest()
        elif self.state.page is not Page.IDLE and quiet >= QUIET_S:
            self._leave()
        if not self._reading and self._monotonic() - self._asked_at >= HEARTBEAT_S:
            self._read()

    def _read(self) -> None:
        if self._ratings is None:
            return
        self._reading, self._grew, self._asked_at = True, False, self._monotonic()
        work = partial(self._ratings.waiting, self.state.window)
        self._tasks.run(Query(work, self._answered, self._unanswered), self._scope)

    def _answered(self, ticket: UUID | None) -> None:
        self._reading = False
        if self.state.page in (Page.IDLE, Page.THANKS):
            if ticket is not None and ticket != self._ticket:
                self._begin(ticket)
        elif ticket != self._ticket:
            self._next_visitor()
        if self._grew:
            self._read()

    def _unanswered(self, _error: Exception) -> None:
        """The next heartbeat tries again; until then nothing is asked."""
        self._reading = False

    def _begin(self, ticket: UUID) -> None:
        self._ticket = ticket
        self.touched()
        self._show(PadState(self._languages[0], self.state.window, Page.OVERALL))

    def _next_visitor(self) -> None:
        """The talk cannot be rated any more, or somebody else sits there: nobody must answer for another."""
        if not self.state.scores or self._monotonic() - self._touched_at >= NEXT_VISITOR_S:
            self._leave()

    # --- the person

    def touched(self) -> None:
        """Somebody is here."""
        self._touched_at = self._monotonic()

    def next_language(self) -> None:
        """The other language, for this person."""
        place = self._languages.index(self.state.language) + 1
        self._show(replace(self.state, language=self._languages[place % len(self._languages)]))

    def level(self, level: int) -> None:
        """An answer, from 1 to 5."""
        state = self.state
        if state.page not in (Page.OVERALL, Page.FURTHER) or level not in LEVELS:
            return
        answered = replace(state, scores={**state.scores, state.asked: level})
        if state.page is Page.FURTHER:
            self._show(_next_question(answered))
        else:
            self._show(replace(answered, page=Page.OFFER if level <= LOW else Page.FURTHER))

    def step(self, step: str) -> None:
        """The step that most needs work; the last question."""
        if self.state.page is Page.STEP and step in STEPS:
            self._show(replace(self.state, worst_step=step))
            self.finish()

    def wish(self, wish: Wish) -> None:
        """Somebody wants to talk: staff are called, or the way is told. No name is asked."""
        if self.state.page is not Page.OFFER or self.state.wish is not None:
            return
        if wish is Wish.HEAD and self._staff is not None:
            work = partial(self._staff.call_help, None, False, self._actor)
            self._tasks.run(Command(work, lambda _call: self._wished(wish), self._failed), self._scope)
        else:
            self._wished(wish)

    def _wished(self, wish: Wish) -> None:
        if self.state.page is Page.OFFER:
            self._show(replace(self.state, wish=wish))

    def skip(self) -> None:
        """Not this question."""
        page = self.state.page
        if page is Page.OVERALL:
            self._rest()
        elif page is Page.OFFER:
            self._show(replace(self.state, page=Page.FURTHER, failed=False))
        elif page is Page.FURTHER:
            self._show(_next_question(self.state))
        elif page is Page.STEP:
            self.finish()

    def finish(self) -> None:
        """That is all."""
        if self.state.scores and self.state.page is not Page.THANKS:
            self._show(replace(self.state, page=Page.THANKS, failed=False))
            self._save()
        elif self.state.page in (Page.OVERALL, Page.THANKS):
            self._rest()

    def key(self, digit: int) -> None:
        """A key from 1 to 5, of a keyboard or a rating box: the level, or the step in the order shown."""
        if self.state.page is Page.STEP and 1 <= digit <= len(STEPS):
            self.step(STEPS[digit - 1])
        else:
            self.level(digit)

    def _leave(self) -> None:
        """Whoever was here went away: what was answered counts."""
        if self.state.scores:
            self._save()
        self._rest()

    def _save(self) -> None:
        if self._ratings is None or self._ticket is None or OVERALL not in self.state.scores:
            return
        scores, step = dict(self.state.scores), self.state.worst_step
        work = partial(self._ratings.rate, self._ticket, scores, step)
        self._tasks.run(Command(work, failure=self._failed), self._scope)

    def _failed(self, _error: Exception) -> None:
        """Say it to whoever is still there."""
        if self.state.page in (Page.THANKS, Page.OFFER):
            self._show(replace(self.state, failed=True))

    def _rest(self) -> None:
        self._show(PadState(self._languages[0], self.state.window))

    def _show(self, state: PadState) -> None:
        self.state = state
        self.touched()
        self.changed(state)


def _next_question(state: PadState) -> PadState:
    if state.question + 1 < len(FURTHER):
        return replace(state, question=state.question + 1)
    return replace(state, page=Page.STEP)

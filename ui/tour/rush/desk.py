"""A clerk of the rush: calls, waits for the visitor, talks, goes on; in a process that may be killed."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from kiosk.errors import ReceptionError
from kiosk.model.staff import Actor
from kiosk.model.ticket import Ticket, TicketState
from ui.tour.rush.plan import behaviour_of
from ui.tour.rush.post import Post

if TYPE_CHECKING:
    from kiosk.services import Services

T = TypeVar("T")
IDLE_MINUTES = 0.08
MISSES_WAIT = 0.4
RETURNS_AFTER = 3.0


def serve_desk(post: Post, window: str, login: str) -> None:
    """Body of the process. Ends when the rush is closing and nobody waits here or will come back."""
    installation = post.open()
    try:
        _Clerk(post, installation.services, window, _actor(installation.services, login, post.terminal)).work()
    finally:
        installation.close()


def _actor(services: Services, login: str, terminal: str) -> Actor:
    with services.context.store.read() as work:
        member = work.staff.by_login(login)
    assert member is not None
    return Actor("staff", member.id, member.roles, terminal)


class _Clerk:
    def __init__(self, post: Post, services: Services, window: str, actor: Actor) -> None:
        self._post, self._services, self._window, self._actor = post, services, window, actor
        self._witness = post.witness()
        self._returning: list[tuple[float, str, Ticket]] = []

    def work(self) -> None:
        """Call and serve until it is over."""
        self._sit_down()
        while True:
            self._let_return()
            ticket = self._unless_refused(self._next)
            if ticket is not None:
                self._unless_refused(partial(self._receive, ticket))
            elif self._post.closing.is_set() and not self._returning:
                break
            else:
                self._post.wait(IDLE_MINUTES, self._alive)
        self._unless_refused(lambda: self._services.counters.close(self._window, self._actor))

    def _unless_refused(self, act: Callable[[], T]) -> T | None:
        """What ``act`` gives; a refusal (another was quicker, the window was given up) is noted and lived with."""
        try:
            return act()
        except ReceptionError as error:
            self._witness.note("refused", code=error.code, minute=self._post.clock.minute())
            self._post.wait(IDLE_MINUTES)
            return None

    def _sit_down(self) -> None:
        self._services.counters.open(self._window, self._actor)
        self._witness.note("sat_down", window=self._window, minute=self._post.clock.minute())

    def _alive(self) -> None:
        if not self._services.counters.keep_alive(self._window, self._actor):
            self._unless_refused(self._sit_down)

    def _next(self) -> Ticket | None:
        """Whoever stands at this window after a restart, a held talk of this window, else the next by the rules."""
        present = self._services.calling.current(self._window)
        if present is not None:
            return present
        for row in self._services.calling.queue(self._window):
            if row.state is TicketState.HELD and self._is_mine(row.ticket_id):
                return self._services.calling.call_back(self._window, row.ticket_id, self._actor)
        return self._services.calling.next(self._window, self._actor)

    def _is_mine(self, ticket_id: object) -> bool:
        with self._services.context.store.read() as work:
            ticket = work.tickets.get(ticket_id)
        return ticket is not None and ticket.counter == self._window

    def _receive(self, ticket: Ticket) -> None:
        behaviour = behaviour_of(ticket.id, self._post.seed)
        if behaviour.misses and ticket.passes == 0 and ticket.state is TicketState.CALLED:
            self._pass(ticket, behaviour.returns)
            return
        if ticket.state is TicketState.CALLED:
            self._post.wait(behaviour.walk, self._alive)
            self._services.serving.arrived(self._window, self._actor)
            self._witness.note("arrived", label=ticket.label, minute=self._post.clock.minute(), window=self._window)
        self._post.wait(behaviour.talk, self._alive)
        self._services.serving.finish(self._window, self._actor)
        self._witness.note("served", label=ticket.label, minute=self._post.clock.minute(), window=self._window)

    def _pass(self, ticket: Ticket, returns: bool) -> None:
        self._post.wait(MISSES_WAIT, self._alive)
        self._services.serving.no_show(self._window, self._actor)
        self._witness.note("passed", label=ticket.label, minute=self._post.clock.minute())
        if returns:
            heapq.heappush(self._returning, (self._post.clock.minute() + RETURNS_AFTER, ticket.label, ticket))

    def _let_return(self) -> None:
        """Passed visitors report again at a kiosk, with the code on their paper."""
        while self._returning and self._returning[0][0] <= self._post.clock.minute():
            _, label, ticket = heapq.heappop(self._returning)
            self._unless_refused(partial(self._recheck, ticket))
            self._witness.note("reported_again", label=label, minute=self._post.clock.minute())

    def _recheck(self, ticket: Ticket) -> None:
        self._services.tickets.recheck(ticket.id, ticket.query_code, self._services.staff.visitor())

"""Obeys what the desk asks of this terminal. GUI thread; every order gets an outcome, whatever happens.

To add a verb: a member of ``OrderVerb``, a branch in ``_begin``, its outcome codes in ``assets/locale/*/errors.toml``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.errors import ReceptionError
from kiosk.model.staff import Actor
from kiosk.model.terminal import OrderVerb, TerminalOrder
from ui.kept import EXIT_RESTART, EXIT_STOP, kept
from ui.tasks import Command, Scope, TaskRunner

if TYPE_CHECKING:
    from kiosk.model.ticket import TicketSlip
    from kiosk.services import Services
    from ui.fronts import Fronts

OK, BAD, NOT_HERE, FAILED, NO_KEEPER = "ok", "order_bad", "order_not_here", "order_failed", "order_no_keeper"
_LEAVING = {OrderVerb.RESTART: EXIT_RESTART, OrderVerb.STOP: EXIT_STOP}

_log = logging.getLogger(__name__)


class Orders:
    """``leave`` ends the application with an exit code."""

    def __init__(
        self, fronts: Fronts, services: Services, actor: Actor, tasks: TaskRunner, leave: Callable[[int], None]
    ) -> None:
        self._fronts, self._services, self._actor, self._tasks, self._leave = fronts, services, actor, tasks, leave
        self._scope = Scope()

    def obey(self, orders: Iterable[TerminalOrder]) -> None:
        """Begin each; what one of them breaks is its own outcome."""
        for order in orders:
            try:
                self._begin(order)
            except Exception as error:
                _log.error("the order %s failed: %s", order.verb.value, type(error).__name__)
                self._end(order, FAILED)

    def _begin(self, order: TerminalOrder) -> None:
        match order.verb:
            case OrderVerb.START:
                self._end(order, OK)
            case OrderVerb.STOP | OrderVerb.RESTART:
                self._end_and_leave(order)
            case OrderVerb.SHOW | OrderVerb.LAYOUT:
                self._end(order, self._to_wall(order))
            case OrderVerb.IDENTIFY:
                self._end(order, self._identify(order))
            case OrderVerb.SOUND_CHECK:
                self._check_sound(order)
            case OrderVerb.PRINT:
                self._reprint(order)

    def _end_and_leave(self, order: TerminalOrder) -> None:
        """Answer first: afterwards nobody is here to. Without a keeper the terminal would never come back."""
        if not kept():
            self._end(order, NO_KEEPER)
            return
        self._end(order, OK, partial(self._leave, _LEAVING[order.verb]))

    def _to_wall(self, order: TerminalOrder) -> str:
        wall = self._fronts.wall
        return NOT_HERE if wall is None else wall.presenter.order(order.verb, order.argument)

    def _identify(self, order: TerminalOrder) -> str:
        """The wall writes its code itself; the other screens are covered with it for a moment."""
        from ui.widgets.nameplate import show_nameplate

        wall = self._fronts.wall
        for role, front in self._fronts.all().items():
            if role != "wall":
                show_nameplate(front.window, order.terminal)
        return OK if wall is None else wall.presenter.order(order.verb, order.argument)

    def _check_sound(self, order: TerminalOrder) -> None:
        announcer = self._fronts.announcer
        if announcer is None:
            self._end(order, NOT_HERE)
            return
        announcer.check(lambda heard: self._end(order, OK if heard else self._fronts.speech.fault() or "sound_missing"))

    def _reprint(self, order: TerminalOrder) -> None:
        touch = self._fronts.touch
        if touch is None or touch.spool is None:
            self._end(order, NOT_HERE)
            return
        try:
            ticket = UUID(order.argument)
        except ValueError:
            self._end(order, BAD)
            return

        def submit(slip: TicketSlip) -> None:
            touch.reprint(ticket, slip, partial(self._end, order))

        copy = partial(self._services.tickets.reprint, ticket, self._actor)
        self._tasks.run(Command(copy, submit, partial(self._refused, order)), self._scope)

    def _refused(self, order: TerminalOrder, error: Exception) -> None:
        self._end(order, error.code if isinstance(error, ReceptionError) else FAILED)

    def _end(self, order: TerminalOrder, outcome: str, then: Callable[[], None] | None = None) -> None:
        def over(_answer: object) -> None:
            if then is not None:
                then()

        finish = partial(self._services.terminals.finish, order.id, outcome, self._actor)
        self._tasks.run(Command(finish, over, over), self._scope)

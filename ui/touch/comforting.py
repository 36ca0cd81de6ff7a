"""Seat and small services of the number that is shown: asked, on the way, there. GUI thread.

Everybody is offered the same, whoever they are; the ticket page and the page of a scanned slip share this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.model.hall import CareKind
from kiosk.model.ticket import TicketState
from ui.touch.session import Session, Stay
from ui.touch.state import Page

if TYPE_CHECKING:
    from kiosk.model.staff import Actor
    from kiosk.services import Services
    from kiosk.services.care import Comfort

LOOK_SECONDS = 2.0
PAGES = frozenset({Page.TICKET, Page.STANDING})


class Comforting:
    """What can be asked for while waiting."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._looked = 0.0
        self._looking = False

    def ask(self, kind: CareKind) -> None:
        """Ask for water, glasses, a quiet seat or an escort; once while it is open."""
        self._do(lambda services, ticket, actor: services.care.ask(ticket, kind, actor))

    def sit(self, zone: str) -> None:
        """Rather sit in that zone; nobody asks why."""
        self._do(lambda services, ticket, actor: services.seats.wish(ticket, zone, actor))

    def tick(self) -> None:
        """Once a second: how far is it?"""
        ticket, now = self._ticket(), self._session.around.monotonic()
        if ticket is None or self._looking or now - self._looked < LOOK_SECONDS:
            return
        self._looked, self._looking = now, True
        self._session.ask(lambda services: services.care.comfort(ticket), self._seen, self._unseen)

    def _do(self, verb: Callable[[Services, UUID, Actor], object]) -> None:
        ticket, actor = self._ticket(), self._session.actor
        if ticket is None or self._session.state.busy:
            return

        def work(services: Services, _stay: Stay) -> Comfort:
            verb(services, ticket, actor)
            return services.care.comfort(ticket)

        self._session.do(work, self._done)

    def _ticket(self) -> UUID | None:
        """The number of this page, while its holder is in the hall."""
        state = self._session.state
        if state.page is Page.TICKET and state.issued is not None:
            return state.issued.ticket.id
        if state.page is Page.STANDING and state.shown is not None:
            waits = state.shown.standing.state is TicketState.WAITING
            return state.shown.ticket if waits else None
        return None

    def _done(self, comfort: Comfort) -> None:
        self._session.change(busy=False, comfort=comfort)

    def _seen(self, comfort: Comfort) -> None:
        self._looking = False
        if self._session.state.page in PAGES and comfort != self._session.state.comfort:
            self._session.change(comfort=comfort)

    def _unseen(self, _error: Exception) -> None:
        """The page keeps what it knows; the next look may succeed."""
        self._looking = False

"""Coming back with a slip: how it stands with the number, and reporting again after the call was missed. GUI thread.

The slip speaks for the number only: no name is looked up, and nobody is identified by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.errors import InputError
from ui.touch.session import Session, Stay
from ui.touch.state import Page, Shown

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.tickets import Standing


class Returning:
    """The page of one number, from its slip."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def look(self, ticket: str, centre: str, code: str) -> None:
        """Ask how it stands with the number of a scanned slip; one of another centre is said to be that."""
        session = self._session
        if centre != session.around.settings.centre.code:
            session.change(busy=False, notice_key="touch.qr.other_centre", fault=None)
            return
        number = UUID(ticket)
        session.change(busy=True, fault=None, notice_key="")
        session.ask(
            lambda s: s.tickets.standing(number, code), lambda at: self._stands(number, code, at), self._unknown
        )

    def report(self) -> None:
        """'Report again': back three places, so that nobody who waited is overtaken."""
        shown = self._session.state.shown
        if shown is None or self._session.state.busy:
            return

        def recheck(services: Services, _stay: Stay) -> Standing:
            services.tickets.recheck(shown.ticket, shown.code, self._session.actor)
            return services.tickets.standing(shown.ticket, shown.code)

        self._session.do(recheck, lambda at: self._stands(shown.ticket, shown.code, at))

    def _stands(self, ticket: UUID, code: str, standing: Standing) -> None:
        self._session.show(Page.STANDING, shown=Shown(ticket, code, standing), comfort=None)

    def _unknown(self, error: Exception) -> None:
        if isinstance(error, InputError):
            self._session.change(busy=False, fault=error)
        else:
            self._session.failed(error)

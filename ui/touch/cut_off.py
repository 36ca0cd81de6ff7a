"""The touch screen while the hall store does not answer: numbers of the reserve, without a name. GUI thread.

Owns when the screen says so and when it stops; what is given out is ``kiosk.services.spare``'s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.errors import ReceptionError
from ui.touch.session import RESTING, Session
from ui.touch.state import Page, Printed, Spare

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.services.spare import Spared, SpareDesk

LOST = frozenset({"store_unreachable", "store_unavailable"})
"""Faults after which the hall store is gone; a full disk or a refused step is something else."""
LOOK_AFTER_SECONDS = 20.0


class CutOff:
    """Attached to the reserve of this kiosk once that is open; before, and where there is none, it does nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._desk: SpareDesk | None = None
        self._looked = -LOOK_AFTER_SECONDS
        session.losing = self.lost

    def attach(self, desk: SpareDesk) -> None:
        """The reserve is open; the store may be gone already."""
        self._desk = desk
        if self._session.no_store is not None:
            self.lost(self._session.no_store)

    def lost(self, error: Exception) -> bool:
        """Whether ``error`` says that the hall store is gone and this screen can go on; then it does."""
        if self._desk is None or not isinstance(error, ReceptionError) or error.code not in LOST:
            return False
        self._session.use(self._desk.left, self._counted, self._unreadable)
        return True

    def back(self) -> None:
        """The hall store answers: what was given out goes home at once."""
        session = self._session
        session.instead = None
        if session.state.cut_off:
            session.change(cut_off=False)
            self._look_after()

    def tick(self) -> None:
        """Once a second, while the store answers: the reserve is kept full."""
        now = self._session.around.monotonic()
        if self._desk is not None and not self._session.state.cut_off and now - self._looked >= LOOK_AFTER_SECONDS:
            self._look_after()

    def take(self, category: str | None) -> None:
        """A number of the reserve for this service; None lets the receptionist find the right place."""
        session, desk = self._session, self._desk
        if desk is None or session.state.busy:
            return
        session.change(busy=True)
        state, visit = session.state, session.visit
        session.use(lambda: desk.give(category, state.priority, state.language, visit), self._given, self._unreadable)

    def instead(self, category: str | None, error: Exception) -> bool:
        """The store was lost while a number was being taken: the choice is made, the number comes from the reserve."""
        if not self.lost(error):
            return False
        self._session.change(busy=False)
        self.take(category)
        return True

    def paper(self, ticket: UUID, printed: Printed) -> bool:
        """What became of the paper; False when it is not a number of the reserve that is shown."""
        spare = self._session.state.spare
        if spare is None or spare.given.number.ticket_id != ticket:
            return False
        self._session.change(spare=replace(spare, printed=printed))
        return True

    def _counted(self, left: int) -> None:
        session = self._session
        session.instead = Page.CUT_OFF if left else Page.UNAVAILABLE
        shown = session.state.page
        session.change(cut_off=True, wait=None)
        if shown in RESTING and shown is not session.instead:
            session.show(session.instead)
        elif session.interrupted:
            session.show(session.instead, group="")
        session.interrupted = False

    def _given(self, made: Spared | None) -> None:
        session = self._session
        session.interrupted = False
        if made is None:
            session.instead = Page.UNAVAILABLE
            session.show(Page.UNAVAILABLE)
            return
        spool = session.spool
        printed = Printed.NO_PRINTER if spool is None else Printed.PRINTING
        session.show(Page.SPARE, spare=Spare(made, printed))
        if spool is not None:
            spool.submit(made.number.ticket_id, made.slip)

    def _unreadable(self, _error: Exception) -> None:
        """The file of the reserve is at fault too: nothing was told, the desk helps."""
        self._session.instead = Page.UNAVAILABLE
        self._session.show(Page.UNAVAILABLE)

    def _look_after(self) -> None:
        self._looked = self._session.around.monotonic()
        self._session.note(lambda s, _stay: s.cut_off.look_after(self._session.actor))

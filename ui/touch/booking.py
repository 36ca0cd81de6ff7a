"""Checking in a booking: by its code, typed or scanned. Plain Python, GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import InputError, RuleError
from ui.touch.session import Session, Stay
from ui.touch.state import Page

if TYPE_CHECKING:
    from kiosk.model.ticket import Ticket, TicketSlip
    from kiosk.services import Services
    from ui.touch.ticketing import Ticketing

CODE_DIGITS = 8


class CheckIn:
    """From the code to the number in the hand. Who the visitor is, is not asked: the window does when it matters."""

    def __init__(self, session: Session, ticketing: Ticketing) -> None:
        self._session, self._ticketing = session, ticketing

    def enter(self) -> None:
        """Open the page that asks for the code."""
        self._session.show(Page.BOOKING)

    def digit(self, key: str) -> None:
        """A digit of the code; full means sent."""
        session = self._session
        digits = (session.state.digits + key)[:CODE_DIGITS]
        session.change(digits=digits, fault=None, notice_key="")
        if len(digits) == CODE_DIGITS and not session.state.busy:
            self.send(digits)

    def erase(self, everything: bool = False) -> None:
        """Take back the last digit, or all."""
        digits = "" if everything else self._session.state.digits[:-1]
        self._session.change(digits=digits, fault=None, notice_key="")

    def send(self, code: str) -> None:
        """The booking becomes a number; a code that leads nowhere is said on the page it was shown on."""
        session = self._session

        def check_in(services: Services, stay: Stay) -> tuple[Ticket, TicketSlip, bool]:
            visit = session.begin_unnamed(services, stay)
            services.arrivals.stay_anonymous(visit, session.actor)
            ticket = services.bookings.check_in(code, visit, session.actor)
            return ticket, services.tickets.slip(ticket.id), services.consents.may_invite(visit)

        session.do(check_in, self._ticketing.issued, self._refused)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, InputError) or (isinstance(error, RuleError) and error.code.startswith("booking_")):
            self._session.change(busy=False, fault=error, digits="")
        else:
            self._session.failed(error)

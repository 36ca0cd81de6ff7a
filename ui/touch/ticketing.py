"""Choosing a service, getting the number, paper or not, and what may be asked for while waiting. GUI thread."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.errors import WorldError
from kiosk.printing.faults import PrinterFault
from ui.touch.cut_off import CutOff
from ui.touch.session import Session, Stay
from ui.touch.state import Issued, Page, Printed

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.model.ticket import Ticket, TicketSlip
    from kiosk.services import Services
    from kiosk.services.tickets import ServiceGroup

_SAID = {PrinterFault.TIMEOUT.value: Printed.LATE, PrinterFault.NONE.value: Printed.NO_PRINTER}


class Ticketing:
    """From the services to the number in the hand."""

    def __init__(self, session: Session, cut_off: CutOff) -> None:
        self._session = session
        self._cut_off = cut_off

    def offer(self) -> None:
        """Show the groups of services; the waits are read now."""
        language = self._session.state.language
        self._session.show(Page.SERVICES, offer=(), group="", busy=True)
        self._session.ask(lambda s: s.tickets.offer(language), self._offered)

    def open_group(self, key: str) -> None:
        """Show the services of one group; an empty key goes back to the groups."""
        self._session.change(group=key)

    def prefer(self, wanted: bool) -> None:
        """The visitor asks for priority; nobody asks why."""
        self._session.change(priority=wanted)

    def come_with(self, people: int) -> None:
        """How many come together with one number."""
        self._session.change(party=people)

    def take(self, category: str | None) -> None:
        """Take a number; None lets the receptionist find the right place."""
        session = self._session
        if session.state.busy:
            return

        def issue(services: Services, stay: Stay) -> tuple[Ticket, TicketSlip, bool]:
            visit = session.begin(services, stay)
            ticket = services.tickets.issue(
                visit, category, session.state.priority, session.actor, party=session.state.party
            )
            return ticket, services.tickets.slip(ticket.id), services.consents.may_invite(visit)

        session.do(issue, self.issued, partial(self._not_issued, category))

    def printed(self, ticket: UUID) -> None:
        """The slip came out, perhaps after it had been given up."""
        self._paper(ticket, Printed.YES, None)

    def not_printed(self, ticket: UUID, fault: WorldError) -> None:
        """No slip came out; ``printer_timeout`` means: not yet."""
        self._paper(ticket, _SAID.get(fault.code, Printed.FAILED), fault.code)

    def _offered(self, groups: tuple[ServiceGroup, ...]) -> None:
        self._session.change(offer=groups, busy=False)

    def issued(self, made: tuple[Ticket, TicketSlip, bool]) -> None:
        """The number is shown at once; the paper comes out even when the visitor has turned away."""
        ticket, slip, invite = made
        spool = self._session.spool
        printed = Printed.NO_PRINTER if spool is None else Printed.PRINTING
        self._session.show(Page.TICKET, issued=Issued(ticket, slip, printed, invite), comfort=None)
        if spool is not None:
            spool.submit(ticket.id, slip)

    def _not_issued(self, category: str | None, error: Exception) -> None:
        """Nothing was saved, so nothing is printed: a store that is gone gives way to the reserve; without one, or with
        a disk at fault, the visitor is sent to the desk.
        """
        if self._cut_off.instead(category, error):
            return
        if isinstance(error, WorldError):
            self._session.show(Page.NOT_ISSUED)
        else:
            self._session.failed(error)

    def _paper(self, ticket: UUID, printed: Printed, fault: str | None) -> None:
        """What became of the paper: for the visitor if still here, and for the record."""
        if self._cut_off.paper(ticket, printed):
            return
        issued = self._session.state.issued
        if issued is not None and issued.ticket.id == ticket:
            self._update(printed=printed)
        self._session.note(
            lambda s, _stay: s.tickets.mark_printed(ticket, printed is Printed.YES, fault, self._session.actor)
        )

    def _update(self, **changes: Any) -> None:
        issued = self._session.state.issued
        if issued is not None:
            self._session.change(issued=replace(issued, **changes))

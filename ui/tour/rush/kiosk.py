"""A kiosk of the rush: gives numbers and paper, lives with a printer's faults and with being cut off."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.errors import ReceptionError, WorldError
from kiosk.model.ticket import Ticket
from kiosk.printing.virtual import Trouble, VirtualPrinter
from kiosk.services.spare import SpareDesk
from ui.tour.rush.plan import Arrival
from ui.tour.rush.post import Post

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from uuid import UUID

    from kiosk.installation import Installation
    from kiosk.model.ticket import TicketSlip

LOOK_MINUTES = 0.1
RESERVE_MINUTES = 0.5
MENDED = ""
"""The order that makes the printer well again; every other order names its trouble."""


def serve_kiosk(post: Post, arrivals: tuple[Arrival, ...], orders: Queue[str]) -> None:
    """Body of the process. Ends when everybody of ``arrivals`` has a number and the rush is closing."""
    installation = post.open()
    try:
        _Kiosk(post, installation, orders).work(arrivals)
    finally:
        installation.close()


class _Kiosk:
    def __init__(self, post: Post, installation: Installation, orders: Queue[str]) -> None:
        self._post, self._services, self._orders = post, installation.services, orders
        self._printer = VirtualPrinter(ZoneInfo(installation.settings.centre.time_zone))
        self._witness = post.witness()
        self._visitor = self._services.staff.visitor()
        self._unprinted: list[UUID] = []
        context = self._services.context
        assert context.spare is not None  # a hall of several machines keeps a reserve at each kiosk
        self._spare = SpareDesk(context.spare, context.settings, context.clock, context.ids, context.dice)
        self._looks_again = 0.0

    def work(self, arrivals: tuple[Arrival, ...]) -> None:
        """Serve each visitor in turn; whoever stands behind another waits."""
        for arrival in arrivals:
            while self._post.clock.minute() < arrival.minute:
                self._look_around()
            self._obey()
            self._serve(arrival)
        while not self._post.closing.is_set():
            self._look_around()

    def _look_around(self) -> None:
        self._obey()
        self._look_after_reserve()
        self._post.wait(LOOK_MINUTES)

    def _look_after_reserve(self) -> None:
        """Keep numbers for being cut off, and bring home those that were given meanwhile."""
        if self._post.clock.minute() < self._looks_again:
            return
        self._looks_again = self._post.clock.minute() + RESERVE_MINUTES
        with suppress(ReceptionError):  # still cut off
            home = self._services.cut_off.look_after(self._services.staff.system())
            if home:
                self._witness.note("came_home", count=home, minute=self._post.clock.minute())

    def _obey(self) -> None:
        while True:
            try:
                order = self._orders.get_nowait()
            except Empty:
                return
            if order == MENDED:
                self._printer.recover()
                self._print_what_is_owed()
            else:
                self._printer.suffer(Trouble(order))

    def _serve(self, arrival: Arrival) -> None:
        visit_id: UUID | None = None
        try:
            visit_id = self._services.arrivals.begin("zh_CN", self._visitor).id
            self._services.arrivals.stay_anonymous(visit_id, self._visitor)
            ticket = self._services.tickets.issue(visit_id, arrival.category, arrival.priority, self._visitor)
            slip = self._services.tickets.slip(ticket.id)
        except ReceptionError:
            self._serve_cut_off(arrival, visit_id)
        else:
            self._hand_out(ticket, slip)

    def _serve_cut_off(self, arrival: Arrival, left_visit: UUID | None) -> None:
        """The hall store does not answer: a number of the reserve, on paper at once."""
        spared = self._spare.give(arrival.category, arrival.priority, "zh_CN", left_visit)
        if spared is None:
            self._witness.note("sent_to_desk", minute=self._post.clock.minute())
            return
        self._tell(spared.slip, self._print(spared.slip))

    def _hand_out(self, ticket: Ticket, slip: TicketSlip) -> None:
        """On paper, or on the screen when the printer cannot; the number stands either way."""
        fault = self._print(slip)
        self._tell(slip, fault)
        self._services.tickets.mark_printed(ticket.id, not fault, fault, self._visitor)
        if fault:
            self._unprinted.append(ticket.id)

    def _tell(self, slip: TicketSlip, fault: str | None) -> None:
        """What the person now holds or reads."""
        self._witness.note(
            "screen" if fault else "paper",
            label=slip.label,
            low=slip.wait_low_min,
            high=slip.wait_high_min,
            minute=self._post.clock.minute(),
        )

    def _print(self, slip: TicketSlip) -> str | None:
        try:
            self._printer.print_slip(slip)
        except WorldError as error:
            return error.code
        return None

    def _print_what_is_owed(self) -> None:
        """The printer is well again: those who only had the screen get their paper when they ask for it."""
        for ticket_id in self._unprinted:
            slip = self._services.tickets.slip(ticket_id)
            if self._print(slip) is None:
                self._services.tickets.mark_printed(ticket_id, True, None, self._visitor)
                self._witness.note("copy", label=slip.label, minute=self._post.clock.minute())
        self._unprinted.clear()

"""The verbs of the service centre, one file per group. Synchronous; called on the database thread, not the GUI's."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.access import Access
from kiosk.services.appeals import Appeals
from kiosk.services.arrivals import Arrivals
from kiosk.services.board import Board
from kiosk.services.calling import Calling
from kiosk.services.consents import Consents
from kiosk.services.context import Context
from kiosk.services.counters import Counters
from kiosk.services.days import Days
from kiosk.services.housekeeping import Housekeeping
from kiosk.services.serving import Serving
from kiosk.services.staff import Staff
from kiosk.services.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Services:
    """All verb groups over one context."""

    context: Context
    access: Access
    appeals: Appeals
    arrivals: Arrivals
    board: Board
    calling: Calling
    consents: Consents
    counters: Counters
    days: Days
    housekeeping: Housekeeping
    serving: Serving
    staff: Staff
    tickets: Tickets


def build_services(context: Context) -> Services:
    """The services of one terminal."""
    return Services(
        context,
        Access(context),
        Appeals(context),
        Arrivals(context),
        Board(context),
        Calling(context),
        Consents(context),
        Counters(context),
        Days(context),
        Housekeeping(context),
        Serving(context),
        Staff(context),
        Tickets(context),
    )

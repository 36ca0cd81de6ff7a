"""The verbs of the service centre, one file per group. Synchronous; called on the database thread, not the GUI's."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.access import Access
from kiosk.services.appeals import Appeals
from kiosk.services.arrivals import Arrivals
from kiosk.services.board import Board
from kiosk.services.bookings import Bookings
from kiosk.services.calling import Calling
from kiosk.services.care import Care
from kiosk.services.consents import Consents
from kiosk.services.context import Context
from kiosk.services.counters import Counters
from kiosk.services.cut_off import CutOff
from kiosk.services.days import Days
from kiosk.services.housekeeping import Housekeeping
from kiosk.services.notices import Notices
from kiosk.services.promises import Promises
from kiosk.services.ratings import Ratings
from kiosk.services.robots import Robots
from kiosk.services.seats import Seats
from kiosk.services.serving import Serving
from kiosk.services.staff import Staff
from kiosk.services.statistics import Statistics
from kiosk.services.terminals import Terminals
from kiosk.services.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Services:
    """All verb groups over one context."""

    context: Context
    access: Access
    appeals: Appeals
    arrivals: Arrivals
    board: Board
    bookings: Bookings
    calling: Calling
    care: Care
    consents: Consents
    counters: Counters
    cut_off: CutOff
    days: Days
    housekeeping: Housekeeping
    notices: Notices
    promises: Promises
    ratings: Ratings
    robots: Robots
    seats: Seats
    serving: Serving
    staff: Staff
    statistics: Statistics
    terminals: Terminals
    tickets: Tickets


def build_services(context: Context) -> Services:
    """The services of one terminal."""
    return Services(
        context,
        access=Access(context),
        appeals=Appeals(context),
        arrivals=Arrivals(context),
        board=Board(context),
        bookings=Bookings(context),
        calling=Calling(context),
        care=Care(context),
        consents=Consents(context),
        counters=Counters(context),
        cut_off=CutOff(context),
        days=Days(context),
        housekeeping=Housekeeping(context),
        notices=Notices(context),
        promises=Promises(context),
        ratings=Ratings(context),
        robots=Robots(context),
        seats=Seats(context),
        serving=Serving(context),
        staff=Staff(context),
        statistics=Statistics(context),
        terminals=Terminals(context),
        tickets=Tickets(context),
    )

"""The command ``booking``: promised times, until the desk has a page for them. Owns arguments and output; no names."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.arguments import day, identity, moment

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from kiosk.model.booking import Booking


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``booking`` with its actions."""
    actions = commands.add_parser("booking", help="promised times").add_subparsers(required=True)
    book = actions.add_parser("add", help="promise a time; prints the code the visitor brings")
    book.add_argument("at", type=moment, help="YYYY-MM-DDTHH:MM, as written at the centre")
    book.add_argument("category", help="code of the service catalogue")
    book.add_argument("--staff-number", help="for this employee only")
    book.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="the bookings of a day")
    listing.add_argument("date", nargs="?", type=day, help="YYYY-MM-DD (default: today)")
    listing.set_defaults(run=run_list)
    cancel = actions.add_parser("cancel", help="give a time back")
    cancel.add_argument("id", type=identity, help="as `booking list` shows it")
    cancel.set_defaults(run=run_cancel)


def run_add(args: argparse.Namespace) -> int:
    """Book, and print code and QR text. Raises RuleError (``booking_...``, ``no_employee``)."""
    from kiosk.errors import RuleError
    from kiosk.identify.qr import booking_payload

    with closing(_opened(args)) as installation:
        services = installation.services
        at = args.at if args.at.tzinfo else args.at.replace(tzinfo=_zone(installation))
        employee_id = None
        if args.staff_number:
            proposal = services.arrivals.by_number(args.staff_number)
            if proposal is None:
                raise RuleError("no_employee", "Nobody has this staff number.", "Check the digits.")
            employee_id = proposal.employee_id
        booking = services.bookings.book(at, args.category, employee_id, services.staff.system())
    print(f"{booking.code}  {booking_payload(booking.code)}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Time, state, service and id of every booking of the day; 0."""
    with closing(_opened(args)) as installation:
        zone, services = _zone(installation), installation.services
        rows = services.bookings.of_day(args.date or services.context.clock.today())
    for booking in rows:
        print(_line(booking, zone))
    return 0


def run_cancel(args: argparse.Namespace) -> int:
    """Cancel the booking. Raises ConflictError ``gone``, RuleError ``booking_over``."""
    with closing(_opened(args)) as installation:
        installation.services.bookings.cancel(args.id, installation.services.staff.system())
    print("cancelled")
    return 0


def _line(booking: Booking, zone: ZoneInfo) -> str:
    return f"{booking.at.astimezone(zone):%H:%M}  {booking.state.value:10}  {booking.category}  {booking.id}"


def _zone(installation: Installation) -> ZoneInfo:
    return ZoneInfo(installation.settings.centre.time_zone)


def _opened(args: argparse.Namespace) -> Installation:
    from kiosk.installation import open_installation

    return open_installation(args.profile)

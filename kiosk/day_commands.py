"""The command ``day``: opens and closes the business day by hand or by a timer. Owns arguments and output."""

from __future__ import annotations

import argparse
import json
from contextlib import closing


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``day`` with its actions."""
    actions = commands.add_parser("day", help="open and close the business day").add_subparsers(required=True)
    for name, text in (
        ("open", "open today; the desk can do it too"),
        ("close", "end the day: open numbers expire, unfinished visits end"),
        ("status", "which day is open"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--json", action="store_true", help="as JSON")
        action.set_defaults(run=run, act=name)


def run(args: argparse.Namespace) -> int:
    """Do it and say which day is open; 0, or 1 when ``status`` finds none. Raises RuleError (``day_...``)."""
    from kiosk.installation import open_installation

    with closing(open_installation(args.profile)) as installation:
        days, system = installation.services.days, installation.services.staff.system()
        if args.act == "open":
            days.open(system)
        elif args.act == "close":
            days.close(system)
        day = days.current()
    if args.json:
        print(json.dumps({"open": day.service_date.isoformat() if day else None}))
    else:
        print(f"open: {day.service_date}" if day else "closed")
    return int(args.act == "status" and day is None)

"""The command ``day``: opens and closes the business day, and rules its intake, by hand or by a timer.

Owns arguments and output.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.arguments import count, day

if TYPE_CHECKING:
    from kiosk.installation import Installation


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``day`` with its actions."""
    actions = commands.add_parser("day", help="open and close the business day").add_subparsers(required=True)
    made = {}
    for name, text in (
        ("open", "open today; the desk can do it too"),
        ("close", "end the day: open numbers expire, unfinished visits end"),
        ("status", "which day is open, whether numbers are given, what closing would end"),
        ("stop", "give no more numbers; the kiosk says why"),
        ("resume", "give numbers again"),
        ("extend", "close later than planned"),
    ):
        action = made[name] = actions.add_parser(name, help=text)
        action.add_argument("--json", action="store_true", help="as JSON")
        action.set_defaults(run=run, act=name)
    made["stop"].add_argument("reason", help="a sentence for visitors, shown at the kiosk")
    made["extend"].add_argument("minutes", type=count, help="minutes after the planned time")
    plan = actions.add_parser("plan", help="what calendar and settings say of a day")
    plan.add_argument("date", nargs="?", type=day, help="YYYY-MM-DD (default: today)")
    plan.set_defaults(run=run_plan)


def run(args: argparse.Namespace) -> int:
    """Do it and say how the day stands; 0, or 1 when ``status`` finds none. Raises RuleError (``day_...``)."""
    from kiosk.installation import open_installation

    with closing(open_installation(args.profile)) as installation:
        _act(installation, args)
        status = _status(installation)
    if args.json:
        print(json.dumps(status, ensure_ascii=False))
    else:
        print("\n".join(f"{key}: {_said(value)}" for key, value in status.items()) if status["open"] else "closed")
    return int(args.act == "status" and status["open"] is None)


def run_plan(args: argparse.Namespace) -> int:
    """Print whether the day is worked, and from when to when; 0."""
    from kiosk.installation import open_installation

    with closing(open_installation(args.profile)) as installation:
        plan = installation.services.days.plan(args.date)
    print(f"{plan.opens:%H:%M}-{plan.closes:%H:%M}" if plan.working_day else "no working day")
    return 0


def _act(installation: Installation, args: argparse.Namespace) -> None:
    days, system = installation.services.days, installation.services.staff.system()
    if args.act == "open":
        days.open(system)
    elif args.act == "close":
        days.close(system)
    elif args.act == "stop":
        days.stop_intake(args.reason, system)
    elif args.act == "resume":
        days.resume_intake(system)
    elif args.act == "extend":
        days.extend(args.minutes, system)


def _status(installation: Installation) -> dict[str, object]:
    days, zone = installation.services.days, ZoneInfo(installation.settings.centre.time_zone)
    day, intake = days.current(), days.intake()
    if day is None:
        return {"open": None, "opens_at": f"{intake.opens_at:%Y-%m-%dT%H:%M}" if intake.opens_at else None}
    return {
        "open": day.service_date.isoformat(),
        "closes_at": f"{day.closes_at.astimezone(zone):%H:%M}" if day.closes_at else None,
        "numbers": "given" if intake.open else intake.reason or intake.code,
        "closing_would_end": asdict(days.ending()),
    }


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items() if count) or "nothing"
    return "-" if value is None else str(value)

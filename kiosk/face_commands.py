"""The command ``face``: activation of the face module of this hall. Owns arguments and output.

``activate`` is a sign-off: the head or a leader confirms every check of the site and signs with the own password.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from kiosk.activation import CHECK_TEXTS, SiteCheck
from kiosk.arguments import day
from kiosk.calibration import CalibrationFile
from kiosk.staff_commands import read_password

if TYPE_CHECKING:
    from kiosk.installation import Installation

NO_CONSULTATION = "note: no consultation of the workers' council is named (--consultation); settle whether one is due."


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``face`` with its actions."""
    actions = commands.add_parser("face", help="switch face matching in this hall on or off").add_subparsers(
        required=True
    )
    _add_activate(actions)
    off = actions.add_parser("deactivate", help="end face matching in this hall and delete every template")
    off.add_argument("--reason", required=True, help="kept in the audit chain; no names")
    off.set_defaults(run=run_deactivate)
    status = actions.add_parser("status", help="whether matching is on, on which record, and who signed")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(run=run_status)


def _add_activate(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    checks = "\n".join(f"  {check.value:<18}{zh}\n{'':<20}{en}" for check, (zh, en) in CHECK_TEXTS.items())
    on = actions.add_parser(
        "activate",
        help="sign the activation record",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"checks of the site, each to be named with --confirm:\n{checks}",
    )
    on.add_argument("--purpose", required=True, help="what matching is used for; no names")
    on.add_argument("--assessment", required=True, metavar="ID", help="number of the impact assessment report")
    on.add_argument("--assessed-until", required=True, type=day, metavar="YYYY-MM-DD")
    on.add_argument("--consultation", default="", metavar="ID", help="minutes of the workers' council, when due")
    on.add_argument("--confirm", action="append", default=[], type=_check, metavar="CHECK", help="see below")
    on.add_argument("--signed-by", required=True, metavar="LOGIN", help="head or leader, who types the password")
    on.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    on.set_defaults(run=run_activate)


def _check(text: str) -> SiteCheck:
    try:
        return SiteCheck(text)
    except ValueError:
        known = ", ".join(SiteCheck)
        raise argparse.ArgumentTypeError(f"{text!r} is no check of the site; there are {known}") from None


def run_activate(args: argparse.Namespace) -> int:
    """Sign and store; 0. The face way appears with the next start of the terminal."""
    from kiosk.services.activating import Activating

    with closing(_open(args)) as installation:
        member = installation.services.staff.sign_in(args.signed_by, read_password(args, new=False))
        record = Activating(installation.services.context).activate(
            member,
            purpose=args.purpose,
            assessment=args.assessment,
            assessed_until=args.assessed_until,
            consultation=args.consultation,
            checks=frozenset(args.confirm),
        )
    print(f"activated until {record.assessed_until}; start the terminal again")
    if not record.consultation:
        print(NO_CONSULTATION)
    return 0


def run_deactivate(args: argparse.Namespace) -> int:
    """End matching, delete the templates; 0."""
    from kiosk.services.activating import Activating

    with closing(_open(args)) as installation:
        services = installation.services
        removed = Activating(services.context).deactivate(args.reason, services.staff.system())
    print(f"deactivated; {removed} template rows deleted; start the terminal again")
    return 0


def run_status(args: argparse.Namespace) -> int:
    """Print the state; 0 when matching is on, else 1."""
    from kiosk.services.activating import Activating

    with closing(_open(args)) as installation:
        record = Activating(installation.services.context).record()
        lapse, vault = installation.vault.lapse(), installation.vault.open()
        measured = CalibrationFile(installation.profile, installation.keys).read()
        said: dict[str, object] = {
            "active": installation.vault.active(),
            "demo": installation.settings.profile.demo,
            "lapsed": lapse.value if lapse else None,
            "people_enrolled": vault.count() if vault else 0,
            "record": asdict(record) if record else None,
            "calibration": asdict(measured) if measured else None,
        }
    if args.json:
        print(json.dumps(said, ensure_ascii=False, indent=2, default=str))
    else:
        record_line = f"{record.assessment}, until {record.assessed_until}" if record else "none"
        state = "on" if said["active"] else "off"
        print(f"matching {state}; record: {record_line}; {said['people_enrolled']} enrolled")
        print(measured.line() if measured else "not calibrated: every match asks for digits")
        if lapse:
            print(f"lapsed: {lapse.value}; withdrawal and deletion go on. Renew what changed and activate again.")
    return int(not said["active"])


def _open(args: argparse.Namespace) -> Installation:
    from kiosk.installation import open_installation

    return open_installation(args.profile)

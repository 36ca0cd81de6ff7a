"""The command ``hall``: rights and logins of the terminals of a hall on PostgreSQL. Owns arguments and output.

Run it on the hall's server, in a profile whose ``store.url`` is the owner's. A new password is shown once, or comes as
one line on standard input; it is never an argument, never logged, and stored by the server as a SCRAM verifier only.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.errors import InputError
from kiosk.store.login import TerminalKind

if TYPE_CHECKING:
    from kiosk.installation import Installation

KINDS = [kind.value for kind in TerminalKind]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``hall`` with its actions."""
    actions = commands.add_parser("hall", help="rights of the hall's terminals").add_subparsers(required=True)
    roles = actions.add_parser("roles", help="upgrade the hall store, give each kind of terminal its rights")
    roles.set_defaults(run=run_roles)
    login = actions.add_parser("login", help="make or renew the login of one terminal")
    login.add_argument("terminal", metavar="CODE", help="code of the terminal, as in its settings")
    login.add_argument("kinds", metavar="KIND", nargs="+", choices=KINDS, help=", ".join(KINDS))
    login.add_argument("--password-stdin", action="store_true", help="take the password from standard input")
    login.set_defaults(run=run_login)
    drop = actions.add_parser("drop-login", help="end the login of a terminal that was lost, stolen or replaced")
    drop.add_argument("terminal", metavar="CODE", help="code of the terminal")
    drop.set_defaults(run=run_drop)
    listing = actions.add_parser("rights", help="what each kind of terminal may do")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=run_rights)


def run_roles(args: argparse.Namespace) -> int:
    """Upgrade, furnish and apply the rights; safe to run again. Raises WorldError, InputError."""
    from kiosk.services.rights import apply

    with closing(_opened(args)) as installation:
        apply(installation.services.context, installation.services.staff.system())
    print("rights applied: " + ", ".join(KINDS))
    return 0


def run_login(args: argparse.Namespace) -> int:
    """Set the password of one terminal's login and its kinds; print what goes into that terminal's settings."""
    from kiosk.services.rights import grant_login

    given = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else ""
    kinds = [TerminalKind(kind) for kind in args.kinds]
    with closing(_opened(args)) as installation:
        actor = installation.services.staff.system()
        made = grant_login(installation.services.context, args.terminal, kinds, given, actor)
    print(f"login {made.name}: {', '.join(args.kinds)}")
    if not args.password_stdin:
        print(f"password, shown once: {made.password}")
    return 0


def run_drop(args: argparse.Namespace) -> int:
    """The login can do nothing from now on, its open connections are closed."""
    from kiosk.services.rights import end_login

    with closing(_opened(args)) as installation:
        end_login(installation.services.context, args.terminal, installation.services.staff.system())
    print(f"ended: {args.terminal}")
    return 0


def run_rights(args: argparse.Namespace) -> int:
    """Print the rights as they are written in the program; needs no database."""
    from kiosk.store.rights import GRANTS

    table = [
        {"kind": kind.value, "on": grant.table, "verbs": list(grant.verbs), "columns": list(grant.columns)}
        for kind, grants in GRANTS.items()
        for grant in grants
    ]
    if args.json:
        print(json.dumps(table, indent=2))
        return 0
    for row in table:
        columns = f" ({', '.join(row['columns'])})" if row["columns"] else ""
        print(f"{row['kind']:<6}{row['on']:<18}{', '.join(row['verbs'])}{columns}")
    return 0


def _opened(args: argparse.Namespace) -> Installation:
    from kiosk.installation import load_settings, open_installation

    if not load_settings(args.profile).store.url:
        raise InputError(
            "store_not_shared", "There is no hall database on PostgreSQL here.", "Set store.url to the owner's address."
        )
    return open_installation(args.profile)

"""The command ``window``: the head frees a window whose clerk left it locked. Owns arguments and output."""

from __future__ import annotations

import argparse
from contextlib import closing

from kiosk.staff_commands import read_password


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``window`` with its action."""
    actions = commands.add_parser("window", help="windows of the hall").add_subparsers(required=True)
    relieve = actions.add_parser("relieve", help="free a window that a colleague left locked")
    relieve.add_argument("window", help="code of the window")
    relieve.add_argument("--head", required=True, metavar="LOGIN", help="sign-in name of the head")
    relieve.add_argument("--reason", required=True, help="why; stays in the record")
    relieve.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    relieve.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Free the window and say how many numbers it held. Raises AccessError, RuleError, InputError."""
    from kiosk.installation import open_installation

    password = read_password(args, new=False)
    with closing(open_installation(args.profile)) as installation:
        services = installation.services
        actor = services.staff.actor(services.staff.sign_in(args.head, password))
        held = services.calling.relieve(args.window, args.reason, actor)
    print(f"window {args.window}: free; {held} numbers went back")
    return 0

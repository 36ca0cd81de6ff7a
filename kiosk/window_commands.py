"""The command ``window``: the head frees a window whose clerk left it locked; windows follow the settings.

Owns arguments and output.
"""

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
    apply = actions.add_parser("apply", help="bring the hall's windows in line with the settings of this machine")
    apply.set_defaults(run=run_apply)


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


def run_apply(args: argparse.Namespace) -> int:
    """Change the windows of the hall and say which. Raises AccessError when this login may not do it."""
    from kiosk.installation import open_installation
    from kiosk.services.furnish import apply_counters

    with closing(open_installation(args.profile)) as installation:
        changed = apply_counters(installation.services.context, installation.services.staff.system())
    print(f"changed: {', '.join(changed)}" if changed else "nothing to change")
    return 0

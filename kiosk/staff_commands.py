"""The command ``staff``: accounts of the people who work here. Owns arguments and output; passwords are asked for.

A password is typed twice at a terminal or comes as one line on standard input; never as an argument, because
arguments are seen by everybody on the machine.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.errors import InputError
from kiosk.model.staff import Post, Role, StaffMember

if TYPE_CHECKING:
    from kiosk.model.staff import Actor
    from kiosk.services.accounts import Accounts

    Action = Callable[[argparse.Namespace, Accounts, Actor], None]

STAFF_ROLES = [role.value for role in Role if role is not Role.EMPLOYEE]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``staff`` with its actions."""
    actions = commands.add_parser("staff", help="accounts of the centre's staff").add_subparsers(required=True)
    add = _action(actions, "add", "make an account", _add)
    add.add_argument("--name", required=True, help="name colleagues know")
    _roles(add)
    _password_source(add)
    _password_source(_action(actions, "set-password", "replace a password and lift a lock", _set_password))
    _roles(_action(actions, "set-roles", "replace roles and posts", _set_roles))
    _action(actions, "deactivate", "switch an account off", _deactivate)
    _action(actions, "activate", "switch an account on again", _activate)
    listing = actions.add_parser("list", help="every account with its roles")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_run, act=_list)


def read_password(args: argparse.Namespace, *, new: bool) -> str:
    """A password from the person at the terminal, or with ``--password-stdin`` one line of standard input.

    A ``new`` one is asked for twice. Raises InputError when both differ or nobody can be asked.
    """
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("no_terminal", "Nobody can be asked for the password here.", "Use --password-stdin.")
    password = getpass.getpass("password: ")
    if new and getpass.getpass("password again: ") != password:
        raise InputError("password_differs", "The two passwords differ.", "Type the same password twice.")
    return password


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, act: Action
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text)
    parser.add_argument("login", help="sign-in name")
    parser.set_defaults(run=_run, act=act)
    return parser


def _roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", action="append", required=True, choices=STAFF_ROLES, metavar="ROLE", help=", ".join(STAFF_ROLES)
    )
    posts = [post.value for post in Post]
    parser.add_argument("--post", action="append", default=[], choices=posts, metavar="POST", help=", ".join(posts))


def _password_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _run(args: argparse.Namespace) -> int:
    from kiosk.installation import open_installation
    from kiosk.services.accounts import Accounts

    with closing(open_installation(args.profile)) as installation:
        services = installation.services
        args.act(args, Accounts(services.context), services.staff.system())
    return 0


def _add(args: argparse.Namespace, accounts: Accounts, actor: Actor) -> None:
    password = read_password(args, new=True)
    member = accounts.add(args.login, args.name, _chosen_roles(args), _chosen_posts(args), password, actor)
    print(f"{member.login}: added")


def _set_password(args: argparse.Namespace, accounts: Accounts, actor: Actor) -> None:
    accounts.set_password(args.login, read_password(args, new=True), actor)
    print(f"{args.login}: password replaced")


def _set_roles(args: argparse.Namespace, accounts: Accounts, actor: Actor) -> None:
    accounts.set_roles(args.login, _chosen_roles(args), _chosen_posts(args), actor)
    print(f"{args.login}: roles replaced; they hold from the next sign-in")


def _deactivate(args: argparse.Namespace, accounts: Accounts, actor: Actor) -> None:
    accounts.set_active(args.login, False, actor)
    print(f"{args.login}: switched off; a session still open ends when its desk locks")


def _activate(args: argparse.Namespace, accounts: Accounts, actor: Actor) -> None:
    accounts.set_active(args.login, True, actor)
    print(f"{args.login}: switched on")


def _list(args: argparse.Namespace, accounts: Accounts, _actor: Actor) -> None:
    members = accounts.all()
    if args.json:
        print(json.dumps([_as_json(member) for member in members], ensure_ascii=False, indent=2))
        return
    for member in members:
        state = "" if member.active else "  (off)"
        print(f"{member.login:<20}{' '.join(sorted(member.roles))}{state}")


def _as_json(member: StaffMember) -> dict[str, object]:
    """The account without the name: lists of names have their own, audited way."""
    return {
        "id": str(member.id),
        "login": member.login,
        "roles": sorted(member.roles),
        "posts": sorted(member.posts),
        "active": member.active,
    }


def _chosen_roles(args: argparse.Namespace) -> frozenset[Role]:
    return frozenset(map(Role, args.role))


def _chosen_posts(args: argparse.Namespace) -> frozenset[Post]:
    return frozenset(map(Post, args.post))

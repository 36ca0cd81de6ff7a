"""Accounts of the centre's staff: made, given another password or other roles, switched off. Never deleted.

Who did what stays readable only while the account of that person exists, so an account is switched off instead.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kiosk.errors import InputError
from kiosk.model.staff import Actor, Post, Role, StaffMember
from kiosk.services.context import Context, one_transaction
from kiosk.store import Work

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
SHORTEST, LONGEST = 8, 128
"""Characters of a password (ASVS 5.0, 6.2.1 and 6.2.9: at least 8, and long ones must be possible)."""


class Accounts:
    """Verbs on staff accounts. Call on the database thread (hashing a password is slow on purpose)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> tuple[StaffMember, ...]:
        """Every account by login, switched-off ones too."""
        with self._context.store.read() as work:
            return tuple(work.staff.all())

    @one_transaction
    def add(
        self,
        work: Work,
        login: str,
        name: str,
        roles: frozenset[Role],
        posts: frozenset[Post],
        password: str,
        actor: Actor,
    ) -> StaffMember:
        """A new account. Raises InputError naming what cannot be used."""
        if not LOGIN.fullmatch(login):
            remedy = "Use 2 to 32 of a-z 0-9 . _ - and begin with a letter or digit."
            raise InputError("login_form", "This login cannot be used.", remedy)
        if not name.strip():
            raise InputError("name_missing", "The name is missing.", "State the name colleagues know.")
        _check_roles(roles)
        _check_password(login, password)
        member = StaffMember(self._context.ids.new(), login, name.strip(), roles, posts)
        if work.staff.by_login(login) is not None:
            raise InputError("login_taken", "This login is in use.", "Choose another one.")
        work.staff.put(member)
        work.staff.set_password(member.id, password)
        _note(work, member, "staff.added", actor)
        return member

    @one_transaction
    def set_password(self, work: Work, login: str, password: str, actor: Actor) -> None:
        """Replace the password and lift a lock. Raises InputError."""
        _check_password(login, password)
        member = _member(work, login)
        work.staff.set_password(member.id, password)
        _note(work, member, "staff.password_set", actor)

    @one_transaction
    def set_roles(
        self, work: Work, login: str, roles: frozenset[Role], posts: frozenset[Post], actor: Actor
    ) -> StaffMember:
        """Replace roles and posts; they hold from the next sign-in. Raises InputError."""
        _check_roles(roles)
        member = replace(_member(work, login), roles=roles, posts=posts)
        work.staff.put(member)
        _note(work, member, "staff.roles_set", actor)
        return member

    @one_transaction
    def set_active(self, work: Work, login: str, active: bool, actor: Actor) -> StaffMember:
        """Switch an account on or off; off holds from the next sign-in. Raises InputError."""
        member = replace(_member(work, login), active=active)
        work.staff.put(member)
        _note(work, member, "staff.activated" if active else "staff.deactivated", actor)
        return member


def _member(work: Work, login: str) -> StaffMember:
    member = work.staff.by_login(login)
    if member is None:
        raise InputError("login_unknown", "There is no such login.", "List the accounts and check it.")
    return member


def _check_roles(roles: frozenset[Role]) -> None:
    if not roles or Role.EMPLOYEE in roles:
        raise InputError("roles_missing", "An account needs at least one role of the staff.", "Name the roles.")


def _check_password(login: str, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST or password.casefold() == login:
        raise InputError(
            "password_form",
            "This password cannot be used.",
            f"Use {SHORTEST} to {LONGEST} characters, and not the login.",
            shortest=SHORTEST,
            longest=LONGEST,
        )


def _note(work: Work, member: StaffMember, action: str, actor: Actor) -> None:
    """Audit: which account, with which roles; no name, no password."""
    detail = {"roles": sorted(member.roles), "posts": sorted(member.posts)}
    work.audit.add(actor, action, member.id, "staff account", detail)

"""Who may use the hall store: rights of each kind of terminal, and logins (docs/adr/0018). For operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.errors import AccessError, InputError
from kiosk.model.staff import Actor
from kiosk.services.context import Context
from kiosk.store.keeper import Keeper
from kiosk.store.login import TerminalKind

SHORTEST = 16
"""Characters of a password given by hand: nobody types it more than once, and nothing locks after wrong tries."""


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login of a terminal; the password is shown to the operator once and kept nowhere."""

    name: str
    password: str = field(repr=False)


def apply(context: Context, actor: Actor) -> None:
    """Give every kind of terminal exactly its rights, in the hall store and in the store of the subject keys."""
    keeper = _keeper(context)
    keeper.apply()
    with context.store.write() as work:
        work.audit.add(actor, "rights.applied", None, "operator")


def grant_login(
    context: Context, terminal: str, kinds: Sequence[TerminalKind], password: str, actor: Actor
) -> NewLogin:
    """Make or renew a terminal's login; an empty ``password`` gets a random one. Raises InputError, AccessError."""
    if password and len(password) < SHORTEST:
        raise InputError(
            "password_form",
            "This password cannot be used.",
            f"Use at least {SHORTEST} characters.",
            shortest=SHORTEST,
            longest=128,
        )
    made = _keeper(context).grant_login(terminal, kinds, password)
    with context.store.write() as work:
        detail = {"terminal": terminal, "kinds": sorted(kinds)}
        work.audit.add(actor, "rights.login_set", None, "operator", detail)
    return NewLogin(*made)


def end_login(context: Context, terminal: str, actor: Actor) -> None:
    """Close a terminal's login. Raises InputError for an unknown one."""
    _keeper(context).end_login(terminal)
    with context.store.write() as work:
        work.audit.add(actor, "rights.login_ended", None, "operator", {"terminal": terminal})


def _keeper(context: Context) -> Keeper:
    store = context.store
    if not store.login.owner:
        raise AccessError("store_not_owner", "This login does not own the hall store.", "Use the owner's login.")
    return Keeper(store.database, store.subject_keys.database)

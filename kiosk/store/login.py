"""Who this process is to the database: the owner, or a terminal's login with the rights of its kind (``rights``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select, text


class TerminalKind(StrEnum):
    """What a machine is in the hall; its login has the rights of each kind it is."""

    TOUCH = "touch"  # kiosk and rating pad
    DESK = "desk"
    WALL = "wall"  # wall and loudspeaker


class Sought(StrEnum):
    """What a terminal may see only one by one, each time with a trace (``guard.sql``)."""

    NUMBER = "number"  # staff number
    BEARER = "token"  # kind and digest of a card or code
    ENROLLED = "enrolled"  # id of a person enrolled at this terminal
    APPEAL = "appeal"  # number and query code
    BOOKING = "booking"  # code
    LOGIN = "login"  # sign-in name of an account


PREFIX = "reception_"


@dataclass(frozen=True, slots=True)
class Login:
    """What the store may expect to be allowed. An encrypted file has no logins: everybody who opens it is its owner."""

    name: str = ""
    owner: bool = True
    superuser: bool = False
    kinds: frozenset[TerminalKind] = frozenset(TerminalKind)

    @property
    def keeps_house(self) -> bool:
        """May move anybody's number, so it does what the clock demands."""
        return self.owner or TerminalKind.DESK in self.kinds

    @property
    def records(self) -> bool:
        """May write events."""
        return self.owner or bool(self.kinds & {TerminalKind.DESK, TerminalKind.TOUCH})

    @property
    def narrow(self) -> bool:
        """A kiosk: of a person it sees what its pages need, of appeals none."""
        return not self.owner and TerminalKind.DESK not in self.kinds

    def must_ask(self, sought: Sought) -> bool:
        """Sees this kind of thing only after asking for that one."""
        return not self.owner if sought is Sought.LOGIN else self.narrow


OWNER = Login()


def ask_for(connection: Connection, sought: Sought, values: tuple[object, ...]) -> bool:
    """Note that this terminal asks; False when it asked too often. What it asked for shows after the transaction."""
    function = getattr(func.guard, f"seek_{sought}")
    return bool(connection.execute(select(function(*values))).scalar())


def login_of(connection: Connection) -> Login:
    """The login of this connection. On PostgreSQL the owner is who may change the tables, or make the first."""
    if connection.dialect.name != "postgresql":
        return OWNER
    row = connection.execute(_WHO).one()
    kinds = frozenset(kind for kind in TerminalKind if PREFIX + kind in row.kinds)
    return Login(row.name, bool(row.owner), bool(row.superuser), kinds)


_WHO = text(
    """
    SELECT current_user AS name,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
           coalesce(pg_has_role(current_user,
                                (SELECT relowner FROM pg_class WHERE oid = to_regclass('alembic_version')), 'USAGE'),
                    has_schema_privilege(current_user, current_schema(), 'CREATE')) AS owner,
           ARRAY(SELECT rolname::text FROM pg_roles
                 WHERE rolname LIKE 'reception\\_%' AND NOT rolcanlogin
                   AND pg_has_role(current_user, oid, 'USAGE')) AS kinds
    """
)

"""Gives the terminals of a hall on PostgreSQL their rights and logins (docs/adr/0018).

Owns how ``rights`` become statements. Everything may be applied again and again: after an upgrade it must be.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from kiosk.errors import InputError
from kiosk.model.people import COMPOUND_SURNAMES
from kiosk.store.engine import Database
from kiosk.store.faults import told_plainly
from kiosk.store.login import PREFIX, TerminalKind
from kiosk.store.rights import ADD, CHANGE, FUNCTIONS, GRANTS, Grant, Policy, every_policy, guarded_tables
from kiosk.store.schema_views import VIEWS

GUARD, GUARD_KEYS = (Path(__file__).with_name(name) for name in ("guard.sql", "guard_keys.sql"))
_LOCK = 0x52474854
"""PostgreSQL advisory lock: two operators must not apply rights at once."""


class Keeper:
    """Applies rights with the owner's connections. ``keys`` may be a file: then there is nothing to give there."""

    def __init__(self, hall: Database, keys: Database) -> None:
        self._hall, self._keys = hall, None if keys.is_sqlite else keys

    def apply(self) -> None:
        """Both databases; each in one transaction."""
        with self._changing(self._hall) as connection:
            apply_rights(connection)
        if self._keys is not None:
            with self._changing(self._keys) as connection:
                apply_key_rights(connection)

    def grant_login(self, terminal: str, kinds: Iterable[TerminalKind], password: str) -> tuple[str, str]:
        """Name and password of the login; it works from now on."""
        password = password or new_password()
        with self._changing(self._hall) as connection:
            name = set_login(connection, terminal, kinds, password)
            make_budget(connection, terminal)
        if self._keys is not None and not self._same_server():
            with self._changing(self._keys) as connection:
                set_login(connection, terminal, kinds, password)
        return name, password

    def end_login(self, terminal: str) -> None:
        """No further connection; those that are open are closed."""
        for database in (self._hall, self._keys):
            if database is not None:
                with self._changing(database) as connection:
                    drop_login(connection, terminal)

    def _same_server(self) -> bool:
        hall, keys = self._hall.url, self._keys.url if self._keys else None
        return keys is not None and (hall.host, hall.port, hall.query.get("host")) == (
            keys.host,
            keys.port,
            keys.query.get("host"),
        )

    @contextmanager
    def _changing(self, database: Database) -> Iterator[Connection]:
        with told_plainly(database.place), database.writer.begin() as connection:
            yield connection


def apply_rights(connection: Connection) -> None:
    """Make the group roles and give each exactly its rights, in the caller's transaction. Owner only; repeatable."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _make_groups(connection)
    _run_guard(connection, GUARD)
    for kind in TerminalKind:
        _take_back(connection, kind)
        for grant in GRANTS[kind]:
            _grant(connection, grant, kind)
        for function in FUNCTIONS[kind]:
            _do(connection, f"GRANT EXECUTE ON FUNCTION guard.{function} TO {group(kind)}")
    _apply_policies(connection)
    _close_views(connection)


def apply_key_rights(connection: Connection) -> None:
    """The same for the database of the subject keys: kiosks and desks get one key at a time, walls nothing."""
    _make_groups(connection)
    _run_guard(connection, GUARD_KEYS)
    for kind in TerminalKind:
        _take_back(connection, kind)
    for kind in (TerminalKind.TOUCH, TerminalKind.DESK):
        for function in ("key_of", "make_key"):
            _do(connection, f"GRANT EXECUTE ON FUNCTION guard.{function} TO {group(kind)}")


def group(kind: TerminalKind) -> str:
    """Name of the role without login that holds the rights of a kind."""
    return f"{PREFIX}{kind.value}"


def login_name(terminal: str) -> str:
    """The login of one terminal. InputError for a code that names a kind."""
    if terminal.lower() in set(TerminalKind):
        raise InputError("terminal_code_taken", f"{terminal} is a kind of terminal.", "Choose another terminal code.")
    return f"{PREFIX}{terminal.lower()}"


def set_login(connection: Connection, terminal: str, kinds: Iterable[TerminalKind], password: str) -> str:
    """Make or renew the login of a terminal with exactly these kinds; returns its name. Owner with CREATEROLE only.

    The password travels as a SCRAM verifier, so that no log of the server can hold it.
    """
    name = login_name(terminal)
    verifier = _scram(connection, name, password)
    exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).first()
    verb = "ALTER" if exists else "CREATE"
    _do(connection, f"{verb} ROLE {name} LOGIN PASSWORD '{verifier}'")
    wanted = set(kinds)
    for kind in TerminalKind:
        verb, link = ("GRANT", "TO") if kind in wanted else ("REVOKE", "FROM")
        _do(connection, f"{verb} {group(kind)} {link} {name}")
    return name


def make_budget(connection: Connection, terminal: str) -> None:
    """The counters of how often this terminal asked for a person (``guard.within``)."""
    for counter in ("minute", "day"):
        _do(connection, f"CREATE SEQUENCE IF NOT EXISTS guard.{counter}_{terminal.lower()}")


def drop_login(connection: Connection, terminal: str) -> None:
    """End the login of a terminal that was lost or stolen: no new connection, and the open ones are closed."""
    name = login_name(terminal)
    _do(connection, f"ALTER ROLE {name} NOLOGIN PASSWORD NULL")
    _do(connection, f"GRANT {name} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE")  # only then may it be thrown out
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :name"
    connection.execute(text(ending), {"name": name})
    _do(connection, f"REVOKE INHERIT OPTION FOR {name} FROM CURRENT_USER")


def new_password() -> str:
    """192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def _scram(connection: Connection, name: str, password: str) -> str:
    from psycopg import Connection as Raw

    raw = connection.connection.driver_connection
    assert isinstance(raw, Raw)
    return raw.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()


def _make_groups(connection: Connection) -> None:
    known = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    for kind in TerminalKind:
        if group(kind) not in known:
            _do(connection, f"CREATE ROLE {group(kind)} NOLOGIN")
        _do(connection, f"GRANT CONNECT ON DATABASE {database} TO {group(kind)}")
    _do(connection, f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC")
    _do(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _run_guard(connection: Connection, path: Path) -> None:
    """The functions, each bound to the schema of the tables: whoever calls them cannot put others in their place."""
    compound = ", ".join(f"'{name}'" for name in COMPOUND_SURNAMES)
    statements = path.read_text(encoding="utf-8").replace(":compound", f"ARRAY[{compound}]")
    connection.exec_driver_sql(statements.replace("%", "%%"))
    functions = connection.execute(
        text("SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'guard'::regnamespace")
    )
    for function in functions.scalars().all():
        _do(connection, f"ALTER FUNCTION {function} SET search_path = public, pg_temp")
        _do(connection, f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")


def _take_back(connection: Connection, kind: TerminalKind) -> None:
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        for schema in ("public", "guard"):
            _do(connection, f"REVOKE ALL ON ALL {what} IN SCHEMA {schema} FROM {group(kind)}")
    for schema in ("public", "guard"):
        _do(connection, f"GRANT USAGE ON SCHEMA {schema} TO {group(kind)}")


def _grant(connection: Connection, grant: Grant, kind: TerminalKind) -> None:
    columns = f" ({', '.join(grant.columns)})" if grant.columns else ""
    verbs = ", ".join(f"{verb}{columns}" for verb in grant.verbs)
    _do(connection, f'GRANT {verbs} ON "{grant.table}" TO {group(kind)}')


def _apply_policies(connection: Connection) -> None:
    old = connection.execute(
        text("SELECT policyname, tablename FROM pg_policies WHERE policyname LIKE 'reception\\_%'")
    )
    for name, table in old.all():
        _do(connection, f'DROP POLICY {name} ON "{table}"')
    for table in guarded_tables():
        _do(connection, f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    for policy in every_policy():
        _do(connection, _policy_sql(policy))


def _close_views(connection: Connection) -> None:
    """A condition of whoever reads a view is checked on the rows it shows only: the error of a failing one would
    otherwise tell of those it hides.
    """
    for view in VIEWS:
        _do(connection, f"ALTER VIEW {view.name} SET (security_barrier = true)")


def _policy_sql(policy: Policy) -> str:
    name = f"{group(policy.kind)}_{policy.verb.lower()}"
    using = f" USING ({policy.using})" if policy.using and policy.verb != ADD else ""
    check = policy.check or policy.using
    checked = f" WITH CHECK ({check})" if policy.verb in (ADD, CHANGE) else ""
    return f'CREATE POLICY {name} ON "{policy.table}" FOR {policy.verb} TO {group(policy.kind)}{using}{checked}'


def _do(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))

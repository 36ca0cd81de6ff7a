"""The one mapping between frozen dataclasses and table rows.

Owns ``Rows``: a repository over one table whose columns are named like the dataclass fields. Subclasses name table,
class and key, and add their own questions; none maps a row by hand. Questions asked with every number are built once
(``functools.cache``) and get their values as parameters: building a statement costs three times what running it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Executable, FromClause, Select, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult

from kiosk.errors import ConflictError
from kiosk.store.login import OWNER, Login

if TYPE_CHECKING:
    from kiosk.store.work import Work

T = TypeVar("T")
AnyResult = CursorResult[*tuple[Any, ...]]


@dataclass(slots=True)
class Desk:
    """What every repository of one unit of work shares: the connection, the instant, and the right to write."""

    connection: Connection
    now: datetime
    new_id: Callable[[], UUID]
    writable: bool
    login: Login = OWNER
    kept: list[Callable[[Work], None]] = field(default_factory=list)

    def keep(self, action: Callable[[Work], None]) -> None:
        """Do ``action`` at the end, whether the unit of work commits or is rolled back (then in one of its own)."""
        if not self.writable:
            raise RuntimeError("Store.read() was used to write; use Store.write()")
        self.kept.append(action)

    def ask(self, statement: Executable, values: Mapping[str, Any] | None = None) -> AnyResult:
        """Run a query; ``values`` are those of its named parameters."""
        return self.connection.execute(statement, values)

    def change(self, statement: Executable, rows: Any = None) -> AnyResult:
        """Run a change; RuntimeError in a reading unit of work."""
        if not self.writable:
            raise RuntimeError("Store.read() was used to write; use Store.write()")
        return self.connection.execute(statement, rows)

    @property
    def is_postgres(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT that can say what to do on conflict."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def upsert(
        self, table: Table, keys: Sequence[str], names: Sequence[str], never_older: str = ""
    ) -> sqlite.Insert | postgresql.Insert:
        """INSERT of the columns ``names``; when the key exists, update the others.

        With ``never_older`` the update happens only when that column does not go back.
        """
        return upsert(self.is_postgres, table, tuple(keys), tuple(names), never_older)


@lru_cache(maxsize=256)
def upsert(
    is_postgres: bool, table: Table, keys: tuple[str, ...], names: tuple[str, ...], never_older: str = ""
) -> sqlite.Insert | postgresql.Insert:
    """The statement of ``Desk.upsert``, built once per table."""
    insert = postgresql.insert(table) if is_postgres else sqlite.insert(table)
    changed = {name: insert.excluded[name] for name in names if name not in keys}
    if not changed:
        return insert.on_conflict_do_nothing(index_elements=list(keys))
    newer = table.c[never_older] <= insert.excluded[never_older] if never_older else None
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changed, where=newer)


class Rows(Generic[T]):
    """Repository of one dataclass. ``joined`` maps fields that live in another table (read, never written)."""

    table: ClassVar[Table]
    kind: ClassVar[type[Any]]
    key: ClassVar[str] = "id"
    source: ClassVar[FromClause | None] = None
    joined: ClassVar[Mapping[str, ColumnElement[Any]]] = {}

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """Field names in the order of the dataclass."""
        return tuple(field.name for field in fields(cls.kind))

    @classmethod
    @cache
    def query(cls) -> Select[Any]:
        """SELECT of every field, in the order of the dataclass."""
        columns = [cls.joined[name] if name in cls.joined else cls.table.c[name] for name in cls.names()]
        return select(*columns).select_from(cls.source if cls.source is not None else cls.table)

    def get(self, key: Any) -> T | None:
        """The row with this key, or None. In a writing unit of work the row stays locked until it ends (PostgreSQL)."""
        return self.one(self._by_key(self.desk.writable), {"key": key})

    def peek(self, key: Any) -> T | None:
        """Like ``get``, but never locked: for what is only looked at."""
        return self.one(self._by_key(False), {"key": key})

    def need(self, key: Any) -> T:
        """Like ``get``; ConflictError ``gone`` when the row does not exist."""
        value = self.get(key)
        if value is None:
            raise ConflictError("gone", f"This {self.table.name} does not exist (any more).", "Reload the list.")
        return value

    def put(self, value: T) -> None:
        """Insert the whole row, or replace the one with the same key."""
        names = self._stored()
        row = {name: getattr(value, name) for name in names}
        self.desk.change(self.desk.upsert(self.table, (self.key,), names), row)

    @classmethod
    @cache
    def _stored(cls) -> tuple[str, ...]:
        return tuple(name for name in cls.names() if name not in cls.joined)

    @classmethod
    @cache
    def _by_key(cls, lock: bool) -> Select[Any]:
        query = cls.query().where(cls.table.c[cls.key] == bindparam("key"))
        return cls.locking(query) if lock else query

    @classmethod
    def locking(cls, query: Select[Any]) -> Select[Any]:
        """``query`` locking its rows until the transaction ends (a no-op on SQLite, where the writer is alone)."""
        return query.with_for_update(key_share=True, of=cls.table)

    def locked(self, query: Select[Any]) -> Select[Any]:
        """``query`` locking its rows, in a writing unit of work."""
        return self.locking(query) if self.desk.writable else query

    def one(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> T | None:
        """First row of ``query`` or None."""
        row = self.desk.ask(query, values).first()
        return None if row is None else self.build(row)

    def many(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[T]:
        """Every row of ``query``."""
        return [self.build(row) for row in self.desk.ask(query, values)]

    def build(self, row: Any) -> T:
        """Dataclass from a row of ``query()``."""
        value: T = self.kind(*row)
        return value

    def where(self, *conditions: ColumnElement[bool], order: Column[Any] | ColumnElement[Any] | None = None) -> list[T]:
        """Every row that fits, ordered by ``order`` (default: the key)."""
        return self.many(self.query().where(*conditions).order_by(self.table.c[self.key] if order is None else order))

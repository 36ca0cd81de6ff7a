"""Column types of the hall store, and the helper that gives every column its data class.

Owns how a value of ``kiosk/model`` lies in SQLite and in PostgreSQL. Must not know any table.

Data classes are those of DOMAIN 3.8, with D0 for what says nothing about a person: D1 the four fields, D2 contact,
D3 appeal list, D4 appeal detail, D5 psychology, D6 health, D7 report to the discipline office, D8 face (consent and
enrolment rows; never the templates), D9 statistics.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

DataClass = Literal["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9"]

Serial = BigInteger().with_variant(Integer, "sqlite")
"""64-bit counter; in SQLite the rowid itself."""


class Id(TypeDecorator[UUID]):
    """UUID: ``uuid`` in PostgreSQL, BLOB(16) in SQLite."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return value if value is None or dialect.name == "postgresql" else UUID(bytes=value)


class Utc(TypeDecorator[datetime]):
    """Instant in UTC, aware on both sides; a naive datetime is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: the store takes only timezone-aware times")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Name(TypeDecorator[StrEnum]):
    """A StrEnum stored by its value; an unknown value from a newer version raises ValueError."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class NameSet(TypeDecorator[frozenset[StrEnum]]):
    """A set of StrEnum members as a sorted JSON list."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Iterable[StrEnum] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(sorted(str(item) for item in value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[StrEnum] | None:
        return None if value is None else frozenset(self.kind(item) for item in json.loads(value))


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of short texts as a JSON list; order is kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Facts(TypeDecorator[Mapping[str, Any]]):
    """A small mapping from text to text or number as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(dict(value), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any] | None:
        return None if value is None else dict(json.loads(value))


def column(
    name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], data: DataClass, *rest: Any, **more: Any
) -> Column[Any]:
    """A NOT NULL column (pass ``nullable=True`` otherwise) that carries its data class (PRIVACY A25)."""
    more.setdefault("nullable", False)
    return Column(name, kind, *rest, info={"class": data}, **more)

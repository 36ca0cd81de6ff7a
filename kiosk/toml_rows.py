"""Reads entries of a TOML file into frozen dataclasses, refusing what does not fit. Knows no file's meaning.

Used for everything shipped or edited as a list of entries: catalogue, working days, notice, demo content.
Settings have their own reader, because they have ranges and defaults.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from kiosk.errors import InputError

T = TypeVar("T")


def refuse(file: str, entry: str, problem: str, remedy: str) -> NoReturn:
    """Raise the InputError that names file and entry."""
    raise InputError("content_file", f"{file}, {entry}: {problem}.", remedy, file=file, entry=entry, problem=problem)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file. Raises InputError when it is missing or no TOML (with the line)."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        refuse(path.name, "file", "is missing", f"Put it back into {path.parent}.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        refuse(path.name, "file", str(error), "Correct the line named.")


def rows(path: Path, tables: Mapping[str, Any], key: str, kind: type[T]) -> tuple[T, ...]:
    """Every ``[[key]]`` entry as a ``kind``; the first field must be unique. Raises InputError naming the entry."""
    entries = tables.get(key, [])
    if not isinstance(entries, list):
        refuse(path.name, key, f"is not a list of [[{key}]] blocks", f"Write [[{key}]].")
    made = tuple(record(path, f"[[{key}]] number {n}", entry, kind) for n, entry in enumerate(entries, start=1))
    first = fields(kind)[0].name  # type: ignore[arg-type]
    seen: set[object] = set()
    for row in made:
        value = getattr(row, first)
        if value in seen:
            refuse(path.name, f"[[{key}]] {first} = {value}", "stands there twice", "Give one of them another one.")
        seen.add(value)
    return made


def record(path: Path, entry: str, table: object, kind: type[T]) -> T:
    """One table as a ``kind``. Raises InputError naming file and entry."""
    if not isinstance(table, Mapping):
        refuse(path.name, entry, "is not a table", "Write its fields as name = value.")
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    label = _label(entry, table, next(iter(known)))
    for name in table:
        if name not in known:
            refuse(path.name, label, f"does not know {name}", f"Known: {', '.join(known)}.")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            refuse(path.name, label, f"lacks {name}", f"Add {name} = ...")
    return kind(**{name: _value(path, f"{label}, {name}", hints[name], value) for name, value in table.items()})


def _label(entry: str, table: Mapping[str, object], first: str) -> str:
    return f"{entry} ({first} = {table[first]})" if first in table else entry


def _value(path: Path, entry: str, kind: Any, value: object) -> object:
    """``value`` as the declared type."""
    if isinstance(kind, types.UnionType):
        kind = next(inner for inner in get_args(kind) if inner is not type(None))
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            refuse(path.name, entry, "is not a list", "Write [ ..., ... ].")
        inner = get_args(kind)[0]
        return tuple(_value(path, f"{entry} {n}", inner, item) for n, item in enumerate(value, start=1))
    if is_dataclass(kind) and isinstance(kind, type):
        return record(path, entry, value, kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        allowed = [member.value for member in kind]
        if value not in allowed:
            refuse(path.name, entry, f"is {value!r}", f"One of: {', '.join(allowed)}.")
        return kind(str(value))
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind or (kind is date and isinstance(value, datetime)):
        refuse(path.name, entry, f"is {value!r}", f"Write {_EXAMPLES[kind]}.")
    return value


_EXAMPLES: Mapping[object, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date: 2027-01-31",
}

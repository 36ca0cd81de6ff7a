"""Reads ``settings.toml`` of a profile into ``Settings``. Refuses what it does not know; never guesses.

Owns the checks; must not write (that is ``write``) nor know any single setting (that is ``spec``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.errors import InputError, WorldError
from kiosk.settings.rule import Rule, rule_of
from kiosk.settings.spec import Settings
from kiosk.settings.upgrade import UPGRADES, Step, upgrade

FILE_NAME = "settings.toml"
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}

T = TypeVar("T")


def load(profile: Path, steps: Sequence[Step] = UPGRADES) -> Settings:
    """Settings of the installation in ``profile``; a key that is not in the file has its default.

    Raises InputError naming file, line and key, and what is allowed, for anything that is not understood, and
    when the file is missing; WorldError when it may not be read. Any thread; reads one small file.
    """
    path = profile / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        what, remedy = f"{path} does not exist.", "Create the installation first, or choose another --profile."
        raise InputError("settings_missing", what, remedy, file=FILE_NAME) from None
    except OSError as error:
        what, remedy = f"{path} cannot be read: {error.strerror}.", "Make it readable, or choose another --profile."
        raise WorldError("settings_unreadable", what, remedy, file=FILE_NAME) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            "settings_syntax", f"{path}: {error}", "Correct the line named.", file=FILE_NAME, problem=str(error)
        ) from None
    source = _Source(FILE_NAME, text)
    settings = _record(Settings, upgrade(tables, FILE_NAME, steps), "", source)
    _check_together(settings, source)
    return settings


@dataclass(frozen=True, slots=True)
class _Source:
    """The file as text, to say on which line a key stands."""

    file: str
    text: str

    def line(self, key: str) -> int:
        """Line of the dotted ``key`` (``counters.2.place``), or of its table, or 1."""
        table, best = "", 1
        seen: dict[str, int] = {}
        for number, raw in enumerate(self.text.splitlines(), start=1):
            header = re.match(r"\s*(\[\[?)\s*([\w.\"-]+)\s*\]", raw)
            entry = re.match(r"\s*([\w.\"-]+)\s*=", raw)
            if header:
                table = header[2].replace('"', "")
                if header[1] == "[[":
                    seen[table] = seen.get(table, 0) + 1
                    table = f"{table}.{seen[table]}"
                here = table
            elif entry:
                here = f"{table}.{entry[1]}".replace('"', "").removeprefix(".")
            else:
                continue
            if here == key:
                return number
            if key.startswith(f"{here}."):
                best = number
        return best

    def refuse(self, code: str, key: str, problem: str, allowed: str) -> NoReturn:
        """Raise the InputError for ``key``."""
        line = self.line(key)
        raise InputError(
            code,
            f"{self.file} line {line}: {key} {problem}.",
            f"Allowed: {allowed}.",
            file=self.file,
            line=line,
            key=key,
            allowed=allowed,
        )


def _record(kind: type[T], table: object, key: str, source: _Source) -> T:
    """One group of settings, every value checked."""
    if not isinstance(table, Mapping):
        source.refuse("settings_type", key, "is not a table", f"[{key}] with entries below it")
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, object] = {}
    for name, value in table.items():
        path = f"{key}.{name}".removeprefix(".")
        if name not in known:
            source.refuse("settings_unknown", path, "is not a setting", ", ".join(known))
        values[name] = _value(hints[name], known[name], value, path, source)
    return kind(**values)


def _value(kind: Any, entry: Field[Any], value: object, key: str, source: _Source) -> object:
    """One setting of any declared type."""
    if is_dataclass(kind):
        return _record(kind, value, key, source)  # type: ignore[arg-type]
    if get_origin(kind) is not tuple:
        return _scalar(kind, rule_of(entry.metadata), value, key, source)
    inner = get_args(kind)[0]
    if not isinstance(value, list) or not value:
        source.refuse("settings_type", key, "is not a list with at least one entry", f"a list of {_word(inner)}")
    if is_dataclass(inner):
        return tuple(_record(inner, row, f"{key}.{n}", source) for n, row in enumerate(value, start=1))  # type: ignore[arg-type]
    if len(set(map(str, value))) != len(value):
        source.refuse("settings_range", key, "names something twice", "each entry once")
    return tuple(_scalar(inner, rule_of(entry.metadata), item, key, source) for item in value)


def _scalar(kind: type, rule: Rule, value: object, key: str, source: _Source) -> object:
    """One number, text or switch. A whole number is accepted where a number is asked."""
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        source.refuse("settings_type", key, f"is {value!r}", _allowed(kind, rule))
    if not _fits(rule, value):
        source.refuse("settings_range", key, f"is {value!r}", _allowed(kind, rule))
    return value


def _fits(rule: Rule, value: object) -> bool:
    if isinstance(value, str):
        return (not rule.choices or value in rule.choices) and (
            not rule.pattern or re.fullmatch(rule.pattern, value) is not None
        )
    if isinstance(value, int | float):
        return rule.within is None or rule.within[0] <= value <= rule.within[1]
    return True


def _allowed(kind: type, rule: Rule) -> str:
    """What the setting accepts, in words."""
    if rule.choices:
        return "one of " + ", ".join(rule.choices)
    if rule.within:
        return f"{_word(kind)} from {rule.within[0]:g} to {rule.within[1]:g}"
    return f"{_word(kind)}: {rule.en}"


def _word(kind: type) -> str:
    return _WORDS.get(kind, "tables")


def _check_together(settings: Settings, source: _Source) -> None:
    """Rules between settings, which no single declaration can state."""
    if settings.ui.idle_wipe_seconds < settings.ui.idle_warn_seconds + 20:
        allowed = f"at least {settings.ui.idle_warn_seconds + 20}, so that 20 seconds remain to answer the warning"
        source.refuse("settings_range", "ui.idle_wipe_seconds", "is too soon after ui.idle_warn_seconds", allowed)
    if settings.calling.recall_max < settings.calling.recall_auto:
        source.refuse("settings_range", "calling.recall_max", "is below recall_auto", "recall_auto or more")
    if settings.face.sure_threshold < settings.face.ask_threshold:
        source.refuse("settings_range", "face.sure_threshold", "is below ask_threshold", "ask_threshold or more")
    if settings.printing.kind == "escpos" and not settings.printing.device:
        source.refuse("settings_range", "printing.device", "is empty", "a connection, because printing.kind is escpos")
    if not settings.profile.demo and settings.face.camera == "demo":
        source.refuse("settings_range", "face.camera", "is demo", "a real source, unless profile.demo is true")
    codes = [counter.code for counter in settings.counters]
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            source.refuse("settings_range", f"counters.{number}.code", f"is {code!r} again", "each code once")
    try:
        ZoneInfo(settings.centre.time_zone)
    except (ZoneInfoNotFoundError, OSError):
        source.refuse("settings_range", "centre.time_zone", "is not a known time zone", "an IANA name, Asia/Shanghai")

"""Writes a settings file with its texts as comments. Owns the layout of the file; must not check values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from kiosk.errors import WorldError
from kiosk.settings.read import FILE_NAME
from kiosk.settings.rule import Rule, rule_of
from kiosk.settings.spec import Settings
from kiosk.settings.upgrade import VERSION


def write_default(profile: Path) -> Path:
    """Write the default file unless there is one already; its path. Raises WorldError when the disk refuses."""
    path = profile / FILE_NAME
    return path if path.exists() else write(profile, Settings())


def write(profile: Path, settings: Settings) -> Path:
    """Write ``settings`` whole or not at all; the path. Raises WorldError when the disk refuses."""
    path = profile / FILE_NAME
    fresh = path.with_suffix(".new")
    try:
        profile.mkdir(parents=True, exist_ok=True)
        fresh.write_text("\n".join(_lines(settings)) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise WorldError(
            "settings_write",
            f"{path} could not be written: {error.strerror}.",
            "Free disk space, or make the folder writable.",
            file=FILE_NAME,
        ) from error
    return path


def _lines(settings: Settings) -> Iterator[str]:
    yield "# 本机设置；修改后重新启动生效。 Settings of this installation; changes take effect at the next start."
    yield f"version = {VERSION}"
    for group in fields(settings):
        value = getattr(settings, group.name)
        rows = value if isinstance(value, tuple) else (value,)
        for row in rows:
            yield ""
            yield f"# {type(row).__doc__}"
            yield f"[[{group.name}]]" if isinstance(value, tuple) else f"[{group.name}]"
            for entry in fields(row):
                yield from _entry(entry, getattr(row, entry.name))


def _entry(entry: Field[Any], value: object) -> Iterator[str]:
    """Comment and value; JSON's scalars and lists of texts are valid TOML."""
    rule = rule_of(entry.metadata)
    yield f"# {rule.zh} | {rule.en}{_hint(rule)}"
    yield f"{entry.name} = {json.dumps(value, ensure_ascii=False)}"


def _hint(rule: Rule) -> str:
    if rule.choices:
        return f" ({', '.join(rule.choices)})"
    return f" ({rule.within[0]:g} - {rule.within[1]:g})" if rule.within else ""

"""Writes THIRD_PARTY.md: every locked package, its licence, why that licence may be part of this work, what it is for.

Licences come from the metadata of the installed packages; what that leaves open is stated in licences.toml. Run
without an option it writes the page; with ``--check`` it only says what is wrong and exits with 1. It must not guess:
a licence it cannot name, or one that is not accepted, is an error.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "THIRD_PARTY.md"
PROJECT = "appeal-reception (pyproject.toml)"
INTRODUCTION = """\
# Third-party software

Written by `make third-party` from the locks and from the metadata of the installed packages; `make check` fails when it
is out of date. Appeal Reception itself is under the GNU General Public License, version 3 or later (LICENSE).
"""


@dataclass
class Locked:
    """One package of a lock file and the packages that ask for it."""

    name: str
    wanted_by: list[str] = field(default_factory=list)


def read_lock(text: str) -> dict[str, Locked]:
    """Return the packages of a lock by name; one that is locked in two versions appears once."""
    packages: dict[str, Locked] = {}
    current = None
    for line in text.splitlines():
        if pinned := re.match(r"([a-z0-9][a-z0-9.-]*)==", line):
            current = packages.setdefault(pinned[1], Locked(pinned[1]))
        elif (
            current and (via := re.match(r" +# +(?:via )?(?!via$|-c )(\S.*)", line)) and via[1] not in current.wanted_by
        ):
            current.wanted_by.append(via[1])
    return packages


def licence_of(package: str, book: Mapping[str, Any]) -> str:
    """Return a package's SPDX licence expression. Raises LookupError when neither it nor licences.toml names one."""
    if package in book["stated"]:
        return str(book["stated"][package])
    try:
        info = metadata(package)
    except PackageNotFoundError as missing:
        raise LookupError(f"{package}: not installed here; state its licence in licences.toml") from missing
    classifiers = [c.removeprefix("License :: ") for c in info.get_all("Classifier") or []]
    names = [info[key] for key in ("License-Expression", "License") if key in info]
    for name in (*names, *classifiers):
        spdx = book["spelling"].get(name, name)
        if is_accepted(spdx, book["accepted"]):
            return str(spdx)
    raise LookupError(f"{package}: its metadata names no licence that licences.toml accepts")


def is_accepted(expression: str, accepted: Mapping[str, str]) -> bool:
    """True when an SPDX expression (AND binds before OR, no brackets) offers a choice of accepted licences only."""
    return any(all(name in accepted for name in choice.split(" AND ")) for choice in expression.split(" OR "))


def purpose_of(package: Locked, book: Mapping[str, Any]) -> str:
    """Say what a package is for: in our words if we use it ourselves, else by whom it is needed."""
    if package.name in book["purpose"]:
        return str(book["purpose"][package.name])
    others = [name for name in package.wanted_by if name != PROJECT]
    if not others:
        raise LookupError(f"{package.name}: no purpose in licences.toml")
    return "needed by " + ", ".join(others)


def table(*columns: str, rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| " + " | ".join(columns) + " |"
    yield "| " + " | ".join("---" for _ in columns) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def page(run: Mapping[str, Locked], dev: Mapping[str, Locked], book: Mapping[str, Any]) -> str:
    """Return the whole page. Raises LookupError for a package without licence or purpose."""
    licences = {name: licence_of(name, book) for name in sorted({*run, *dev})}
    inside: list[tuple[str, ...]] = [(i["package"], i["what"], i["licence"], i["note"]) for i in book["inside"]]
    used = {name for text in (*licences.values(), *(i[2] for i in inside)) for name in re.split(" AND | OR ", text)}
    lines = [INTRODUCTION, "## Part of every installation", ""]
    lines += table("package", "licence", "what for", rows=rows(run.values(), licences, book))
    lines += ["", "## Inside these packages, with a licence of its own", ""]
    lines += table("package", "what", "licence", "note", rows=inside)
    lines += ["", "## For development only", ""]
    lines += table("package", "licence", "what for", rows=rows((dev[n] for n in dev if n not in run), licences, book))
    lines += ["", "## Why these licences may be combined with GPL-3.0-or-later", ""]
    lines += table("licence", "why", rows=[(name, why) for name, why in book["accepted"].items() if name in used])
    return "\n".join(lines) + "\n"


def rows(packages: Iterable[Locked], licences: Mapping[str, str], book: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return one table row per locked package."""
    return [(package.name, licences[package.name], purpose_of(package, book)) for package in packages]


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` compare it; report problems to the standard error."""
    book = tomllib.loads((ROOT / "packaging" / "licences.toml").read_text(encoding="utf-8"))
    run, dev = (read_lock((ROOT / "requirements" / f"{n}.txt").read_text(encoding="utf-8")) for n in ("run", "dev"))
    try:
        text = page(run, dev, book)
    except LookupError as problem:
        print(problem.args[0], file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("THIRD_PARTY.md is out of date; run make third-party", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

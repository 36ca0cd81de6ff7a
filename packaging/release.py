#!/usr/bin/env python3
"""Updates a machine to another release, and back: install DIR | rollback | status (standard library only).

Releases lie side by side under ROOT/releases; ROOT/current is a link to the one in use, ROOT/previous to the one
before. An update makes the new release's environment first, stops the terminal, keeps a copy of the store, lets the new
release look at everything (``doctor``), and only then moves the link. If any step fails, link and store are as before.
A link is replaced in one step, so a power cut leaves the old release or the new one, never half of each.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
NOT_COPIED = (".venv", ".git", ".cache", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


class ReleaseError(Exception):
    """What went wrong and what to do, in one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where releases and the installation lie, and how the terminal is stopped and started."""

    root: Path
    profile: Path
    stop: str = ""
    start: str = ""

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    def named(self, link: str) -> Path | None:
        """The release behind ``current`` or ``previous``."""
        path = self.root / link
        return path.resolve() if path.is_symlink() and path.exists() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a sentence when everything is as before."""
    args = _parser().parse_args(arguments)
    machine = Machine(args.root.absolute(), args.profile.absolute(), args.stop, args.start)
    try:
        args.act(machine, args)
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="release.py", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, metavar="DIR", help="where the releases lie")
    parser.add_argument("--profile", type=Path, required=True, metavar="DIR", help="the installation on this machine")
    parser.add_argument("--stop", default="", metavar="CMD", help="command that stops the terminal")
    parser.add_argument("--start", default="", metavar="CMD", help="command that starts it")
    actions = parser.add_subparsers(required=True)
    update = actions.add_parser("install", help="take over a release and switch to it")
    update.add_argument("source", type=Path, help="the unpacked release")
    update.add_argument("--name", default="", help="name to keep it under (default: version and time)")
    update.set_defaults(act=lambda machine, args: install(machine, args.source, args.name))
    actions.add_parser("rollback", help="go back to the release before").set_defaults(act=_rollback)
    actions.add_parser("status", help="which releases are there").set_defaults(act=_status)
    return parser


def install(machine: Machine, source: Path, name: str = "") -> Path:
    """Switch to ``source``; the release's folder. Raises ReleaseError, and then nothing has changed."""
    if not (source / "main.py").is_file():
        raise ReleaseError(f"{source} is no release: it has no main.py. Name the unpacked folder.")
    release = machine.releases / _name(source, name)
    if release.exists():
        raise ReleaseError(f"{release.name} is there already. Choose another --name, or use rollback.")
    try:
        shutil.copytree(source, release, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
        _run([str(release / "packaging" / "environment.sh"), "run"], "its environment could not be made", release)
        _switch(machine, release)
    except (ReleaseError, OSError) as error:
        shutil.rmtree(release, ignore_errors=True)
        raise error if isinstance(error, ReleaseError) else ReleaseError(f"{error}. Free disk space.") from error
    print(f"now {release.name}")
    return release


def _name(source: Path, name: str) -> str:
    if not name:
        found = re.search(
            r'^version = "([^"]+)"', (source / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
        )
        name = f"{found[1] if found else 'release'}-{datetime.now().astimezone():%Y%m%d%H%M%S}"
    if not NAME.fullmatch(name):
        raise ReleaseError(f"{name!r} is no name for a folder. Use letters, digits, dots and dashes.")
    return name


def _rollback(machine: Machine, _args: argparse.Namespace) -> None:
    previous = machine.named("previous")
    if previous is None:
        raise ReleaseError("there is no release before this one.")
    _switch(machine, previous)
    print(f"now {previous.name}")


def _status(machine: Machine, _args: argparse.Namespace) -> None:
    marks = {machine.named("current"): "current", machine.named("previous"): "previous"}
    for release in sorted(machine.releases.iterdir()) if machine.releases.is_dir() else ():
        print(f"{release.name} {marks.get(release.resolve(), '')}".rstrip())


def _switch(machine: Machine, release: Path) -> None:
    """Stop, keep a copy, let ``release`` look, move the links, start. What fails is taken back before it is told."""
    before = machine.named("current")
    _command(machine.stop)
    copy = _keep_copy(machine, before) if before else None
    try:
        _look(machine, release)
        if before:
            _point(machine.root / "previous", before)
        _point(machine.root / "current", release)
    except ReleaseError as error:
        if before and copy:
            _restore(machine, before, copy)
        raise error
    finally:
        _command(machine.start)


def _keep_copy(machine: Machine, release: Path) -> Path | None:
    """A copy of the store as it is, by the release that knows it; None where a database server keeps it."""
    if not (machine.profile / "hall.db").exists():
        return None
    copy = machine.root / "backups" / f"{release.name}-{datetime.now().astimezone():%Y%m%d%H%M%S}.db"
    copy.parent.mkdir(parents=True, exist_ok=True)
    _program(release, machine, "the store could not be copied", "backup", str(copy))
    return copy


def _look(machine: Machine, release: Path) -> None:
    """The release opens the store (and renews its tables when it must) and finds nothing wrong."""
    _program(release, machine, "it found something wrong (see above)", "doctor")


def _restore(machine: Machine, release: Path, copy: Path) -> None:
    """The refused release may have renewed the tables; nobody has written since, so the copy is the whole truth.

    The centre sees a new epoch, as after every restore.
    """
    _program(release, machine, f"and the store must be restored by hand from {copy}", "restore", str(copy))


def _program(release: Path, machine: Machine, failure: str, *words: str) -> None:
    python = release / ".venv" / "bin" / "python"
    command = [str(python), str(release / "main.py"), *words, "--profile", str(machine.profile)]
    _run(command, f"{release.name}: {failure}", release)


def _command(line: str) -> None:
    if line:
        _run(shlex.split(line), f"`{line}` failed")


def _run(command: Sequence[str], failure: str, folder: Path | None = None) -> None:
    try:
        ended = subprocess.run(command, cwd=folder, check=False)
    except OSError as error:
        raise ReleaseError(f"{failure}: {error}.") from error
    if ended.returncode:
        raise ReleaseError(f"{failure}. The release in use stays.")


def _point(link: Path, target: Path) -> None:
    """Make ``link`` point to ``target`` in one step."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


if __name__ == "__main__":
    sys.exit(main())

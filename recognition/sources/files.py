"""What may be opened at all: plain files with something in them. Says why when not; never waits for a pipe."""

from __future__ import annotations

import stat
from pathlib import Path

from kiosk.errors import InputError

NAME_LENGTH = 80


def shown_name(path: Path) -> str:
    """The name of a file as it may be printed: a file system allows anything in a name, a terminal does not."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)[:NAME_LENGTH]


def check_file(path: Path) -> None:
    """Raises InputError ``file_missing``, ``file_not_plain`` (a folder, a pipe, a device), ``file_forbidden`` or
    ``file_empty``, each naming the file."""
    try:
        found = path.stat()
    except PermissionError as fault:
        raise forbidden(path) from fault
    except (OSError, ValueError) as fault:  # absent, a link to itself, a name that no file can have
        raise refusal("file_missing", path, "is not there", "Check the path.") from fault
    if not stat.S_ISREG(found.st_mode):
        raise refusal("file_not_plain", path, "is a folder or a device", "Name the file itself.")
    if not found.st_size:
        raise refusal("file_empty", path, "is empty", "Copy it again, or take another one.")


def forbidden(path: Path) -> InputError:
    """Its permissions keep this user out."""
    return refusal("file_forbidden", path, "may not be read by this user", "Change its permissions, or copy it.")


def refusal(code: str, path: Path, what: str, remedy: str) -> InputError:
    """``what`` continues "The file NAME ..."."""
    name = shown_name(path)
    return InputError(code, f"The file {name} {what}.", remedy, file=name)

"""The server's data folder: making it and writing secrets into it (0600, whole or not at all)."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.errors import WorldError


def prepare_folder(folder: Path) -> Path:
    """Create ``folder`` if needed and prove that it can be written. Raises WorldError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def write_secret(path: Path, content: bytes) -> None:
    """Write ``content`` readable by this user only; a crash leaves the old file or the new one. Raises WorldError."""
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> WorldError:
    return WorldError(
        "server_folder",
        f"The server cannot write to {folder}: {error.strerror or error}.",
        "Give the account that runs the server write access, free some space, or choose another folder.",
    )

"""A file that only takes room, given up when the disk is full so that work can go on for a while (SYNC fault 10)."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 8 * 1024 * 1024
_NAME = "reserve"


def keep(profile: Path, size: int = RESERVE_BYTES) -> None:
    """Make the reserve when it is not there and the disk has plenty of room; silent when it cannot be had."""
    path = profile / _NAME
    with suppress(OSError):
        if path.exists() or shutil.disk_usage(profile).free < 4 * size:
            return
        with path.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.write(bytes(size))


def release(profile: Path) -> bool:
    """Give the room up; True when there was any."""
    try:
        (profile / _NAME).unlink()
    except OSError:
        return False
    return True

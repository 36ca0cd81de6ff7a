"""The shared libraries Qt takes from the system: names those that are missing and installs them where that is allowed.

Runs before the environment exists, so it uses the standard library only. It must not install anything but the packages
listed here, and must not stop a set-up for libraries that only windows or sound need: without them the tour still
plays offscreen and the wall calls without a voice.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum


class Purpose(Enum):
    """What does not work without a library."""

    QT = "Qt itself"
    SOUND = "the voice that calls numbers"
    WINDOWS = "windows on an X11 display"


@dataclass(frozen=True)
class Library:
    """A shared object as the loader knows it, and the Debian and Ubuntu package that brings it."""

    file: str
    package: str
    purpose: Purpose


LIBRARIES = (
    Library("libGL.so.1", "libgl1", Purpose.QT),
    Library("libEGL.so.1", "libegl1", Purpose.QT),
    Library("libfontconfig.so.1", "libfontconfig1", Purpose.QT),
    Library("libglib-2.0.so.0", "libglib2.0-0", Purpose.QT),
    Library("libxkbcommon.so.0", "libxkbcommon0", Purpose.QT),
    Library("libdbus-1.so.3", "libdbus-1-3", Purpose.QT),
    Library("libpulse.so.0", "libpulse0", Purpose.SOUND),
    Library("libXrandr.so.2", "libxrandr2", Purpose.SOUND),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", Purpose.WINDOWS),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", Purpose.WINDOWS),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", Purpose.WINDOWS),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", Purpose.WINDOWS),
    Library("libxcb-shape.so.0", "libxcb-shape0", Purpose.WINDOWS),
)

Load = Callable[[str], object]
Run = Callable[[Sequence[str]], bool]
Privilege = Callable[[], list[str] | None]


def missing(libraries: Sequence[Library], load: Load = ctypes.CDLL) -> list[Library]:
    """Return the libraries that the loader of this system does not find."""
    absent = []
    for library in libraries:
        try:
            load(library.file)
        except OSError:
            absent.append(library)
    return absent


def run(command: Sequence[str]) -> bool:
    """Run a command that must not ask anything; True when it succeeded. What it said is shown only when it failed."""
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stderr, end="", file=sys.stderr)
    return result.returncode == 0


def privilege() -> list[str] | None:
    """Return what to put before apt-get so that it runs as root without a question; None when that is impossible."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asks_nothing = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(asks_nothing, capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def install(packages: Sequence[str], prefix: Sequence[str], run: Run = run) -> bool:
    """Install Debian packages without a question, with a fresh package list if the present one is not enough."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    wanted = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    return run(wanted) or (run([*apt, "update"]) and run(wanted))


def describe(absent: Sequence[Library]) -> str:
    """Say in one line per purpose which files are missing."""
    lines = []
    for purpose in Purpose:
        files = [library.file for library in absent if library.purpose is purpose]
        if files:
            lines.append(f"Missing for {purpose.value}: {', '.join(files)}")
    return "\n".join(lines)


def advise(absent: Sequence[Library]) -> str:
    """Say how a person can install what is missing."""
    packages = shlex.join(library.package for library in absent)
    if shutil.which("apt-get"):
        return f"Please run as root: apt-get install --no-install-recommends {packages}"
    return f"Please install what brings these files here; Debian's packages are: {packages}"


def main(load: Load = ctypes.CDLL, run: Run = run, privilege: Privilege = privilege) -> int:
    """Check, install where allowed, report to the standard error; return 1 only when Qt itself cannot start."""
    absent = missing(LIBRARIES, load)
    if not absent:
        return 0
    print(describe(absent), file=sys.stderr)
    prefix = privilege()
    if prefix is not None:
        print("Installing the packages that bring them; this takes a minute or two ...", file=sys.stderr)
        install([library.package for library in absent], prefix, run)
        absent = missing(absent, load)
    if not absent:
        return 0
    print(advise(absent), file=sys.stderr)
    if any(library.purpose is Purpose.QT for library in absent):
        return 1
    print("Going on without them.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main() if sys.platform == "linux" else 0)

"""``main.py`` on a machine without a network: ``sealed.py NOTES COMMAND...`` refuses every address but this machine's.

An audit hook sees every connection and every name that Python code looks up; each refused one is noted in the file
NOTES, so that code which swallows the refusal is found out too.
"""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

CONNECTS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0}
"""Audit event -> which of its arguments is the address."""


def is_here(address: object) -> bool:
    """True for sockets of the file system and for this machine's own addresses."""
    host = address[0] if isinstance(address, tuple) else address
    if host in (None, "localhost") or (isinstance(address, str | bytes) and "/" in str(address)):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def seal(notes: Path) -> None:
    """Refuse from now on, in every thread of this process."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in CONNECTS and not is_here(arguments[CONNECTS[event]]):
            with notes.open("a", encoding="utf-8") as file:
                file.write(f"{event} {arguments[CONNECTS[event]]}\n")
            raise PermissionError("no network in this test")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    seal(Path(sys.argv[1]))
    from main import main

    sys.exit(main(sys.argv[2:]))

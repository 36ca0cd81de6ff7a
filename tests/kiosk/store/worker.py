"""A terminal in a process of its own: ``python worker.py COMMAND URL|- PROFILE [COUNT]``. Started by tests."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kiosk.ports import SystemClock, SystemIds
from kiosk.store import Store, open_store
from kiosk.store.keystore import FileKeyStore
from tests.kiosk.store.samples import add_ticket


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def issue(store: Store, count: int) -> None:
    """Issue ``count`` tickets; say each label only after its commit, like a printer would."""
    say("ready")
    sys.stdin.readline()
    for _ in range(count):
        ticket = store.run(add_ticket)
        say(ticket.label)


def stall(store: Store, _count: int) -> None:
    """Stop in the middle of a transaction that has changed everything but not committed."""
    with store.write() as work:
        add_ticket(work)
        work.finish()
        say("ready")
        time.sleep(600)


def main() -> None:
    command, url, profile, *rest = sys.argv[1:]
    folder = Path(profile)
    store = open_store(None if url == "-" else url, folder, FileKeyStore(folder), SystemClock(), SystemIds())
    {"issue": issue, "stall": stall}[command](store, int(rest[0]) if rest else 0)
    store.close()


if __name__ == "__main__":
    main()

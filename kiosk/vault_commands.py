"""The command ``vault``: what lies in this device's face vault, its deletion, its check and its keys. Owns output only.

Prints counts and receipt numbers, never a name; each change and each check is audited.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kiosk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.installation import Installation
    from kiosk.services.templates import Templates
    from kiosk.store.vault import Receipt

PROGRESS_EVERY = 10_000


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``vault`` with its actions."""
    actions = commands.add_parser("vault", help="the face templates of this device").add_subparsers(required=True)
    for name, text, run in (
        ("status", "how many people and rows, until when, and which generation of keys", run_status),
        ("verify", "open every row, check every receipt; delete what must not or cannot be kept", run_verify),
        ("purge", "delete every template whose time is over now, with receipts", run_purge),
        ("rekey", "new keys and a new rotation for everything; the old files become useless", run_rekey),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--json", action="store_true", help="as JSON")
        action.set_defaults(run=run)
    receipt = actions.add_parser("receipt", help="show a deletion receipt and whether it is as it was signed")
    receipt.add_argument("number", metavar="NUMBER", help="number of the receipt")
    receipt.add_argument("--json", action="store_true", help="as JSON")
    receipt.set_defaults(run=run_receipt)


def run_status(args: argparse.Namespace) -> int:
    """Print counts and times; 0."""
    with _templates(args) as (templates, _):
        status = templates.status()
    expiry = f"{status.next_expiry:%Y-%m-%d}" if status.next_expiry else "-"
    text = (
        f"{status.people} people, {status.rows} rows, models {', '.join(status.engines) or '-'}; next expiry {expiry}; "
        f"{status.receipts} receipts; generation {status.generation}"
    )
    return _say(args, asdict(status), [text], 0)


def run_verify(args: argparse.Namespace) -> int:
    """Check and clean; 0 when nothing was wrong, else 1."""
    with _templates(args) as (templates, installation):
        check = templates.verify(installation.services.staff.system())
        missing = templates.missing()
    lines = [
        f"{check.readable} rows readable; {check.orphans} without consent, {check.keyless} without key, "
        f"{check.changed} changed; {check.idle_keys} keys without rows",
        f"{check.receipts} receipts, {len(check.doubtful_receipts)} not as signed",
        *(f"not as signed: {number}" for number in check.doubtful_receipts),
        *_deleted(check.removed),
    ]
    if missing:
        lines.append(f"{missing} enrolled people have no template here and are not recognised: enrol them again")
    sound = check.sound and not missing
    return _say(args, {**asdict(check), "missing": missing, "sound": sound}, lines, int(not sound))


def run_purge(args: argparse.Namespace) -> int:
    """Delete what is over; 0."""
    with _templates(args) as (templates, installation):
        receipts = templates.purge(installation.services.staff.system())
    rows = sum(receipt.rows for receipt in receipts)
    lines = [*_deleted(receipts), f"{rows} template rows deleted"]
    return _say(args, {"rows": rows, "receipts": [asdict(receipt) for receipt in receipts]}, lines, 0)


def run_rekey(args: argparse.Namespace) -> int:
    """Issue everything anew; 0."""

    def progress(done: int, total: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            print(f"{done} of {total}", file=sys.stderr)

    with _templates(args) as (templates, installation):
        done = templates.rekey(installation.services.staff.system(), progress)
    text = f"{done.rows} rows issued anew, {done.unreadable} unreadable left behind; generation {done.generation}"
    return _say(args, asdict(done), [text, "terminals that are running go over to it by themselves"], 0)


def run_receipt(args: argparse.Namespace) -> int:
    """Show one receipt; 0 when it is as it was signed, else 1. Raises InputError for an unknown number."""
    with _templates(args) as (templates, _):
        found = templates.receipt(args.number)
    if found is None:
        raise InputError("no_receipt", "There is no receipt with this number.", "Check the number on the receipt.")
    receipt, standing = found
    line = f"{receipt.number}: {receipt.rows} rows, {receipt.reason.value}, {receipt.at:%Y-%m-%d %H:%M:%S} UTC"
    said = {**asdict(receipt), "standing": standing.value}
    return _say(args, said, [f"{line}; {standing.value}"], int(standing.value == "changed"))


@contextmanager
def _templates(args: argparse.Namespace) -> Iterator[tuple[Templates, Installation]]:
    from kiosk.installation import open_installation
    from kiosk.services.templates import Templates

    with closing(open_installation(args.profile)) as installation:
        yield Templates(installation.services.context), installation


def _deleted(receipts: Sequence[Receipt]) -> list[str]:
    return [f"deleted: {receipt.rows} rows, {receipt.reason.value}, receipt {receipt.number}" for receipt in receipts]


def _say(args: argparse.Namespace, said: dict[str, Any], lines: list[str], code: int) -> int:
    if args.json:
        print(json.dumps(said, ensure_ascii=False, indent=2, default=_plain))
    else:
        print("\n".join(lines))
    return code


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)

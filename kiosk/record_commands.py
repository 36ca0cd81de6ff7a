"""The commands ``audit``, ``backup`` and ``restore``: the record, shown, copied and brought back. Own their output.

Exports hold ids, never names; every export and every backup is itself audited first, with its purpose.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.arguments import day
from kiosk.errors import InputError

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from kiosk.model.record import AuditRow
    from kiosk.store import Work

PAGE = 500


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the three commands."""
    actions = commands.add_parser("audit", help="who did and looked at what").add_subparsers(required=True)
    verify = actions.add_parser("verify", help="check both hash chains from the first row to the last")
    verify.add_argument("--json", action="store_true", help="as JSON")
    verify.set_defaults(run=run_verify)
    export = actions.add_parser("export", help="audit rows; with --json the consent ledger too")
    export.add_argument("--purpose", required=True, help="why, and for whom; kept in the audit chain; no names")
    export.add_argument("--about", metavar="NUMBER", help="only what concerns the employee with this staff number")
    export.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="only from this day on (UTC)")
    export.add_argument("--json", action="store_true", help="one JSON object, with the consent ledger")
    export.set_defaults(run=run_export)
    backup = commands.add_parser("backup", help="copy the encrypted hall store while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE", help="where the copy goes; replaced when it exists")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="take a backup into use; every program of this profile closed")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restore.set_defaults(run=run_restore)


def run_verify(args: argparse.Namespace) -> int:
    """Check both chains; 0 when whole, 1 when a row was changed or is missing."""
    with closing(_open(args)) as installation, installation.store.read() as work:
        broken = {"journal": work.journal.verify(), "audit": work.audit.verify()}
        last = work.journal.last_seq()
    whole = all(seq is None for seq in broken.values())
    if args.json:
        print(json.dumps({"whole": whole, "first_broken": broken, "events": last}))
        return int(not whole)
    for name, seq in broken.items():
        print(f"{name}: {'whole' if seq is None else f'changed or missing at number {seq}'}")
    return int(not whole)


def run_export(args: argparse.Namespace) -> int:
    """Audit the export, then print it; 0. Raises InputError without a purpose or for an unknown number."""
    if not args.purpose.strip():
        raise InputError("reason_missing", "The purpose is missing.", "Say why the record is exported.")
    with closing(_open(args)) as installation:
        with installation.store.write() as work:
            person = _person(work, args.about) if args.about else None
            work.audit.add(installation.services.staff.system(), "record.exported", person, args.purpose.strip())
        with installation.store.read() as work:
            rows = list(_audit_rows(work, person, args.since))
            consents = work.consents.of_employee(person) if person else work.consents.where()
            whole = work.audit.verify() is None
        said = {
            "origin": installation.store.origin_id,
            "epoch": installation.store.origin_epoch,
            "chain_whole": whole,
            "audit": [asdict(row) for row in rows],
            "consents": [asdict(row) for row in consents if _in_time(row.at, args.since)],
        }
    if args.json:
        print(json.dumps(said, ensure_ascii=False, indent=2, default=_plain))
        return 0
    for row in rows:
        about = row.subject_id or "-"
        print(f"{row.seq:>6} {row.at:%Y-%m-%d %H:%M:%S} {row.terminal:<8} {row.action:<20} {about} {row.reason}")
    print(f"{len(rows)} rows; the chain is {'whole' if whole else 'BROKEN'}")
    return 0


def run_backup(args: argparse.Namespace) -> int:
    """Write and check the copy; 0. Subject keys and face templates are not in it (DECISIONS 16)."""
    with closing(_open(args)) as installation:
        with installation.store.write() as work:
            work.audit.add(installation.services.staff.system(), "store.backed_up", None, "backup")
        installation.store.backup(args.file)
    print(f"{args.file}: written and checked; not inside: subject-keys.db, vault, keys")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Take the backup into use; 0. The replaced file stays beside, and the origin begins a new epoch."""
    from kiosk.installation import load_settings, make_profile
    from kiosk.ports import SystemClock
    from kiosk.store.backup import adopt_backup
    from kiosk.store.keystore import choose_keystore

    if not args.file.is_file():
        raise InputError(
            "backup_missing", f"There is no backup {args.file.name}.", "Check its name and place.", file=args.file.name
        )
    make_profile(args.profile)
    settings = load_settings(args.profile)
    if settings.store.url:
        remedy = "Restore it with the tools of PostgreSQL on the server."
        raise InputError("backup_by_server", "A PostgreSQL store is restored by the database server.", remedy)
    clock = SystemClock(settings.centre.time_zone)
    epoch = adopt_backup(args.file, args.profile, choose_keystore(args.profile), clock)
    with closing(_open(args)) as installation, installation.store.write() as work:
        work.audit.add(installation.services.staff.system(), "store.restored", None, "restore", {"epoch": epoch})
    print(f"restored; this origin is now in epoch {epoch}")
    return 0


def _open(args: argparse.Namespace) -> Installation:
    from kiosk.installation import open_installation

    return open_installation(args.profile)


def _person(work: Work, staff_number: str) -> UUID:
    employee = work.people.by_number(staff_number)
    if employee is None:
        raise InputError("no_employee", "Nobody has this staff number.", "Check the digits.")
    return employee.id


def _audit_rows(work: Work, person: UUID | None, since: date | None) -> Iterator[AuditRow]:
    """Rows in order, page by page."""
    if person is not None:
        yield from (row for row in work.audit.of_subject(person) if _in_time(row.at, since))
        return
    page = work.audit.since(0, PAGE)
    while page:
        yield from (row for row in page if _in_time(row.at, since))
        page = work.audit.since(page[-1].seq, PAGE)


def _in_time(at: datetime, since: date | None) -> bool:
    return since is None or at.date() >= since


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

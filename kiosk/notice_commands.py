"""The command ``notice``: texts for the walls, written, listed and taken down. Owns arguments and output."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.arguments import identity, moment

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from kiosk.model.terminal import Notice


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``notice`` with its actions."""
    actions = commands.add_parser("notice", help="texts for the walls").add_subparsers(required=True)
    add = actions.add_parser("add", help="show a text on the walls")
    add.add_argument("zh", metavar="TEXT", help="the text in Chinese; an address in it gets a QR code")
    add.add_argument("--en", default="", metavar="TEXT", help="the same in English")
    add.add_argument("--from", dest="starts_at", type=moment, metavar="TIME", help="YYYY-MM-DDTHH:MM (default: now)")
    add.add_argument("--until", dest="ends_at", type=moment, metavar="TIME", help="default: until it is removed")
    add.add_argument("--wall", dest="walls", action="append", default=[], metavar="CODE", help="only on this terminal")
    add.set_defaults(run=run_add)
    remove = actions.add_parser("remove", help="take a notice down")
    remove.add_argument("id", type=identity, help="as `notice list` shows it")
    remove.set_defaults(run=run_remove)
    listing = actions.add_parser("list", help="what is shown, what is to come, what is over")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=run_list)


def run_add(args: argparse.Namespace) -> int:
    """Write the notice and print its id. Raises InputError (``notice_...``)."""
    with closing(_opened(args)) as installation:
        zone = ZoneInfo(installation.settings.centre.time_zone)
        starts_at, ends_at = (at and _aware(at, zone) for at in (args.starts_at, args.ends_at))
        system = installation.services.staff.system()
        notice = installation.services.notices.write(args.zh, args.en, starts_at, ends_at, args.walls, system)
    print(notice.id)
    return 0


def run_remove(args: argparse.Namespace) -> int:
    """Take the notice down. Raises ConflictError ``gone``."""
    with closing(_opened(args)) as installation:
        installation.services.notices.take_down(args.id, installation.services.staff.system())
    print("removed")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Every notice with its state; 0."""
    with closing(_opened(args)) as installation:
        zone, now = ZoneInfo(installation.settings.centre.time_zone), installation.services.context.clock.now()
        rows = [_row(notice, now, zone) for notice in installation.services.notices.all()]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        walls = ",".join(row["walls"]) or "all walls"
        print(f"{row['id']}  {row['state']:8}  {row['starts_at']} - {row['ends_at'] or '...'}  {walls}  {row['zh']}")
    return 0


def _opened(args: argparse.Namespace) -> Installation:
    from kiosk.installation import open_installation

    return open_installation(args.profile)


def _aware(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _row(notice: Notice, now: datetime, zone: ZoneInfo) -> dict[str, str | list[str]]:
    over = notice.ends_at is not None and notice.ends_at <= now
    state = "over" if over else "shown" if notice.starts_at <= now else "to come"
    fields = {key: str(value) for key, value in asdict(notice).items() if key in ("id", "zh", "en")}
    starts, ends = (f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" if at else "" for at in (notice.starts_at, notice.ends_at))
    return {**fields, "state": state, "starts_at": starts, "ends_at": ends, "walls": list(notice.walls)}

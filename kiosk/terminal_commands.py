"""The command ``terminals``: the machines of the hall with their lamps, for whoever looks after them without a desk.

Owns arguments and output.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from typing import Any


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``terminals`` with its actions."""
    parser = commands.add_parser("terminals", help="the machines of the hall: which are there, and what they lack")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers()
    forget = actions.add_parser("forget", help="no longer miss a machine that was taken away")
    forget.add_argument("code", help="code of the terminal")
    forget.set_defaults(run=run_forget)


def run(args: argparse.Namespace) -> int:
    """Print every terminal; 1 when one is lost or has a lamp, so that a monitor may ask."""
    from kiosk.installation import open_installation

    with closing(open_installation(args.profile)) as installation:
        terminals = installation.services.terminals
        known, lit = terminals.all(), terminals.lamps()
    rows = [
        {
            "terminal": status.code,
            "fronts": list(status.fronts),
            "version": status.version,
            "seen_at": status.seen_at.isoformat(),
            "lamps": {lamp.device: lamp.fault for lamp in lit if lamp.terminal == status.code},
            "facts": dict(status.facts),
        }
        for status in known
    ]
    print(json.dumps({"terminals": rows}) if args.json else "\n".join(map(_line, rows)) or "no terminal was ever seen")
    return int(bool(lit))


def _line(row: dict[str, Any]) -> str:
    lamps = ", ".join(f"{device}: {fault}" for device, fault in row["lamps"].items()) or "well"
    return f"{row['terminal']:<8} {'+'.join(row['fronts']) or '-':<16} {row['version']:<8} {row['seen_at']}  {lamps}"


def run_forget(args: argparse.Namespace) -> int:
    """Remove a lost terminal from the list. Raises RuleError while it is heard of, ConflictError when it never was."""
    from kiosk.installation import open_installation

    with closing(open_installation(args.profile)) as installation:
        installation.services.terminals.forget(args.code, installation.services.staff.system())
    print(f"terminal {args.code}: forgotten")
    return 0

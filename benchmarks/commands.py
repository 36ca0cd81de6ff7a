"""The ``bench`` command. To add a measure: a file here with ``measure() -> list[Result]`` and a line in ``GROUPS``."""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks.result import Result, as_json, as_table

GROUPS = ("start", "call", "issue", "claim", "policy", "identify", "embed", "gallery", "liveness")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``bench``."""
    bench = commands.add_parser("bench", help="measure speed against named baselines")
    bench.add_argument("name", nargs="*", metavar="NAME", help=f"groups to run: {', '.join(GROUPS)} (default: all)")
    bench.add_argument("--json", action="store_true", help="print JSON instead of a table")
    bench.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the named groups; 0 when nothing measured misses its target, 1 otherwise, 2 for an unknown name."""
    unknown = sorted(set(arguments.name) - set(GROUPS))
    if unknown:
        print(f"no such measure: {', '.join(unknown)}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    results: list[Result] = []
    for group in arguments.name or GROUPS:
        print(f"measuring {group} ...", file=sys.stderr)
        results += importlib.import_module(f"benchmarks.{group}").measure()
    print(as_json(results) if arguments.json else as_table(results))
    return int(any(result.ok is False for result in results))

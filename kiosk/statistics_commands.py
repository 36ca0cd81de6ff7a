"""The command ``statistics``: the hall's figures for people and spreadsheets. Owns arguments and output."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.arguments import day
from kiosk.errors import WorldError

if TYPE_CHECKING:
    from kiosk.services.ratings import RatingFigures
    from kiosk.services.statistics import HallReport, Line


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``statistics``."""
    command = commands.add_parser("statistics", help="waits, talks, passes and promises by queue, window and hour")
    command.add_argument("--from", dest="first", type=day, metavar="DAY", help="first business day (default: today)")
    command.add_argument("--to", dest="last", type=day, metavar="DAY", help="last business day (default: the first)")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--csv", type=Path, metavar="FILE", help="write a file for a spreadsheet")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or write the figures; 0. Raises InputError for days that make no span, WorldError for the disk."""
    from kiosk.installation import open_installation
    from kiosk.services.statistics import as_csv

    with closing(open_installation(args.profile)) as installation:
        first = args.first or installation.services.context.clock.today()
        figures = installation.services.statistics.report(first, args.last or first)
        ratings = installation.services.ratings.figures(figures.first, figures.last)
    if args.json:
        print(json.dumps({**asdict(figures), "ratings": asdict(ratings)}, default=str, ensure_ascii=False))
    elif args.csv:
        _write(args.csv, as_csv(figures))
    else:
        _print(figures)
        _print_ratings(ratings)
    return 0


def _write(path: Path, text: str) -> None:
    """Whole or not at all; with a mark by which spreadsheets know that it is UTF-8."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8-sig", newline="")
        fresh.replace(path)
    except OSError as error:
        what = f"{path} could not be written: {error.strerror}."
        raise WorldError("statistics_write", what, "Free disk space, or choose another file.") from error


def _print(figures: HallReport) -> None:
    print(f"{figures.first} to {figures.last}: {figures.days} business days")
    print(f"{'':10} issued served  gone passed recalls  wait p50/p90   talk p50/p90 min  doubtful")
    for row in (figures.total, *figures.by_queue, *figures.by_window, *figures.by_hour):
        print(_row(row))
    promises = figures.promises.all
    if promises.share is not None:
        error = f"median {promises.median_error_min:.1f}, nine of ten within {promises.p90_error_min:.1f} min"
        print(f"promises kept: {promises.kept} of {promises.judged} ({promises.share:.0%}); error {error}")


def _print_ratings(ratings: RatingFigures) -> None:
    """What visitors thought, on closed days; groups of fewer than five are left out."""
    print(f"ratings: {ratings.given} of {ratings.finished} talks on closed days")
    for name, answers in (*ratings.questions.items(), *((f"window {w}", a) for w, a in ratings.windows.items())):
        print(f"  {name}: {answers.mean:.1f} of 5, satisfied {answers.satisfied:.0%} of {answers.given}")


def _row(row: Line) -> str:
    times = [_minutes(value) for value in (row.wait.p50_min, row.wait.p90_min, row.talk.p50_min, row.talk.p90_min)]
    counts = f"{row.issued:6} {row.served:6} {row.gone:5} {row.passed:6} {row.recalls:7}"
    return f"{row.key:10} {counts}  {times[0]:>6}/{times[1]:<6}  {times[2]:>6}/{times[3]:<6}  {row.doubtful:8}"


def _minutes(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"

"""The command ``calibrate``. Owns arguments and output; vault and audit are handed in as a ``CalibrationDesk``.

Output holds counts and thresholds only: no name, no id, no vector.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from kiosk.arguments import number_within
from kiosk.errors import WorldError
from recognition.calibrate import PEOPLE_NEEDED, Calibration, Rates
from recognition.calibration_report import page
from recognition.tuning import Site, overwrite


class CalibrationDesk(Protocol):
    """The hall, as far as this command needs it."""

    @property
    def site(self) -> Site:
        """What there is to measure, and where the record goes."""

    @property
    def centre(self) -> str:
        """Name of the centre, for the report."""

    def local(self, at: datetime) -> datetime:
        """The time at the centre."""


OpenDesk = Callable[[Path], AbstractContextManager[CalibrationDesk]]


def add_commands(commands: argparse._SubParsersAction[Any], open_desk: OpenDesk) -> None:
    """Register ``calibrate``."""
    parser = commands.add_parser(
        "calibrate",
        help="measure this device's thresholds on its own enrolled people",
        description="Searches everybody enrolled here against everybody else and sets this device's thresholds.",
    )
    parser.add_argument("--fpir", type=_rate, metavar="X", help="what if another rate were stated; nothing is written")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a report for the head of the centre (HTML)")
    parser.add_argument("--json", action="store_true", help="result as JSON")
    parser.set_defaults(run=partial(run_calibrate, open_desk=open_desk))


def run_calibrate(args: argparse.Namespace, open_desk: OpenDesk) -> int:
    """Measure, write the record (not with ``--fpir``), print; 0 when calibrated, 1 while there are too few people."""
    with open_desk(args.profile) as desk:
        site = desk.site
        if args.fpir is not None:
            site = replace(site, rates=Rates(args.fpir, max(site.rates.ask, args.fpir)))
        people = [views for _, views in site.load(site.models)]
        try:
            calibration = site.measure(people, _progress)
        finally:
            print(file=sys.stderr)  # ends the line of the progress
            overwrite(people)
        if args.fpir is None:
            site.keep(calibration)
        if args.report is not None:
            _write(args.report, page(calibration, desk.centre, desk.local(site.now())))
    said = {**asdict(calibration), "written": args.fpir is None}
    print(json.dumps(said, ensure_ascii=False, indent=2) if args.json else _summary(calibration, args.fpir is None))
    return int(not calibration.thresholds.calibrated)


def _summary(found: Calibration, written: bool) -> str:
    lines = [f"{found.people} people, {found.views} views, {found.searches} searches as by strangers"]
    if not found.thresholds.calibrated:
        lines.append(f"not calibrated: {PEOPLE_NEEDED} enrolled people are needed; every match asks for the digits")
    else:
        limits, rates = found.thresholds, found.rates
        lines.append(
            f"sure from {limits.sure:.3f} (FPIR {rates.sure:g}), ask from {limits.ask:.3f} (FPIR {rates.ask:g}),"
        )
        lines.append(f"lead {limits.margin:.3f}; members who have a look-alike: {found.alike}")
    if found.asked is not None and found.missed is not None:
        lines.append(f"members by a single view: {found.asked:.1%} not sure at once, {found.missed:.1%} not recognised")
    if not written:
        lines.append("nothing was written: face.fpir in settings.toml is what this device states")
    return "\n".join(lines)


def _write(path: Path, words: str) -> None:
    try:
        path.write_text(words, encoding="utf-8")
    except OSError as error:
        raise WorldError(
            "report_unwritten",
            f"The report {path.name} could not be written: {error.strerror}.",
            "Name a file in a folder you may write to.",
            file=path.name,
        ) from error


def _progress(share: float) -> None:
    print(f"\r{share:4.0%} compared", end="", file=sys.stderr, flush=True)


def _rate(text: str) -> float:
    return number_within(text, 0.0001, 0.1)

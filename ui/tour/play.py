"""Plays the day: opens the demo world, runs the scenes, writes pictures and ``tour.json``, says how it went."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import ReceptionError
from ui.assembly.demo import DemoWorld
from ui.tour.hand import Hand, TourError

if TYPE_CHECKING:
    from ui.terminal import Terminal
    from ui.tour.day import Day
    from ui.tour.programme import Scene

SIZES = {"touch": (1080, 1920), "desk": (1920, 1080), "wall": (1920, 1080), "pad": (1280, 800)}


@dataclass(frozen=True, slots=True)
class SceneReport:
    """How one scene went; ``problem`` is empty when every screen showed what it must."""

    scene: str
    story: str
    seconds: float
    problem: str


def play_tour(profile: Path | None, shots: Path, *, short: bool, faces: Path | None, as_json: bool) -> int:
    """0 when every scene went well, else 1. Pictures and ``tour.json`` are written either way."""
    from ui.app import UnexpectedErrors, build_application
    from ui.terminal import Terminal
    from ui.tour.day import Day
    from ui.tour.programme import FULL, SHORT

    world = DemoWorld(profile, faces, _tell, enrol=False)
    try:
        world.open()
        app = build_application()
        errors = UnexpectedErrors()
        errors.install()
        terminal = Terminal(app, world.profile, world.settings, tuple(SIZES), world.outside())
        complete: list[bool] = []
        terminal.complete = lambda: complete.append(True)
        terminal.start()
        hand = Hand(terminal, shots)
        try:
            _arrange(terminal)
            hand.until("a connected terminal", lambda: complete, 60)
            reports = _play(Day(hand, world), SHORT if short else FULL)
        finally:
            terminal.stop()
    finally:
        world.close()
    return _conclude(reports, hand.pictures, shots, errors.count, as_json)


def _arrange(terminal: Terminal) -> None:
    """Every window at its reference size, so that pictures look as the screens do; previews show no face."""
    for role, front in terminal.fronts.all().items():
        front.window.showNormal()
        front.window.resize(*SIZES[role])
    if terminal.fronts.wall is not None:
        terminal.fronts.wall.window.fades = False  # a picture in the middle of a fade shows two pages
    if terminal.fronts.touch is not None:
        # No picture of a person is ever published: the circle keeps its drawn silhouette (DECISIONS 1).
        terminal.fronts.touch.camera.preview = _unseen


def _unseen(_picture: object) -> None:
    """The engine sees the portrait; the picture of the screen does not."""


def _play(day: Day, scenes: tuple[Scene, ...]) -> list[SceneReport]:
    reports = []
    for number, scene in enumerate(scenes, 1):
        _bar(number - 1, len(scenes), scene.__name__)
        begun = time.monotonic()
        problem = ""
        try:
            scene(day)
        except (TourError, ReceptionError) as error:
            problem = str(error)
            day.hand.shoot(f"problem-{scene.__name__}", *SIZES)
        story = " ".join((scene.__doc__ or "").split())
        reports.append(SceneReport(scene.__name__, story, round(time.monotonic() - begun, 2), problem))
        if problem:
            break
    _bar(len(reports), len(scenes), "done")
    return reports


def _bar(done: int, total: int, name: str) -> None:
    width = 24
    filled = width * done // total
    end = "\n" if done == total else ""
    print(f"\rtour [{'#' * filled}{'.' * (width - filled)}] {name:<16}", end=end, file=sys.stderr, flush=True)


def _conclude(reports: list[SceneReport], pictures: list[str], shots: Path, unexpected: int, as_json: bool) -> int:
    failed = [report for report in reports if report.problem]
    outcome = {
        "ok": not failed and unexpected == 0,
        "unexpected_errors": unexpected,
        "scenes": [asdict(report) for report in reports],
        "pictures": pictures,
    }
    text = json.dumps(outcome, ensure_ascii=False, indent=2)
    (shots / "tour.json").write_text(text + "\n", encoding="utf-8")
    if as_json:
        print(text)
    for report in failed:
        print(f"scene {report.scene}: {report.problem}", file=sys.stderr)
    print(f"{len(reports)} scenes, {len(pictures)} pictures in {shots}", file=sys.stderr)
    return 0 if outcome["ok"] else 1


def _tell(line: str) -> None:
    print(f"tour: {line}", file=sys.stderr, flush=True)

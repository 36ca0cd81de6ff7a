"""Plays the rush: starts the processes, breaks and mends things by the plan, ends the day, says how it went."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.errors import ReceptionError
from kiosk.installation import Installation
from ui.tour.rush.desk import serve_desk
from ui.tour.rush.kiosk import MENDED, serve_kiosk
from ui.tour.rush.plan import DESKS, KIOSKS, WALL, Incident, Plan, Trouble, make_plan
from ui.tour.rush.post import Post
from ui.tour.rush.scaled_clock import ScaledClock
from ui.tour.rush.stage import HEAD, Stage
from ui.tour.rush.wall import show_wall

OPENS = (8, 30)
TAIL_SHARE = 0.6
"""So much longer than the hour the desks may take for those who came in it."""
WARM_UP_S = 12.0
"""Ten processes need a moment to start; the first visitor comes when the desks sit."""
LINE_WAIT_S = 60.0
HOUSE_S = 0.5


@dataclass(slots=True)
class Happened:
    """An incident as it was played, in minutes of the rush."""

    incident: Incident
    began: float
    mended: float | None = None


@dataclass(slots=True)
class Played:
    """What the verdict needs beside store and papers."""

    plan: Plan
    clock: ScaledClock
    happened: list[Happened] = field(default_factory=list)
    ended: float = 0.0
    exits: dict[str, int | None] = field(default_factory=dict)
    backlog: int = 0


def play_rush(shots: Path, *, visitors: int, minutes: float, factor: float, seed: int, as_json: bool) -> int:
    """0 when every promise was kept, else 1. ``rush.json`` and ``rush.png`` are written to ``shots`` either way.

    Raises WorldError when the servers of the rush do not start. Ctrl-C ends everything and leaves nothing running.
    """
    from ui.app import build_application
    from ui.tour.rush.picture import paint_rush
    from ui.tour.rush.verdict import judge_rush, write_report

    shots.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="rush-"))
    start = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=OPENS[0], minute=OPENS[1], second=0, microsecond=0)
    try:
        with ExitStack() as stack:
            stage = Stage(folder, ScaledClock(start, time.time(), factor))
            stack.callback(stage.close)
            _tell("starting PostgreSQL, the central server and a hall of six desks")
            stage.open()
            stage.clock = ScaledClock(start, time.time() + WARM_UP_S, factor)
            played = _Director(stage, make_plan(visitors, minutes, seed), seed).play()
            report = judge_rush(stage, played)
            code = write_report(report, shots / "rush.json", as_json)
            build_application()
            paint_rush(report, shots / "rush.png")
            return code
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Director:
    def __init__(self, stage: Stage, plan: Plan, seed: int) -> None:
        self._stage, self._plan, self._seed = stage, plan, seed
        self._context = multiprocessing.get_context("spawn")
        self._closing = self._context.Event()
        self._orders = {kiosk: self._context.Queue() for kiosk in KIOSKS}
        self._crew: dict[str, BaseProcess] = {}
        self._played = Played(plan, stage.clock)
        self._line: Any = None

    def play(self) -> Played:
        """The whole hour; afterwards every process has ended and the centre has what it is owed."""
        hall = self._stage.open_terminal(HEAD)
        try:
            self._start_line(hall)
            self._start_crew()
            self._hour(hall)
            self._end(hall)
        finally:
            self._stop_crew()
            if self._line is not None:
                self._line.stop()
            hall.close()
        return self._played

    # --- the crew ----------------------------------------------------------------------------------------------

    def _start_crew(self) -> None:
        for desk in DESKS:
            self._start_desk(desk)
        for kiosk in KIOSKS:
            mine = tuple(arrival for arrival in self._plan.arrivals if arrival.kiosk == kiosk)
            self._start(kiosk, serve_kiosk, mine, self._orders[kiosk])
        self._start(WALL, show_wall)

    def _start_desk(self, desk: str) -> None:
        self._start(f"D{desk}", serve_desk, desk, f"rush{desk}")

    def _start(self, name: str, body: Callable[..., None], *more: object) -> None:
        stage = self._stage
        post = Post(stage.profile(name), name, stage.clock, stage.folder / "papers", self._seed, self._closing)
        process = self._context.Process(target=body, args=(post, *more), name=name, daemon=True)
        process.start()
        self._crew[name] = process

    def _kill(self, name: str) -> None:
        """As the power does: nothing can be said any more."""
        self._crew[name].kill()
        self._crew[name].join()

    def _start_line(self, hall: Installation) -> None:
        from ui.assembly.line import hall_line

        self._line = hall_line(hall, self._line_said)

    def _line_said(self, status: Any) -> None:
        self._played.backlog = max(self._played.backlog, status.backlog)

    # --- the hour ----------------------------------------------------------------------------------------------

    def _hour(self, hall: Installation) -> None:
        system, clock = hall.services.staff.system(), self._stage.clock
        due = list(self._plan.incidents)
        last = self._plan.minutes * (1 + TAIL_SHARE)
        while (minute := clock.minute()) < last:
            due = [incident for incident in due if not self._broke(incident, minute)]
            self._mend(minute)
            with suppress(ReceptionError):  # the next round tries again
                hall.services.housekeeping.run(system)
            _bar(minute, self._plan.minutes)
            if minute >= self._plan.minutes:
                self._closing.set()
                if not any(self._crew[f"D{desk}"].is_alive() for desk in DESKS):
                    break
            time.sleep(HOUSE_S)
        self._played.ended = clock.minute()
        _bar(self._plan.minutes, self._plan.minutes)

    def _broke(self, incident: Incident, minute: float) -> bool:
        if minute < incident.begins:
            return False
        match incident.trouble:
            case Trouble.PAPER_OUT | Trouble.COVER_OPEN:
                self._orders[incident.where].put(f"printer_{incident.trouble.value}")
            case Trouble.WALL_KILLED:
                self._kill(WALL)
            case Trouble.DESK_KILLED:
                self._kill(f"D{incident.where}")
            case Trouble.CENTRE_CUT:
                self._stage.stop_centre()
            case Trouble.KIOSK_CUT:
                self._stage.cut_kiosk()
        self._played.happened.append(Happened(incident, self._stage.clock.minute()))
        return True

    def _mend(self, minute: float) -> None:
        for happened in self._played.happened:
            incident = happened.incident
            if happened.mended is not None or minute < incident.ends:
                continue
            match incident.trouble:
                case Trouble.PAPER_OUT | Trouble.COVER_OPEN:
                    self._orders[incident.where].put(MENDED)
                case Trouble.WALL_KILLED:
                    self._start(WALL, show_wall)
                case Trouble.DESK_KILLED:
                    self._start_desk(incident.where)
                case Trouble.CENTRE_CUT:
                    self._stage.start_centre()
                case Trouble.KIOSK_CUT:
                    self._stage.mend_kiosk()
            happened.mended = self._stage.clock.minute()

    # --- the end -----------------------------------------------------------------------------------------------

    def _end(self, hall: Installation) -> None:
        """Wait for kiosks and desks, close the day, and let the line finish."""
        self._closing.set()
        for name in (*KIOSKS, *(f"D{desk}" for desk in DESKS)):
            self._crew[name].join(timeout=30)
        hall.services.days.close(hall.services.staff.system())
        deadline = time.monotonic() + LINE_WAIT_S
        while time.monotonic() < deadline:
            with hall.store.read() as work:
                if work.outbox.backlog().count == 0:
                    break
            time.sleep(HOUSE_S)

    def _stop_crew(self) -> None:
        for name, process in self._crew.items():
            self._played.exits[name] = process.exitcode
            if process.is_alive():
                process.kill()
            process.join()


def _bar(minute: float, minutes: float) -> None:
    width = 30
    filled = min(width, max(0, round(width * minute / minutes)))
    end = "\n" if filled == width and minute == minutes else ""
    print(f"\rrush [{'#' * filled}{'.' * (width - filled)}] minute {max(0.0, minute):4.0f}", end=end, file=sys.stderr)
    sys.stderr.flush()


def _tell(line: str) -> None:
    print(f"rush: {line}", file=sys.stderr, flush=True)

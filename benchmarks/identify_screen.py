"""identify.gui_stall_p99_ms, .cores and .idle_cpu_pct: a real touch front, offscreen, in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.identify_scene import FPS, GALLERY, Film, identity_known, make_scene, pipeline
from benchmarks.result import Result, percentile

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kiosk.errors import ReceptionError
    from kiosk.installation import Installation
    from recognition.types import Verdict
    from ui.terminal import Terminal
    from ui.touch.camera import CameraParts, TouchCamera

TICK_MS = 5
SETTLE_SECONDS, IDLE_SECONDS, TICKING_SECONDS, BUSY_SECONDS = 3.0, 30.0, 8.0, 25.0


@dataclass(frozen=True, slots=True)
class Observed:
    """``late``: by how many ms each tick of the timer came late. CPU in seconds of the whole process."""

    late: list[float]
    cpu: float
    wall: float
    sessions: int = 0


def measure() -> list[Result]:
    """Idle with models loaded, idle with the timer, identifying with the timer."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        idle, ticking, busy = pool.apply(_observe)
    share, cores = 100 * idle.cpu / idle.wall, busy.cpu / busy.wall
    stall, quiet = percentile(busy.late, 0.99), percentile(ticking.late, 0.99)
    shown = (
        f"{len(busy.late)} ticks of {TICK_MS} ms during {busy.sessions} sessions one after the other at {FPS:.0f} fps, "
        f"previews painted by the real face page, gallery {GALLERY}; worst {max(busy.late):.0f} ms; baseline: idle GUI"
    )
    return [
        Result(
            "identify.gui_stall_p99_ms", round(stall, 1), "ms", round(quiet, 1),
            target="<= 16", ok=stall <= 16, note=shown,
        ),
        Result(
            "identify.cores", round(cores, 2), "cores", target="<= 1", ok=cores <= 1,
            note="CPU seconds a second of that process, screen included",
        ),
        Result(
            "identify.idle_cpu_pct", round(share, 2), "%", target="<= 1", ok=share <= 1,
            note=f"touch front on its first page, models loaded, camera closed, {idle.wall:.0f} s",
        ),
    ]  # fmt: skip


def _observe() -> tuple[Observed, Observed, Observed]:
    """In a new process: open a terminal with a touch front and watch it."""
    from kiosk.installation import load_settings
    from kiosk.settings import demo_settings, write
    from ui.app import build_application
    from ui.assembly.outside import real_outside
    from ui.terminal import Outside, Terminal

    app = build_application()
    with tempfile.TemporaryDirectory(prefix="reception-bench-") as folder:
        profile = Path(folder) / "profile"
        write(profile, demo_settings())
        outside = real_outside(profile, load_settings(profile))
        terminal = Terminal(
            app, profile, load_settings(profile), ("touch",), Outside(outside.open, BenchFace, outside.sync)
        )
        terminal.complete = app.quit
        terminal.start()
        app.exec()
        try:
            _let(app, SETTLE_SECONDS)
            return _watched(app, IDLE_SECONDS), _ticked(app, TICKING_SECONDS), _identifying(app, terminal)
        finally:
            terminal.stop()


class BenchFace:
    """The camera of this device (``ui.terminal.Face``): a film, and the gallery of the bench."""

    def __init__(self, _installation: Installation, listener: TouchCamera) -> None:
        from recognition.worker import Purpose, Worker

        scene = make_scene()
        steps = pipeline(scene)
        frames = list(chain.from_iterable(scene.film))
        self._worker = Worker({Purpose.FACE: steps}, lambda: Film(frames), listener, allow_synthetic=True)

    @property
    def parts(self) -> CameraParts:
        """The verbs for the touch screen."""
        from recognition.worker import Purpose
        from ui.touch.camera import CameraParts

        worker = self._worker
        return CameraParts(
            lambda purpose: worker.start(Purpose(purpose)), worker.request_stop, worker.latest_frame, lambda _: None
        )

    def reload(self) -> None:
        """The vault has no part in this."""

    def look_after(self) -> None:
        """Nothing falls due here."""

    def fault(self) -> str:
        """Nobody looks after this machine."""
        return ""

    def stop(self) -> None:
        """Wait for the threads."""
        self._worker.stop()


class Visitors:
    """One visitor after the other presses "identify me"; the face page stays up and shows each preview."""

    def __init__(self, camera: TouchCamera) -> None:
        self._camera = camera
        self.count = 0

    def next(self) -> None:
        """Open the camera for the next one."""
        self._camera.identify(self._verdict, self._broken)

    def _verdict(self, verdict: Verdict) -> None:
        if identity_known(verdict):
            self.count += 1
            self.next()

    def _broken(self, fault: ReceptionError) -> None:
        raise fault


def _identifying(app: QApplication, terminal: Terminal) -> Observed:
    from ui.touch.state import Camera, Page

    touch = terminal.fronts.touch
    assert touch is not None
    touch.view.stop()  # its clock would end the face page after a while, as for a visitor who waits in vain
    touch.presenter.session.show(Page.FACE, camera=Camera())
    visitors = Visitors(touch.camera)
    visitors.next()
    _let(app, SETTLE_SECONDS)
    seen = visitors.count
    observed = _ticked(app, BUSY_SECONDS)
    touch.camera.close()
    return Observed(observed.late, observed.cpu, observed.wall, visitors.count - seen)


def _watched(app: QApplication, seconds: float) -> Observed:
    cpu, wall = time.process_time(), time.monotonic()
    _let(app, seconds)
    return Observed([], time.process_time() - cpu, time.monotonic() - wall)


def _ticked(app: QApplication, seconds: float) -> Observed:
    """The same with a fast timer in the GUI thread."""
    from PySide6.QtCore import Qt, QTimer

    ticks: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    timer.timeout.connect(_noting(ticks))
    timer.start()
    watched = _watched(app, seconds)
    timer.stop()
    late = [max(0.0, (after - before) * 1000 - TICK_MS) for before, after in pairwise(ticks)]
    return Observed(late, watched.cpu, watched.wall)


def _noting(ticks: list[float]) -> Callable[[], None]:
    return lambda: ticks.append(time.perf_counter())


def _let(app: QApplication, seconds: float) -> None:
    """Run the event loop for a while."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(round(seconds * 1000), app.quit)
    app.exec()

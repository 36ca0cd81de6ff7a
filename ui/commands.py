"""The commands that open windows: one for each front, ``terminal``, ``demo`` and ``tour``.

Imports nothing heavy at the top: a kiosk must paint within two seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.arguments import count

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.terminal import Outside, Terminal

FRONTS = ("touch", "desk", "wall")


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register them."""
    terminal = _add_windows(commands, "terminal", None, "open the fronts this machine is configured for")
    screens = {
        "touch": "check-in screen", "desk": "clerk's screen", "wall": "queue display", "pad": "rating pad",
        "speaker": "loudspeaker of a zone",
    }  # fmt: skip
    choice = tuple(screens)
    terminal.add_argument("--fronts", nargs="+", choices=choice, metavar="FRONT", help="these instead, together")
    for name, text in screens.items():
        _add_windows(commands, name, (name,), f"open the {text} only")
    demo = commands.add_parser("demo", help="play a whole centre on this machine with fictional people")
    demo.add_argument("--faces", type=Path, metavar="DIR", help="portraits to use, one folder per person")
    demo.add_argument("--shots", type=Path, metavar="DIR", help="where pictures go when there is no display")
    demo.set_defaults(run=run_demo, throwaway=True)
    tour = commands.add_parser("tour", help="play a scripted day through the real windows and check every screen")
    tour.add_argument("--shots", type=Path, metavar="DIR", default=Path("shots"), help="where the pictures go")
    tour.add_argument("--short", action="store_true", help="only the main visit")
    tour.add_argument("--faces", type=Path, metavar="DIR", help="portraits to use, one folder per person")
    tour.add_argument("--json", action="store_true", help="print tour.json or rush.json too")
    _add_rush(tour)
    tour.set_defaults(run=run_tour, throwaway=True)


def _add_rush(tour: argparse.ArgumentParser) -> None:
    """The options of the rehearsed rush; ``tour`` plays the scenes without them."""
    tour.add_argument("--rush", action="store_true", help="play an hour of rush with everything that can go wrong")
    tour.add_argument("--visitors", type=count, default=400, metavar="N", help="people in the rush (default: 400)")
    tour.add_argument("--minutes", type=count, default=60, metavar="M", help="length of the rush (default: 60)")
    tour.add_argument("--speed", type=count, default=20, metavar="X", help="times as fast as life (default: 20)")
    tour.add_argument("--seed", type=int, default=7, metavar="S", help="which people come (default: 7)")


def _add_windows(
    commands: argparse._SubParsersAction[Any], name: str, fronts: tuple[str, ...] | None, text: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text)
    parser.add_argument(
        "--until-ready", action="store_true", help="report start times as JSON once everything is ready, then end"
    )
    parser.set_defaults(run=partial(run_terminal, names=fronts), fronts=None)
    return parser


def run_terminal(args: argparse.Namespace, names: tuple[str, ...] | None) -> int:
    """Open the fronts and stay until closed; 0. Raises InputError for settings that are not understood."""
    require_display()
    from kiosk.installation import load_settings, make_profile
    from ui.assembly.outside import real_outside

    make_profile(args.profile)
    settings = load_settings(args.profile)
    fronts = names or tuple(args.fronts or settings.terminal.fronts)
    return run_windows(args.profile, fronts, real_outside(args.profile, settings), args.until_ready)


def run_windows(profile: Path, names: tuple[str, ...], outside: Outside, until_ready: bool = False) -> int:
    """Application, terminal, event loop; 1 when something unexpected happened or the report names a fault, else what
    the desk ordered (``ui.orders``) or 0."""
    from kiosk.installation import load_settings
    from ui.app import UnexpectedErrors, build_application
    from ui.terminal import Terminal

    app = build_application()
    errors = UnexpectedErrors()
    errors.install()
    terminal = Terminal(app, profile, load_settings(profile), names, outside)
    _quit_on_signals(app)
    report = _report_when_ready(app, terminal) if until_ready else None
    terminal.start()
    ordered = int(app.exec())
    terminal.stop()
    if report is not None:
        print(json.dumps(report))
    return ordered or int(errors.count > 0 or "fault" in (report or {}))


def _quit_on_signals(app: QApplication) -> None:
    """Ctrl-C and a polite end from the system close the windows in order."""
    from PySide6.QtCore import QTimer

    # Queued: a signal that comes before the event loop runs would be lost by a plain quit().
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, app.quit))
    wake = QTimer(app, interval=200)  # lets Python see the signal
    wake.timeout.connect(_nothing)
    wake.start()


def _nothing() -> None:
    """Python looks at its signals whenever it runs anything."""


def _report_when_ready(app: QApplication, terminal: Terminal) -> dict[str, float | str]:
    """Fills in when the first page was painted and when everything was ready, or why it cannot be; then quits."""
    import resource

    from PySide6.QtCore import QTimer

    from kiosk.errors import ReceptionError
    from ui.firstpaint import FirstPaint

    report: dict[str, float | str] = {}
    paint = FirstPaint(terminal.fronts.first_window(), app)
    paint.painted.connect(partial(_note, report, "painted_at"))

    def ready() -> None:
        _note(report, "ready_at")
        report["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        QTimer.singleShot(0, app.quit)

    def failed(error: Exception) -> None:
        report["fault"] = error.code if isinstance(error, ReceptionError) else type(error).__name__
        QTimer.singleShot(0, app.quit)

    terminal.complete = ready
    terminal.failed = failed
    return report


def _note(report: dict[str, float | str], name: str) -> None:
    report.setdefault(name, time.monotonic())


def has_display() -> bool:
    """True when windows can be shown to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def require_display() -> None:
    """Without a display and without a word about it, say so instead of letting Qt abort."""
    from kiosk.errors import WorldError

    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise WorldError(
            "no_display",
            "There is no display to open a window on.",
            "Start it inside a graphical session, or set QT_QPA_PLATFORM=offscreen to run without one.",
        )


def run_demo(args: argparse.Namespace) -> int:
    """A whole centre with windows; without a display the tour is played offscreen instead. Always says where."""
    if has_display() or os.environ.get("QT_QPA_PLATFORM"):
        return _play_demo(args.profile, args.faces)
    print(NO_DISPLAY)
    args.short, args.json, args.rush = False, False, False
    args.shots = args.shots or Path("shots")
    code = run_tour(args)
    print(HOW_TO_SEE.format(shots=args.shots.resolve()))
    return code


def _play_demo(profile: Path | None, faces: Path | None) -> int:
    """The demo with windows; stays until they are closed."""
    from kiosk.demo_content import demo_sign_in
    from ui.assembly.demo import DemoWorld

    world = DemoWorld(profile, faces, _tell)
    try:
        world.open()
        if not world.shows_faces:
            _tell("no portraits here: the drawn feed plays, recognition is not shown (see README, 'Faces in the demo')")
        login, password = demo_sign_in()
        _tell(f"ready; sign in at the desk as '{login}' with '{password}'. Close a window or press Ctrl-C to end.")
        return run_windows(world.profile, FRONTS, world.outside(take_turns=True))
    finally:
        world.close()


def _tell(line: str) -> None:
    print(f"demo: {line}", file=sys.stderr, flush=True)


def run_tour(args: argparse.Namespace) -> int:
    """Play the tour; 0 when every screen showed what it must."""
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if args.rush:
        return _play_rush(args)
    from ui.tour.play import play_tour

    return play_tour(args.profile, args.shots, short=args.short, faces=args.faces, as_json=args.json)


def _play_rush(args: argparse.Namespace) -> int:
    from ui.tour.rush.play import play_rush

    return play_rush(
        args.shots,
        visitors=args.visitors,
        minutes=args.minutes,
        factor=args.speed,
        seed=args.seed,
        as_json=args.json,
    )


NO_DISPLAY = """There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be shown.
Playing the tour offscreen instead: the real windows, the real store and server, a scripted day.
"""

HOW_TO_SEE = """
The pictures lie in {shots} (start with 01).
To see the windows themselves, run 'make demo' where a display is: a desktop, 'ssh -X', or a virtual one, for example
    apt-get install -y xvfb x11vnc
    Xvfb :7 -screen 0 1920x1200x24 & x11vnc -display :7 -localhost & DISPLAY=:7 make demo
and look at it with any VNC viewer on port 5900 of this machine.
"""

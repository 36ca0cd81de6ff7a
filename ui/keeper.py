"""``keep``: one small process a machine that keeps its terminal running, stops it and starts it as the desk orders.

Owns the child process; shows nothing and imports no Qt. While the terminal is down it looks at the hall store itself,
says so there in the terminal's name, and takes its orders. Ends, with its child, on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk import VERSION
from kiosk.errors import ReceptionError
from kiosk.model.terminal import OrderVerb, TerminalStatus
from kiosk.settings.spec import FRONTS
from ui.kept import CRASHES, EXIT_RESTART, EXIT_STOP, KEPT

if TYPE_CHECKING:
    from kiosk.installation import Installation

MAIN = Path(__file__).parent.parent / "main.py"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds. A terminal that ran ``steady_s`` has not crashed "again"; ``hung_s`` without a pulse it is ended; a
    pause of ``notable_s`` is told the hall."""

    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0
    notable_s: float = 5.0
    steady_s: float = 300.0
    hung_s: float = 60.0
    look_s: float = 0.5
    orders_s: float = 2.0
    report_s: float = 10.0
    end_s: float = 15.0


class Hall(Protocol):
    """The hall as the keeper meets it while its terminal is down."""

    def say(self, fault: str) -> None:
        """The terminal is down, for this reason."""

    def wish(self) -> OrderVerb | None:
        """The newest START, RESTART or STOP to this terminal; other orders are answered: not now."""

    def close(self) -> None:
        """Let go of the store."""


class Keeper:
    """``run`` until ``stop``. ``spawn`` starts the terminal with more environment; ``hall`` opens the store."""

    def __init__(
        self,
        spawn: Callable[[dict[str, str]], subprocess.Popen[bytes]],
        hall: Callable[[], Hall],
        tempo: Tempo = Tempo(),
    ) -> None:
        self._spawn, self._open_hall, self._tempo = spawn, hall, tempo
        self._stopping = threading.Event()
        self._crashes = 0
        self.starts = 0

    def stop(self) -> None:
        """End; from a signal handler or another thread."""
        self._stopping.set()

    def run(self) -> int:
        """Keep the terminal running until stopped; 0."""
        with tempfile.TemporaryDirectory(prefix="reception-") as folder:
            pulse = Path(folder) / "pulse"
            while not self._stopping.is_set():
                self._mind(self._one_life(pulse))
        return 0

    def _one_life(self, pulse: Path) -> int | None:
        """From start to end of one child: its exit code, None when the keeper was stopped."""
        pulse.touch()
        os.utime(pulse, (0, 0))
        began = time.monotonic()
        child = self._spawn({KEPT: str(pulse), CRASHES: str(self._crashes)})
        self.starts += 1
        code = self._attend(child, pulse)
        if time.monotonic() - began >= self._tempo.steady_s:
            self._crashes = 0
        return code

    def _attend(self, child: subprocess.Popen[bytes], pulse: Path) -> int | None:
        """Wait for the end of ``child``; make it end when it hangs or the keeper stops."""
        seen, since = 0.0, time.monotonic()
        while child.poll() is None:
            if self._stopping.wait(self._tempo.look_s):
                end(child, self._tempo.end_s)
                return None
            beat = pulse.stat().st_mtime
            if beat != seen:
                seen, since = beat, time.monotonic()
            # Before the first pulse it is still starting, for as long as a slow disk takes.
            elif seen and time.monotonic() - since > self._tempo.hung_s:
                _log.error("the terminal hangs; it is ended and started again")
                child.kill()
                child.wait()
        return child.returncode

    def _mind(self, code: int | None) -> None:
        """What an end means: again at once, rest until ordered, or again after a pause that grows."""
        if code is None:
            return
        if code == EXIT_STOP:
            self._crashes = 0
            self._wait("terminal_stopped", None)
        elif code != EXIT_RESTART:
            self._crashes += code != 0
            pause = min(self._tempo.longest_pause_s, self._tempo.first_pause_s * 2 ** max(0, self._crashes - 1))
            _log.warning("the terminal ended with %s; it is started again in %.0f s", code, pause)
            if pause < self._tempo.notable_s:
                self._stopping.wait(pause)
            else:
                self._wait("terminal_crashing", pause)

    def _wait(self, fault: str, seconds: float | None) -> None:
        """Until the time is over (None: never), a START or RESTART comes, or the keeper is stopped."""
        until = None if seconds is None else time.monotonic() + seconds
        hall, told = _Absent(self._open_hall), float("-inf")
        try:
            while not self._stopping.wait(self._pause(until)):
                if time.monotonic() - told >= self._tempo.report_s:
                    told = time.monotonic()
                    hall.say(fault)
                wish = hall.wish()
                if wish in (OrderVerb.START, OrderVerb.RESTART):
                    return
                if wish is OrderVerb.STOP:
                    fault, until = "terminal_stopped", None
                if until is not None and time.monotonic() >= until:
                    return
        finally:
            hall.close()

    def _pause(self, until: float | None) -> float:
        left = self._tempo.orders_s if until is None else until - time.monotonic()
        return max(0.0, min(self._tempo.orders_s, left))


class _Absent:
    """A hall that may not answer: opened when first asked, and again after a fault, which is logged once."""

    def __init__(self, hall: Callable[[], Hall]) -> None:
        self._make, self._fault = hall, ""
        self._hall: Hall | None = None

    def say(self, fault: str) -> None:
        self._try(lambda hall: hall.say(fault))

    def wish(self) -> OrderVerb | None:
        found: OrderVerb | None = self._try(lambda hall: hall.wish())
        return found

    def close(self) -> None:
        if self._hall is not None:
            self._hall.close()
            self._hall = None

    def _try(self, ask: Callable[[Hall], Any]) -> Any:
        try:
            if self._hall is None:
                self._hall = self._make()
            return ask(self._hall)
        except ReceptionError as error:
            if error.code != self._fault:
                self._fault = error.code
                _log.warning("the hall store does not answer the keeper: %s", error.code)
            self.close()
            return None


class StoreHall:
    """``Hall`` on the store of this profile, in the name of its terminal."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._terminals = installation.services.terminals
        self._actor = installation.services.staff.system()

    def say(self, fault: str) -> None:
        now = self._installation.services.context.clock.now()
        code = self._installation.settings.terminal.code
        self._terminals.report(TerminalStatus(code, (), VERSION, now, {"terminal": fault}, {"kept": "yes"}))

    def wish(self) -> OrderVerb | None:
        if not self._terminals.waiting():
            return None
        wish = None
        for order in self._terminals.take():
            mine = order.verb in (OrderVerb.START, OrderVerb.RESTART, OrderVerb.STOP)
            self._terminals.finish(order.id, "ok" if mine else "terminal_stopped", self._actor)
            wish = order.verb if mine else wish
        return wish

    def close(self) -> None:
        self._installation.close()


def end(child: subprocess.Popen[bytes], patience_s: float) -> None:
    """Ask politely, then do not ask."""
    child.terminate()
    try:
        child.wait(patience_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``keep``."""
    parser = commands.add_parser("keep", help="keep this machine's terminal running; obey start and stop from the desk")
    parser.add_argument(
        "fronts", nargs="*", type=_front, metavar="FRONT", help="fronts to open (default: as the settings say)"
    )
    parser.set_defaults(run=run_keeper)


def _front(name: str) -> str:
    """Refused here: a terminal that cannot start would be started for ever."""
    if name not in FRONTS:
        raise argparse.ArgumentTypeError(f"{name!r} is no front; choose from {', '.join(FRONTS)}")
    return name


def run_keeper(args: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C; 0. Raises InputError for settings that are not understood."""
    from kiosk.installation import load_settings, make_profile

    make_profile(args.profile)
    load_settings(args.profile)
    command = [sys.executable, str(MAIN), "--profile", str(args.profile), "terminal"]
    command += ["--fronts", *args.fronts] if args.fronts else []

    def spawn(environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env={**os.environ, **environment})

    def hall() -> Hall:
        from kiosk.installation import open_installation

        return StoreHall(open_installation(args.profile))

    keeper = Keeper(spawn, hall)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: keeper.stop())
    return keeper.run()

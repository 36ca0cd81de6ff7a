"""One terminal: its fronts, opened before the store, connected when the store is there, closed in order.

Owns starting and stopping; decides nothing. Recognition and synchronisation are handed in as ``Outside`` (ADR 0007).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from kiosk import VERSION
from kiosk.errors import ReceptionError, WorldError
from kiosk.model.staff import Actor
from kiosk.model.terminal import TerminalStatus
from kiosk.ports import Clock, SlipPrinter, SystemClock
from kiosk.settings import Settings
from ui.app import Placement
from ui.bridge import Bridge
from ui.fronts import Fronts
from ui.heartbeat import BEAT_MS, PULSE_MS, Condition, Heartbeat, Pulse
from ui.orders import Orders
from ui.tasks import Command, Lane, Query, Scope, Tasks

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from kiosk.services.spare import SpareDesk
    from kiosk.store.watch import Watch
    from sync.status import SyncStatus
    from ui.touch.camera import CameraParts, TouchCamera

_log = logging.getLogger(__name__)

HOUSEKEEPING_MS = 2000
REOPEN_MS = 5000
"""After power comes back a kiosk is often up before the server of its store."""
FACE_EVENTS = frozenset({"consent", "day"})
"""After these the templates of this device are looked through: each morning also for those whose time is over."""


class Running(Protocol):
    """Something started that must be stopped: the sync engine, the robot's dispatcher."""

    def stop(self) -> None:
        """End it and wait."""


class Face(Protocol):
    """The camera of this device, with recognition where it is activated (``ui.assembly.face``)."""

    @property
    def parts(self) -> CameraParts:
        """The verbs for the touch screen."""

    def fault(self) -> str:
        """The code of what is broken now; empty while the camera works."""

    def reload(self) -> None:
        """Forget and learn what the vault says now."""

    def look_after(self) -> None:
        """``reload`` when it is due by the clock."""

    def stop(self) -> None:
        """Close the camera and wait."""


def _no_reserve() -> None:
    """Nothing goes on without the hall store."""


def _no_robot(_installation: Installation) -> None:
    """Staff bring everything."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the composition root hands in. Every callable may be slow; none runs on the GUI thread."""

    open: Callable[[], Installation]
    face: Callable[[Installation, TouchCamera], Face | None]
    sync: Callable[[Installation, Callable[[SyncStatus], None]], Running | None]
    errands: Callable[[Installation], Running | None] = _no_robot
    spare: Callable[[], SpareDesk | None] = _no_reserve


class Terminal(QObject):
    """Made on the GUI thread after the application.

    ``ready`` is called once the store is connected, ``complete`` once the face module is up too (or is off).
    """

    def __init__(
        self,
        app: QApplication,
        profile: Path,
        settings: Settings,
        names: tuple[str, ...],
        outside: Outside,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self._app = app
        self.profile, self.settings, self._outside = profile, settings, outside
        self.bridge = Bridge()
        self.tasks = Tasks(self.bridge.post)
        self.clock: Clock = clock or SystemClock(settings.centre.time_zone)
        self.fronts = Fronts(names, self)
        self.installation: Installation | None = None
        self.printer: SlipPrinter | None = None
        self.ready: Callable[[], None] = _nothing
        self.complete: Callable[[], None] = _nothing
        self.failed: Callable[[Exception], None] = _unseen
        self._scope = Scope()
        self._watch: Watch | None = None
        self._face: Face | None = None
        self._sync: Running | None = None
        self._errands: Running | None = None
        self._spare: SpareDesk | None = None
        self._seen = 0
        self._not_open = ""
        self._keeping_house = False
        self._looking_after, self._untidy = False, ""
        self.condition = Condition(self.fronts)
        self._heartbeat: Heartbeat | None = None
        self._pulse = Pulse(app.exit)
        self._beats = QTimer(self, interval=BEAT_MS)
        self._beats.timeout.connect(self._beat)
        self._pulses = QTimer(self, interval=PULSE_MS)
        self._pulses.timeout.connect(self._beat_pulse)
        self._housekeeping = QTimer(self, interval=HOUSEKEEPING_MS)
        self._housekeeping.timeout.connect(self._keep_house)
        self._reopening = QTimer(self, interval=REOPEN_MS, singleShot=True)
        self._reopening.timeout.connect(self._open_store)

    # --- start -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Paint the fronts at once; open the store behind them."""
        self._placement = Placement(self._app, self.fronts.all())
        self._placement.show()
        self._pulses.start()
        self._pulse.beat()
        if self.fronts.touch is not None:
            opening = Command(self._open_spare, self._spare_ready, self._later, Lane.DEVICE)
            self.tasks.run(opening, self._scope)
        self._open_store()

    @Slot()
    def _open_store(self) -> None:
        self.tasks.run(Command(self._open, self._opened, self._not_opened), self._scope)

    # What a lane's thread opened it keeps here itself: its answer is dropped once the terminal stops, and what nobody
    # knows of could not be closed.

    def _open(self) -> Installation:
        if self.installation is None:  # it may be open already, and only the journal could not be read
            self.installation = self._outside.open()
        self._seen = self.installation.store.last_seq()
        return self.installation

    def _open_spare(self) -> SpareDesk | None:
        self._spare = self._outside.spare()
        return self._spare

    def _spare_ready(self, desk: SpareDesk | None) -> None:
        if desk is not None and self.fronts.touch is not None:
            self.fronts.touch.spare_ready(desk)

    def _open_face(self, installation: Installation, camera: TouchCamera) -> Face | None:
        self._face = self._outside.face(installation, camera)
        return self._face

    def _open_line(self, installation: Installation) -> None:
        self._sync = self._outside.sync(installation, self._sync_changed)

    def _open_errands(self, installation: Installation) -> None:
        self._errands = self._outside.errands(installation)

    def _opened(self, installation: Installation) -> None:
        if self._not_open:
            _log.info("the store is open after %s", self._not_open)
        self.printer = self.fronts.make_printer(installation)
        self.fronts.connect(installation, self.printer)
        self._follow(installation)
        self._housekeeping.start()
        self._begin_signs(installation)
        self._start_face(installation)
        line = Command(partial(self._open_line, installation), failure=self._later, lane=Lane.NETWORK)
        self.tasks.run(line, self._scope)
        errands = Command(partial(self._open_errands, installation), failure=self._later, lane=Lane.NETWORK)
        self.tasks.run(errands, self._scope)
        self.ready()
        if self.fronts.touch is None:
            self.complete()

    def _begin_signs(self, installation: Installation) -> None:
        """From now on the hall knows of this terminal, and the desk may order it."""
        actor = installation.services.staff.system()
        orders = Orders(self.fronts, installation.services, actor, self.tasks, self._app.exit)
        self._heartbeat = Heartbeat(installation.services, self._status, orders.obey, self.tasks)
        self._heartbeat.skew = self._clock_compared
        self._beats.start()
        self._heartbeat.beat()

    @Slot()
    def _beat(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.beat()

    @Slot()
    def _beat_pulse(self) -> None:
        self._pulse.beat()

    def _status(self) -> TerminalStatus:
        fronts = tuple(self.fronts.all())
        now, code, condition = self.clock.now(), self.settings.terminal.code, self.condition
        return TerminalStatus(code, fronts, VERSION, now, condition.lamps(), condition.facts())

    def _clock_compared(self, ahead_s: float) -> None:
        self.condition.skew_s = ahead_s

    def _start_face(self, installation: Installation) -> None:
        if self.fronts.touch is not None:
            work = partial(self._open_face, installation, self.fronts.touch.camera)
            self.tasks.run(Command(work, self._face_ready, self._no_face, Lane.DEVICE), self._scope)

    def _not_opened(self, error: Exception) -> None:
        """Say it once; what the world may mend is tried again until the terminal ends (``failed`` may end it)."""
        code = _code(error)
        if code != self._not_open:
            self._not_open = code
            _log.warning("the store did not open: %s", code)
            self.fronts.store_failed(error)
        if isinstance(error, WorldError):
            self._reopening.start()
        self.failed(error)

    def _later(self, error: Exception) -> None:
        """Face or line could not start: the visit goes on without; the log says it once."""
        _log.warning("a part did not start: %s", _code(error))

    def _no_face(self, error: Exception) -> None:
        self._later(error)
        self.complete()

    def _face_ready(self, face: Face | None) -> None:
        if face is not None and self.fronts.touch is not None:
            self.condition.camera = face
            self.fronts.touch.camera_ready(face.parts)
            self._journal_grew()  # somebody may have withdrawn while the engine was loading
        self.complete()

    # --- following the hall ----------------------------------------------------------------------------------

    def _follow(self, installation: Installation) -> None:
        from kiosk.store.watch import Watch

        self._watch = Watch(installation.store, self._grew, on_fault=self._store_lost, on_recovered=self._store_back)
        self._watch.start()
        installation.store.on_commit(self._grew)

    def _grew(self, _seq: int) -> None:
        """The journal grew, here or in another process. Any thread."""
        self.bridge.post(self._journal_grew)

    def _journal_grew(self) -> None:
        self.fronts.journal_grew()
        if self._heartbeat is not None:
            self._heartbeat.journal_grew()
        if self._face is not None:
            self.tasks.run(Query(self._face_events, self._face_changed), self._scope)

    def _face_events(self) -> bool:
        """Did somebody enrol or withdraw since we last looked? Store thread."""
        assert self.installation is not None
        with self.installation.store.read() as work:
            newest = work.journal.last_seq()
            changed = bool(work.journal.since(self._seen, 1, FACE_EVENTS, personal=False))
        self._seen = newest
        return changed

    def _face_changed(self, changed: bool) -> None:
        face = self._face
        if changed and face is not None:
            self.tasks.run(Command(face.reload, lane=Lane.DEVICE), self._scope)

    def _store_lost(self, error: ReceptionError) -> None:
        code = error.code
        self.bridge.post(lambda: self.fronts.store_state(code))

    def _store_back(self) -> None:
        self.bridge.post(lambda: self.fronts.store_state(""))

    def _sync_changed(self, status: SyncStatus) -> None:
        self.bridge.post(lambda: self._line_changed(status))

    def _line_changed(self, status: SyncStatus) -> None:
        self.condition.line = status.last_error and f"sync_{status.last_error}"
        self.fronts.sync_status(status.backlog, status.last_error)
        self.fronts.centres_known(status.centres)

    @Slot()
    def _keep_house(self) -> None:
        """Recalls, passes and expiries that the clock demands; harmless when several terminals do it."""
        installation = self.installation
        if installation is None or self._keeping_house:
            return
        self._keeping_house = True  # a store that hangs must not be asked again and again
        system = Actor("system", None, frozenset(), self.settings.terminal.code)
        work = partial(installation.services.housekeeping.run, system)
        self.tasks.run(Command(work, self._house_kept, self._house_kept), self._scope)
        self.fronts.look_at_printer()
        if self._face is not None and not self._looking_after:
            self._looking_after = True
            look = Command(self._face.look_after, self._looked_after, self._not_looked_after, Lane.DEVICE)
            self.tasks.run(look, self._scope)

    def _looked_after(self, _nothing_said: object) -> None:
        self._looking_after, self._untidy = False, ""

    def _not_looked_after(self, error: Exception) -> None:
        """It is tried again at the next round; the log says it once."""
        self._looking_after = False
        if _code(error) != self._untidy:
            self._untidy = _code(error)
            _log.warning("the face templates could not be looked after: %s", self._untidy)

    def _house_kept(self, _outcome: object) -> None:
        self._keeping_house = False

    # --- stop ------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Close everything in order; nothing shown or printed is lost. GUI thread."""
        for timer in (self._pulses, self._beats, self._housekeeping, self._reopening):
            timer.stop()
        if self._heartbeat is not None:
            self._heartbeat.stop()
        self._scope.close()
        if self._watch is not None:
            self._watch.stop()
        self._placement.stop()
        self.fronts.stop()
        self.tasks.stop()  # first: what is still being opened is known, and can be stopped, only afterwards
        for part in (self._face, self._sync, self._errands):
            if part is not None:
                part.stop()
        if self._spare is not None:
            self._spare.close()
        self.bridge.close()
        if self.installation is not None:
            self.installation.close()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ReceptionError) else type(error).__name__


def _nothing() -> None:
    """Nobody waits for the store."""


def _unseen(_error: Exception) -> None:
    """Nobody asked what went wrong; the fronts say it."""

"""Runs the camera and the pipeline on two plain threads, for one named purpose at a time.

Owns the threads, the source while a session lasts, and the order open - read - decide - close. The source is opened
only by ``start`` and closed when the session ends; without ``start`` no frame is ever read. Must not know Qt: the
listener it is handed carries results to the GUI through the application's one bridge.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Protocol

from kiosk.errors import InputError, ReceptionError, WorldError
from recognition.health import Health
from recognition.mailbox import Mailbox
from recognition.sources.preview import Preview, preview
from recognition.types import Frame, Source, Stage, Steps, Verdict

log = logging.getLogger(__name__)


class Purpose(StrEnum):
    """What the visitor pressed (DECISIONS 6). Only ``FACE`` and ``ENROL`` load face models; the others get frames and
    preview."""

    FACE = "face"
    ENROL = "enrol"
    CODE = "code"
    PHOTO = "photo"


class Listener(Protocol):
    """Receives results on the worker's threads; must return at once. ``session`` is what ``start`` returned: a result
    of an older session may still be on its way after ``stop`` and must be ignored by its number."""

    def on_verdict(self, session: int, verdict: Verdict) -> None:
        """What a frame led to (purposes ``FACE`` and ``ENROL`` only)."""

    def on_preview(self, session: int, picture: Preview) -> None:
        """The visitor's own picture."""

    def on_fault(self, session: int, fault: ReceptionError) -> None:
        """The session ended because something broke."""


class Worker:
    """``open_source`` makes a fresh unopened source for each session. Methods may be called from any thread.

    ``steps`` is empty where the face module is off: codes and photographs work, ``FACE`` ends with ``face_off``.
    """

    def __init__(
        self,
        steps: Mapping[Purpose, Steps],
        open_source: Callable[[], Source],
        listener: Listener,
        *,
        health: Health | None = None,
        allow_synthetic: bool = False,
        beside_gui: bool = True,
    ) -> None:
        if beside_gui:
            _refuse_blocking(steps)
        self.steps = steps
        self.health = health or Health()
        self.open_source = open_source
        self.listener = listener
        self.allow_synthetic = allow_synthetic
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._count = 0

    def start(self, purpose: Purpose) -> int:
        """Begin a session and return its number at once; a session still running is asked to end first.

        Faults (no camera, model missing...) come through ``on_fault``.
        """
        with self._lock:
            before = self._session
            if before is not None:
                before.ask_to_stop()
            self._count += 1
            self._session = _Session(self, purpose, self._count, before)
            self._session.begin()
            return self._count

    def request_stop(self) -> None:
        """Ask the session to end without waiting (for the GUI thread); the camera goes dark within a frame."""
        with self._lock:
            if self._session is not None:
                self._session.ask_to_stop()

    def stop(self) -> None:
        """End the session and wait until its threads are gone and the source is closed (not for the GUI thread).

        Takes one frame's time, 2 s when a camera hangs. Raises RuntimeError when called by a listener.
        """
        self.request_stop()
        with self._lock:
            session = self._session
        if session is not None:
            session.join()

    @property
    def running(self) -> bool:
        """True while a session's threads live."""
        session = self._session
        return session is not None and session.alive

    def forget_faces(self) -> None:
        """From now on no face is looked at, codes and photographs go on: the activation ended. A session that looks at
        faces ends with ``face_off``. Waits for nothing."""
        with self._lock:
            session, self.steps = self._session, {}
        if session is not None:
            session.refuse_faces()

    def latest_frame(self) -> Frame | None:
        """The newest full frame of the running session (to read a code, to take a photograph), else None."""
        session = self._session
        return session.latest if session is not None else None


class _Session:
    """One purpose from open to close: a capturing thread and a deciding thread around a mailbox."""

    def __init__(self, worker: Worker, purpose: Purpose, number: int, before: _Session | None) -> None:
        self.latest: Frame | None = None
        self._worker = worker
        self._health = worker.health
        self._purpose = purpose
        self._steps = worker.steps.get(purpose)
        self._number = number
        self._before = before
        self._stopping = threading.Event()
        self._mailbox = Mailbox()
        work: dict[str, Callable[[], None]] = {"capture": self._capture}
        if self._steps is not None:
            work["recognise"] = partial(self._decide, self._steps)
        self._threads = [
            threading.Thread(target=self._guarded, args=part, name=f"{part[0]}-{number}") for part in work.items()
        ]

    @property
    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def begin(self) -> None:
        self._health.session_started()
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        self._mailbox.close()
        self.latest = None

    def refuse_faces(self) -> None:
        """End if this session looks at faces."""
        if self._steps is not None:
            self._break("recognise", _face_off())
            self.ask_to_stop()

    def join(self) -> None:
        if threading.current_thread() in self._threads:
            raise RuntimeError("a listener may not wait for the thread that calls it; use request_stop")
        for thread in self._threads:
            thread.join()

    def _guarded(self, part: str, work: Callable[[], None]) -> None:
        """Run one thread's work after the session before is gone; whatever it raises ends this session."""
        before = self._before
        if before is not None:
            before.join()
            self._before = None
        try:
            work()
        except ReceptionError as fault:
            self._break(part, fault)
        except Exception:
            log.exception("recognition failed")
            self._break(
                part,
                WorldError("recognition_failed", "Recognition stopped.", "Check in by number or card; tell the staff."),
            )
        finally:
            self.ask_to_stop()

    def _capture(self) -> None:
        """Open, read until told to stop, close. The mailbox keeps only the newest frame."""
        self._refuse_faces_while_off()
        source = self._worker.open_source()
        self._refuse_synthetic(source)
        try:
            source.open()
            while not self._stopping.is_set() and (frame := source.read()) is not None:
                self._arrived(frame)
        finally:
            source.close()
            self.latest = None

    def _refuse_faces_while_off(self) -> None:
        if self._purpose in (Purpose.FACE, Purpose.ENROL) and self._steps is None:
            raise _face_off()

    def _refuse_synthetic(self, source: Source) -> None:
        if source.synthetic and not self._worker.allow_synthetic:
            raise WorldError(
                "source_synthetic",
                f"The picture source {source.name} is not a physical camera.",
                "Connect a camera; recorded and virtual sources work in the demo only.",
                source=source.name,
            )

    def _arrived(self, frame: Frame) -> None:
        if self._stopping.is_set():
            return
        dropped = self._mailbox.put(frame) if self._steps is not None else False
        self._health.frame_arrived(dropped=dropped)
        self._works("capture")
        self.latest = frame
        self._worker.listener.on_preview(self._number, preview(frame))

    def _decide(self, steps: Steps) -> None:
        """Load the models (they stay loaded), then step through the newest frames until told to stop or decided."""
        state = steps.begin()
        steps.engine.load()
        try:
            while (frame := self._mailbox.take()) is not None:
                state, verdict = steps.step(frame, state)
                self._works("recognise")
                if verdict is not None and self._stopping.is_set():
                    steps.discard(verdict)
                elif verdict is not None:
                    self._tell(verdict)
                if verdict is not None and verdict.stage is Stage.DECIDED:
                    self.ask_to_stop()
        finally:
            steps.wipe(state)

    def _tell(self, verdict: Verdict) -> None:
        if verdict.stage is Stage.DECIDED:
            self._health.verdict_given()
        self._worker.listener.on_verdict(self._number, verdict)

    def _works(self, part: str) -> None:
        """Note that a part works; the log hears of it when it had been broken."""
        ended = self._health.works(part)
        if ended is not None:
            log.info("%s works again after %s", part, ended)

    def _break(self, part: str, fault: ReceptionError) -> None:
        """Tell the listener, and the log only when it is news. A session told to stop has no faults."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._health.broke(part, fault.code):
            log.warning("%s stopped: %s", part, fault.code)
        self._worker.listener.on_fault(self._number, fault)


def _face_off() -> WorldError:
    return WorldError("face_off", "Face matching is not activated here.", "Use another way.")


def _refuse_blocking(steps: Mapping[Purpose, Steps]) -> None:
    """An engine that stops every other thread may not run beside a screen."""
    for part in steps.values():
        if part.engine.holds_interpreter_lock:
            raise InputError(
                "engine_blocks_screen",
                f"The engine {part.engine.name} stops the screen while it computes.",
                "Use the engine sface beside a screen.",
                engine=part.engine.name,
            )

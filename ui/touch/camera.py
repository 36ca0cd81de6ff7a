"""The camera as the touch screen uses it: for one purpose at a time, results on the GUI thread, nothing kept.

Owns the way from the recognition worker's threads to the presenter; must not decide anything. The worker is made
late and elsewhere, and handed in as ``CameraParts``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from kiosk.errors import ReceptionError, WorldError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recognition.enrol import LookAlikes
    from recognition.types import Frame, Pixels, Verdict

    Views = NDArray[np.float32]

_SCAN_GAP_S = 0.2

Broken = Callable[[ReceptionError], None]


class Picture(Protocol):
    """A small picture for the visitor's own eyes: ``rgb`` uint8 (height, width, 3), not mirrored."""

    @property
    def rgb(self) -> Pixels: ...

    @property
    def synthetic(self) -> bool: ...


def _unheard(*_said: object) -> None:
    """Where nothing is learned from visits."""


@dataclass(frozen=True, slots=True)
class FaceParts:
    """What enrolling takes. ``engine`` names the models the views are made with.

    ``look_alikes`` searches the gallery with views (count, dim) for anybody but this person (slow; not for the GUI
    thread). ``two_looks`` says whether the next person to be enrolled sometimes takes the glasses off. ``confirmed``
    hears who confirmed to be the person of the last match (may write to the vault; not for the GUI thread), ``forget``
    that nobody will.
    """

    engine: str
    look_alikes: Callable[[Views, UUID], LookAlikes]
    two_looks: Callable[[bool], None]
    confirmed: Callable[[UUID], object] = _unheard
    forget: Callable[[], object] = _unheard


@dataclass(frozen=True, slots=True)
class CameraParts:
    """The worker's verbs. ``start`` takes ``face``, ``enrol`` or ``code`` and gives the session's number.

    ``read_code`` finds a code in a frame; ``faces`` is None while the face module is off (DECISIONS 3 and 6).
    """

    start: Callable[[str], int]
    request_stop: Callable[[], None]
    latest_frame: Callable[[], Frame | None]
    read_code: Callable[[Frame], str | None]
    faces: FaceParts | None = None


class TouchCamera:
    """Listener of the worker. The public verbs belong to the GUI thread; ``on_*`` come from the worker's threads."""

    def __init__(self, post: Callable[[Callable[[], None]], None], monotonic: Callable[[], float]) -> None:
        self._post, self._monotonic = post, monotonic
        self._parts: CameraParts | None = None
        self._session = 0
        self._verdict: Callable[[Verdict], None] | None = None
        self._code: Callable[[str], None] | None = None
        self._broken: Broken | None = None
        self._next = 0.0
        self.preview: Callable[[Picture | None], None] = _unseen

    def attach(self, parts: CameraParts) -> None:
        """The worker is ready."""
        self._parts = parts

    @property
    def parts(self) -> CameraParts | None:
        """The worker's verbs, or None while there is no camera module."""
        return self._parts

    @property
    def faces(self) -> FaceParts | None:
        """What enrolling takes, or None while the face module is off."""
        return self._parts.faces if self._parts is not None else None

    def identify(self, verdict: Callable[[Verdict], None], broken: Broken) -> None:
        """Open for the face match."""
        self._open("face", broken)
        self._verdict = verdict

    def scan(self, code: Callable[[str], None], broken: Broken) -> None:
        """Open for reading one code."""
        self._open("code", broken)
        self._code = code

    def enrol(self, verdict: Callable[[Verdict], None], broken: Broken) -> None:
        """Open for a guided enrolment; the views of its last verdict belong to ``verdict``, to be overwritten."""
        self._open("enrol", broken)
        self._verdict = verdict

    def close(self) -> None:
        """Camera dark, pictures dropped, no result any more."""
        if self._session and self._parts is not None:
            self._parts.request_stop()
        self._session = 0
        self._verdict = self._code = self._broken = None
        self.preview(None)

    def _open(self, purpose: str, broken: Broken) -> None:
        self.close()
        self._broken = broken
        if self._parts is None:
            self._post(self._without_camera)
        else:
            self._session = self._parts.start(purpose)

    def _without_camera(self) -> None:
        if self._broken is not None:
            self._broken(WorldError("camera_missing", "There is no camera.", "Use another way."))

    def on_verdict(self, session: int, verdict: Verdict) -> None:
        """From the worker."""

        def deliver() -> None:
            if session == self._session and self._verdict is not None:
                self._verdict(verdict)
            else:
                self._discard(verdict)

        self._post(deliver)

    def _discard(self, verdict: Verdict) -> None:
        """The visitor left meanwhile: nothing of a face stays."""
        if verdict.views is not None:
            verdict.views.fill(0)
        if verdict.hint is not None and self.faces is not None:
            self.faces.forget()

    def on_preview(self, session: int, picture: Picture) -> None:
        """From the worker, for every frame; a code is looked for on the worker's own thread."""
        code = self._find_code(session)

        def deliver() -> None:
            if session != self._session:
                return
            self.preview(picture)
            if code and self._code is not None:
                self._code(code)

        self._post(deliver)

    def on_fault(self, session: int, fault: ReceptionError) -> None:
        """From the worker: the session ended because something broke."""

        def deliver() -> None:
            if session == self._session and self._broken is not None:
                broken = self._broken
                self.close()
                broken(fault)

        self._post(deliver)

    def _find_code(self, session: int) -> str | None:
        parts = self._parts
        if parts is None or self._code is None or session != self._session or self._monotonic() < self._next:
            return None
        self._next = self._monotonic() + _SCAN_GAP_S
        frame = parts.latest_frame()
        return parts.read_code(frame) if frame is not None else None


def _unseen(_picture: Picture | None) -> None:
    """Preview before there is a page."""

"""Stand-ins for what hangs on a kiosk: the printer's queue, and the camera with its recognition worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from recognition.enrol import LookAlikes
from recognition.types import Frame, Stage, Verdict
from tests.ui.touch.fakes import PERSON
from ui.touch.camera import CameraParts, FaceParts, TouchCamera
from ui.touch.ticketing import Ticketing


class FakeSpool:
    """Reports at once, or when told to: ``fault`` None is paper."""

    def __init__(self, ticketing: Ticketing, fault: WorldError | None) -> None:
        self.ticketing, self.fault = ticketing, fault
        self.slow = False
        self.slips: list[tuple[UUID, TicketSlip]] = []

    def submit(self, ticket_id: UUID, slip: TicketSlip) -> None:
        self.slips.append((ticket_id, slip))
        if not self.slow:
            self.report()

    def report(self) -> None:
        """What became of the last slip."""
        ticket = self.slips[-1][0]
        if self.fault is None:
            self.ticketing.printed(ticket)
        else:
            self.ticketing.not_printed(ticket, self.fault)


@dataclass
class FakePicture:
    """A grey square instead of a camera picture."""

    rgb: Any = field(default_factory=lambda: np.full((90, 160, 3), 140, np.uint8))
    synthetic: bool = True


class FakeWorker:
    """Plays the recognition worker from the test."""

    def __init__(self, camera: TouchCamera) -> None:
        self.camera, self.session, self.open = camera, 0, ""
        self.code: str | None = None
        self.alike = LookAlikes()
        self.glasses: list[bool] = []
        self.learning: list[object] = []

    def parts(self) -> CameraParts:
        faces = FaceParts("sface", self.look_alikes, self.glasses.append, self.learning.append, self.forget)
        return CameraParts(self.start, self.request_stop, self.latest_frame, self.read_code, faces)

    def forget(self) -> None:
        self.learning.append("forget")

    def start(self, purpose: str) -> int:
        self.session += 1
        self.open = purpose
        return self.session

    def request_stop(self) -> None:
        self.open = ""

    def latest_frame(self) -> Frame | None:
        return Frame(np.zeros((4, 4, 3), np.uint8), 0.0, 0, True)

    def read_code(self, frame: Frame) -> str | None:
        return self.code

    def look_alikes(self, views: Any, person: UUID) -> LookAlikes:
        assert views.any(), "searched while they were still there"
        assert person == PERSON
        return self.alike

    def views(self, count: int = 5) -> Any:
        """Be captured; the result is what was handed over, to see it overwritten."""
        views = np.ones((count, 4), np.float32)
        self.see(Verdict(Stage.DECIDED, synthetic=True, progress=1.0, taken=count, views=views))
        return views

    def see(self, verdict: Verdict) -> None:
        self.camera.on_preview(self.session, FakePicture())
        self.camera.on_verdict(self.session, verdict)

    def picture(self) -> None:
        self.camera.on_preview(self.session, FakePicture())

    def unplug(self) -> None:
        self.camera.on_fault(self.session, WorldError("camera_lost", "The camera was unplugged."))

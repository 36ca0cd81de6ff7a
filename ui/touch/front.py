"""The touch front put together: what the composition root makes and hands to the application."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from kiosk.errors import WorldError
from kiosk.ports import SlipPrinter
from kiosk.printing.spool import PrintSpool
from ui.touch.camera import CameraParts, TouchCamera
from ui.touch.presenter import TouchPresenter
from ui.touch.session import Surroundings
from ui.touch.view import TouchView
from ui.translate import Translator

if TYPE_CHECKING:
    from kiosk.model.ticket import TicketSlip
    from kiosk.services import Services


class TouchFront:
    """Window, presenter, camera listener and print spool. Paints at once; store, printer and camera come when ready."""

    portrait = True

    def __init__(self, around: Surroundings, post: Callable[[Callable[[], None]], None]) -> None:
        self._post, self._patience = post, around.settings.printing.timeout_seconds
        self.spool: PrintSpool | None = None
        self._reports: deque[Callable[[], None]] = deque()
        self.camera = TouchCamera(post, around.monotonic)
        self.presenter = TouchPresenter(around, self.camera)
        self.view = TouchView(self.presenter, Translator(around.settings.ui.languages[0]))

    @property
    def window(self) -> QWidget:
        """The top-level widget."""
        return self.view

    def start(self) -> None:
        """Begin to watch for idleness."""
        self.view.start()

    def stop(self) -> None:
        """End timer, camera and spool; a slip half out of the printer is waited for, two seconds at most."""
        self.view.stop()
        if self.spool is not None:
            self.spool.stop()
        self._hear()

    def connect(self, services: Services, printer: SlipPrinter | None) -> None:
        """The store is open; with a printer, slips go through a spool of their own."""
        if printer is not None:
            self.spool = PrintSpool(printer, self._printed, self._not_printed, self._patience)
        self.presenter.connect(services, self.spool)

    def camera_ready(self, parts: CameraParts) -> None:
        """The camera's worker stands ready; ``camera`` is the listener it was made with."""
        self.presenter.camera_ready(parts)

    def reprint(self, ticket: UUID, slip: TicketSlip) -> bool:
        """Print a copy that the desk asked for; False without a printer. GUI thread, returns at once."""
        if self.spool is None:
            return False
        self.spool.submit(ticket, slip)
        return True

    def _printed(self, ticket: UUID) -> None:
        """From the spool's threads."""
        self._report(lambda: self.presenter.ticketing.printed(ticket))

    def _not_printed(self, ticket: UUID, fault: WorldError) -> None:
        """From the spool's threads."""
        self._report(lambda: self.presenter.ticketing.not_printed(ticket, fault))

    def _report(self, report: Callable[[], None]) -> None:
        self._reports.append(report)
        self._post(self._hear)

    def _hear(self) -> None:
        """GUI thread. At the stop it is called once more: nobody delivers what was posted then."""
        while self._reports:
            self._reports.popleft()()

"""The touch front put together: what the composition root makes and hands to the application."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from kiosk.errors import WorldError
from kiosk.ports import SlipPrinter
from kiosk.printing.faults import HEALTHY, PrinterFault
from kiosk.printing.spool import PrintSpool
from ui.touch.camera import CameraParts, TouchCamera
from ui.touch.presenter import TouchPresenter
from ui.touch.session import Surroundings
from ui.touch.view import TouchView
from ui.translate import Translator

if TYPE_CHECKING:
    from kiosk.model.ticket import TicketSlip
    from kiosk.services import Services
    from kiosk.services.spare import SpareDesk


class TouchFront:
    """Window, presenter, camera listener and print spool. Paints at once; store, printer and camera come when ready."""

    portrait = True

    def __init__(self, around: Surroundings, post: Callable[[Callable[[], None]], None]) -> None:
        self._post, self._patience = post, around.settings.printing.timeout_seconds
        self.spool: PrintSpool | None = None
        self._reports: deque[Callable[[], None]] = deque()
        self._asked: dict[UUID, list[Callable[[str], None]]] = {}
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

    def spare_ready(self, desk: SpareDesk) -> None:
        """The reserve of numbers is open, perhaps before the store, perhaps without it."""
        self.presenter.spare_ready(desk)

    def camera_ready(self, parts: CameraParts) -> None:
        """The camera's worker stands ready; ``camera`` is the listener it was made with."""
        self.presenter.camera_ready(parts)

    def reprint(self, ticket: UUID, slip: TicketSlip, ended: Callable[[str], None]) -> None:
        """Print a copy that the desk asked for; ``ended`` hears once ``ok`` or the code of the fault. GUI thread."""
        if self.spool is None:
            ended(PrinterFault.NONE.value)
            return
        self._asked.setdefault(ticket, []).append(ended)
        self.spool.submit(ticket, slip)

    def _printed(self, ticket: UUID) -> None:
        """From the spool's threads."""
        self._report(lambda: self.presenter.ticketing.printed(ticket), ticket, HEALTHY)

    def _not_printed(self, ticket: UUID, fault: WorldError) -> None:
        """From the spool's threads."""
        self._report(lambda: self.presenter.ticketing.not_printed(ticket, fault), ticket, fault.code)

    def _report(self, tell: Callable[[], None], ticket: UUID, code: str) -> None:
        def report() -> None:
            tell()
            for ended in self._asked.pop(ticket, ()):
                ended(code)

        self._reports.append(report)
        self._post(self._hear)

    def _hear(self) -> None:
        """GUI thread. At the stop it is called once more: nobody delivers what was posted then."""
        while self._reports:
            self._reports.popleft()()

"""The desk front's behaviour behind one door: session, calling, appeals. Plain Python, no Qt, GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.desk.appeals import AppealDesk
from ui.desk.calling import APART, Calling
from ui.desk.session import Session, Surroundings
from ui.desk.state import DeskState, Device, Note, Screen

if TYPE_CHECKING:
    from kiosk.services import Services

HEARTBEAT_S = 15.0
"""The hall is read this often even when nothing happens: waiting minutes grow, and a dead store is noticed."""


class DeskPresenter:
    """What the view calls. ``changed`` is set by the view and called after every change of ``state``."""

    def __init__(self, around: Surroundings) -> None:
        self.session = Session(around)
        self.appeals = AppealDesk(self.session)
        self.calling = Calling(self.session, self.appeals.visitor_changed)
        self.session.entered = self._entered
        self._read_at = around.monotonic()

    @property
    def state(self) -> DeskState:
        """What is shown now."""
        return self.session.state

    def watch(self, changed: Callable[[], None]) -> None:
        """The view's ear."""
        self.session.changed = changed

    def connect(self, services: Services) -> None:
        """The store is open."""
        self.session.connect(services)

    def store_failed(self, code: str) -> None:
        """The store could not be opened; the lamp and the opening page say so."""
        self.session.set_fault(Device.STORE, code)

    def stop(self) -> None:
        """Drop every answer still under way."""
        self.session.stop()

    def journal_grew(self) -> None:
        """The store changed (watch, through the bridge)."""
        if self.state.screen is Screen.DESK:
            self.calling.refresh()

    def printer_health(self, code: str) -> None:
        """The slip printer's present fault, or ``ok``."""
        self.session.set_fault(Device.PRINTER, code)

    def sync_status(self, unsent: int | None, fault: str = "") -> None:
        """How much is not yet at the centre, and why the line is down if it is."""
        self.session.set_fault(Device.SERVER, fault)
        if unsent != self.state.unsent:
            self.session.put(unsent=unsent)

    def tick(self) -> None:
        """Once a second, from the view's timer."""
        self.session.tick()
        self.calling.tick()
        now = self.session.around.monotonic()
        if self.session.keeps_window and now - self._read_at >= HEARTBEAT_S:
            self._read_at = now
            self.calling.stay()
            self.calling.read_again()

    def dismiss(self) -> None:
        """Close what is open: a question, a step, the sentence at the top."""
        state = self.state
        if state.choice is not None:
            self.calling.ask(None)
        elif state.draft is not None:
            self.appeals.drop_step()
        else:
            self.session.put(note=None)

    def explain_fault(self, device: Device) -> None:
        """Say in plain words what a lamp means."""
        code = self.state.faults.get(device)
        key = f"fault.{device.value}" if code else f"fault.{device.value}_well"
        self.session.put(note=Note("warn" if code else "ok", key))

    def call_back_place(self, place: int) -> None:
        """Call back the ``place``-th (from 1) of the held and passed numbers."""
        apart = [row for row in self.state.queue if row.state in APART]
        if 1 <= place <= len(apart):
            self.calling.call_back(apart[place - 1].ticket_id)

    def _entered(self) -> None:
        self._read_at = self.session.around.monotonic()
        self.calling.entered()

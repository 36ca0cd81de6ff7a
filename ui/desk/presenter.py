"""The desk front's behaviour behind one door: session, calling, appeals, alerts, pages. Plain Python, GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.model.ticket import TicketState
from ui.desk.alerts import Alerting
from ui.desk.appeals import AppealDesk
from ui.desk.calling import APART, WAITING, Calling
from ui.desk.lamps import faulty, health
from ui.desk.overseeing import Overseeing
from ui.desk.page_actions import chosen, items
from ui.desk.session import Session, Surroundings
from ui.desk.state import Choice, DeskState, Device, Note, Screen

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
        self.overseeing = Overseeing(self.session, self.calling.refresh)
        self.alerting = Alerting(self.session, self.calling.refresh)
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
            self.overseeing.grew()

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
        self.overseeing.tick()
        now = self.session.around.monotonic()
        if self.session.keeps_window and now - self._read_at >= HEARTBEAT_S:
            self._read_at = now
            self.calling.stay()
            self.calling.read_again()
            self.overseeing.read_again()

    def dismiss(self) -> None:
        """Close what is open: the table of keys, a question, a step, the sentence at the top, the selection."""
        state = self.state
        if state.shows_keys:
            self.session.put(shows_keys=False)
        elif state.choice is not None:
            self.calling.ask(None)
        elif state.writes_notice:
            self.session.put(writes_notice=False)
        elif state.draft is not None:
            self.appeals.drop_step()
        else:
            self.session.put(note=None, selected="")

    def show_keys(self) -> None:
        """The table of keys, or away with it."""
        self.session.put(shows_keys=not self.state.shows_keys)

    def explain_fault(self, device: Device) -> None:
        """Say in plain words what a lamp means."""
        lit, where = faulty(self.state, device)
        key = f"fault.{device.value}" if lit else f"fault.{device.value}_well"
        named = bool(where) and device is Device.PRINTER
        self.session.put(note=Note("warn" if lit else "ok", f"{key}_at" if named else key, {"where": where}))

    def explain_faults(self) -> None:
        """Say what the first lit lamp means, or that all is well."""
        self.explain_fault(health(self.state) or Device.STORE)

    def step(self, by: int) -> None:
        """Select the next or the former line."""
        lines = items(self.state)
        if not lines:
            return
        if self.state.selected in lines:
            self.select(lines[(lines.index(self.state.selected) + by) % len(lines)])
        else:
            self.select(lines[0 if by > 0 else -1])

    def select(self, line: str) -> None:
        """The line that keys act on; the same line again lets go of it."""
        self.session.put(selected="" if line == self.state.selected else line, asked=None)

    def ask_about_selected(self, choice: Choice) -> None:
        """A question about the selected number of the queue; calling next out of order needs a free window."""
        ticket, states = chosen(self.state, "ticket"), WAITING
        row = next((row for row in self.state.queue if str(row.ticket_id) == ticket and row.state in states), None)
        if row is not None and not (choice is Choice.PICK and self.state.ticket is not None):
            self.calling.ask(choice, ticket)

    def reprint(self) -> None:
        """Print a slip again: that of the selected number, else of the one at the window."""
        state = self.state
        ticket = chosen(state, "ticket") or (str(state.ticket.id) if state.ticket else "")
        if not ticket:
            return
        if any("printer" in status.lamps for status in state.terminals):
            self.calling.ask(Choice.PRINT_AT, ticket)
        else:
            self.session.put(note=Note("warn", "no_printer"))

    def call_back_place(self, place: int) -> None:
        """Call back the ``place``-th (from 1) of the held and passed numbers."""
        apart = [row for row in self.state.queue if row.state in APART]
        if 1 <= place <= len(apart):
            self.calling.call_back(apart[place - 1].ticket_id)

    def forward(self) -> None:
        """The one key of a call box: arrived while somebody is called, finished while somebody is served."""
        ticket = self.state.ticket
        if ticket is not None:
            (self.calling.arrived if ticket.state is TicketState.CALLED else self.calling.finish)()

    def _entered(self) -> None:
        self._read_at = self.session.around.monotonic()
        self.calling.entered()

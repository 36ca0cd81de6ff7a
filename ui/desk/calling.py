"""The desk's queue and the visitor at the window: from "call next" to the card and its clearing.

Plain Python, GUI thread only. The card is shown only after the store has written the audit row and answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.model.booking import Booking, BookingState
from kiosk.model.staff import Actor
from kiosk.model.terminal import TerminalStatus
from kiosk.model.ticket import CallClass, CallMark, Counter, CounterState, LinePlace, Ticket, TicketState
from ui.desk.session import Session
from ui.desk.state import Alerts, Asked, Choice, Form, Note, Screen, Worked

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.calling import QueueRow
    from kiosk.services.serving import Served
    from kiosk.services.terminals import Lamp
    from kiosk.services.undoing import Undo

WAITING = frozenset({TicketState.WAITING})
APART = frozenset({TicketState.HELD, TicketState.PASSED})


@dataclass(frozen=True, slots=True)
class Hall:
    """What one read of the store tells the desk."""

    day_open: bool
    paused: bool
    queue: tuple[QueueRow, ...]
    ticket: Ticket | None
    marks: tuple[CallMark, ...]
    undoable: Undo | None
    due: tuple[Booking, ...]
    windows: tuple[Counter, ...]
    terminals: tuple[TerminalStatus, ...]
    lamps: tuple[Lamp, ...]
    alerts: Alerts
    mine: tuple[Worked, ...]


def look(services: Services, window: str, today: date, actor: Actor) -> Hall:
    """Read the hall for one window. Store thread."""
    windows = services.counters.all()
    counter = next((counter for counter in windows if counter.code == window), None)
    return Hall(
        day_open=services.days.current() is not None,
        paused=counter is not None and counter.state is CounterState.PAUSED,
        queue=services.calling.queue(window),
        ticket=services.calling.current(window),
        marks=services.calling.marks(window),
        undoable=services.serving.undoable(window),
        due=tuple(row for row in services.bookings.of_day(today) if row.state is BookingState.BOOKED),
        windows=windows,
        terminals=services.terminals.all(),
        lamps=services.terminals.lamps(),
        alerts=Alerts(services.staff.help_calls(), services.care.open(), services.consents.pending()),
        mine=tuple(
            Worked(appeal, services.appeals.next_steps(appeal, actor)) for appeal in services.appeals.open_ones(actor)
        ),
    )


class Calling:
    """Actions of the left column and of the card."""

    def __init__(self, session: Session, visitor_changed: Callable[[UUID], None]) -> None:
        self._session, self._visitor_changed = session, visitor_changed
        self._reading = self._grew = False
        self._cleared_at: float | None = None

    # --- following the store ---------------------------------------------------------------------------------

    def entered(self) -> None:
        """A clerk sits down: read the hall, and take up a talk that was interrupted."""
        self._reading = self._grew = False
        self._cleared_at = None
        window, actor = self._session.state.window, self._session.actor
        self.refresh()
        self._session.ask(lambda services: services.serving.serving(window, actor), self._resumed)

    def _resumed(self, served: Served | None) -> None:
        if served is not None:
            self._serve(served)

    def refresh(self) -> None:
        """Read the hall again; reads that come while one is under way become one."""
        state = self._session.state
        if state.clerk is None:
            return
        if self._reading:
            self._grew = True
            return
        self._reading = True
        window, actor, today = state.window, self._session.actor, self._session.around.clock.today()
        self._session.ask(lambda services: look(services, window, today, actor), self._read)

    def read_again(self) -> None:
        """The heartbeat: a read whose answer was lost does not block the next."""
        self._reading = False
        self.refresh()

    def stay(self) -> None:
        """Say that this desk is alive, so that its visitor is not taken from it."""
        window, actor = self._session.state.window, self._session.actor
        self._session.ask(lambda services: services.counters.keep_alive(window, actor), self._stayed)

    def _stayed(self, ours: bool) -> None:
        """The window was given up while this machine slept: sit down again; a colleague's window is not taken. Nobody
        sits down at a locked desk or when the day is over.
        """
        state = self._session.state
        if not ours and state.screen is Screen.DESK and state.day_open:
            window = self._session.state.window
            self._session.do(lambda services, actor: services.counters.open(window, actor), self._sat_down)

    def _sat_down(self, _counter: object) -> None:
        self._session.put(note=Note("warn", "sat_down"))
        self.entered()

    def _read(self, hall: Hall) -> None:
        self._reading = False
        state = self._session.state
        left = state.served is not None and self._cleared_at is None and not _same(hall.ticket, state.served.ticket)
        self._session.put(
            day_open=hall.day_open,
            paused=hall.paused,
            queue=hall.queue,
            ticket=hall.ticket,
            marks=hall.marks,
            undoable=hall.undoable,
            due=hall.due,
            windows=hall.windows,
            terminals=hall.terminals,
            lamps=hall.lamps,
            alerts=hall.alerts,
            mine=hall.mine,
        )
        if left:
            self.clear_card()
        if self._grew:
            self._grew = False
            self.refresh()

    # --- calling ---------------------------------------------------------------------------------------------

    def call_next(self) -> None:
        """Call the next person by the rules."""
        window = self._session.state.window
        self.clear_card()
        self._session.do(lambda services, actor: services.calling.next(window, actor), self._called)

    def _called(self, ticket: Ticket | None) -> None:
        self._moved(ticket, Note("info", "nobody_waits") if ticket is None else None)

    def pick(self, ticket_id: UUID, reason: str) -> None:
        """Call somebody out of order; the reason stays in the record."""
        window = self._session.state.window
        self.clear_card()
        self._session.do(lambda services, actor: services.calling.pick(window, ticket_id, reason, actor), self._moved)

    def without_ticket(self) -> None:
        """Serve the visitor who stands here without a number; its category is written down with the matter."""
        window = self._session.state.window
        self.clear_card()
        self._session.do(lambda services, actor: services.tickets.without_ticket(window, None, actor), self._serve)

    def reclass(self, ticket_id: UUID, call_class: CallClass, reason: str) -> None:
        """Set a waiting number before or behind others by its class."""
        self._session.do(
            lambda services, actor: services.calling.reclass(ticket_id, call_class, reason, actor), self._reclassed
        )

    def _reclassed(self, ticket: Ticket) -> None:
        note = Note("ok", f"class_{ticket.call_class.value}", {"label": ticket.label})
        self._session.put(asked=None, selected="", note=note)
        self.refresh()

    def recall(self) -> None:
        """Call the same number again."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.calling.recall(window, actor), self._moved)

    def call_back(self, ticket_id: UUID) -> None:
        """Call a held or passed number to this window."""
        window = self._session.state.window
        self.clear_card()
        self._session.do(lambda services, actor: services.calling.call_back(window, ticket_id, actor), self._moved)

    def no_show(self) -> None:
        """Nobody came: the number is passed."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.no_show(window, actor), self._gone)

    def undo(self) -> None:
        """Take back the last step of this window."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.undo(window, actor), self._undone)

    def _undone(self, ticket: Ticket) -> None:
        self.clear_card()
        if ticket.state is TicketState.SERVING:
            window, actor = self._session.state.window, self._session.actor
            self._session.ask(lambda services: services.serving.serving(window, actor), self._resumed)
        self._moved(ticket, Note("ok", "undone", {"label": ticket.label}))

    def _moved(self, ticket: Ticket | None, note: Note | None = None) -> None:
        at_desk = ticket if ticket and ticket.state in (TicketState.CALLED, TicketState.SERVING) else None
        self._session.put(ticket=at_desk, note=note, asked=None, selected="")
        self.refresh()

    # --- the visitor -----------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """The visitor stands here: service starts and the card opens if the proof allows it."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.arrived(window, actor), self._serve)

    def check_identity(self) -> None:
        """The clerk has compared person and paper of a number-only visitor."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.check_identity(window, actor), self._serve)

    def name_visitor(self, staff_number: str) -> None:
        """The clerk vouches for a visitor who came without a name."""
        window, number = self._session.state.window, staff_number.strip().upper()
        self._session.do(lambda services, actor: services.serving.name_visitor(window, number, actor), self._serve)

    def _serve(self, served: Served) -> None:
        self._cleared_at = None
        viewed = self._session.state.now if served.card else None
        self._session.put(ticket=served.ticket, served=served, viewed_at=viewed, clears_in=None, note=None)
        self._visitor_changed(served.visit.id)
        self.refresh()

    def finish(self) -> None:
        """The talk is over; the card stays for a few visible seconds."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.finish(window, actor), self._finished)

    def _finished(self, ticket: Ticket) -> None:
        stay = self._session.around.settings.desk.card_clear_seconds
        self._cleared_at = self._session.around.monotonic() + stay
        clears_in = stay if self._session.state.served else None
        self._session.put(ticket=None, clears_in=clears_in, note=Note("ok", "finished", {"label": ticket.label}))
        self.refresh()

    def left(self) -> None:
        """The visitor walked away: the card goes at once."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.left(window, actor), self._gone)

    def _gone(self, ticket: Ticket) -> None:
        self.clear_card()
        self._moved(
            ticket, Note("info", "passed" if ticket.state is TicketState.PASSED else "gone", {"label": ticket.label})
        )

    def clear_card(self) -> None:
        """Take the card off the screen, and with it the number and code of what was registered for this visitor."""
        self._cleared_at = None
        state = self._session.state
        if state.served is not None:
            form = Form(serial=state.form.serial + 1) if state.form.registered is not None else state.form
            self._session.put(served=None, viewed_at=None, clears_in=None, form=form)

    def tick(self) -> None:
        """Once a second: the visible countdown of a card whose visitor has left."""
        if self._cleared_at is None or self._session.state.served is None:
            return
        left = round(self._cleared_at - self._session.around.monotonic())
        if left <= 0:
            self.clear_card()
        else:
            self._session.put(clears_in=left)

    # --- questions before an action --------------------------------------------------------------------------

    def ask(self, choice: Choice | None, about: str = "", detail: str = "") -> None:
        """Open or close the question of an action."""
        self._session.put(asked=Asked(choice, about, detail) if choice else None, note=None)

    def next_place(self) -> None:
        """The next possible place in line for the transfer that is asked about."""
        asked = self._session.state.asked
        if asked is not None:
            places = list(LinePlace)
            self.set_place(places[(places.index(asked.place) + 1) % len(places)])

    def set_place(self, place: LinePlace) -> None:
        """Where in line the transfer puts the visitor."""
        asked = self._session.state.asked
        if asked is not None:
            self._session.put(asked=replace(asked, place=place))

    def wish_window(self, window: str) -> None:
        """The one window the transferred visitor waits for; empty for any."""
        asked = self._session.state.asked
        if asked is not None:
            self._session.put(asked=replace(asked, window=window))

    def transfer(self, queue: str) -> None:
        """Send the visitor to another queue."""
        window, asked = self._session.state.window, self._session.state.asked or Asked(Choice.TRANSFER)
        place, wish = asked.place, asked.window or None
        self._session.do(
            lambda services, actor: services.calling.transfer(window, queue, place, actor, window=wish),
            self._transferred,
        )

    def _transferred(self, ticket: Ticket) -> None:
        self.clear_card()
        self._moved(ticket, Note("ok", "transferred", {"label": ticket.label, "queue": ticket.queue}))

    def hold(self, reason: str) -> None:
        """Park the talk; the card goes, the desk is free."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.serving.hold(window, reason, actor), self._held)

    def _held(self, ticket: Ticket) -> None:
        self.clear_card()
        self._moved(ticket, Note("ok", "held", {"label": ticket.label}))

    def pause(self, reason: str) -> None:
        """A break; a called number stays."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.counters.pause(window, reason, actor), self._paused)

    def resume(self) -> None:
        """Back from the break."""
        window = self._session.state.window
        self._session.do(lambda services, actor: services.counters.open(window, actor), self._paused)

    def _paused(self, _counter: object) -> None:
        self._session.put(asked=None)
        self.refresh()


def _same(now: Ticket | None, before: Ticket) -> bool:
    return now is not None and now.id == before.id

"""The desk's queue and the visitor at the window: from "call next" to the card and its clearing.

Plain Python, GUI thread only. The card is shown only after the store has written the audit row and answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, LinePlace, MarkKind, Ticket, TicketState
from ui.desk.session import Session
from ui.desk.state import Alerts, Choice, Form, Note, Screen, Worked

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.calling import QueueRow
    from kiosk.services.consents import PendingRelease
    from kiosk.services.serving import Served

WAITING = frozenset({TicketState.WAITING})
APART = frozenset({TicketState.HELD, TicketState.PASSED})


@dataclass(frozen=True, slots=True)
class Hall:
    """What one read of the store tells the desk."""

    day_open: bool
    paused: bool
    queue: tuple[QueueRow, ...]
    ticket: Ticket | None
    marks: frozenset[MarkKind]
    alerts: Alerts
    mine: tuple[Worked, ...]


def look(services: Services, window: str, actor: Actor) -> Hall:
    """Read the hall for one window. Store thread."""
    counter = next((counter for counter in services.counters.all() if counter.code == window), None)
    return Hall(
        day_open=services.days.current() is not None,
        paused=counter is not None and counter.state is CounterState.PAUSED,
        queue=services.calling.queue(window),
        ticket=services.calling.current(window),
        marks=frozenset(mark.kind for mark in services.calling.marks(window)),
        alerts=Alerts(
            services.staff.help_calls(),
            tuple((row.task, row.label) for row in services.care.open()),
            services.consents.pending(),
        ),
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
        window, actor = state.window, self._session.actor
        self._session.ask(lambda services: look(services, window, actor), self._read)

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
        self._session.put(ticket=at_desk, note=note, choice=None)
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

    def ask(self, choice: Choice | None) -> None:
        """Open or close the question of an action."""
        self._session.put(choice=choice, head_of_line=False, note=None)

    def toggle_head(self) -> None:
        """Transfer to the head of the line, or back to the place of arrival."""
        self._session.put(head_of_line=not self._session.state.head_of_line)

    def transfer(self, queue: str) -> None:
        """Send the visitor to another queue."""
        window = self._session.state.window
        place = LinePlace.HEAD if self._session.state.head_of_line else LinePlace.ARRIVAL
        self._session.do(
            lambda services, actor: services.calling.transfer(window, queue, place, actor), self._transferred
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
        self._session.put(choice=None)
        self.refresh()

    # --- the day ---------------------------------------------------------------------------------------------

    def open_day(self) -> None:
        """Open today's service; numbers can be taken from now on."""
        self._session.do(lambda services, actor: services.days.open(actor), lambda _day: self.refresh())

    # --- alerts ----------------------------------------------------------------------------------------------

    def acknowledge(self) -> None:
        """Take the alert on top: going to a call for help, bringing what was asked, or witnessing an enrolment."""
        alerts = self._session.state.alerts
        if alerts.help:
            call = alerts.help[0]
            self._session.do(lambda services, actor: services.staff.answer_help(call.id, actor), self._taken)
        elif alerts.releases:
            self._release(alerts.releases[0])
        elif alerts.care:
            task, _label = alerts.care[0]
            self._session.do(
                lambda services, actor: services.care.done(task.id, actor), lambda _task: self._taken(None)
            )

    def _release(self, release: PendingRelease) -> None:
        """Witness an enrolment; where somebody enrolled looks the same, only after a second look at the card."""
        consent, doubles = release.consent_id, release.doubles > 0
        if doubles and self._session.state.doubted != consent:
            self._session.put(doubted=consent)
            return

        def witness(services: Services, actor: Actor) -> None:
            services.consents.release(consent, actor, confirmed=doubles)

        self._session.do(witness, self._taken)

    def _taken(self, _nothing: None) -> None:
        self._session.put(doubted=None)
        self.refresh()


def _same(now: Ticket | None, before: Ticket) -> bool:
    return now is not None and now.id == before.id

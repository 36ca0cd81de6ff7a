"""The pages beside the queue: read when opened, again when the hall moved; and what may be done on them.

Plain Python, GUI thread only. Every act is a verb of the services; its refusal is a sentence at the top.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kiosk.model.hall import SeatState
from kiosk.model.terminal import OrderVerb
from ui.desk.looks import LOOKS, FiguresLook, Look, Span, look_at_figures
from ui.desk.session import Session
from ui.desk.state import Note, Page

if TYPE_CHECKING:
    from kiosk.model.staff import Actor
    from kiosk.services import Services

PACE_S = 1.0
"""A page is read no more often than this, however fast the hall moves."""
NOTICE_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(hours=12), "open": None}
"""How long a notice stays: an hour, the working day, or until it is taken down."""


def _nowhere() -> None:
    """No view offers a place for a file."""


class Overseeing:
    """Reads the open page and acts on it."""

    def __init__(self, session: Session, refresh_desk: Callable[[], None]) -> None:
        self._session, self._refresh_desk = session, refresh_desk
        self._reading = self._grew = False
        self._read_at = 0.0
        self._span = Span.TODAY
        self.choose_file: Callable[[], None] = _nowhere

    # --- reading ---------------------------------------------------------------------------------------------

    def show(self, page: Page) -> None:
        """Open a page; the same page again goes back to the reception."""
        page = Page.RECEPTION if page is self._session.state.page else page
        self._reading = self._grew = False
        self._session.put(page=page, look=None, selected="", asked=None, writes_notice=False)
        self.read()

    def show_span(self, span: Span) -> None:
        """The figures of another span of days."""
        self._span = span
        self._reading = False
        self.read()

    def grew(self) -> None:
        """The hall moved; the page follows with the next tick."""
        self._grew = True

    def tick(self) -> None:
        """Once a second."""
        if self._grew and self._session.around.monotonic() - self._read_at >= PACE_S:
            self.read()

    def read_again(self) -> None:
        """The heartbeat: a read whose answer was lost does not block the next."""
        self._reading = False
        self.read()

    def read(self) -> None:
        """Read the open page; reads that come while one is under way become one."""
        page, today = self._session.state.page, self._session.around.clock.today()
        if page is Page.RECEPTION or self._session.state.clerk is None or self._reading:
            return
        self._reading, self._grew = True, False
        self._read_at = self._session.around.monotonic()
        span = self._span

        def look(services: Services) -> Look:
            return look_at_figures(services, today, span) if page is Page.FIGURES else LOOKS[page](services, today)

        self._session.ask(look, lambda seen: self._seen(page, seen), lambda _error: self._failed())

    def _seen(self, page: Page, look: Look) -> None:
        if page is self._session.state.page:
            self._reading = False
            self._session.put(look=look)

    def _failed(self) -> None:
        """What was read before stays on the screen; the lamp says that it is old."""
        self._reading = False
        self._grew = True

    def _do(self, work: Callable[[Services, Actor], Any], note: Note | None = None) -> None:
        def done(_value: object) -> None:
            self._session.put(asked=None, writes_notice=False, note=note)
            self._refresh_desk()
            self._reading = False
            self.read()

        self._session.do(work, done)

    # --- windows and calls for help --------------------------------------------------------------------------

    def relieve(self, window: str, reason: str) -> None:
        """Free the locked window of a colleague; the store allows it to the head only."""
        self._do(
            lambda services, actor: services.calling.relieve(window, reason, actor),
            Note("ok", "relieved", {"w": window}),
        )

    def answer_help(self, call_id: UUID) -> None:
        """This clerk goes there."""
        self._do(lambda services, actor: services.staff.answer_help(call_id, actor))

    def help_first(self, call_id: UUID, reason: str) -> None:
        """Whoever called for help is received first: their number becomes urgent, or they get one that is."""
        self._do(
            lambda services, actor: services.calling.urgent_from_help(call_id, reason, actor), Note("ok", "help_first")
        )

    def cancel_booking(self, booking_id: UUID) -> None:
        """The visitor told that nobody comes."""
        self._do(lambda services, actor: services.bookings.cancel(booking_id, actor))

    # --- seats and small services ----------------------------------------------------------------------------

    def take_care(self, task_id: UUID) -> None:
        """This window brings it."""
        self._do(lambda services, actor: services.care.take(task_id, actor))

    def care_done(self, task_id: UUID) -> None:
        """It was brought."""
        self._do(lambda services, actor: services.care.done(task_id, actor))

    def care_failed(self, task_id: UUID, reason: str) -> None:
        """It cannot be brought; the reason stays in the record."""
        self._do(lambda services, actor: services.care.fail(task_id, reason, actor))

    def set_seat(self, code: str, state: SeatState) -> None:
        """A seat is cleaned, out of use, or free again."""
        self._do(lambda services, actor: services.seats.set_state(code, state, actor))

    def move_seat(self, ticket_id: UUID, code: str) -> None:
        """The visitor with this number sits elsewhere."""
        self._do(lambda services, actor: services.seats.move(ticket_id, code, actor))

    # --- walls and terminals ---------------------------------------------------------------------------------

    def order(self, terminal: str, verb: OrderVerb, argument: str = "") -> None:
        """Ask a terminal; what became of it stands in the list of orders."""
        self._do(
            lambda services, actor: services.terminals.order(terminal, verb, argument, actor),
            Note("info", "ordered", {"terminal": terminal}),
        )

    def begin_notice(self) -> None:
        """Open the two fields of a notice, or fold them."""
        self._session.put(writes_notice=not self._session.state.writes_notice, note=None)

    def write_notice(self, zh: str, en: str, length: str) -> None:
        """Put a text on every wall."""
        if not zh.strip():
            self._session.put(note=Note("warn", "notice_empty"))
            return
        begins, lasts = self._session.around.clock.now(), NOTICE_LENGTHS[length]
        ends = begins + lasts if lasts else None
        self._do(
            lambda services, actor: services.notices.write(zh.strip(), en.strip(), begins, ends, (), actor),
            Note("ok", "notice_written"),
        )

    def take_down(self, notice_id: UUID) -> None:
        """Take a text from the walls."""
        self._do(lambda services, actor: services.notices.take_down(notice_id, actor))

    # --- figures ---------------------------------------------------------------------------------------------

    def begin_export(self) -> None:
        """Ask for a place."""
        self.choose_file()

    def export(self, path: Path) -> None:
        """Write the figures shown as a table of commas; off the GUI thread."""
        look = self._session.state.look
        if not isinstance(look, FiguresLook):
            return
        report, name = look.report, {"file": path.name}

        def write() -> None:
            from kiosk.services.statistics import as_csv

            path.write_text(as_csv(report), encoding="utf-8-sig", newline="")

        self._session.write_file(write, Note("ok", "exported", name), Note("warn", "not_exported", name))

    # --- the day ---------------------------------------------------------------------------------------------

    def open_day(self) -> None:
        """Open today's service; numbers can be taken from now on."""
        self._do(lambda services, actor: services.days.open(actor))

    def stop_intake(self, reason: str) -> None:
        """No more numbers; who waits is still served."""
        self._do(lambda services, actor: services.days.stop_intake(reason, actor), Note("ok", "intake_stopped"))

    def resume_intake(self) -> None:
        """Numbers are given again."""
        self._do(lambda services, actor: services.days.resume_intake(actor), Note("ok", "intake_resumed"))

    def extend(self, minutes: int) -> None:
        """Close later today."""
        self._do(lambda services, actor: services.days.extend(minutes, actor), Note("ok", "extended", {"n": minutes}))

    def close_day(self) -> None:
        """End the day: everything open ends with it."""
        self._do(lambda services, actor: services.days.close(actor), Note("ok", "day_closed"))

"""The touch front's behaviour: which page follows which. Plain Python, no Qt, GUI thread only.

Owns navigation; the steps themselves live in ``arriving``, ``returning``, ``ticketing`` and ``authorising``. Every
page has a way back, a way to start over and a way to a person; no page is a dead end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.errors import InputError, ReceptionError, RuleError, WorldError
from kiosk.model.face import HintKind
from kiosk.phrases import LANGUAGES
from ui.touch.arriving import PAGES, Arriving
from ui.touch.authorising import Authorising
from ui.touch.booking import CheckIn
from ui.touch.camera import CameraParts, TouchCamera
from ui.touch.comforting import Comforting
from ui.touch.cut_off import CutOff
from ui.touch.returning import Returning
from ui.touch.session import RESTING, Session, Spool, Surroundings
from ui.touch.state import Enquiry, Page, Purpose, TouchState
from ui.touch.ticketing import Ticketing

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.appeals import AppealProgress
    from kiosk.services.intake import Intake
    from kiosk.services.spare import SpareDesk
    from kiosk.services.tickets import ServiceGroup

    HallNow = tuple[Intake, tuple[ServiceGroup, ...], bool]

WATCH_SECONDS = 5.0
LOOK_SECONDS = 30.0
"""An answer that has not come after this time was lost with the visitor who left; the hall is asked again."""
APPEAL_DIGITS = 5
CODE_DIGITS = 8
_WAYS = frozenset(PAGES.values()) | {Page.CONFIRM, Page.DIGITS, Page.OTHER_WAY}


class TouchPresenter:
    """What the pages call. ``changed`` is set by the view and hears every new state."""

    def __init__(self, around: Surroundings, camera: TouchCamera) -> None:
        self.session = Session(around)
        self.camera = camera
        self.returning = Returning(self.session)
        self.arriving = Arriving(self.session, camera, self.returning)
        self.cut_off = CutOff(self.session)
        self.ticketing = Ticketing(self.session, self.cut_off)
        self.check_in = CheckIn(self.session, self.ticketing)
        self.arriving.booked = self.check_in.send
        self.comforting = Comforting(self.session)
        self.authorising = Authorising(self.session, camera)
        self.session.leaving = self._leave_page
        self.session.forgetting = self.arriving.forget
        self.arriving.identified = self._identified
        self._watched = -WATCH_SECONDS
        self._looked: float | None = None

    @property
    def state(self) -> TouchState:
        """What is shown now."""
        return self.session.state

    def watch(self, changed: Callable[[TouchState], None]) -> None:
        """The view's ear."""
        self.session.changed = changed

    def connect(self, services: Services, spool: Spool | None) -> None:
        """The store is open; taps made before it are done now."""
        self.session.connect(services, spool)
        self._look_at_hall()

    def camera_ready(self, parts: CameraParts) -> None:
        """The camera can read codes; the tile for the face appears only where the module is activated (DECISIONS 3)."""
        self.camera.attach(parts)
        self.session.change(face_on=parts.faces is not None)

    def store_failed(self, error: Exception) -> None:
        """The store could not be opened: say where to go instead."""
        known = error if isinstance(error, ReceptionError) else WorldError("store_unavailable", "No store.")
        self.session.store_failed(known)
        self.cut_off.lost(known)

    def spare_ready(self, desk: SpareDesk) -> None:
        """The reserve of numbers of this kiosk is open."""
        self.cut_off.attach(desk)

    def store_changed(self) -> None:
        """The store was lost or is back: look at once."""
        self._look_at_hall()

    def tick(self) -> None:
        """Once a second, from the view's timer."""
        self.session.tick()
        self.arriving.tick()
        self.cut_off.tick()
        self.authorising.tick()
        self.comforting.tick()
        now = self.session.around.monotonic()
        if now - self._watched >= WATCH_SECONDS:
            self._watched = now
            self._look_at_hall()

    def touched(self) -> None:
        """Any touch or key."""
        self.session.touched()

    def speak(self, language: str) -> None:
        """Another language; what depends on it is read again."""
        self.session.change(language=language)
        if self.state.page is Page.CONSENT:
            self.authorising.read_notice()
        elif self.state.page is Page.SERVICES:
            self.ticketing.offer()

    def next_language(self) -> None:
        """The one tap to the other language."""
        at = LANGUAGES.index(self.state.language)
        self.speak(LANGUAGES[(at + 1) % len(LANGUAGES)])

    def enlarge(self) -> None:
        """大字 on or off."""
        self.session.change(large=not self.state.large)

    def start_over(self) -> None:
        """Forget this visitor and show the first page."""
        self.session.wipe()

    def call_staff(self) -> None:
        """Ask a clerk to come; nothing has to be said first."""
        if self.state.cut_off:
            return
        self.session.change(staff_called=True, staff_coming=False)
        self.session.note(lambda s, stay: s.arrivals.call_help(stay.visit, False, self.session.actor))

    def help_now(self) -> None:
        """The red button: a silent urgent alert at the desks, and numbers that help at once."""
        self.session.note(lambda s, stay: s.arrivals.call_help(stay.visit, True, self.session.actor))
        self.session.show(Page.HELP, staff_called=True, staff_coming=False)

    def back(self) -> None:
        """One step back."""
        state = self.state
        if state.page in (Page.SERVICES, Page.CUT_OFF) and state.group:
            self.ticketing.open_group("")
        elif state.page is Page.SERVICES and state.proposal is not None and state.proposal.kind is HintKind.SURE:
            self.session.show(Page.CONFIRM)
        elif state.page in (Page.CONSENT, Page.RECEIPT, Page.ENROL):
            self._back_from_consent()
        elif state.page in (Page.HELP, Page.AUTHORISATIONS) and state.issued is not None:
            self.session.show(Page.TICKET)
        elif state.page in _WAYS and state.purpose is Purpose.AUTHORISATIONS:
            self.authorising.enter()
        else:
            self.session.wipe()

    def enter_progress(self) -> None:
        """Open the page that asks for number and code."""
        self.session.show(Page.PROGRESS, enquiry=Enquiry())

    def enquiry_digit(self, key: str) -> None:
        """A digit of the number, then of the code; full means sent."""
        asked = self.state.enquiry
        if len(asked.number) < APPEAL_DIGITS:
            asked = Enquiry(asked.number + key, asked.code)
        else:
            asked = Enquiry(asked.number, (asked.code + key)[:CODE_DIGITS])
        self.session.change(enquiry=asked, fault=None)
        if len(asked.code) == CODE_DIGITS and not self.state.busy:
            self._send_enquiry(asked)

    def enquiry_erase(self, everything: bool = False) -> None:
        """Take back a digit, or all."""
        asked = self.state.enquiry
        if everything:
            asked = Enquiry()
        elif asked.code:
            asked = Enquiry(asked.number, asked.code[:-1])
        else:
            asked = Enquiry(asked.number[:-1])
        self.session.change(enquiry=asked, fault=None)

    def appeal_prefix(self) -> str:
        """The fixed part of appeal numbers, shown so that only digits are typed."""
        around = self.session.around
        return f"{around.settings.centre.code}-{around.clock.today().year}-"

    def _send_enquiry(self, asked: Enquiry) -> None:
        number = self.appeal_prefix() + asked.number
        self.session.change(busy=True)
        self.session.ask(lambda s: s.appeals.progress(number, asked.code), self._answered, self._not_answered)

    def _answered(self, answer: AppealProgress) -> None:
        asked = self.state.enquiry
        self.session.change(enquiry=Enquiry(asked.number, asked.code, answer), busy=False)

    def _not_answered(self, error: Exception) -> None:
        if isinstance(error, InputError):
            self.session.change(enquiry=Enquiry(self.state.enquiry.number, missing=True), busy=False)
        else:
            self.session.failed(error)

    def _identified(self) -> None:
        if self.state.purpose is Purpose.AUTHORISATIONS:
            self.authorising.load()
        else:
            self.ticketing.offer()

    def _back_from_consent(self) -> None:
        if self.state.issued is not None:
            self.session.show(Page.TICKET)
        else:
            self.authorising.load()

    def _leave_page(self) -> None:
        """Whatever page comes next: the camera goes dark and views are dropped."""
        self.camera.close()
        if self.state.page is Page.ENROL:
            self.authorising.leave()

    def _look_at_hall(self) -> None:
        """Read the wait and whether the day is open; a closed centre says so instead of a dead first page. While an
        answer is out nothing more is asked: a store that hangs must not find a pile of questions when it is back.
        """
        now, language = self.session.around.monotonic(), self.state.language
        if self._looked is not None and now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        terminal = self.session.around.settings.terminal.code
        self.session.watch(lambda s: _hall_now(s, language, terminal), self._hall_seen, self._hall_closed)

    def _hall_seen(self, hall: HallNow) -> None:
        self._looked = None
        intake, groups, coming = hall
        spans = [(tile.low, tile.high) for group in groups for tile in group.tiles]
        wait = (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None
        now = self.session.around.clock.now()
        self.cut_off.back()
        resting = self.state.page in RESTING and not self.state.group
        first = Page.ATTRACT if intake.open else Page.CLOSED
        page = first if resting else self.state.page
        fault = None if page is Page.ATTRACT else self.state.fault
        coming = coming and self.state.staff_called
        self.session.change(wait=wait, now=now, page=page, intake=intake, fault=fault, staff_coming=coming)

    def _hall_closed(self, error: Exception) -> None:
        self._looked = None
        if self.cut_off.lost(error):
            self.session.change(now=self.session.around.clock.now(), wait=None)
            return
        if isinstance(error, RuleError):
            self.cut_off.back()
        closed = isinstance(error, ReceptionError) and error.code == "day_closed"
        page = Page.CLOSED if closed and self.state.page in RESTING else self.state.page
        self.session.change(now=self.session.around.clock.now(), page=page, wait=None)


def _hall_now(services: Services, language: str, terminal: str) -> HallNow:
    """Whether numbers are given, the waits while the day is open, and whether help is coming here. Store thread."""
    intake = services.days.intake()
    groups = services.tickets.offer(language) if intake.code != "day_closed" else ()
    return intake, groups, services.staff.coming(terminal)

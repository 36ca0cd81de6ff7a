"""Everything the desk shows, as one immutable value. Owns no behaviour; no Qt.

The card and the form live here and nowhere else: clearing them is putting ``None`` and ``Form()`` back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from kiosk.errors import ReceptionError
from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.appeal import Appeal, Outcome
from kiosk.model.booking import Booking
from kiosk.model.hall import HelpCall
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import StaffMember
from kiosk.model.terminal import TerminalStatus
from kiosk.model.ticket import CallMark, Counter, LinePlace, Ticket

if TYPE_CHECKING:  # their modules pull the store in, which the first frame must not wait for
    from kiosk.calendar import WorkingDayCount
    from kiosk.services.calling import QueueRow
    from kiosk.services.care import CareRow
    from kiosk.services.consents import PendingRelease
    from kiosk.services.serving import Served
    from kiosk.services.terminals import Lamp
    from kiosk.services.undoing import Undo
    from ui.desk.looks import Look

Tone = Literal["warn", "ok", "info"]


class Screen(StrEnum):
    """Which of the three faces the desk shows."""

    OPENING = "opening"
    SIGN_IN = "sign_in"
    LOCKED = "locked"
    DESK = "desk"


class Tab(StrEnum):
    """What the right column is used for."""

    REGISTER = "register"
    MINE = "mine"


class Page(StrEnum):
    """What stands beside the queue. In the order of their keys, from F2."""

    RECEPTION = "reception"
    HALL = "hall"
    CARE = "care"
    DEVICES = "devices"
    FIGURES = "figures"
    DAY = "day"


class Choice(StrEnum):
    """A question asked before an action goes on. It stands under the queue, is answered by a digit, closed by Esc."""

    TRANSFER = "transfer"
    HOLD = "hold"
    PAUSE = "pause"
    PICK = "pick"
    RECLASS = "reclass"
    RECLASS_WHY = "reclass_why"
    PRINT_AT = "print_at"
    RELIEVE = "relieve"
    FAIL_CARE = "fail_care"
    SEAT = "seat"
    HELP_FIRST = "help_first"
    SHOW_PAGE = "show_page"
    LAYOUT = "layout"
    STOP_INTAKE = "stop_intake"
    EXTEND = "extend"
    CLOSE_DAY = "close_day"


class Device(StrEnum):
    """What has a lamp."""

    PRINTER = "printer"
    TERMINALS = "terminals"
    SERVER = "server"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question: what it is about (a ticket, window, terminal or task) and what was answered so far."""

    choice: Choice
    about: str = ""
    detail: str = ""
    place: LinePlace = LinePlace.ARRIVAL
    window: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence for the clerk: a text of ours, or an error that explains itself."""

    tone: Tone
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    error: ReceptionError | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in page. Nothing typed is kept here."""

    windows: tuple[Counter, ...] = ()
    window: str = ""
    fault: str = ""
    """Locale key below ``desk.sign_in``, empty when there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Form:
    """The appeal being written down. ``registered`` is set once it has a number."""

    serial: int = 0
    """Another form has another serial, so that the fields are made anew."""
    visit_id: UUID | None = None
    """Whose words these are: the visitor at the window when writing began."""
    category: str = ""
    title: str = ""
    text: str = ""
    privacy: PrivacyLevel = PrivacyLevel.NAMED
    urgency: Urgency = Urgency.NORMAL
    due: WorkingDayCount | None = None
    why: bool = False
    registered: Appeal | None = None
    outcome: Outcome | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """One open appeal of the clerk with the steps possible now."""

    appeal: Appeal
    steps: tuple[AppealEvent, ...]


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step of an appeal that needs words before it is taken."""

    appeal_id: UUID
    event: AppealEvent
    text: str = ""
    outcome: Outcome | None = None
    recheck_days: int = 30


@dataclass(frozen=True, slots=True)
class Alerts:
    """What somebody must take note of."""

    help: tuple[HelpCall, ...] = ()
    care: tuple[CareRow, ...] = ()
    releases: tuple[PendingRelease, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.help or self.care or self.releases)


@dataclass(frozen=True, slots=True)
class DeskState:
    """One moment of the desk. ``now`` is in the centre's own time zone."""

    now: datetime
    screen: Screen = Screen.OPENING
    sign_in: SignIn = SignIn()
    clerk: StaffMember | None = None
    window: str = ""
    day_open: bool = False
    paused: bool = False
    busy: bool = False
    note: Note | None = None
    queue: tuple[QueueRow, ...] = ()
    ticket: Ticket | None = None
    marks: tuple[CallMark, ...] = ()
    """What walls and loudspeakers reported of the present call."""
    undoable: Undo | None = None
    """The last step of this window, which may be taken back now."""
    due: tuple[Booking, ...] = ()
    """Bookings of today that nobody checked in for yet."""
    windows: tuple[Counter, ...] = ()
    terminals: tuple[TerminalStatus, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    """Every fault of every terminal; a lost one has a single lamp."""
    page: Page = Page.RECEPTION
    look: Look | None = None
    """What the open page shows; None until it was read."""
    selected: str = ""
    """The line that keys act on: a ticket of the queue, or an item of the open page."""
    shows_keys: bool = False
    writes_notice: bool = False
    served: Served | None = None
    viewed_at: datetime | None = None
    clears_in: int | None = None
    """Seconds until the card disappears after the end of the talk; None while it may stay."""
    asked: Asked | None = None
    tab: Tab = Tab.REGISTER
    form: Form = Form()
    mine: tuple[Worked, ...] = ()
    picked: UUID | None = None
    draft: StepDraft | None = None
    alerts: Alerts = Alerts()
    doubted: UUID | None = None
    """The enrolment of somebody who looks like an enrolled person: once more, and it is released."""
    faults: Mapping[Device, str] = field(default_factory=dict)
    """Devices at fault, each with the code of its fault."""
    unsent: int | None = None
    """Changes not yet at the centre; None when this hall runs alone."""

    @property
    def choice(self) -> Choice | None:
        """What is asked now."""
        return self.asked.choice if self.asked else None

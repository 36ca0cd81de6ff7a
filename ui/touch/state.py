"""Everything the touch screen shows, as one immutable value. Owns no behaviour; no Qt.

What a visitor entered or is called lives here and nowhere else: wiping the visit is putting back ``fresh()``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.errors import ReceptionError
from kiosk.model.ticket import Ticket, TicketSlip
from kiosk.model.visit import Proof
from kiosk.phrases import FALLBACK

if TYPE_CHECKING:  # their modules pull the store in, which the first frame must not wait for
    from kiosk.notice import Notice
    from kiosk.services.access import Look
    from kiosk.services.appeals import AppealProgress
    from kiosk.services.arrivals import Proposal
    from kiosk.services.care import Comfort
    from kiosk.services.consents import ConsentState, WithdrawalReceipt
    from kiosk.services.intake import Intake
    from kiosk.services.spare import Spared
    from kiosk.services.tickets import ServiceGroup, Standing


class Page(StrEnum):
    """What the visitor sees. To add one: a member here, a file in ``pages``, a line in ``pages.PAGES``."""

    ATTRACT = "attract"
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"
    NUMBER = "number"
    QR = "qr"
    ID_CARD = "id_card"
    FACE = "face"
    CLERK = "clerk"
    ANONYMOUS = "anonymous"
    DIGITS = "digits"
    CONFIRM = "confirm"
    OTHER_WAY = "other_way"
    BOOKING = "booking"
    SERVICES = "services"
    TICKET = "ticket"
    NOT_ISSUED = "not_issued"
    CUT_OFF = "cut_off"
    SPARE = "spare"
    WHO = "who"
    AUTHORISATIONS = "authorisations"
    CONSENT = "consent"
    ENROL = "enrol"
    RECEIPT = "receipt"
    STANDING = "standing"
    PROGRESS = "progress"
    HELP = "help"


class Purpose(StrEnum):
    """Why the visitor says who they are."""

    VISIT = "visit"
    AUTHORISATIONS = "authorisations"


class Printed(StrEnum):
    """What became of the paper. The number on the screen counts in every case."""

    PRINTING = "printing"
    YES = "yes"
    LATE = "late"
    FAILED = "failed"
    NO_PRINTER = "no_printer"


class EnrolStep(StrEnum):
    """Where the enrolment stands."""

    GLASSES = "glasses"
    CAPTURE = "capture"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Camera:
    """The open camera: its purpose is the page. ``hint`` is a locale key, ``progress`` runs from 0 to 1.

    ``ask`` is what the head is asked to do (a value of ``recognition.types.Ask``), ``taken`` counts views kept.
    """

    hint: str = "touch.hint.centre"
    progress: float = 0.0
    synthetic: bool = False
    ask: str = ""
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Issued:
    """The visitor's number and what became of its paper."""

    ticket: Ticket
    slip: TicketSlip
    printed: Printed
    invite: bool = False
    """Whether the face match may be mentioned: never to somebody who said no."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A number of the reserve, given while the kiosk was cut off."""

    given: Spared
    printed: Printed


@dataclass(frozen=True, slots=True)
class Shown:
    """A number whose slip was scanned, and how it stands. ``ticket`` and ``code`` are needed to report again."""

    ticket: UUID
    code: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Authorisation:
    """How the identified person stands to the face match. ``looks`` is None when the proof is too weak to show them."""

    consent: ConsentState
    looks: tuple[Look, ...] | None


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The two numbers typed on the progress page, and the answer."""

    number: str = ""
    code: str = ""
    answer: AppealProgress | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class TouchState:
    """The hall's part (kept over visits) first, then the visit's part (wiped)."""

    language: str = FALLBACK
    face_on: bool = False
    now: datetime | None = None
    wait: tuple[int, int] | None = None
    intake: Intake | None = None
    """Whether numbers are given, and why not; None before the hall was looked at."""
    cut_off: bool = False
    """The hall store does not answer: no name, no waits, nobody can be called from here."""
    page: Page = Page.ATTRACT

    large: bool = False
    purpose: Purpose = Purpose.VISIT
    busy: bool = False
    fault: ReceptionError | None = None
    notice_key: str = ""
    seconds_left: int | None = None
    staff_called: bool = False
    staff_coming: bool = False
    """Somebody answered the call: shown, never sounded."""
    digits: str = ""
    camera: Camera | None = None
    proposal: Proposal | None = None
    proof: Proof = Proof.NONE
    offer: tuple[ServiceGroup, ...] = ()
    group: str = ""
    priority: bool = False
    party: int = 1
    issued: Issued | None = None
    spare: Spare | None = None
    shown: Shown | None = None
    comfort: Comfort | None = None
    """Seat and small services of the number of this page, as last read."""
    authorisation: Authorisation | None = None
    notice: Notice | None = None
    agreed: bool = False
    withdrawing: bool = False
    """Whether the visitor is asked once more: what a finger did by mistake could not be undone."""
    enrol: EnrolStep = EnrolStep.CAPTURE
    receipt: WithdrawalReceipt | None = None
    enquiry: Enquiry = Enquiry()

    def fresh(self, language: str) -> TouchState:
        """The same hall without any trace of a visit."""
        return TouchState(
            language=language, face_on=self.face_on, now=self.now, wait=self.wait, intake=self.intake,
            cut_off=self.cut_off,
        )  # fmt: skip

    def with_(self, **changes: object) -> TouchState:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

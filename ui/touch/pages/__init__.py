"""One class per page. To add a page: a ``Page`` member, a class in a file here, a line in ``PAGES``."""

from __future__ import annotations

from ui.touch.pages.attract import AttractPage, ResponsePage
from ui.touch.pages.booking import BookingPage
from ui.touch.pages.consent import AuthorisationsPage, ConsentPage, ReceiptPage
from ui.touch.pages.cut_off import CutOffPage, SparePage
from ui.touch.pages.enquiry import HelpPage, ProgressPage
from ui.touch.pages.enrol import EnrolPage
from ui.touch.pages.face import FacePage
from ui.touch.pages.frame import Frame
from ui.touch.pages.identify import ConfirmPage, NumberPage, OtherWayPage, ReaderPage, UnnamedPage, WhoPage
from ui.touch.pages.services import ServicesPage
from ui.touch.pages.standing import StandingPage
from ui.touch.pages.ticket import NotIssuedPage, TicketPage
from ui.touch.state import Page

PAGES: dict[Page, type[Frame]] = {
    Page.ATTRACT: AttractPage,
    Page.CLOSED: ResponsePage,
    Page.UNAVAILABLE: ResponsePage,
    Page.NUMBER: NumberPage,
    Page.QR: ReaderPage,
    Page.ID_CARD: ReaderPage,
    Page.FACE: FacePage,
    Page.CLERK: UnnamedPage,
    Page.ANONYMOUS: UnnamedPage,
    Page.DIGITS: NumberPage,
    Page.CONFIRM: ConfirmPage,
    Page.OTHER_WAY: OtherWayPage,
    Page.BOOKING: BookingPage,
    Page.SERVICES: ServicesPage,
    Page.TICKET: TicketPage,
    Page.NOT_ISSUED: NotIssuedPage,
    Page.CUT_OFF: CutOffPage,
    Page.SPARE: SparePage,
    Page.WHO: WhoPage,
    Page.AUTHORISATIONS: AuthorisationsPage,
    Page.CONSENT: ConsentPage,
    Page.ENROL: EnrolPage,
    Page.RECEIPT: ReceiptPage,
    Page.STANDING: StandingPage,
    Page.PROGRESS: ProgressPage,
    Page.HELP: HelpPage,
}

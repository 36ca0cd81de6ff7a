"""My authorisations: read the notice, agree or refuse, be enrolled with a clerk as witness, withdraw. GUI thread.

A refusal changes nothing else (T1). Views of a face live here only until they are stored or the page is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import InputError, ReceptionError, WorldError
from ui.touch.camera import CAPTURES, TouchCamera
from ui.touch.session import Session, Stay
from ui.touch.state import Authorisation, Camera, EnrolStep, Page, Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from kiosk.model.consent import Consent
    from kiosk.notice import Notice
    from kiosk.services import Services
    from kiosk.services.consents import ConsentState, WithdrawalReceipt
    from recognition.types import Frame, Vector

PROMPTS = ("ahead", "left", "right", "up", "ahead")
POLL_SECONDS = 2.0


class Authorising:
    """Everything about the face consent of the identified person."""

    def __init__(self, session: Session, camera: TouchCamera) -> None:
        self._session, self._camera = session, camera
        self._consent: UUID | None = None
        self._views: Sequence[Vector] = ()
        self._asked = 0.0

    def enter(self) -> None:
        """From the first page: say who you are first."""
        self._session.show(Page.WHO, purpose=Purpose.AUTHORISATIONS)

    def load(self) -> None:
        """Read where the identified person stands; who looked is read for a card or a face only."""
        proposal = self._session.state.proposal
        if proposal is None:
            self.enter()
            return
        strong = self._session.state.proof.strong

        def read(services: Services) -> Authorisation:
            state = services.consents.state(proposal.employee_id)
            return Authorisation(state, services.access.looks(proposal.employee_id) if strong else None)

        self._session.show(Page.AUTHORISATIONS, busy=True)
        self._session.ask(read, self._loaded)

    def enrol(self) -> None:
        """The wish to be enrolled: goes on with a consent given before, else begins with the notice."""
        proposal = self._session.state.proposal
        if proposal is not None:
            self._session.ask(lambda s: s.consents.state(proposal.employee_id), self._go_on)

    def read_notice(self) -> None:
        """Open the consent page; the box is not ticked."""
        language = self._session.state.language
        self._session.show(Page.CONSENT, agreed=False, notice=None, busy=True)
        self._session.ask(lambda s: s.consents.notice(language), self._noticed)

    def tick_box(self, agreed: bool) -> None:
        """The visitor ticked or cleared the box."""
        self._session.change(agreed=agreed)

    def read_aloud(self) -> None:
        """Read the notice aloud."""
        notice = self._session.state.notice
        if notice is not None:
            text = "\n".join((notice.title, *notice.paragraphs))
            self._session.around.say(text, self._session.state.language)

    def agree(self) -> None:
        """Consent by an own act; the enrolment follows."""
        state = self._session.state
        proposal, language = state.proposal, state.language
        if proposal is not None and state.agreed and not state.busy:

            def grant(services: Services, _stay: Stay) -> Consent:
                return services.consents.grant(proposal.employee_id, language, self._session.actor)

            self._session.do(grant, self._granted)

    def refuse(self) -> None:
        """A no costs nothing: back to where the visitor was, every service as before."""
        state = self._session.state
        proposal, language = state.proposal, state.language
        if proposal is not None:
            self._session.note(lambda s, _stay: s.consents.refuse(proposal.employee_id, language, self._session.actor))
        if state.issued is not None:
            self._session.show(Page.TICKET)
        else:
            self.load()

    def capture(self) -> None:
        """Take the few pictures, with a word for each."""
        self._session.show(Page.ENROL, enrol=EnrolStep.CAPTURE, camera=Camera(self._prompt(0)))
        if self._camera.faces is None:  # nobody is photographed for nothing
            self._broken(WorldError("face_off", "Face matching is not activated here.", "Use another way."))
            return
        self._camera.capture(self._counted, self._captured, self._broken)

    def withdraw(self) -> None:
        """Withdraw: the template is deleted at once, the receipt says so."""
        state = self._session.state
        proposal, language = state.proposal, state.language
        if proposal is not None and not state.busy:

            def withdraw(services: Services, _stay: Stay) -> WithdrawalReceipt:
                return services.consents.withdraw(proposal.employee_id, language, self._session.actor)

            self._session.do(withdraw, self._withdrawn)

    def leave(self) -> None:
        """The page is left: views are dropped, whatever they were waiting for."""
        self._views, self._consent = (), None

    def tick(self) -> None:
        """While waiting for the clerk, look every two seconds whether the enrolment was released."""
        session, consent = self._session, self._consent
        waiting = session.state.page is Page.ENROL and session.state.enrol is EnrolStep.WAITING
        now = session.around.monotonic()
        if waiting and consent is not None and now - self._asked >= POLL_SECONDS:
            self._asked = now
            session.ask(lambda s: s.consents.is_released(consent), self._released)

    def _loaded(self, authorisation: Authorisation) -> None:
        self._session.change(authorisation=authorisation, busy=False)

    def _go_on(self, consent: ConsentState) -> None:
        if consent.enrolled:
            self.load()
        elif consent.consent_id is None:
            self.read_notice()
        else:
            self._consent = consent.consent_id
            self.capture()

    def _noticed(self, notice: Notice) -> None:
        self._session.change(notice=notice, busy=False)

    def _granted(self, consent: Consent) -> None:
        self._consent = consent.id
        self.capture()

    def _prompt(self, taken: int) -> str:
        return f"touch.enrol.{PROMPTS[min(taken, CAPTURES - 1)]}"

    def _counted(self, taken: int, synthetic: bool) -> None:
        self._session.change(camera=Camera(self._prompt(taken), taken / CAPTURES, synthetic))

    def _captured(self, frames: tuple[Frame, ...]) -> None:
        faces = self._camera.faces
        if faces is not None:
            self._session.change(busy=True, camera=None)
            self._session.use(lambda: faces.views(frames), self._viewed, self._broken)

    def _viewed(self, views: Sequence[Vector]) -> None:
        self._views = views
        self._session.change(enrol=EnrolStep.WAITING, busy=False)

    def _broken(self, error: Exception) -> None:
        """Camera or pictures failed: try again or leave; the consent stays as given."""
        key = "touch.enrol.no_view" if isinstance(error, InputError) else "touch.enrol.no_camera"
        self._session.change(enrol=EnrolStep.FAILED, busy=False, camera=None, notice_key=key)

    def _released(self, released: bool) -> None:
        consent, views, faces = self._consent, self._views, self._camera.faces
        if not released or consent is None or faces is None or self._session.state.busy:
            return

        def keep(services: Services, _stay: Stay) -> None:
            services.consents.enrol(consent, faces.engine, views, self._session.actor)

        self._session.do(keep, self._enrolled, self._not_kept)

    def _enrolled(self, _nothing: object) -> None:
        self.leave()
        self._session.change(enrol=EnrolStep.DONE, busy=False)

    def _not_kept(self, error: Exception) -> None:
        self.leave()
        self._session.change(enrol=EnrolStep.FAILED, busy=False, notice_key="")
        self._session.change(fault=error if isinstance(error, ReceptionError) else None)

    def _withdrawn(self, receipt: WithdrawalReceipt) -> None:
        self._session.show(Page.RECEIPT, receipt=receipt)

"""My authorisations: read the notice, agree or refuse, be enrolled with a clerk as witness, withdraw. GUI thread.

A refusal changes nothing else (T1). Views of a face live here only until they are stored or the page is left, and are
overwritten then.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiosk.errors import ReceptionError, WorldError
from ui.touch.camera import TouchCamera
from ui.touch.session import Session, Stay
from ui.touch.state import Authorisation, Camera, EnrolStep, Page, Purpose

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.model.consent import Consent
    from kiosk.notice import Notice
    from kiosk.services import Services
    from kiosk.services.consents import ConsentState, WithdrawalReceipt
    from recognition.enrol import LookAlikes
    from recognition.types import Verdict
    from ui.touch.camera import Views

POLL_SECONDS = 2.0
CAPTURE_SECONDS = 120.0
"""Longer than every pose takes that does not come; then something is in the way that hints do not solve."""
CALM_SECONDS = 0.4
"""A hint is shown once it has been true for so long: words that change with every frame cannot be read."""
GENTLY = "touch.enrol.gently"
_GUIDES = {"ahead": "touch.hint.hold_still", "glasses": "touch.enrol.unhurried"}
"""What to say about an asked pose while nothing is in the way; ``GENTLY`` about those that are a movement."""


class Authorising:
    """Everything about the face consent of the identified person."""

    def __init__(self, session: Session, camera: TouchCamera) -> None:
        self._session, self._camera = session, camera
        self._consent: UUID | None = None
        self._views: Views | None = None
        self._alike: tuple[UUID, ...] = ()
        self._asked = self._began = 0.0
        self._hint, self._hint_since = GENTLY, 0.0
        self._in_the_way: Counter[str] = Counter()

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

        self._session.show(Page.AUTHORISATIONS, busy=True, withdrawing=False)
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

    def ask_glasses(self) -> None:
        """Before the camera opens: whoever sometimes takes the glasses off is looked at both ways."""
        self._session.show(Page.ENROL, enrol=EnrolStep.GLASSES)
        if self._camera.faces is None:  # nobody is photographed for nothing
            self._broken(WorldError("face_off", "Face matching is not activated here.", "Use another way."))

    def capture(self, *, two_looks: bool) -> None:
        """Take three to five views, pose by pose."""
        faces = self._camera.faces
        if faces is None or self._session.state.enrol is not EnrolStep.GLASSES:
            return
        faces.two_looks(two_looks)
        self._began = self._hint_since = self._session.around.monotonic()
        self._hint = GENTLY
        self._in_the_way.clear()
        self._session.change(enrol=EnrolStep.CAPTURE, camera=Camera(), notice_key="")
        self._camera.enrol(self._seen, self._broken)

    def ask_to_withdraw(self, asked: bool) -> None:
        """Ask once more before the template is gone, or leave it as it is."""
        self._session.change(withdrawing=asked)

    def withdraw(self) -> None:
        """Withdraw: the template is deleted at once, the receipt says so."""
        state = self._session.state
        proposal, language = state.proposal, state.language
        if proposal is not None and not state.busy:

            def withdraw(services: Services, _stay: Stay) -> WithdrawalReceipt:
                return services.consents.withdraw(proposal.employee_id, language, self._session.actor)

            self._session.do(withdraw, self._withdrawn)

    def leave(self) -> None:
        """The page is left: views are overwritten, whatever they were waiting for, and the desk need not come."""
        consent = self._consent
        if self._forget() and consent is not None:
            self._session.note(lambda s, _stay: s.consents.dropped(consent, self._session.actor))
        self._consent = None

    def tick(self) -> None:
        """Look every two seconds whether the clerk released the enrolment; end a capture that leads nowhere."""
        session, consent = self._session, self._consent
        if session.state.page is not Page.ENROL:
            return
        now = session.around.monotonic()
        if session.state.enrol is EnrolStep.CAPTURE and now - self._began >= CAPTURE_SECONDS:
            self._give_up()
        waiting = session.state.enrol is EnrolStep.WAITING and self._views is not None
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
            self.ask_glasses()

    def _noticed(self, notice: Notice) -> None:
        self._session.change(notice=notice, busy=False)

    def _granted(self, consent: Consent) -> None:
        self._consent = consent.id
        self.ask_glasses()

    def _seen(self, verdict: Verdict) -> None:
        if verdict.views is not None:
            self._viewed(verdict.views)
            return
        if verdict.gate is not None:
            self._in_the_way[verdict.gate.value] += 1
        ask = verdict.ask.value if verdict.ask is not None else ""
        guide = _GUIDES.get(ask, GENTLY)
        hint = guide if self._is_new(ask) else self._calm(verdict.gate.key if verdict.gate is not None else guide)
        self._session.change(camera=Camera(hint, verdict.progress, verdict.synthetic, ask, verdict.taken))

    def _is_new(self, ask: str) -> bool:
        """Whether a pose is asked for the first time: what stood below the one before does not stay below it."""
        shown = self._session.state.camera
        return shown is None or shown.ask != ask

    def _calm(self, hint: str) -> str:
        """The hint to show: the newest one once it lasted, until then the one shown now."""
        now = self._session.around.monotonic()
        if hint != self._hint:
            self._hint, self._hint_since = hint, now
        shown = self._session.state.camera
        return hint if shown is None or now - self._hint_since >= CALM_SECONDS else shown.hint

    def _give_up(self) -> None:
        """Say what was most often in the way."""
        self._camera.close()
        often = self._in_the_way.most_common(1)
        key = f"touch.enrol.why.{often[0][0]}" if often else "touch.enrol.no_view"
        self._session.change(enrol=EnrolStep.FAILED, camera=None, notice_key=key)

    def _viewed(self, views: Views) -> None:
        """Compare them with everybody enrolled here; what comes of it is for the clerk's eyes."""
        self._camera.close()
        self._views = views
        faces, proposal = self._camera.faces, self._session.state.proposal
        if faces is not None and proposal is not None:
            self._session.change(busy=True)
            self._session.use(
                lambda: faces.look_alikes(views, proposal.employee_id),
                lambda alike: self._compared(views, alike),
                self._not_kept,
            )

    def _compared(self, views: Views, alike: LookAlikes) -> None:
        consent = self._consent
        if self._views is not views or consent is None:
            return
        self._alike = alike.people

        def tell(services: Services, _stay: Stay) -> None:
            services.consents.compared(consent, len(alike.found), alike.doubles, self._session.actor)

        self._session.do(tell, self._told, self._not_kept)

    def _told(self, _nothing: object) -> None:
        if self._views is not None:
            self._session.change(enrol=EnrolStep.WAITING, busy=False, camera=None)

    def _broken(self, _error: Exception) -> None:
        """The camera failed: try again or leave; the consent stays as given."""
        self._session.change(enrol=EnrolStep.FAILED, busy=False, camera=None, notice_key="touch.enrol.no_camera")

    def _released(self, released: bool) -> None:
        consent, views, faces = self._consent, self._views, self._camera.faces
        if not released or consent is None or views is None or faces is None or self._session.state.busy:
            return
        self._views, alike = None, self._alike  # theirs now: leaving meanwhile must not store zeros

        def keep(services: Services, _stay: Stay) -> None:
            try:
                services.consents.enrol(consent, faces.engine, list(views), self._session.actor, alike)
            finally:
                views.fill(0)

        self._session.do(keep, self._enrolled, self._not_kept)

    def _forget(self) -> bool:
        """Overwrite the views; False when there were none."""
        views, self._views, self._alike = self._views, None, ()
        if views is not None:
            views.fill(0)
        return views is not None

    def _enrolled(self, _nothing: object) -> None:
        self.leave()
        self._session.change(enrol=EnrolStep.DONE, busy=False)

    def _not_kept(self, error: Exception) -> None:
        self.leave()
        self._session.change(enrol=EnrolStep.FAILED, busy=False, camera=None, notice_key="touch.enrol.no_view")
        self._session.change(fault=error if isinstance(error, ReceptionError) else None)

    def _withdrawn(self, receipt: WithdrawalReceipt) -> None:
        self._session.show(Page.RECEIPT, receipt=receipt)

"""Saying who one is: number, code, card, face, clerk, or nobody. Plain Python, GUI thread.

Every way leads in the same number of steps to the services (DECISIONS 13). A face is a hint: the person confirms.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.errors import InputError, ReceptionError
from kiosk.identify import face
from kiosk.identify.registry import make_ways
from kiosk.identify.way import Claim, ClaimKind
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Method, Proof
from kiosk.phrases import Phrases
from ui.touch.camera import TouchCamera
from ui.touch.returning import Returning
from ui.touch.session import Session, Stay
from ui.touch.state import Camera, Page, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services import Services
    from kiosk.services.arrivals import Proposal
    from recognition.types import Verdict

PAGES = {
    Method.STAFF_NUMBER: Page.NUMBER,
    Method.QR: Page.QR,
    Method.ID_CARD: Page.ID_CARD,
    Method.FACE: Page.FACE,
    Method.ASSISTED: Page.CLERK,
    Method.ANONYMOUS: Page.ANONYMOUS,
}
FACE_SECONDS = 20.0
"""How long a visitor stands before the camera without anything new being asked."""
FACE_SECONDS_AT_MOST = 90.0
"""How long altogether, whatever is asked. Both are longer in large-letter mode."""
DIGIT_TRIES = 3

_IN_VAIN = {"touch.hint.no_face": "touch.other_way.nobody", "touch.hint.one_person": "touch.other_way.several"}
"""What was wrong to the end before the camera, and what is said when the time is over."""


class Arriving:
    """The steps from a way to a confirmed person. ``identified`` is called when that is settled."""

    def __init__(self, session: Session, camera: TouchCamera, returning: Returning) -> None:
        self._session, self._camera, self._returning = session, camera, returning
        self.identified: Callable[[], None] = _nowhere
        self.booked: Callable[[str], None] = _no_booking
        self._ways = make_ways(session.around.settings.identity)
        self._not_me: list[UUID] = []
        self._tries = 0
        self._wedge = ""
        self._opened = self._asked = 0.0

    @property
    def ways(self) -> tuple[Method, ...]:
        """Every way of this site, in the order it is shown."""
        return tuple(self._ways)

    def choose(self, method: Method) -> None:
        """The visitor pressed a way."""
        self._wedge, self._tries = "", 0
        if method is Method.FACE:
            self._open_camera()
        else:
            self._session.show(PAGES[method], proposal=None, proof=Proof.NONE)

    def digit(self, key: str) -> None:
        """A digit of the staff number, or of the last four on the 'ask' page; full means sent.

        Keyboards and scanners may write digits full-width; what is meant is the same.
        """
        session = self._session
        wanted = self.digits_wanted()
        digits = (session.state.digits + str(unicodedata.decimal(key)))[:wanted]
        session.change(digits=digits, fault=None, notice_key="")
        if len(digits) == wanted and not session.state.busy:
            self._send(digits)

    def erase(self, everything: bool = False) -> None:
        """Take back the last digit, or all."""
        digits = "" if everything else self._session.state.digits[:-1]
        self._session.change(digits=digits, fault=None, notice_key="")

    def digits_wanted(self) -> int:
        """How many digits the present page asks for."""
        proposal = self._session.state.proposal
        if self._session.state.page is Page.DIGITS and proposal is not None:
            return proposal.digits_needed
        return self._session.around.settings.identity.digits

    def typed(self, text: str) -> None:
        """Keys of a reader that types (card, hand scanner); they are never shown."""
        self._wedge = (self._wedge + text)[-256:]

    def entered(self) -> None:
        """The reader ended with Enter."""
        payload, self._wedge = self._wedge.strip(), ""
        methods = {Page.QR: Method.QR, Page.ID_CARD: Method.ID_CARD}
        method = methods.get(self._session.state.page)
        if payload and method is not None:
            self._read(method, payload)

    def scan_by_camera(self) -> None:
        """Open the camera to read a code; no face model is loaded for it (DECISIONS 6)."""
        self._session.change(camera=Camera(hint="touch.qr.camera_hint"), fault=None, notice_key="")
        self._camera.scan(self._scanned, self._camera_broke)

    def confirm(self) -> None:
        """'That is me.'"""
        proposal, proof = self._session.state.proposal, self._session.state.proof
        if proposal is None or self._session.state.busy:
            return
        not_me = tuple(self._not_me)

        def identify(services: Services, stay: Stay) -> None:
            visit = self._session.begin_unnamed(services, stay)
            services.arrivals.identify(visit, proposal, proof, self._session.actor, not_me)

        self._session.do(identify, lambda _visit: self._confirmed(proposal))

    def deny(self) -> None:
        """'Not me': another way, kindly; the mistake counts against the system, not the person."""
        proposal = self._session.state.proposal
        if proposal is not None and proposal.method is Method.FACE:
            self._not_me.append(proposal.employee_id)

            def reject(services: Services, stay: Stay) -> None:
                services.arrivals.reject(self._session.begin(services, stay), proposal, self._session.actor)

            self._session.note(reject)
        self.other_way("touch.other_way.not_me")

    def stay_anonymous(self) -> None:
        """No name is asked."""

        def step(services: Services, stay: Stay) -> None:
            services.arrivals.stay_anonymous(self._session.begin_unnamed(services, stay), self._session.actor)

        self._session.do(step, self._done)

    def ask_for_clerk(self) -> None:
        """A clerk comes; a number is there already."""

        def step(services: Services, stay: Stay) -> None:
            services.arrivals.ask_for_clerk(self._session.begin_unnamed(services, stay), self._session.actor)

        self._session.do(step, self._done)

    def other_way(self, reason: str = "touch.other_way.unknown") -> None:
        """'We try another way': never a failure of the person."""
        self._forget_probe()
        self._session.show(Page.OTHER_WAY, notice_key=reason, proposal=None, proof=Proof.NONE)

    def forget(self) -> None:
        """The visitor left: nothing typed, seen or denied is kept."""
        self._wedge, self._tries = "", 0
        self._not_me.clear()
        self._forget_probe()

    def tick(self) -> None:
        """Once a second: nobody waits before a camera for ever."""
        state = self._session.state
        if state.page is Page.FACE and state.camera is not None and not state.busy and self._late():
            in_vain = "touch.other_way.not_seen" if state.camera.ask else "touch.other_way.unknown"
            self.other_way(_IN_VAIN.get(state.camera.hint, in_vain))

    def _late(self) -> bool:
        around, large = self._session.around, self._session.state.large
        now, times = around.monotonic(), around.settings.ui.elder_factor if large else 1
        return now - self._asked > FACE_SECONDS * times or now - self._opened > FACE_SECONDS_AT_MOST * times

    def _send(self, digits: str) -> None:
        session, proposal = self._session, self._session.state.proposal
        session.change(busy=True)
        if session.state.page is Page.DIGITS and proposal is not None:
            session.ask(lambda s: s.arrivals.digits_match(proposal, digits), self._digits_checked)
        else:
            self._read(Method.STAFF_NUMBER, digits)

    def _digits_checked(self, right: bool) -> None:
        self._tries += 1
        if right:
            self._session.change(busy=False)
            self.confirm()
        elif self._tries >= DIGIT_TRIES:
            self.other_way("touch.other_way.unknown")
        else:
            self._session.change(busy=False, digits="", notice_key="touch.digits.wrong")

    def _read(self, method: Method, text: str) -> None:
        """Understand what was typed, scanned or laid down; what cannot be read is said by its kind."""
        read = self._ways[method].read
        if read is None:
            return
        try:
            self._follow(method, read(text))
        except InputError as fault:
            self._session.change(busy=False, fault=fault, notice_key="")

    def _follow(self, method: Method, claim: Claim) -> None:
        """A number or a card names somebody, a slip its own number, a booking a time."""
        session = self._session
        if claim.kind is ClaimKind.BOOKING:
            self.booked(claim.value)
        elif claim.kind is ClaimKind.TICKET and session.state.purpose is Purpose.VISIT:
            self._returning.look(*claim.parts)
        elif claim.kind is ClaimKind.TICKET:
            session.change(busy=False, fault=None, notice_key="touch.qr.no_person")
        else:
            session.change(busy=True, fault=None, notice_key="")
            session.ask(lambda s: _bearer(s, method, claim), lambda found: self._found(method, found))

    def _found(self, method: Method, proposal: Proposal | None) -> None:
        if proposal is None:
            typed = method is Method.STAFF_NUMBER
            key = "touch.number.not_found" if typed else "touch.token.not_found"
            self._session.change(busy=False, notice_key=key)
        else:
            self._session.show(Page.CONFIRM, proposal=proposal, proof=self._ways[method].proof)

    def _scanned(self, payload: str) -> None:
        self._session.change(camera=None)
        self._camera.close()
        self._read(Method.QR, payload)

    def _open_camera(self) -> None:
        self._forget_probe()
        self._opened = self._asked = self._session.around.monotonic()
        self._session.show(Page.FACE, proposal=None, camera=Camera())
        self._camera.identify(self._verdict, self._camera_broke)

    def _verdict(self, verdict: Verdict) -> None:
        if verdict.hint is not None:
            self._decided(verdict.hint)
            return
        before, ask = self._session.state.camera, verdict.ask.value if verdict.ask is not None else ""
        wanted = verdict.gate or verdict.ask
        key = wanted.key if wanted is not None else "touch.hint.hold_still"
        self._session.change(camera=Camera(key, verdict.progress, verdict.synthetic, ask))
        if ask and (before is None or before.ask != ask):
            self._ask_anew(key)

    def _ask_anew(self, key: str) -> None:
        """Something else is asked for: that takes its own time, and whoever may not see it well hears it too."""
        session = self._session
        self._asked = session.around.monotonic()
        session.touched()
        if session.state.large:
            session.around.say(Phrases(session.state.language).text(key), session.state.language)

    def _decided(self, hint: FaceHint) -> None:
        """The camera goes dark; whether the hint may become a question is looked up."""
        proof = face.proof(hint, demo=self._session.around.settings.profile.demo)
        in_vain = "not_seen" if hint.person_id is not None and hint.liveness is Liveness.NONE else "unknown"
        self._camera.close()
        self._session.change(busy=True)
        self._session.ask(
            lambda s: s.arrivals.by_face(hint),
            lambda found: self._face_proposed(found, proof, f"touch.other_way.{in_vain}"),
        )

    def _face_proposed(self, proposal: Proposal | None, proof: Proof, in_vain: str) -> None:
        if proposal is None:
            self.other_way(in_vain)
        else:
            page = Page.CONFIRM if proposal.kind is HintKind.SURE else Page.DIGITS
            self._session.show(page, proposal=proposal, proof=proof)

    def _confirmed(self, proposal: Proposal) -> None:
        """'That is me' is written: now, and only now, may the recogniser learn from this visit."""
        faces = self._camera.faces
        if faces is not None and proposal.method is Method.FACE:
            self._session.use(lambda: faces.confirmed(proposal.employee_id), _unheard, _unheard)
        self.identified()

    def _forget_probe(self) -> None:
        if self._camera.faces is not None:
            self._camera.faces.forget()

    def _camera_broke(self, _fault: ReceptionError) -> None:
        """A missing or unplugged camera: the visit goes on in another way."""
        if self._session.state.page is Page.QR:
            self._session.change(camera=None, notice_key="touch.qr.no_camera")
        else:
            self.other_way("touch.other_way.camera")

    def _done(self, _visit: object) -> None:
        self.identified()


def _bearer(services: Services, method: Method, claim: Claim) -> Proposal | None:
    """Who the number or card belongs to. Store thread."""
    if claim.kind is ClaimKind.ID_CARD:
        return services.arrivals.by_token(method, claim.value)
    return services.arrivals.by_number(claim.value, method)


def _no_booking(_code: str) -> None:
    """Where a booking's code goes before the presenter says so."""


def _nowhere() -> None:
    """Where an identified person goes before the presenter says so."""


def _unheard(_outcome: object) -> None:
    """What was learned, or that nothing was, changes nothing on the screen."""

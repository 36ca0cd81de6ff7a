"""Pages of the ways to identify that need no camera: number, last digits, card, clerk, nobody. And the code."""

from __future__ import annotations

from PySide6.QtCore import Slot

from ui.touch.pages.attract import ways
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Page, TouchState
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.field import Digits
from ui.widgets.icon import Icon
from ui.widgets.keypad import CLEAR, ERASE, KeyPad
from ui.widgets.pill import Pill
from ui.widgets.preview import PreviewCircle
from ui.widgets.text import Text

_WRONG = frozenset({"touch.number.not_found", "touch.digits.wrong"})
"""Notices that mean the digits on the page."""


class KeyPadPage(Frame):
    """A page with digits and the keypad; ``key`` says what a key means."""

    def keypad(self, *, height: int = 150) -> KeyPad:
        """The keypad at the bottom, in the reach of a seated person."""
        words = {"clear": self.kit.tr("number.clear"), "erase": self.kit.tr("number.erase")}
        pad = KeyPad(self.kit.theme, **words, height=height)
        pad.setObjectName("keypad")
        pad.pressed.connect(self.key)
        return pad

    @Slot(str)
    def key(self, key: str) -> None:
        """A key of the keypad."""
        arriving = self.kit.presenter.arriving
        if key in (ERASE, CLEAR):
            arriving.erase(everything=key == CLEAR)
        else:
            arriving.digit(key)

    def another_way(self) -> Button:
        """The way out to the other ways."""
        other = self.button("number.other", "plain", name="other_way", height=100)
        other.when_pressed(self.kit.presenter.back)
        return other


class NumberPage(KeyPadPage):
    """The staff number, its fixed part shown; or the last digits the system asks for."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        identity = kit.presenter.session.around.settings.identity
        asked = state.page is Page.DIGITS
        prefix = "" if asked else identity.prefix
        key = "digits.lead" if asked else "number.lead" if prefix else "number.lead_plain"
        self.title("digits.title" if asked else "number.title", kit.tr(key, prefix=prefix, n=identity.digits))
        self._digits = Digits(kit.theme, prefix=prefix, count=kit.presenter.arriving.digits_wanted() if asked else 0)
        self.body.addWidget(self._digits)
        self.notice()
        self.body.addStretch(1)
        self.body.addWidget(self.keypad())
        self.body.addWidget(self.another_way())
        self.live(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        self._digits.set_value(state.digits, fault=state.fault is not None or state.notice_key in _WRONG)


class ReaderPage(Frame):
    """The card reader and the code scanner: both type by themselves; the code may also be read by the camera."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self._circle: PreviewCircle | None = None
        code = state.page is Page.QR
        self.title(f"{state.page.value}.title", kit.tr(f"{state.page.value}.lead"))
        self.notice()
        self.body.addStretch(1)
        if state.camera is None:
            self._picture("qr" if code else "id_card")
        else:
            self._camera(state)
        self.body.addStretch(2)
        if code and state.camera is None and kit.presenter.camera.parts is not None:
            self.body.addWidget(self._open_camera())
        other = self.button("number.other", "plain", name="other_way", height=100)
        other.when_pressed(kit.presenter.back)
        self.body.addWidget(other)

    def _picture(self, icon: str) -> None:
        card = Card(self.kit.theme, padding=90)
        card.body.addWidget(Icon(self.kit.theme, icon, size=340))
        self.centred(card)

    def _camera(self, state: TouchState) -> None:
        self._circle = PreviewCircle(self.kit.theme, size=620)
        self.centred(self._circle)
        self.centred(Pill(self.kit.theme, self.kit.tr("qr.code_sign"), fill="brand", ink="on_brand", icon="camera"))
        if state.camera is not None:
            self.say(self.kit.texts.tr(state.camera.hint), "lead", bold=True, align="center")

    @property
    def circle(self) -> PreviewCircle | None:
        """Where the camera's picture goes."""
        return self._circle

    def _open_camera(self) -> Button:
        button = self.button("qr.open_camera", "secondary", name="open_camera", icon="camera")
        button.when_pressed(self.kit.presenter.arriving.scan_by_camera)
        return button


class UnnamedPage(Frame):
    """A clerk comes, or no name is asked: one sentence, one button."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        clerk = state.page is Page.CLERK
        key = state.page.value
        self.body.addStretch(2)
        self.centred(Icon(kit.theme, "clerk" if clerk else "anonymous", size=220))
        self.title(f"{key}.title", kit.tr(f"{key}.lead"), align="center")
        self.notice()
        self.body.addStretch(3)
        go = self.button(f"{key}.go", name="go")
        arriving = kit.presenter.arriving
        go.when_pressed(arriving.ask_for_clerk if clerk else arriving.stay_anonymous)
        self.body.addWidget(go)
        other = self.button("number.other", "plain", name="other_way", height=100)
        other.when_pressed(kit.presenter.back)
        self.body.addWidget(other)


class ConfirmPage(Frame):
    """'Are you W*?' The masked name, the unit, two buttons of the same size."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        proposal = state.proposal
        name, unit = (proposal.masked_name, proposal.unit) if proposal else ("", "")
        self.body.addStretch(1)
        self.centred(PreviewCircle(kit.theme, size=440))
        question = Text(
            kit.theme, kit.tr("confirm.title", name=name), "display", bold=True, align="center", accent=name
        )
        self.body.addWidget(question)
        self.say(unit, "lead", ink="ink_soft", align="center")
        self.notice()
        self.body.addStretch(1)
        arriving = kit.presenter.arriving
        for key, kind, call in (("yes", "primary", arriving.confirm), ("no", "secondary", arriving.deny)):
            button = self.button(f"confirm.{key}", kind, name=key, height=170, role="title")  # type: ignore[arg-type]
            button.when_pressed(call)
            self.body.addWidget(button)
        other = self.button("confirm.other", "plain", name="other_way", height=100)
        other.when_pressed(kit.presenter.back)
        self.body.addWidget(other)
        note = kit.tr("confirm.note" if state.proof.strong else "confirm.note_number")
        self.say(note, "small", ink="ink_soft", align="center")


class OtherWayPage(Frame):
    """Another way: the remaining ways as tiles, kindly."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        reason = state.notice_key.rpartition(".")[2]
        self.body.addStretch(1)
        self.say(
            kit.tr("other_way.title" if reason == "unknown" else f"other_way.title_{reason}"), "display", bold=True
        )
        self.say(kit.texts.tr(state.notice_key), "body", ink="ink_soft")
        self.body.addStretch(1)
        self.body.addLayout(ways(kit, state, height=270))
        self.body.addStretch(1)


class WhoPage(Frame):
    """Before 'my authorisations': who are you?"""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(1)
        self.centred(Icon(kit.theme, "shield", size=180))
        self.title("who.title", kit.tr("who.lead"), align="center")
        self.body.addStretch(1)
        self.body.addLayout(ways(kit, state))
        self.body.addStretch(1)

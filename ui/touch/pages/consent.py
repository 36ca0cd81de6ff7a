"""The notice and the choice; my authorisations; the receipt of a withdrawal."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Authorisation, TouchState
from ui.widgets.button import Button
from ui.widgets.card import Card, EmptyState
from ui.widgets.card import Notice as NoticeBar
from ui.widgets.check import Check
from ui.widgets.field import LabelRow
from ui.widgets.icon import Icon
from ui.widgets.pill import Pill, PillButton
from ui.widgets.text import Text


def scrolling(content: QWidget) -> QScrollArea:
    """A page part that scrolls under the finger."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture)
    return area


class ConsentPage(Frame):
    """The whole text, an unticked box, two buttons of the same size."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self._agree: Button | None = None
        self.title("consent.title")
        self.notice()
        if state.notice is None:
            self.body.addWidget(EmptyState(kit.theme, "clock", kit.tr("consent.loading")), 1)
            return
        self.body.addLayout(self._tools(state.notice.version))
        card = Card(kit.theme, padding=24)
        card.body.addWidget(scrolling(self._text(state)))
        self.body.addWidget(card, 1)
        box = Check(kit.theme, kit.tr("consent.box"))
        box.setObjectName("agree_box")
        box.toggled.connect(self._ticked)
        self.body.addWidget(box)
        self.body.addLayout(self._choice())
        self.say(kit.tr("consent.free"), "small", ink="ink_soft", align="center")
        self.live(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        if self._agree is not None:
            self._agree.setEnabled(state.agreed and not state.busy)

    def _tools(self, version: str) -> QHBoxLayout:
        kit, row = self.kit, QHBoxLayout()
        aloud = PillButton(kit.theme, kit.tr("consent.aloud"), icon="speaker")
        aloud.setObjectName("aloud")
        aloud.when_pressed(kit.presenter.authorising.read_aloud)
        row.addWidget(aloud)
        row.addStretch(1)
        row.addWidget(Text(kit.theme, kit.tr("consent.version", version=version), "small", ink="ink_soft", wrap=False))
        return row

    def _text(self, state: TouchState) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, self.kit.theme.px(24), 0)
        column.setSpacing(self.kit.theme.px(10))
        for section in state.notice.sections if state.notice else ():
            column.addWidget(Text(self.kit.theme, section.heading, "body", bold=True))
            column.addWidget(Text(self.kit.theme, section.text, "body"))
            column.addSpacing(self.kit.theme.px(18))
        return content

    def _choice(self) -> QHBoxLayout:
        authorising, row = self.kit.presenter.authorising, QHBoxLayout()
        row.setSpacing(self.kit.theme.px(24))
        refuse = self.button("consent.refuse", "secondary", name="refuse")
        refuse.when_pressed(authorising.refuse)
        self._agree = self.button("consent.agree", "secondary", name="agree")
        self._agree.when_pressed(authorising.agree)
        for choice in (refuse, self._agree):
            choice.setFont(self.kit.theme.font("body", bold=True))
            row.addWidget(choice, 1)
        return row

    @Slot(bool)
    def _ticked(self, agreed: bool) -> None:
        self.kit.presenter.authorising.tick_box(agreed)


class AuthorisationsPage(Frame):
    """What I agreed to, what is kept of me, and who looked."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.title("authorisations.title")
        self.notice()
        if state.authorisation is None:
            self.body.addWidget(EmptyState(kit.theme, "clock", kit.texts.tr("common.loading")), 1)
            return
        self.body.addWidget(self._consent(state.authorisation))
        if state.withdrawing:
            self._sure()
        else:
            self.body.addWidget(self._looks(state.authorisation), 1)
            self._buttons(state.authorisation, state.face_on)

    def _consent(self, mine: Authorisation) -> Card:
        kit, card, consent = self.kit, Card(self.kit.theme), mine.consent
        head = QHBoxLayout()
        head.addWidget(Icon(kit.theme, "face", size=64))
        head.addWidget(Text(kit.theme, kit.tr("authorisations.face"), "lead", bold=True), 1)
        key = "granted" if consent.granted else "refused" if consent.refused else "not_granted"
        head.addWidget(
            Pill(kit.theme, kit.tr(f"authorisations.{key}"), fill="ok_soft" if consent.granted else "sunken")
        )
        card.body.addLayout(head)
        for line in self._lines(mine):
            card.body.addWidget(Text(kit.theme, line, "body"))
        return card

    def _lines(self, mine: Authorisation) -> list[str]:
        kit, consent = self.kit, mine.consent
        lines = [kit.tr("authorisations.template" if consent.enrolled else "authorisations.no_template")]
        if consent.granted and consent.expires_at is not None:
            day = kit.local(consent.expires_at)
            lines.append(kit.tr("authorisations.expires", year=day.year, month=day.month, day=day.day))
        if consent.granted and consent.awaiting_release:
            lines.append(kit.tr("authorisations.waiting"))
        return lines

    def _looks(self, mine: Authorisation) -> Card:
        kit, card = self.kit, Card(self.kit.theme)
        card.body.addWidget(Text(kit.theme, kit.tr("authorisations.looks"), "lead", bold=True))
        if mine.looks is None:
            card.body.addWidget(NoticeBar(kit.theme, kit.tr("authorisations.weak"), "info"))
            card.body.addStretch(1)
        elif not mine.looks:
            card.body.addWidget(EmptyState(kit.theme, "shield", kit.tr("authorisations.no_looks")), 1)
        else:
            card.body.addWidget(scrolling(self._list(mine)), 1)
        return card

    def _list(self, mine: Authorisation) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, self.kit.theme.px(24), 0)
        for look in mine.looks or ():
            at = self.kit.local(look.at)
            when = {"year": at.year, "month": at.month, "day": at.day, "hour": at.hour, "minute": at.minute}
            line = self.kit.tr("authorisations.look", terminal=look.terminal, **when)
            column.addWidget(Text(self.kit.theme, line, "body"))
            reason = self.kit.tr("authorisations.look_reason")
            column.addWidget(Text(self.kit.theme, reason, "small", ink="ink_soft"))
        column.addStretch(1)
        return content

    def _sure(self) -> None:
        """Before the only step here that cannot be taken back: what it does, no, and yes.

        The no lies where the finger has just been, so that two quick touches change nothing.
        """
        authorising = self.kit.presenter.authorising
        self.body.addWidget(NoticeBar(self.kit.theme, self.kit.tr("authorisations.sure"), "warn"))
        self.body.addStretch(1)
        keep = self.button("authorisations.sure_no", "secondary", name="keep")
        keep.when_pressed(partial(authorising.ask_to_withdraw, asked=False))
        self.body.addWidget(keep)
        sure = self.button("authorisations.sure_yes", "danger", name="withdraw_now")
        sure.when_pressed(authorising.withdraw)
        self.body.addWidget(sure)

    def _buttons(self, mine: Authorisation, face_on: bool) -> None:
        authorising = self.kit.presenter.authorising
        if mine.consent.granted or mine.consent.enrolled:
            withdraw = self.button("authorisations.withdraw", "secondary", name="withdraw")
            withdraw.when_pressed(partial(authorising.ask_to_withdraw, asked=True))
            self.body.addWidget(withdraw)
        if face_on and not mine.consent.enrolled:
            key = "authorisations.again" if mine.consent.granted else "authorisations.read"
            read = self.button(key, "secondary", name="read_notice")
            read.when_pressed(authorising.enrol)
            self.body.addWidget(read)
        elif not face_on:
            self.say(self.kit.tr("authorisations.off"), "small", ink="ink_soft")
        services = self.button("authorisations.services", name="services")
        services.when_pressed(self.kit.presenter.ticketing.offer)
        self.body.addWidget(services)


class ReceiptPage(Frame):
    """Withdrawn: what was deleted, when, and the number to quote."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(2)
        self.centred(Icon(kit.theme, "check", size=180))
        self.title("receipt.title", kit.tr("receipt.lead"), align="center")
        if state.receipt is not None:
            card, at = Card(kit.theme), kit.local(state.receipt.at)
            removed = kit.tr("receipt.removed_n", n=state.receipt.templates_removed)
            for key, value in (("number", state.receipt.number), ("at", f"{at:%Y-%m-%d %H:%M}"), ("removed", removed)):
                card.body.addWidget(LabelRow(kit.theme, kit.tr(f"receipt.{key}"), value))
            self.body.addWidget(card)
        self.say(kit.tr("receipt.keep"), "small", ink="ink_soft", align="center")
        self.body.addStretch(3)
        services = self.button("authorisations.services", "secondary", name="services")
        services.when_pressed(kit.presenter.ticketing.offer)
        done = self.button("ticket.done", name="done")
        done.when_pressed(kit.presenter.start_over)
        self.body.addWidget(services)
        self.body.addWidget(done)

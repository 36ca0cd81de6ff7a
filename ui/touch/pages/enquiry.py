"""Where an appeal stands, for whoever holds number and code; and the page of immediate help."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from ui.touch.pages.frame import Frame, Kit
from ui.touch.pages.identify import KeyPadPage
from ui.touch.presenter import CODE_DIGITS
from ui.touch.state import TouchState
from ui.widgets.card import Card, Notice
from ui.widgets.field import Digits, LabelRow
from ui.widgets.icon import Icon
from ui.widgets.keypad import CLEAR, ERASE
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.appeals import AppealProgress

HOTLINES = (("heart", "12356"), ("ambulance", "120"), ("police", "110"))
"""National numbers; free of charge, no area code."""


class ProgressPage(KeyPadPage):
    """Two numbers in, the stage out; nothing about the person or the matter."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self._number: Digits | None = None
        answer = state.enquiry.answer
        self.title("progress.title", "" if answer else kit.tr("progress.lead"))
        if answer is not None:
            self._answer(answer)
        else:
            self._form(state)

    def live(self, state: TouchState) -> None:
        super().live(state)
        if self._number is not None:
            self._number.set_value(state.enquiry.number, fault=state.enquiry.missing)
            self._code.set_value(state.enquiry.code, fault=state.enquiry.missing)

    @Slot(str)
    def key(self, key: str) -> None:
        presenter = self.kit.presenter
        if key in (ERASE, CLEAR):
            presenter.enquiry_erase(everything=key == CLEAR)
        else:
            presenter.enquiry_digit(key)

    def _form(self, state: TouchState) -> None:
        kit = self.kit
        self.say(kit.tr("progress.number"), "small", ink="ink_soft")
        self._number = Digits(kit.theme, prefix=kit.presenter.appeal_prefix())
        self.body.addWidget(self._number)
        self.say(kit.tr("progress.code"), "small", ink="ink_soft")
        self._code = Digits(kit.theme, count=CODE_DIGITS)
        self._code.setFixedHeight(kit.theme.px(110))
        self.body.addWidget(self._code)
        if state.enquiry.missing:
            self.body.addWidget(Notice(kit.theme, kit.tr("progress.missing"), "warn", role="small"))
        self.notice()
        self.body.addStretch(1)
        self.body.addWidget(self.keypad(height=128))
        self.live(state)

    def _answer(self, answer: AppealProgress) -> None:
        kit, card = self.kit, Card(self.kit.theme)
        office = kit.presenter.session.around.catalog.offices.get(answer.office)
        due = self._day(answer.due_date) if answer.due_date else kit.tr("progress.no_due")
        rows = (
            ("state", kit.tr(f"progress.stage.{answer.state.value}")),
            ("office", office.name(self.state.language) if office else answer.office),
            ("registered", self._day(answer.registered_on)),
            ("due", due),
        )
        self.say(answer.number, "lead", bold=True, ink="brand")
        for key, value in rows:
            card.body.addWidget(LabelRow(kit.theme, kit.tr(f"progress.{key}"), value))
        self.body.addWidget(card)
        if answer.answer:
            reply = Card(kit.theme)
            reply.body.addWidget(Text(kit.theme, kit.tr("progress.answer"), "small", ink="ink_soft"))
            reply.body.addWidget(Text(kit.theme, answer.answer, "body"))
            self.body.addWidget(reply)
        self.body.addStretch(1)
        again = self.button("progress.again", "secondary", name="again")
        again.when_pressed(kit.presenter.enter_progress)
        done = self.button("ticket.done", name="done")
        done.when_pressed(kit.presenter.start_over)
        self.body.addWidget(again)
        self.body.addWidget(done)

    def _day(self, day: date) -> str:
        return self.kit.tr("progress.date", year=day.year, month=day.month, day=day.day)


class HelpPage(Frame):
    """Calm: people are coming, and three numbers that help at once."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(1)
        self.centred(Icon(kit.theme, "hands", size=220))
        told = "_cut_off" if state.cut_off else ""
        self.title(f"help.title{told}", kit.tr(f"help.lead{told}"), align="center")
        self._coming = self.say("", "lead", align="center", ink="brand", bold=True)
        self.body.addStretch(1)
        for key, number in HOTLINES:
            card, row = Card(kit.theme), QHBoxLayout()
            row.setSpacing(kit.theme.px(28))
            row.addWidget(Icon(kit.theme, "phone", size=64))
            row.addWidget(Text(kit.theme, kit.tr(f"help.{key}"), "lead"), 1)
            row.addWidget(Text(kit.theme, number, "display", bold=True, ink="brand", wrap=False))
            card.body.addLayout(row)
            self.body.addWidget(card)
        self.body.addStretch(1)
        fine = self.button("help.back", "secondary", name="fine")
        fine.when_pressed(kit.presenter.back)
        self.body.addWidget(fine)
        self.live(state)

    def live(self, state: TouchState) -> None:
        """Somebody has set out: said on the screen as soon as a desk answered, without a sound."""
        super().live(state)
        self._coming.set_text(self.kit.tr("help.coming") if state.staff_coming else "")

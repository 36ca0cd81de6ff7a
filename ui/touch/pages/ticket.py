"""The number: large, with what comes next, the code, and what may be asked for while waiting. Or why there is none."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.touch.pages.comfort import CareTiles, SeatWords, ZoneWishes
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Issued, Printed, TouchState
from ui.widgets.button import Button
from ui.widgets.card import Card, Fact, Notice
from ui.widgets.icon import Icon
from ui.widgets.qr import QrView
from ui.widgets.text import Text


class TicketPage(Frame):
    """The promise to the visitor; it stands whatever the printer does."""

    has_back = False

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        issued = state.issued
        if issued is None:
            return
        self.body.setSpacing(kit.theme.px(14))
        calm = replace(kit.theme, large=True)  # the smaller of the two: seat and services stand on this page too
        number = Text(calm, issued.slip.label, "number", bold=True, align="center", ink="brand", wrap=False)
        number.setObjectName("number")
        self.body.addWidget(number)
        self.body.addLayout(self._facts(issued))
        self.body.addWidget(self._place(issued))
        self.body.addWidget(self._paper(issued))
        self.notice()
        self.body.addStretch(1)
        self.body.addLayout(CareTiles(kit, state))
        self.body.addStretch(1)
        self._buttons(state)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Text(self.kit.theme, self.kit.tr("ticket.title"), "body"), 1)
        row.addLayout(self.switches())
        return row

    def _facts(self, issued: Issued) -> QHBoxLayout:
        kit, slip = self.kit, issued.slip
        ahead = kit.tr("ticket.people", n=slip.ahead) if slip.ahead else kit.tr("ticket.next")
        span = kit.texts.tr("common.minutes", low=slip.wait_low_min, high=slip.wait_high_min)
        row = QHBoxLayout()
        row.setSpacing(kit.theme.px(16))
        role = "title" if slip.ahead else "lead"
        row.addWidget(Fact(kit.theme, kit.tr("ticket.ahead"), ahead, role=role))  # type: ignore[arg-type]
        row.addWidget(Fact(kit.theme, kit.tr("ticket.span"), span))
        return row

    def _place(self, issued: Issued) -> Card:
        """Where to sit, and the code by which the number is found again."""
        kit, card = self.kit, Card(self.kit.theme, padding=24)
        seat = self.state.comfort.seat if self.state.comfort else issued.ticket.seat or ""
        row, proof = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(kit.theme.px(20))
        row.addLayout(SeatWords(kit, self.state, seat), 1)
        digits = issued.ticket.query_code
        code = kit.tr("ticket.code", code=f"{digits[:4]} {digits[4:]}")
        proof.addWidget(QrView(kit.theme, issued.slip.query_url, size=190), 0, Qt.AlignmentFlag.AlignHCenter)
        proof.addWidget(Text(kit.theme, code, "small", bold=True, align="center", wrap=False))
        row.addLayout(proof)
        card.body.addLayout(row)
        card.body.addLayout(ZoneWishes(kit, self.state, seat))
        return card

    def _paper(self, issued: Issued) -> Notice:
        calm = issued.printed in (Printed.PRINTING, Printed.YES)
        notice = Notice(
            self.kit.theme, self.kit.tr(f"ticket.paper.{issued.printed.value}"), "ok" if calm else "warn", role="small"
        )
        notice.setObjectName("paper")
        return notice

    def _buttons(self, state: TouchState) -> None:
        if state.face_on and state.issued is not None and state.issued.invite:
            enrol = self.button("ticket.enrol", "plain", name="enrol", height=80)
            enrol.setFont(self.kit.theme.font("body"))
            enrol.when_pressed(self.kit.presenter.authorising.enrol)
            self.body.addWidget(enrol)
        done: Button = self.button("ticket.done", name="done")
        done.when_pressed(self.kit.presenter.start_over)
        self.body.addWidget(done)


class NotIssuedPage(Frame):
    """No number was given, for nothing could be saved: where to go, and the way to try again."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(2)
        self.centred(Icon(kit.theme, "clerk", size=200))
        self.title("not_issued.title", kit.tr("not_issued.lead"), align="center")
        self.body.addStretch(3)
        retry = self.button("not_issued.retry", "secondary", name="retry")
        retry.when_pressed(kit.presenter.ticketing.offer)
        self.body.addWidget(retry)
        done = self.button("ticket.done", name="done")
        done.when_pressed(kit.presenter.start_over)
        self.body.addWidget(done)

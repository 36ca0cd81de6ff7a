"""The number: large, with what comes next, the code, and what may be asked for while waiting. Or why there is none."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from kiosk.model.hall import CareKind
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Issued, Printed, TouchState
from ui.widgets.button import Button, Pressable
from ui.widgets.card import Card, Fact, Notice
from ui.widgets.icon import Icon
from ui.widgets.paint import ground
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
        self.body.setSpacing(kit.theme.px(18))
        number = Text(kit.theme, issued.slip.label, "number", bold=True, align="center", ink="brand", wrap=False)
        number.setObjectName("number")
        self.body.addWidget(number)
        self.body.addLayout(self._facts(issued))
        self.body.addWidget(self._place(issued))
        self.body.addWidget(self._paper(issued))
        self.notice()
        self.body.addStretch(1)
        if not state.large:
            self.say(kit.tr("ticket.care"), "small", ink="ink_soft")
        self.body.addLayout(self._care(issued))
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
        kit, card = self.kit, Card(self.kit.theme)
        row, words = QHBoxLayout(), QVBoxLayout()
        words.setSpacing(kit.theme.px(10))
        words.addWidget(Text(kit.theme, kit.tr("ticket.seat_lead"), "small", ink="ink_soft"))
        words.addWidget(Text(kit.theme, self._seat(issued.ticket.seat or ""), "title", bold=True))
        words.addWidget(Text(kit.theme, kit.tr("ticket.called"), "small", ink="ink_soft"))
        code = kit.tr("ticket.code", code=f"{issued.ticket.query_code[:4]} {issued.ticket.query_code[4:]}")
        words.addWidget(Text(kit.theme, code, "small", bold=True))
        row.addLayout(words, 1)
        row.addWidget(QrView(kit.theme, issued.slip.query_url, size=230))
        card.body.addLayout(row)
        return card

    def _seat(self, code: str) -> str:
        zone_code, _, seat = code.partition("-")
        zones = self.kit.presenter.session.around.catalog.zones
        zone = next((z for z in zones if z.code == zone_code), None)
        if zone is None:
            return self.kit.tr("ticket.no_seat")
        return self.kit.tr("ticket.seat", zone=zone.name(self.state.language), seat=seat)

    def _paper(self, issued: Issued) -> Notice:
        calm = issued.printed in (Printed.PRINTING, Printed.YES)
        notice = Notice(
            self.kit.theme, self.kit.tr(f"ticket.paper.{issued.printed.value}"), "ok" if calm else "warn", role="small"
        )
        notice.setObjectName("paper")
        return notice

    def _care(self, issued: Issued) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.kit.theme.px(14))
        for kind in CareKind:
            asked = kind in issued.care
            tile = CareTile(self.kit, kind, asked)
            tile.when_pressed(partial(self.kit.presenter.ticketing.care, kind))
            row.addWidget(tile, 1)
        return row

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


class CareTile(Pressable):
    """A small wish, icon over words; once asked it says so."""

    def __init__(self, kit: Kit, kind: CareKind, asked: bool) -> None:
        words = kit.tr("care.asked" if asked else f"care.{kind.value}")
        super().__init__(kit.theme, words)
        self._asked = asked
        self.setObjectName(f"care_{kind.value}")
        self.setEnabled(not asked)
        self.setMinimumHeight(kit.theme.px(160))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(kit.theme.px(n) for n in (8, 14, 8, 14)))
        icon = Icon(kit.theme, "check" if asked else kind.value, size=56)
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(Text(kit.theme, words, "small", align="center"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        fill = theme.color("ok_soft") if self._asked else self.shade(theme.color("surface"))
        line = theme.color("brand" if self._asked else "line")
        ground(QPainter(self), QRectF(self.rect()), theme, fill, radius=theme.radius_large, border=line)

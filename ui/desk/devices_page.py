"""Walls and terminals: how each is, what it was asked and what became of it; and the notices on the walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.errors import WorldError
from kiosk.model.terminal import Notice, TerminalOrder, TerminalStatus
from ui.desk.answers import WALL_LAYOUTS, WALL_PAGES
from ui.desk.looks import DevicesLook
from ui.desk.pages import PageView
from ui.desk.parts import Action, Chips, Desktop, margins, on_press
from ui.desk.state import DeskState
from ui.desk.strips import DOUBLE_H, Cell, Section, empty, strip
from ui.widgets.card import Card
from ui.widgets.text import Text

if TYPE_CHECKING:
    from datetime import datetime

NAMED = ("printer", "camera", "sound", "media", "wall", "store", "robot", "voice", "line", "clock")
LENGTHS = ("hour", "day", "open")


class NoticeForm(Card):
    """Two fields and how long; a folded part of the page, never a window of its own."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.theme, fill="info_soft", raised=False, padding=20)
        self._desktop, self._length = desktop, LENGTHS[1]
        theme, tr = desktop.theme, desktop.tr
        self.zh, self.en = QLineEdit(), QLineEdit()
        for edit, key in ((self.zh, "notice.zh"), (self.en, "notice.en")):
            edit.setPlaceholderText(tr(key))
            edit.setAccessibleName(tr(key))
            edit.setMinimumHeight(theme.px(56))
            edit.returnPressed.connect(self._write)
            self.body.addWidget(edit)
        row = QHBoxLayout()
        self._chips = Chips(theme, [(length, tr(f"notice.{length}")) for length in LENGTHS], self._choose)
        self._chips.show_value(self._length)
        row.addWidget(self._chips, 1)
        write = Action(theme, tr("act.publish"), tr("keys.enter"), "primary", height=56)
        write.setObjectName("publish")
        write.setMaximumWidth(theme.px(260))
        on_press(write, self._write)
        row.addWidget(write)
        self.body.addLayout(row)

    def _choose(self, length: str) -> None:
        self._length = length
        self._chips.show_value(length)

    @Slot()
    def _write(self) -> None:
        self._desktop.presenter.overseeing.write_notice(self.zh.text(), self.en.text(), self._length)


class DevicesPage(PageView):
    """Made once for a theme and a language."""

    name = "devices"

    def furnish(self) -> None:
        """Terminals at the left, orders and notices at the right."""
        theme, tr = self._desktop.theme, self._desktop.tr
        column = QVBoxLayout(self.body)
        margins(column, theme, 0, 0, 0, 0, 12)
        self._form_place = QVBoxLayout()
        column.addLayout(self._form_place)
        self.form: NoticeForm | None = None
        row = QHBoxLayout()
        row.setSpacing(theme.px(28))
        self.terminals = Section(theme, tr("devices.terminals"))
        row.addWidget(self.terminals, 3)
        side = QVBoxLayout()
        side.setSpacing(theme.px(14))
        self.orders = Section(theme, tr("devices.orders"))
        self.notices = Section(theme, tr("devices.notices"))
        side.addWidget(self.orders, 1)
        side.addWidget(self.notices, 1)
        row.addLayout(side, 2)
        column.addLayout(row, 1)

    def watched(self, state: DeskState) -> tuple[object, ...]:
        """A terminal falls silent by the clock."""
        return (*super().watched(state), state.writes_notice, state.now.replace(second=state.now.second // 10 * 10))

    def show_look(self, state: DeskState) -> None:
        """Fill everything; a notice half written stays."""
        look = state.look
        if not isinstance(look, DevicesLook):
            return
        self._fold(open_=state.writes_notice)
        terminals = [self._terminal(status, state, lost=status.code in look.lost) for status in look.terminals]
        self.terminals.fill(terminals or [self._nothing("devices.none")])
        orders: list[QWidget] = [self._order(order, state) for order in look.orders]
        if look.orders and look.orders[0].outcome not in ("", "ok"):
            orders.insert(1, self._why(look.orders[0].outcome))
        self.orders.fill(orders or [self._nothing("devices.no_orders")])
        notices = [self._notice(notice, state) for notice in look.notices]
        self.notices.fill(notices or [self._nothing("devices.no_notices")])

    def _nothing(self, key: str) -> Text:
        return empty(self._desktop, self._desktop.tr(key))

    def _fold(self, *, open_: bool) -> None:
        if open_ and self.form is None:
            self.form = NoticeForm(self._desktop)
            self._form_place.addWidget(self.form)
            self.form.zh.setFocus()
        elif not open_ and self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None

    def _terminal(self, status: TerminalStatus, state: DeskState, *, lost: bool) -> QWidget:
        tr, desktop = self._desktop.tr, self._desktop
        fronts = desktop.tr("form.list_comma").join(tr(f"front.{front}") for front in status.fronts)
        broken = [device for device, fault in sorted(status.lamps.items()) if fault]
        word, fill = tr("devices.well"), "ok_soft"
        if lost:
            word, fill = tr("devices.lost", time=_ago(desktop, status.seen_at, state.now)), "now"
        elif broken:
            word, fill = " ".join(self._device(device) for device in broken), "now"
        return strip(desktop, state, (
            Cell(status.code, 2.4, "body", bold=True, below=fronts),
            Cell(word, 1.6, pill=fill),
            Cell(self._facts(status), 1.6, right=True, below=self._age(status)),
        ), f"terminal:{status.code}", height=DOUBLE_H)  # fmt: skip

    def _facts(self, status: TerminalStatus) -> str:
        """What a wall shows now."""
        tr, facts, told = self._desktop.tr, status.facts, []
        if facts.get("page") in WALL_PAGES:
            told.append(tr(f"wall.show.{facts['page']}"))
        if facts.get("layout") in WALL_LAYOUTS:
            told.append(tr(f"wall.layout.{facts['layout']}"))
        return " · ".join(told)

    def _device(self, device: str) -> str:
        return self._desktop.tr(f"lamp.{device}") if device in NAMED else device

    def _age(self, status: TerminalStatus) -> str:
        """How old the data of a wall are."""
        age = status.facts.get("age_s")
        return self._desktop.tr("devices.age", n=age) if age else ""

    def _order(self, order: TerminalOrder, state: DeskState) -> QWidget:
        tr = self._desktop.tr
        well = order.outcome in ("", "ok")
        step = "waits" if order.taken_at is None else "taken" if order.done_at is None else "done" if well else "failed"
        fill = {"waits": "info_soft", "taken": "info_soft", "done": "ok_soft", "failed": "now"}[step]
        at = order.at.astimezone(state.now.tzinfo)
        return strip(self._desktop, state, (
            Cell(f"{at:%H:%M}", 0.7, ink="ink_soft"),
            Cell(order.terminal, 1.2, bold=True),
            Cell(tr(f"act.order_{order.verb.value}"), 1.3),
            Cell(tr(f"order.{step}"), 1.4, pill=fill),
        ))  # fmt: skip

    def _why(self, outcome: str) -> Text:
        """Why the newest order was not obeyed, and what to do."""
        error = WorldError(outcome, "The terminal did not obey.")
        return Text(self._desktop.theme, self._desktop.words.explain(error), "small", ink="ink_soft")

    def _notice(self, notice: Notice, state: DeskState) -> QWidget:
        tr, ends = self._desktop.tr, notice.ends_at
        text = notice.en if self._desktop.words.language == "en" and notice.en else notice.zh
        until = tr("notice.until", time=f"{ends.astimezone(state.now.tzinfo):%H:%M}") if ends else tr("notice.open")
        return strip(self._desktop, state, (
            Cell(text, free=True, below=until),
        ), f"notice:{notice.id}", height=DOUBLE_H)  # fmt: skip


def _ago(desktop: Desktop, then: datetime, now: datetime) -> str:
    return desktop.tr("minutes", n=max(1, int((now - then).total_seconds() // 60)))

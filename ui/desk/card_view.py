"""The four-field card (姓名、年龄、工作单位、诉求记录) and nothing else. Draws what the store released."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kiosk.model.appeal import AppealLine, StaffCard
from ui.desk.appeals import DUE_SOON, is_open, likely_reason
from ui.desk.dates import day
from ui.desk.parts import Desktop, inset, margins, on_press
from ui.desk.state import DeskState
from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.card import Card, Notice
from ui.widgets.paint import ground
from ui.widgets.text import Text

_ROW_H = 76


class CardView(QWidget):
    """Built anew for every card, so that nothing of the last visitor can remain."""

    def __init__(self, desktop: Desktop, card: StaffCard, state: DeskState) -> None:
        super().__init__()
        self._desktop = desktop
        theme, tr = desktop.theme, desktop.tr
        today = state.now.date()
        column = QVBoxLayout(self)
        margins(column, theme, 0, 0, 0, 0, 20)
        column.addWidget(self._fields(card))
        reason = likely_reason(card.appeals)
        if reason is not None:
            title = tr("card.likely", title=reason.title)
            column.addLayout(inset(theme, Notice(theme, f"{title}\n{self._promise(reason, today)}", "warn")))
        column.addLayout(inset(theme, Text(theme, tr("card.appeals"), "lead", bold=True)))
        column.addLayout(inset(theme, self._rows(card, today)), 1)

    def _rows(self, card: StaffCard, today: date) -> QScrollArea:
        desktop, theme = self._desktop, self._desktop.theme
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        margins(rows, theme, 0, 0, 0, 0, 0)
        if not card.appeals:
            rows.addWidget(Text(theme, desktop.tr("card.none"), "body", ink="ink_soft"))
        for line in card.appeals:
            row = AppealRow(desktop, line, today)
            on_press(row, partial(desktop.presenter.appeals.continue_with, line.number))
            rows.addWidget(row)
        rows.addStretch(1)
        area.setWidget(inside)
        return area

    def _fields(self, card: StaffCard) -> Card:
        theme, tr = self._desktop.theme, self._desktop.tr
        box = Card(theme, padding=32)
        row = QHBoxLayout()
        row.setSpacing(theme.px(72))
        for key, value in (("name", card.name), ("age", str(card.age)), ("unit", card.unit)):
            cell = QVBoxLayout()
            cell.setSpacing(theme.px(6))
            cell.addWidget(Text(theme, tr(f"card.{key}"), "small", ink="ink_soft"))
            cell.addWidget(Text(theme, value, "title", bold=True))
            row.addLayout(cell, 1 if key == "unit" else 0)
        box.body.addLayout(row)
        return box

    def _promise(self, line: AppealLine, today: date) -> str:
        tr, office = self._desktop.tr, self._desktop.office(line.office)
        if line.due_date is None:
            return ""
        left = (line.due_date - today).days
        when = day(self._desktop.words, line.due_date)
        if left == 0:
            return tr("card.likely_today", office=office)
        key = "card.likely_left" if left > 0 else "card.likely_late"
        return tr(key, date=when, n=abs(left), office=office)


class AppealRow(Pressable):
    """One appeal: day, title, state, office, due. A press goes on with it."""

    def __init__(self, desktop: Desktop, line: AppealLine, today: date) -> None:
        super().__init__(desktop.theme, f"{line.title} {desktop.tr(f'state.{line.state.value}')}")
        self._line = line
        self._day = day(desktop.words, line.registered_on)
        self._state = desktop.tr(f"state.{line.state.value}")
        self._office = desktop.office(line.office)
        self._soon = bool(is_open(line.state) and line.due_date and line.due_date - today <= DUE_SOON)
        shown = is_open(line.state) and line.due_date is not None
        self._due = desktop.tr("card.due", date=day(desktop.words, line.due_date)) if shown and line.due_date else ""
        if line.outcome is not None:
            self._state = f"{self._state} · {desktop.tr(f'outcome.{line.outcome.value}')}"
        elif self._soon and line.due_date:
            late = line.due_date < today
            self._state = f"{self._state} · {desktop.tr('mine.late' if late else 'mine.soon')}"
        self.setFixedHeight(desktop.theme.px(_ROW_H))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(900), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            ground(painter, QRectF(self.rect()), theme, theme.color("surface"), radius=theme.radius)
        painter.fillRect(QRectF(0, self.height() - theme.px(1), self.width(), theme.px(1)), theme.color("line"))
        middle = Qt.AlignmentFlag.AlignVCenter
        left, width = theme.px(12), self.width() - theme.px(24)
        pill_x, due_x = left + round(width * 0.42), left + round(width * 0.82)
        painter.setFont(theme.font("small"))
        pill = self._pill_width(painter)
        office_x = max(left + round(width * 0.66), pill_x + pill + theme.px(16))
        painter.setPen(theme.color("ink_soft"))
        painter.drawText(left, 0, theme.px(130), self.height(), middle, self._day)
        office = _elided(painter, self._office, due_x - office_x - theme.px(8))
        painter.drawText(office_x, 0, due_x - office_x, self.height(), middle, office)
        painter.setPen(theme.color("ink"))
        painter.drawText(due_x, 0, left + width - due_x, self.height(), middle | Qt.AlignmentFlag.AlignRight, self._due)
        painter.setFont(theme.font("body"))
        room = pill_x - left - theme.px(146)
        title = _elided(painter, self._line.title, room)
        painter.drawText(left + theme.px(130), 0, room + theme.px(16), self.height(), middle, title)
        self._paint_pill(painter, QRectF(pill_x, (self.height() - theme.px(40)) / 2, pill, theme.px(40)))

    def _pill_width(self, painter: QPainter) -> int:
        return QFontMetrics(painter.font()).horizontalAdvance(self._state) + self._theme.px(36)

    def _paint_pill(self, painter: QPainter, rect: QRectF) -> None:
        theme: Theme = self._theme
        fill = "now" if self._soon else "info_soft" if is_open(self._line.state) else "ok_soft"
        ground(painter, rect, theme, theme.color(fill), radius=rect.height() / 2)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("on_now" if self._soon else "ink"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._state)


def _elided(painter: QPainter, text: str, room: int) -> str:
    return QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))

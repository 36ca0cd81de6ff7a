"""Seats on their map, and the small services visitors asked for. Decides nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.model.hall import CareState, SeatState
from ui.desk.looks import CareLook
from ui.desk.pages import PageView
from ui.desk.parts import Desktop, clear, margins, on_press
from ui.desk.state import Choice, DeskState
from ui.desk.strips import DOUBLE_H, Cell, Section, empty, scrolling, strip
from ui.widgets.button import Pressable
from ui.widgets.paint import focus_ring, ground
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.care import CareRow
    from kiosk.services.seats import SeatRow

SEATS_PER_ROW = 12
_SEAT_H = 68
_FILLS = {
    SeatState.FREE: "surface",
    SeatState.RESERVED: "info_soft",
    SeatState.OCCUPIED: "ok_soft",
    SeatState.CLEANING: "warn_soft",
    SeatState.OUT_OF_USE: "sunken",
}
_TASKS = {CareState.NEW: "warn_soft", CareState.DONE: "ok_soft", CareState.FAILED: "warn_soft"}


class SeatTile(Pressable):
    """One seat: its number, and the number of who sits there or what is the matter with it."""

    def __init__(self, desktop: Desktop, seat: SeatRow, *, selected: bool) -> None:
        self._number = seat.code.partition("-")[2] or seat.code
        word = desktop.tr(f"seat.{seat.state.value}")
        self._below = seat.label or ("" if seat.state is SeatState.FREE else word)
        self._fill, self._selected = _FILLS[seat.state], selected
        super().__init__(desktop.theme, f"{desktop.seat(seat.code)} {word} {seat.label}")
        self.setToolTip(f"{desktop.seat(seat.code)} · {word}")
        self.setObjectName(f"seat:{seat.code}")
        self.setFixedHeight(desktop.theme.px(_SEAT_H))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(72), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        border = theme.color("brand" if self._selected else "line")
        rect = QRectF(self.rect())
        fill = self.shade(theme.color(self._fill))
        ground(painter, rect, theme, fill, radius=theme.radius, border=border, border_px=3 if self._selected else 1)
        painter.setPen(theme.color("ink_soft"))
        painter.setFont(theme.font("small"))
        half = rect.height() / 2
        upper = rect.adjusted(0, theme.px(6), 0, -half + theme.px(4)) if self._below else rect
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self._number)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("small", bold=True))
        lower = rect.adjusted(0, half - theme.px(4), 0, -theme.px(6))
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, self._below)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)


class CarePage(PageView):
    """Made once for a theme and a language."""

    name = "care"

    def furnish(self) -> None:
        """Map at the left, tasks at the right."""
        theme, tr = self._desktop.theme, self._desktop.tr
        row = QHBoxLayout(self.body)
        margins(row, theme, 0, 0, 0, 0, 28)
        inside = QWidget()
        self._map = QVBoxLayout(inside)
        margins(self._map, theme, 0, 0, 0, 0, 8)
        row.addWidget(scrolling(inside), 3)
        self.tasks = Section(theme, tr("care.title"))
        row.addWidget(self.tasks, 2)

    def watched(self, state: DeskState) -> tuple[object, ...]:
        """Minutes since the request run on."""
        return (*super().watched(state), state.now.replace(second=0))

    def show_look(self, state: DeskState) -> None:
        """Fill everything."""
        look = state.look
        if not isinstance(look, CareLook):
            return
        clear(self._map)
        for zone in dict.fromkeys(seat.zone for seat in look.seats):
            self._show_zone([seat for seat in look.seats if seat.zone == zone], state)
        self._map.addStretch(1)
        late = sum(row.late for row in look.tasks)
        self.tasks.aside.set_text(self._desktop.tr("care.late", n=late) if late else "")
        tasks = [self._task(row, state) for row in look.tasks]
        self.tasks.fill(tasks or [empty(self._desktop, self._desktop.tr("care.none"))])

    def _show_zone(self, seats: list[SeatRow], state: DeskState) -> None:
        desktop, theme = self._desktop, self._desktop.theme
        free = sum(seat.state is SeatState.FREE for seat in seats)
        head = QHBoxLayout()
        head.addWidget(Text(theme, desktop.seat(seats[0].zone), "body", bold=True))
        head.addWidget(
            Text(theme, desktop.tr("care.free", n=free, all=len(seats)), "small", ink="ink_soft", align="right")
        )
        self._map.addLayout(head)
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for place, seat in enumerate(seats):
            tile = SeatTile(desktop, seat, selected=state.selected == f"seat:{seat.code}")
            on_press(tile, partial(self._touch, seat))
            grid.addWidget(tile, place // SEATS_PER_ROW, place % SEATS_PER_ROW)
        for column in range(SEATS_PER_ROW):
            grid.setColumnStretch(column, 1)
        self._map.addLayout(grid)
        self._map.addSpacing(theme.px(6))

    def _touch(self, seat: SeatRow) -> None:
        """A press selects; while it is asked where somebody should sit, a free seat is the answer."""
        presenter = self._desktop.presenter
        asked = presenter.state.asked
        if asked is not None and asked.choice is Choice.SEAT and seat.state is SeatState.FREE:
            self._move_to(seat, asked.about)
        else:
            presenter.select(f"seat:{seat.code}")

    def _move_to(self, seat: SeatRow, about: str) -> None:
        look, overseeing = self._desktop.presenter.state.look, self._desktop.presenter.overseeing
        seats = look.seats if isinstance(look, CareLook) else ()
        ticket = next((other.ticket_id for other in seats if other.code == about), None)
        if ticket is not None:
            overseeing.move_seat(ticket, seat.code)

    def _task(self, row: CareRow, state: DeskState) -> QWidget:
        tr, task = self._desktop.tr, row.task
        minutes = max(0, int((state.now - task.at).total_seconds() // 60))
        owner = (
            tr("care.robot", name=task.owner) if task.robot else tr("care.owner", name=task.owner) if task.owner else ""
        )
        word = tr("care.is_late") if row.late else tr(f"care_state.{task.state.value}")
        who = self._desktop.seat(row.seat) if row.seat else ""
        return strip(self._desktop, state, (
            Cell(row.label, 1.5, "body", bold=True, below=who),
            Cell(tr(f"care.{task.kind.value}"), 1.5, below=owner),
            Cell(word, 1.2, pill="now" if row.late else _TASKS.get(task.state, "info_soft")),
            Cell(tr("minutes", n=minutes), 0.6, right=True, ink="ink_soft"),
        ), f"care:{task.id}", height=DOUBLE_H)  # fmt: skip

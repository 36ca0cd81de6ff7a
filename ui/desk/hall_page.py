"""The hall at one look: every window, every queue with its promise, calls for help, who is booked. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.model.booking import Booking, BookingState
from kiosk.model.hall import HelpCall
from kiosk.model.ticket import CounterState
from ui.desk.charts import Bar, Bars
from ui.desk.dates import clock_span
from ui.desk.looks import HallLook, QueueNow
from ui.desk.pages import PageView
from ui.desk.parts import Desktop, clear, margins, on_press
from ui.desk.state import DeskState
from ui.desk.strips import Cell, Section, empty, scrolling, strip
from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.paint import focus_ring, ground
from ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.services.statistics import WindowNow

TILES_PER_ROW = 4
ROWS_SHOWN = 3
_TILE_H = 132
_FILLS = {
    CounterState.FREE: "ok_soft",
    CounterState.CALLING: "now",
    CounterState.SERVING: "info_soft",
    CounterState.PAUSED: "warn_soft",
    CounterState.OFFLINE: "sunken",
}
_BOOKED = {BookingState.MISSED: "warn_soft", BookingState.CHECKED_IN: "ok_soft"}


class WindowTile(Pressable):
    """One window: its number and place, what it does, for whom, since when, how many today."""

    def __init__(self, desktop: Desktop, window: WindowNow, since: str, *, selected: bool) -> None:
        tr = desktop.tr
        self._name = tr("window", w=window.code)
        self._state = tr(f"counter.{window.state.value}")
        self._fill = _FILLS[window.state]
        self._label, self._since, self._selected = window.label, since, selected
        self._clerk = window.staff_name or tr("hall.nobody")
        self._served = tr("hall.served", n=window.today_served)
        super().__init__(desktop.theme, f"{self._name} {self._state} {window.label} {self._clerk}")
        self.setObjectName(f"window:{window.code}")
        self.setFixedHeight(desktop.theme.px(_TILE_H))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        border = theme.color("brand") if self._selected else None
        rect = QRectF(self.rect())
        ground(
            painter, rect, theme, self.shade(theme.color("surface")), radius=theme.radius, border=border, border_px=3
        )
        inner = rect.adjusted(theme.px(18), theme.px(14), -theme.px(18), -theme.px(12))
        top = Qt.AlignmentFlag.AlignTop
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("body", bold=True))
        painter.drawText(inner, top, self._name)
        self._paint_state(painter, inner, theme)
        painter.setPen(theme.color("brand" if self._label else "ink_soft"))
        painter.setFont(theme.font("lead", bold=True))
        middle = inner.adjusted(0, theme.px(36), 0, 0)
        painter.drawText(middle, top, self._label or "—")
        painter.setPen(theme.color("ink_soft"))
        painter.setFont(theme.font("small"))
        painter.drawText(middle.adjusted(0, theme.px(6), 0, 0), top | Qt.AlignmentFlag.AlignRight, self._since)
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(inner, bottom, self._clerk)
        painter.drawText(inner, bottom | Qt.AlignmentFlag.AlignRight, self._served)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)

    def _paint_state(self, painter: QPainter, inner: QRectF, theme: Theme) -> None:
        painter.setFont(theme.font("small"))
        width = painter.fontMetrics().horizontalAdvance(self._state) + theme.px(24)
        pill = QRectF(inner.right() - width, inner.y() - theme.px(2), width, theme.px(32))
        line = theme.color("line") if not theme.tokens.shadow else None
        ground(painter, pill, theme, theme.color(self._fill), radius=pill.height() / 2, border=line)
        painter.setPen(theme.color("on_now" if self._fill == "now" else "ink"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._state)


class HallPage(PageView):
    """Made once for a theme and a language."""

    name = "hall"

    def furnish(self) -> None:
        """Windows above, three columns below."""
        theme, tr = self._desktop.theme, self._desktop.tr
        column = QVBoxLayout(self.body)
        margins(column, theme, 0, 0, 0, 0, 16)
        tiles = QWidget()
        self._tiles = QGridLayout(tiles)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._tiles.setSpacing(theme.px(10))
        self._tile_area = scrolling(tiles)
        column.addWidget(self._tile_area)
        row = QHBoxLayout()
        row.setSpacing(theme.px(28))
        self.queues = Section(theme, tr("hall.queues"))
        self.help = Section(theme, tr("hall.help"))
        self.bookings = Section(theme, tr("hall.bookings"))
        self._kept = Bars(theme)
        self._quality = Text(theme, "", "small", ink="ink_soft")
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.queues)
        right.addWidget(self.help, 1)
        right.addWidget(Text(theme, tr("hall.promises"), "body", bold=True))
        right.addWidget(self._quality)
        right.addWidget(self._kept)
        row.addLayout(left, 5)
        row.addWidget(self.bookings, 4)
        row.addLayout(right, 5)
        column.addLayout(row, 1)

    def watched(self, state: DeskState) -> tuple[object, ...]:
        """Minutes since a call run on."""
        return (*super().watched(state), state.now.replace(second=0))

    def show_look(self, state: DeskState) -> None:
        """Fill everything."""
        look = state.look
        if not isinstance(look, HallLook):
            return
        self._show_windows(look.windows, state)
        self.queues.fill([self._queue(queue, state) for queue in look.queues] or [self._nothing("hall.no_queues")])
        self.help.fill([self._help(call, state) for call in look.help] or [self._nothing("hall.no_help")])
        booked = [self._booking(booking, state) for booking in look.bookings]
        self.bookings.fill(booked or [self._nothing("hall.no_bookings")])
        open_ = sum(booking.state is BookingState.BOOKED for booking in look.bookings)
        self.bookings.aside.set_text(self._desktop.tr("hall.booked", n=open_) if look.bookings else "")
        self._show_promises(look)

    def _nothing(self, key: str) -> QWidget:
        return empty(self._desktop, self._desktop.tr(key))

    def _show_windows(self, windows: Sequence[WindowNow], state: DeskState) -> None:
        clear(self._tiles)
        for place, window in enumerate(windows):
            since = clock_span((state.now - window.since).total_seconds()) if window.since else ""
            chosen = state.selected == f"window:{window.code}"
            tile = WindowTile(self._desktop, window, since, selected=chosen)
            on_press(tile, partial(self._desktop.presenter.select, f"window:{window.code}"))
            self._tiles.addWidget(tile, place // TILES_PER_ROW, place % TILES_PER_ROW)
        for column in range(TILES_PER_ROW):
            self._tiles.setColumnStretch(column, 1)
        rows = -(-len(windows) // TILES_PER_ROW)
        self._tiles.setRowStretch(rows, 1)
        theme = self._desktop.theme
        self._tile_area.setFixedHeight(theme.px(min(rows, ROWS_SHOWN) * (_TILE_H + 10)))

    def _queue(self, queue: QueueNow, state: DeskState) -> QWidget:
        tr = self._desktop.tr
        return strip(self._desktop, state, (
            Cell(queue.letter, 0.5, "body", bold=True),
            Cell(self._desktop.letter(queue.letter), 2.2, ink="ink_soft"),
            Cell(tr("people", n=queue.waiting), 1.4, bold=True),
            Cell(tr("hall.span", low=queue.low, high=queue.high), 1.7, right=True, ink="ink_soft"),
        ))  # fmt: skip

    def _help(self, call: HelpCall, state: DeskState) -> QWidget:
        tr = self._desktop.tr
        minutes = max(0, int((state.now - call.at).total_seconds() // 60))
        word = tr("hall.help_now" if call.urgent else "hall.help_asked")
        return strip(self._desktop, state, (
            Cell(call.terminal, 1.2, "body", bold=True),
            Cell(word, 1.6, pill="now" if call.urgent else "info_soft"),
            Cell(tr("minutes", n=minutes), 0.8, right=True, ink="ink_soft"),
        ), f"help:{call.id}")  # fmt: skip

    def _booking(self, booking: Booking, state: DeskState) -> QWidget:
        at = booking.at.astimezone(state.now.tzinfo)
        return strip(self._desktop, state, (
            Cell(f"{at:%H:%M}", 0.8, "body", bold=True),
            Cell(booking.code, 1.3, ink="ink_soft"),
            Cell(self._desktop.tr(f"booking.{booking.state.value}"), 1.4, pill=_BOOKED.get(booking.state, "info_soft")),
        ), f"booking:{booking.id}")  # fmt: skip

    def _show_promises(self, look: HallLook) -> None:
        """How good today's promises were; before the first is judged nothing is claimed."""
        tr, all_ = self._desktop.tr, look.promises.all
        if all_.share is None or all_.median_error_min is None or all_.p90_error_min is None:
            self._quality.set_text(tr("hall.no_promises"))
            self._kept.show_bars(())
            return
        self._quality.set_text(
            tr("hall.kept", share=round(all_.share * 100), n=all_.judged, median=round(all_.median_error_min),
               p90=round(all_.p90_error_min))
        )  # fmt: skip
        self._kept.show_bars([
            Bar(letter, one.share, f"{round(one.share * 100)} %")
            for letter, one in look.promises.by_queue.items() if one.share is not None
        ])  # fmt: skip

"""The place to sit and the small services, as they stand on the ticket page and on the page of a scanned slip."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from kiosk.catalog import Zone
from kiosk.model.hall import ASKED_KINDS, CareKind, CareState, CareTask
from ui.touch.pages.frame import Kit
from ui.touch.state import TouchState
from ui.widgets.button import Pressable
from ui.widgets.icon import Icon
from ui.widgets.paint import focus_ring, ground
from ui.widgets.pill import PillButton
from ui.widgets.text import Text


class SeatWords(QHBoxLayout):
    """Where to sit: an arrow, the seat as it is written over the chairs, and how to get there."""

    def __init__(self, kit: Kit, state: TouchState, codes: str) -> None:
        super().__init__()
        zone = zone_of(kit, codes)
        self.setSpacing(kit.theme.px(28))
        if zone is not None:
            arrow = Icon(kit.theme, f"arrow_{zone.arrow.value}", size=64 if kit.theme.large else 84)
            self.addWidget(arrow, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(kit.theme.px(6))
        words.addWidget(Text(kit.theme, kit.tr("ticket.seat_lead"), "small", ink="ink_soft"))
        role = "lead" if kit.theme.large else "title"
        words.addWidget(Text(kit.theme, _seat(kit, state, zone, codes), role, bold=True))  # type: ignore[arg-type]
        way = zone.way(state.language) if zone else kit.tr("ticket.no_seat_detail")
        words.addWidget(Text(kit.theme, way, "small"))
        self.addLayout(words, 1)


class ZoneWishes(QHBoxLayout):
    """Other places that anybody may choose."""

    def __init__(self, kit: Kit, state: TouchState, codes: str) -> None:
        super().__init__()
        self.setSpacing(kit.theme.px(16))
        here = zone_of(kit, codes)
        self.addWidget(Text(kit.theme, kit.tr("ticket.rather"), "small", ink="ink_soft"), 1)
        for zone in _zones(kit):
            if zone.on_wish and zone != here:
                pill = PillButton(kit.theme, zone.name(state.language))
                pill.setObjectName(f"zone_{zone.code}")
                pill.when_pressed(partial(kit.presenter.comforting.sit, zone.code))
                self.addWidget(pill)


class CareTiles(QHBoxLayout):
    """The four small services side by side, each saying how far it is."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__()
        self.setSpacing(kit.theme.px(14))
        tasks = {task.kind: task for task in state.comfort.tasks} if state.comfort else {}
        for kind in ASKED_KINDS:
            tile = CareTile(kit, kind, tasks.get(kind))
            tile.when_pressed(partial(kit.presenter.comforting.ask, kind))
            self.addWidget(tile, 1)


class CareTile(Pressable):
    """A small wish, icon over words; once asked it says who brings it, and when it is there."""

    def __init__(self, kit: Kit, kind: CareKind, task: CareTask | None) -> None:
        self._on_its_way = task is not None and task.done_at is None
        self._there = task is not None and task.state is CareState.DONE
        words = kit.tr(f"care.{kind.value}")
        said = kit.tr(f"care.now.{_step(task)}") if task and _step(task) else ""
        super().__init__(kit.theme, f"{words} {said}".strip())
        self.setObjectName(f"care_{kind.value}")
        self.setEnabled(not self._on_its_way and not (self._there and kind is CareKind.QUIET_SEAT))
        self.setMinimumHeight(kit.theme.px(206 if kit.theme.large else 176))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(kit.theme.px(n) for n in (8, 14, 8, 14)))
        column.setSpacing(kit.theme.px(4))
        icon = Icon(kit.theme, "check" if self._there else kind.value, size=52)
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(Text(kit.theme, said or words, "small", align="center"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, asked = self._theme, self._on_its_way or self._there
        fill = theme.color("ok_soft") if asked else self.shade(theme.color("surface"))
        line = theme.color("brand" if asked else "line")
        painter, rect = QPainter(self), QRectF(self.rect())
        ground(painter, rect, theme, fill, radius=theme.radius_large, border=line)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius_large)


def zone_of(kit: Kit, codes: str) -> Zone | None:
    """The zone of a seat."""
    return next((zone for zone in _zones(kit) if zone.code == codes.partition("-")[0]), None)


def _zones(kit: Kit) -> tuple[Zone, ...]:
    return kit.presenter.session.around.catalog.zones


def _seat(kit: Kit, state: TouchState, zone: Zone | None, codes: str) -> str:
    if zone is None:
        return kit.tr("ticket.no_seat")
    numbers = [code.rpartition("-")[2] for code in codes.split()]
    seat = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else numbers[0]
    return kit.tr("ticket.seat", zone=zone.name(state.language), seat=seat)


def _step(task: CareTask) -> str:
    """Which words tell how far it is; empty: it may be asked for (again)."""
    if task.state is CareState.CANCELLED:
        return ""
    if task.robot and task.done_at is None:
        return "robot"
    return {CareState.NEW: "told", CareState.DONE: "done", CareState.FAILED: "failed"}.get(task.state, "staff")

"""The first page: six ways to arrive, all alike; and the pages shown while the centre or the store is closed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from kiosk.model.visit import Method
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Page, Purpose, TouchState
from ui.widgets.button import Button, Tile
from ui.widgets.icon import Icon
from ui.widgets.topbar import TopBar

if TYPE_CHECKING:
    from kiosk.services.intake import Intake

_NAMED = frozenset({Method.STAFF_NUMBER, Method.FACE, Method.QR, Method.ID_CARD})


def ways(kit: Kit, state: TouchState, *, height: int = 290) -> QGridLayout:
    """The tiles of every way open here, same size, two in a row. The face tile needs an activated module."""
    grid = QGridLayout()
    grid.setSpacing(kit.theme.px(18))
    shown = [m for m in kit.presenter.arriving.ways if m is not Method.FACE or state.face_on]
    if state.purpose is Purpose.AUTHORISATIONS:
        shown = [m for m in shown if m in _NAMED]
    for place, method in enumerate(shown):
        key = f"identify.{method.value}"
        tile = Tile(kit.theme, kit.tr(f"{key}.title"), kit.tr(f"{key}.detail"), icon=method.value, height=height)
        tile.setObjectName(f"way_{method.value}")
        tile.when_pressed(partial(kit.presenter.arriving.choose, method))
        grid.addWidget(tile, place // 2, place % 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid


class AttractPage(Frame):
    """Hello, and the ways."""

    has_back = False

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(2)
        self.say(kit.tr("attract.title"), "display", bold=True)
        self.say(kit.tr("attract.lead"), "body" if state.large else "lead", ink="ink_soft")
        self.body.addStretch(2)
        self.body.addLayout(ways(kit, state, height=270 if state.large else 290))
        self.body.addLayout(self._quiet())

    def _quiet(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.kit.theme.px(24))
        booking = self.button("attract.booking", "quiet", name="booking", height=120)
        booking.when_pressed(self.kit.presenter.check_in.enter)
        progress = self.button("attract.progress", "quiet", name="progress", height=120)
        progress.when_pressed(self.kit.presenter.enter_progress)
        mine = self.button("attract.authorisations", "quiet", name="authorisations", height=120)
        mine.when_pressed(self.kit.presenter.authorising.enter)
        for quiet in (booking, progress, mine):
            quiet.setFont(self.kit.theme.font("body"))
            row.addWidget(quiet, 1)
        return row

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        centre = self.kit.presenter.session.around.settings.centre
        language = self.state.language
        row.addWidget(TopBar(self.kit.theme, centre.company(language), centre.name(language)), 1)
        row.addLayout(self.switches())
        return row


class ResponsePage(Frame):
    """Closed, or out of service: says when and where, and keeps help and progress open."""

    has_back = False

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        centre = kit.presenter.session.around.settings.centre
        closed = state.page is Page.CLOSED
        self.body.addStretch(2)
        self.centred(Icon(kit.theme, "clock" if closed else "pause", size=200))
        key = f"closed.{state.intake.code}" if closed and state.intake and state.intake.code else state.page.value
        lead = kit.tr(f"{key}.lead", hours=centre.hours.replace("-", "–"), hotline=centre.hotline)
        self.title(f"{key}.title", align="center")
        if closed:
            self._why_and_when(state.intake)
        self.say(lead, "body", ink="ink_soft", align="center")
        self.notice()
        self.body.addStretch(3)
        if closed:
            self._open_ways(state.intake)

    def _why_and_when(self, intake: Intake | None) -> None:
        """What staff wrote, and when it opens again."""
        if intake is not None and intake.reason:
            self.say(intake.reason, "lead", bold=True, align="center")
        if intake is not None and intake.opens_at is not None:
            local, texts = self.kit.local(intake.opens_at), self.kit.texts
            clock = texts.tr("common.clock", hour=local.hour, minute=local.minute)
            day = texts.tr(f"common.weekday.{local.weekday()}")
            when = self.kit.tr("closed.again", month=local.month, day=local.day, weekday=day, clock=clock)
            self.say(when, "lead", bold=True, align="center")

    def _open_ways(self, intake: Intake | None) -> None:
        """What is possible although no numbers are given: a booked time holds while the day is open."""
        if intake is not None and intake.code != "day_closed":
            booking = self.button("attract.booking", "secondary", name="booking")
            booking.when_pressed(self.kit.presenter.check_in.enter)
            self.body.addWidget(booking)
            mine = self.button("closed.ticket", "secondary", name="my_ticket")
            mine.when_pressed(partial(self.kit.presenter.arriving.choose, Method.QR))
            self.body.addWidget(mine)
        self.body.addWidget(self._progress())

    def _progress(self) -> Button:
        progress = self.button("closed.progress", "secondary", name="progress")
        progress.when_pressed(self.kit.presenter.enter_progress)
        return progress

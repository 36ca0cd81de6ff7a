"""The first page: six ways to arrive, all alike; and the pages shown while the centre or the store is closed."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from kiosk.model.visit import Method
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Page, Purpose, TouchState
from ui.widgets.button import Button, Tile
from ui.widgets.icon import Icon
from ui.widgets.topbar import TopBar

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
        progress = self.button("attract.progress", "quiet", name="progress", height=120)
        progress.when_pressed(self.kit.presenter.enter_progress)
        mine = self.button("attract.authorisations", "quiet", name="authorisations", height=120)
        mine.when_pressed(self.kit.presenter.authorising.enter)
        for quiet in (progress, mine):
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
        self.body.addStretch(2)
        self.centred(Icon(kit.theme, "clock" if state.page is Page.CLOSED else "pause", size=200))
        key = state.page.value
        lead = kit.tr(f"{key}.lead", hours=centre.hours.replace("-", "–"), hotline=centre.hotline)
        self.title(f"{key}.title", lead, align="center")
        self.body.addStretch(3)
        if state.page is Page.CLOSED:
            self.body.addWidget(self._progress())

    def _progress(self) -> Button:
        progress = self.button("closed.progress", "secondary", name="progress")
        progress.when_pressed(self.kit.presenter.enter_progress)
        return progress

"""What one may come for: groups, then the services of one group; and the wish for priority, without a reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import TouchState
from ui.widgets.button import Button, Tile
from ui.widgets.card import EmptyState
from ui.widgets.check import Check

if TYPE_CHECKING:
    from kiosk.services.tickets import ServiceGroup, ServiceTile


class ServicesPage(Frame):
    """Groups or, inside one, its services."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        group = next((g for g in state.offer if g.key == state.group), None)
        lead = "" if group or state.large else kit.tr("services.lead")
        self.title("services.group_title" if group else "services.title", lead)
        self.notice()
        if not state.offer:
            self.body.addWidget(EmptyState(kit.theme, "clock", kit.tr("services.loading")), 1)
            return
        self.body.addLayout(self._services(group) if group else self._groups())
        self.body.addStretch(1)
        self.body.addLayout(self._wishes())

    def _groups(self) -> QGridLayout:
        catalog = self.kit.presenter.session.around.catalog
        tiles = []
        for group in self.state.offer:
            entry = catalog.group(group.key)
            tile = self._tile(
                entry.name(self.state.language), self._group_detail(group), f"group_{group.key}", entry.icon
            )
            tile.when_pressed(partial(self.kit.presenter.ticketing.open_group, group.key))
            tiles.append(tile)
        unsure = self._tile(self.kit.tr("services.unsure"), self.kit.tr("services.unsure_detail"), "unsure", "clerk")
        unsure.when_pressed(partial(self.kit.presenter.ticketing.take, None))
        return self._grid([*tiles, unsure])

    def _services(self, group: ServiceGroup) -> QGridLayout:
        tiles = []
        for service in group.tiles:
            tile = self._tile(service.name, self._wait(service), f"service_{service.code}", "")
            tile.when_pressed(partial(self.kit.presenter.ticketing.take, service.code))
            tiles.append(tile)
        return self._grid(tiles)

    def _group_detail(self, group: ServiceGroup) -> str:
        low, high = min(t.low for t in group.tiles), max(t.high for t in group.tiles)
        many = self.kit.tr("services.many", n=len(group.tiles))
        return f"{many}{self._comma()}{self.kit.tr('services.span', low=low, high=high)}"

    def _comma(self) -> str:
        return self.kit.tr("services.comma")

    def _wait(self, service: ServiceTile) -> str:
        waiting = self.kit.tr("services.waiting" if service.waiting else "services.nobody", n=service.waiting)
        return f"{waiting}{self._comma()}{self.kit.tr('services.span', low=service.low, high=service.high)}"

    def _tile(self, title: str, detail: str, name: str, icon: str) -> Tile:
        icon = "" if self.state.large else icon
        tile = Tile(self.kit.theme, title, detail, icon=icon, height=230 if icon else 190)
        tile.setObjectName(name)
        return tile

    def _grid(self, tiles: list[Tile]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(self.kit.theme.px(16))
        for place, tile in enumerate(tiles):
            grid.addWidget(tile, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _wishes(self) -> QHBoxLayout:
        """Priority, and how many come together: one number, seats side by side. Neither is another page."""
        row = QHBoxLayout()
        row.setSpacing(self.kit.theme.px(16))
        row.addWidget(self._priority(), 1)
        row.addWidget(self._party())
        return row

    def _party(self) -> Button:
        """How many come; every press is one more, and after the most it is one again."""
        people = self.state.party
        words = self.kit.tr("services.party" if people > 1 else "services.alone", n=people)
        button = Button(self.kit.theme, words, "secondary" if people > 1 else "quiet", height=100, role="body")
        button.setObjectName("party")
        most = self.kit.presenter.session.around.settings.calling.group_max
        button.setAccessibleDescription(self.kit.tr("services.party_detail", most=most))
        button.when_pressed(partial(self.kit.presenter.ticketing.come_with, people % most + 1))
        return button

    def _priority(self) -> Check:
        box = Check(self.kit.theme, self.kit.tr("services.priority"))
        box.setObjectName("priority")
        box.setAccessibleDescription(self.kit.tr("services.priority_detail"))
        box.setChecked(self.state.priority)
        box.toggled.connect(self._prefer)
        return box

    @Slot(bool)
    def _prefer(self, wanted: bool) -> None:
        self.kit.presenter.ticketing.prefer(wanted)

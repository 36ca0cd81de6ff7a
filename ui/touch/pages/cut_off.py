"""While the kiosk is cut off: a service, then a number that the desk honours. Plain about what is different."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import Printed, Spare, TouchState
from ui.widgets.button import Tile
from ui.widgets.card import Card, Notice
from ui.widgets.check import Check
from ui.widgets.qr import QrView
from ui.widgets.text import Text


class CutOffPage(Frame):
    """What still works here, and the services; no waits, for nobody knows them now."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        self.has_back = bool(state.group)
        super().__init__(kit, state)
        if state.group:
            self.title("services.group_title")
        else:
            self.body.addStretch(1)
            self.title("cut_off.title", kit.tr("cut_off.lead"))
            self.body.addStretch(1)
        self.body.addLayout(self._services() if state.group else self._groups())
        self.body.addStretch(1)
        box = Check(kit.theme, kit.tr("services.priority"))
        box.setObjectName("priority")
        box.setAccessibleDescription(kit.tr("services.priority_detail"))
        box.setChecked(state.priority)
        box.toggled.connect(kit.presenter.ticketing.prefer)
        self.body.addWidget(box)

    def _groups(self) -> QGridLayout:
        kit, language = self.kit, self.state.language
        catalog = kit.presenter.session.around.catalog
        tiles = []
        for key in dict.fromkeys(category.group for category in catalog.categories):
            group = catalog.group(key)
            tile = self._tile(group.name(language), f"group_{key}", group.icon)
            tile.when_pressed(partial(kit.presenter.ticketing.open_group, key))
            tiles.append(tile)
        unsure = self._tile(kit.tr("services.unsure"), "unsure", "clerk")
        unsure.when_pressed(partial(kit.presenter.cut_off.take, None))
        return _grid(kit, [*tiles, unsure])

    def _services(self) -> QGridLayout:
        kit = self.kit
        tiles = []
        for category in kit.presenter.session.around.catalog.categories:
            if category.group == self.state.group:
                tile = self._tile(category.name(self.state.language), f"service_{category.code}", "")
                tile.when_pressed(partial(kit.presenter.cut_off.take, category.code))
                tiles.append(tile)
        return _grid(kit, tiles)

    def _tile(self, title: str, name: str, icon: str) -> Tile:
        icon = "" if self.state.large else icon
        tile = Tile(self.kit.theme, title, "", icon=icon, height=210 if icon else 170)
        tile.setObjectName(name)
        return tile


class SparePage(Frame):
    """The number of the reserve; it stands whatever the printer does."""

    has_back = False

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        spare = state.spare
        if spare is None:
            return
        self.body.addStretch(1)
        self.say(kit.tr("ticket.title"), "lead", ink="ink_soft", align="center")
        number = Text(kit.theme, spare.given.slip.label, "number", bold=True, align="center", ink="brand", wrap=False)
        number.setObjectName("number")
        self.body.addWidget(number)
        card = Card(kit.theme, padding=48)
        card.body.addWidget(Text(kit.theme, kit.tr("spare.next"), "title", bold=True, align="center"))
        card.body.addWidget(Text(kit.theme, kit.tr("spare.detail"), "body", ink="ink_soft", align="center"))
        self.body.addWidget(card)
        self.body.addWidget(self._code(spare))
        self.body.addWidget(self._paper(spare))
        self.body.addStretch(2)
        done = self.button("ticket.done", name="done")
        done.when_pressed(kit.presenter.start_over)
        self.body.addWidget(done)

    def _code(self, spare: Spare) -> Card:
        kit, card = self.kit, Card(self.kit.theme)
        row = QHBoxLayout()
        code = spare.given.number.query_code
        words = f"{kit.tr('ticket.code', code=f'{code[:4]} {code[4:]}')}\n{kit.tr('spare.code')}"
        row.addWidget(Text(kit.theme, words, "small"), 1)
        row.addWidget(QrView(kit.theme, spare.given.slip.query_url, size=200))
        card.body.addLayout(row)
        return card

    def _paper(self, spare: Spare) -> Notice:
        calm = spare.printed in (Printed.PRINTING, Printed.YES)
        key = f"ticket.paper.{spare.printed.value}" if calm else "spare.no_paper"
        notice = Notice(self.kit.theme, self.kit.tr(key), "ok" if calm else "warn", role="small")
        notice.setObjectName("paper")
        return notice


def _grid(kit: Kit, tiles: list[Tile]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(kit.theme.px(16))
    for place, tile in enumerate(tiles):
        grid.addWidget(tile, place // 2, place % 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid

"""The pages of the pad. Each is built from a state; none decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kiosk.services.ratings import LEVELS, STEPS
from kiosk.settings.spec import Centre
from ui.pad.faces import Disc, FaceButton
from ui.pad.presenter import PadPresenter
from ui.pad.state import FURTHER, PadState, Page, Wish
from ui.theme import Role, Theme
from ui.translate import Translator
from ui.widgets.button import Button, Tile
from ui.widgets.card import Notice
from ui.widgets.pill import PillButton
from ui.widgets.text import Align, Text


@dataclass(frozen=True)
class Kit:
    """What a page is made from."""

    theme: Theme
    texts: Translator
    presenter: PadPresenter
    centre: Centre

    @property
    def upright(self) -> bool:
        """True on a tall screen."""
        return self.theme.reference.height > self.theme.reference.width

    def tr(self, key: str, **params: object) -> str:
        """A text of this front: the key without ``pad.``"""
        return self.texts.tr(f"pad.{key}", **params)


class PadPage(QWidget):
    """A page: a line at the top, the body, a row of buttons at the bottom."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__()
        self.kit, self.state = kit, state
        column = QVBoxLayout(self)
        column.setContentsMargins(*(kit.theme.px(n) for n in (56, 40, 56, 40)))
        column.setSpacing(kit.theme.px(28))
        column.addLayout(self._head())
        self.body = QVBoxLayout()
        self.body.setSpacing(kit.theme.px(24))
        column.addLayout(self.body, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(kit.theme.px(24))
        column.addLayout(self.foot)

    def _head(self) -> QLayout:
        kit, row = self.kit, QHBoxLayout()
        names = Text(kit.theme, kit.centre.name(self.state.language), "small", ink="ink_soft")
        row.addWidget(names, 1)
        language = PillButton(kit.theme, kit.tr("other_language"), height=76)
        language.setObjectName("language")
        language.when_pressed(kit.presenter.next_language)
        row.addWidget(language)
        return row

    def say(
        self, text: str, role: Role = "body", *, ink: str = "ink", bold: bool = False, align: Align = "center"
    ) -> None:
        """Add a paragraph."""
        self.body.addWidget(Text(self.kit.theme, text, role, ink=ink, bold=bold, align=align))

    def button(self, key: str, kind: str, name: str) -> Button:
        """A button for the foot."""
        made = Button(self.kit.theme, self.kit.tr(key), kind, height=100, role="body")  # type: ignore[arg-type]
        made.setObjectName(name)
        return made

    def leave_row(self, skip: str = "skip") -> None:
        """Go on without this answer, or end here."""
        aside = self.button(skip, "quiet", "skip")
        aside.when_pressed(self.kit.presenter.skip)
        done = self.button("finish", "secondary", "finish")
        done.when_pressed(self.kit.presenter.finish)
        self.foot.addWidget(aside, 1)
        self.foot.addWidget(done, 1)


class IdlePage(PadPage):
    """Between two talks: a greeting, and what this is for."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(3)
        if state.window.isdecimal():
            self.say(kit.tr("idle.window", w=state.window), "lead", ink="brand", bold=True)
        self.say(kit.tr("idle.title"), "display", bold=True)
        self.say(kit.tr("idle.hint"), "body", ink="ink_soft")
        self.body.addStretch(5)


class FacesPage(PadPage):
    """A question and five faces."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__(kit, state)
        first = state.page is Page.OVERALL
        self.say(kit.tr(f"question.{state.asked}"), "display" if first else "title", bold=True)
        count = kit.tr("further.hint", n=state.question + 1, of=len(FURTHER))
        self.say(kit.tr("overall.hint") if first else count, "body", ink="ink_soft")
        self.body.addLayout(self._faces(), 1)
        if first:
            aside = self.button("overall.skip", "quiet", "skip")
            aside.when_pressed(kit.presenter.skip)
            self.foot.addStretch(1)
            self.foot.addWidget(aside, 1)
            self.foot.addStretch(1)
        else:
            self.leave_row()

    def _faces(self) -> QBoxLayout:
        kit = self.kit
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        box = QBoxLayout(down if kit.upright else right)
        box.setSpacing(kit.theme.px(16))
        for level in reversed(LEVELS):
            face = FaceButton(kit.theme, level, kit.tr(f"level.{level}"), row=kit.upright)
            face.when_pressed(partial(kit.presenter.level, level))
            box.addWidget(face, 1)
        return box


class OfferPage(PadPage):
    """Not satisfied: somebody comes, or how to be called. Only if wanted, and without a name."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(1)
        if state.wish is None:
            self.say(kit.tr("offer.title"), "title", bold=True)
            if state.failed:
                self.body.addWidget(Notice(kit.theme, kit.tr("offer.failed"), "warn"))
            else:
                self.say(kit.tr("offer.hint"), "body", ink="ink_soft")
            self.body.addLayout(self._wishes())
        else:
            self.say(kit.tr(f"offer.{state.wish.value}.title"), "title", bold=True)
            told = kit.tr(f"offer.{state.wish.value}.told", hotline=kit.centre.hotline, w=state.window)
            self.say(told, "lead", ink="ink_soft")
        self.body.addStretch(2)
        on = self.button("offer.no" if state.wish is None else "go_on", "secondary", "skip")
        on.when_pressed(kit.presenter.skip)
        self.foot.addStretch(1)
        self.foot.addWidget(on, 2)
        self.foot.addStretch(1)

    def _wishes(self) -> QBoxLayout:
        kit = self.kit
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        box = QBoxLayout(down if kit.upright else right)
        box.setSpacing(kit.theme.px(24))
        for wish, icon in ((Wish.HEAD, "clerk"), (Wish.CONTACT, "phone")):
            tile = Tile(kit.theme, kit.tr(f"offer.{wish.value}.wish"), kit.tr(f"offer.{wish.value}.how"), icon=icon)
            tile.setObjectName(f"wish_{wish.value}")
            tile.when_pressed(partial(kit.presenter.wish, wish))
            box.addWidget(tile, 1)
        return box


class StepPage(PadPage):
    """The last question: which step most needs work."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(1)
        self.say(kit.tr("step.title"), "title", bold=True)
        self.say(kit.tr("step.hint"), "body", ink="ink_soft")
        grid = QGridLayout()
        grid.setSpacing(kit.theme.px(24))
        columns = 1 if kit.upright else 3
        for place, step in enumerate(STEPS):
            button = Button(kit.theme, kit.tr(f"step.{step}"), "secondary", height=130, role="lead")
            button.setObjectName(f"step_{step}")
            button.when_pressed(partial(kit.presenter.step, step))
            grid.addWidget(button, place // columns, place % columns)
        self.body.addLayout(grid)
        self.body.addStretch(2)
        self.leave_row("step.none")


class ThanksPage(PadPage):
    """Thanks, and what becomes of the answers."""

    def __init__(self, kit: Kit, state: PadState) -> None:
        super().__init__(kit, state)
        self.body.addStretch(2)
        fill, icon = ("warn_soft", "info") if state.failed else ("ok_soft", "check")
        self.body.addWidget(Disc(kit.theme, icon, side=190, fill=fill), 0, Qt.AlignmentFlag.AlignHCenter)
        self.say(kit.tr("thanks.title"), "display", bold=True)
        self.say(kit.tr("thanks.failed" if state.failed else "thanks.hint"), ink="ink_soft")
        self.body.addStretch(3)


PAGES: dict[Page, type[PadPage]] = {
    Page.IDLE: IdlePage,
    Page.OVERALL: FacesPage,
    Page.FURTHER: FacesPage,
    Page.OFFER: OfferPage,
    Page.STEP: StepPage,
    Page.THANKS: ThanksPage,
}

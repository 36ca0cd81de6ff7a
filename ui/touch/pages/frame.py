"""The frame every touch page stands in: a line at the top, the page's body, the bar at the bottom.

Owns what each page must offer: back, start over, language, letter size, a call for staff, help now, and the
notice that the page will be cleared. To add a page: subclass, fill ``body``, add it to ``PAGES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ui.theme import Role, Theme
from ui.touch.presenter import TouchPresenter
from ui.touch.state import TouchState
from ui.translate import Translator
from ui.widgets.button import Button, Kind
from ui.widgets.card import Notice
from ui.widgets.paint import ground
from ui.widgets.pill import PillButton
from ui.widgets.text import Align, Text


@dataclass(frozen=True)
class Kit:
    """What a page is made from."""

    theme: Theme
    texts: Translator
    presenter: TouchPresenter

    def tr(self, key: str, **params: object) -> str:
        """A text of this front: the key without ``touch.``"""
        return self.texts.tr(f"touch.{key}", **params)

    def local(self, at: datetime) -> datetime:
        """An instant in the centre's own time."""
        return at.astimezone(ZoneInfo(self.presenter.session.around.settings.centre.time_zone))


class Bar(QWidget):
    """The bottom bar: a quiet sentence, the call for staff, the red button."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__()
        self._kit = kit
        theme = kit.theme
        self.setFixedHeight(theme.px(150))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(60), theme.px(20), theme.px(60), theme.px(20))
        row.setSpacing(theme.px(20))
        self.words = Text(theme, "", "small", ink="ink_soft")
        row.addWidget(self.words, 1)
        self.staff = Button(theme, "", "quiet", icon="bell", height=110, role="small")
        self.staff.setObjectName("staff")
        self.staff.when_pressed(kit.presenter.call_staff)
        row.addWidget(self.staff)
        self.help = Button(theme, kit.tr("bar.help"), "danger", height=110, role="body")
        self.help.setObjectName("help")
        self.help.when_pressed(kit.presenter.help_now)
        row.addWidget(self.help)
        self.live(state)

    def live(self, state: TouchState) -> None:
        """Clock, wait, and whether the staff were told."""
        self.words.set_text(self._words(state))
        self.staff.set_text(self._kit.tr(_staff_key(state)))
        self.staff.setEnabled(not state.staff_called)
        self.staff.setVisible(not state.cut_off)

    def _words(self, state: TouchState) -> str:
        if state.now is None:
            return ""
        local = self._kit.local(state.now)
        clock = self._kit.texts.tr("common.clock", hour=local.hour, minute=local.minute)
        words = [f"{clock}  {self._kit.texts.tr(f'common.weekday.{local.weekday()}')}"]
        if state.wait is not None and not state.large:
            words.append(self._kit.tr("bar.wait", low=state.wait[0], high=state.wait[1]))
        return "\n".join(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._kit.theme.color("surface"))
        painter.fillRect(0, 0, self.width(), self._kit.theme.px(2), self._kit.theme.color("line"))


def _staff_key(state: TouchState) -> str:
    """What the call button says: nobody was called, somebody was, somebody has set out."""
    if not state.staff_called:
        return "bar.staff"
    return "bar.staff_coming" if state.staff_coming else "bar.staff_called"


class StillHere(QWidget):
    """The warning before a page is cleared: a sentence and one button, over the bar, never a dialog."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme = kit.theme
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.px(n) for n in (36, 24, 24, 24)))
        row.setSpacing(theme.px(24))
        self.words = Text(theme, "", "body", ink="on_now")
        row.addWidget(self.words, 1)
        stay = Button(theme, kit.tr("bar.stay"), "primary", height=110, role="body")
        stay.when_pressed(kit.presenter.touched)
        row.addWidget(stay)
        self.hide()

    def live(self, state: TouchState) -> None:
        """Count down, or vanish."""
        left = state.seconds_left
        self.setVisible(left is not None)
        if left is not None:
            self.words.set_text(self._kit.tr("bar.still_here", n=left))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._kit.theme
        ground(QPainter(self), QRectF(self.rect()), theme, theme.color("now"), radius=theme.radius_large)


class Frame(QWidget):
    """A page. Subclasses fill ``body`` in ``__init__`` and update what moves in ``live``."""

    has_back = True

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__()
        self.kit, self.state = kit, state
        theme = kit.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(theme.px(60), theme.px(52), theme.px(60), theme.px(28))
        inner.setSpacing(theme.px(36))
        inner.addLayout(self._head())
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(28))
        inner.addLayout(self.body, 1)
        self.still_here = StillHere(kit)
        inner.addWidget(self.still_here)
        column.addLayout(inner, 1)
        self.bar = Bar(kit, state)
        column.addWidget(self.bar)

    def live(self, state: TouchState) -> None:
        """Show what may change without building the page again."""
        self.state = state
        self.bar.live(state)
        self.still_here.live(state)

    def switches(self) -> QHBoxLayout:
        """Language and letter size, one tap each."""
        kit, row = self.kit, QHBoxLayout()
        row.setSpacing(kit.theme.px(16))
        language = PillButton(kit.theme, kit.tr("bar.other_language"))
        language.setObjectName("language")
        language.when_pressed(kit.presenter.next_language)
        row.addWidget(language)
        large = PillButton(kit.theme, kit.tr("bar.normal" if self.state.large else "bar.large"))
        large.setObjectName("large")
        large.when_pressed(kit.presenter.enlarge)
        row.addWidget(large)
        return row

    def say(
        self, text: str, role: Role = "body", *, align: Align = "left", ink: str = "ink", bold: bool = False
    ) -> Text:
        """Add a paragraph to the body."""
        paragraph = Text(self.kit.theme, text, role, align=align, ink=ink, bold=bold)
        self.body.addWidget(paragraph)
        return paragraph

    def title(self, key: str, lead: str = "", *, align: Align = "left") -> None:
        """The page's title and the sentence under it."""
        self.say(self.kit.tr(key), "title", bold=True, align=align)
        if lead:
            self.say(lead, "body", ink="ink_soft", align=align)

    def button(
        self, key: str, kind: Kind = "primary", *, name: str, icon: str = "", height: int = 150, role: Role = "lead"
    ) -> Button:
        """A button named ``name`` (for tests and for the tour)."""
        made = Button(self.kit.theme, self.kit.tr(key), kind, icon=icon, height=height, role=role)
        made.setObjectName(name)
        return made

    def notice(self, into: QLayout | None = None) -> None:
        """What went wrong or what to know, if anything."""
        text = self._notice_text()
        if text:
            (into or self.body).addWidget(Notice(self.kit.theme, text, "warn"))

    def centred(self, widget: QWidget) -> None:
        """Add a widget of fixed size in the middle."""
        self.body.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def _notice_text(self) -> str:
        if self.state.fault is not None:
            return self.kit.texts.explain(self.state.fault)
        return self.kit.texts.tr(self.state.notice_key) if self.state.notice_key else ""

    def _head(self) -> QHBoxLayout:
        kit, row = self.kit, QHBoxLayout()
        row.setSpacing(kit.theme.px(16))
        if self.has_back:
            back = self.button("bar.back", "plain", name="back", icon="back", height=84)
            back.when_pressed(kit.presenter.back)
            over = self.button("bar.start_over", "plain", name="start_over", icon="home", height=84)
            over.when_pressed(kit.presenter.start_over)
            for plain in (back, over):
                plain.setFont(kit.theme.font("small"))
                row.addWidget(plain)
        row.addStretch(1)
        row.addLayout(self.switches())
        return row

"""The green line at the top: who sits where, the pages, lamps, clock. Draws no conclusions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.desk.lamps import faulty
from ui.desk.parts import Desktop, Lamp, margins, on_press
from ui.desk.state import DeskState, Device, Page
from ui.theme import Theme
from ui.widgets.button import Pressable
from ui.widgets.icon import icon_pixmap
from ui.widgets.paint import focus_ring, ground
from ui.widgets.text import Text

HEIGHT = 76
_ICONS = {Device.PRINTER: "printer", Device.TERMINALS: "screen", Device.SERVER: "cloud", Device.STORE: "house"}


class PageTab(Pressable):
    """The name of a page with its key below; the open one is light."""

    def __init__(self, theme: Theme, text: str, key: str) -> None:
        super().__init__(theme, text)
        self._key, self._alert = key, 0
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(60))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_alert(self, count: int) -> None:
        """So many things on this page wait for somebody."""
        if count != self._alert:
            self._alert = count
            self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("small", bold=True)).horizontalAdvance(self.text())
        return QSize(width + self._theme.px(36), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        rect = QRectF(self.rect())
        if self.isChecked():
            ground(painter, rect, theme, theme.color("paper"), radius=theme.radius)
        ink = theme.color("brand" if self.isChecked() else "on_brand")
        painter.setPen(ink)
        painter.setFont(theme.font("small", bold=True))
        painter.drawText(rect.adjusted(0, theme.px(6), 0, -theme.px(22)), Qt.AlignmentFlag.AlignCenter, self.text())
        small = theme.font("small")
        small.setPixelSize(max(1, theme.px(15)))
        painter.setFont(small)
        painter.drawText(rect.adjusted(0, theme.px(34), 0, -theme.px(4)), Qt.AlignmentFlag.AlignCenter, self._key)
        if self._alert:
            dot = QRectF(rect.right() - theme.px(16), theme.px(6), theme.px(12), theme.px(12))
            ground(painter, dot, theme, theme.color("now"), radius=dot.width() / 2)
        if self.ringed:
            focus_ring(painter, rect, theme, theme.radius)


class BarButton(Pressable):
    """A quiet icon in the bar; its word is the tooltip and what a screen reader says."""

    def __init__(self, theme: Theme, icon: str, name: str, key: str) -> None:
        super().__init__(theme, name)
        self._icon = icon
        self.setToolTip(f"{name}  {key}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(theme.px(44), theme.px(48))

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        side = theme.px(26)
        if self.underMouse():
            ground(painter, QRectF(self.rect()), theme, theme.color("brand").darker(115), radius=theme.radius)
        mark = icon_pixmap(self._icon, theme.color("on_brand").name(), side)
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, mark)
        if self.ringed:
            focus_ring(painter, QRectF(self.rect()), theme, theme.radius)


class TopBar(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self.setFixedHeight(theme.px(HEIGHT))
        row = QHBoxLayout(self)
        margins(row, theme, 28, 0, 28, 0, 10)
        self._window = Text(theme, "", "body", bold=True, ink="on_brand", wrap=False)
        self._clerk = Text(theme, "", "small", ink="on_brand", wrap=False)
        row.addWidget(self._window)
        row.addWidget(self._clerk)
        row.addSpacing(theme.px(20))
        self.tabs = {page: self._tab(page, f"F{2 + place}") for place, page in enumerate(Page)}
        for tab in self.tabs.values():
            row.addWidget(tab)
        row.addStretch(1)
        self._busy = Text(theme, "", "small", ink="on_brand", wrap=False)
        row.addWidget(self._busy)
        self._unsent = Text(theme, "", "small", ink="on_brand", wrap=False)
        row.addWidget(self._unsent)
        self.lamps = {device: Lamp(theme, _ICONS[device], desktop.tr(f"lamp.{device.value}")) for device in Device}
        for device, lamp in self.lamps.items():
            on_press(lamp, partial(desktop.presenter.explain_fault, device))
            row.addWidget(lamp)
        session, presenter = desktop.presenter.session, desktop.presenter
        for icon, name, key, act in (
            ("keyboard", "act.keys", "F1", presenter.show_keys),
            ("language", "language", "F9", self.switch_language),
            ("lock", "lock", "Ctrl L", session.lock),
            ("logout", "sign_out", "Ctrl Q", session.sign_out),
        ):
            button = BarButton(theme, icon, desktop.tr(name), key)
            button.setObjectName(name)
            on_press(button, act)
            row.addWidget(button)
        self._clock = Text(theme, "", "lead", bold=True, ink="on_brand", wrap=False)
        row.addWidget(self._clock)

    def _tab(self, page: Page, key: str) -> PageTab:
        tab = PageTab(self._desktop.theme, self._desktop.tr(f"page.{page.value}"), key)
        tab.setObjectName(f"page_{page.value}")
        on_press(tab, partial(self._desktop.presenter.overseeing.show, page))
        return tab

    def render_state(self, state: DeskState) -> None:
        """Show ``state``."""
        tr = self._desktop.tr
        self._window.set_text(tr("window", w=state.window))
        self._clerk.set_text(state.clerk.name if state.clerk else "")
        self._busy.set_text(tr("busy") if state.busy else "")
        self._unsent.set_text(tr("alone") if state.unsent is None else tr("not_sent", n=state.unsent))
        self._clock.set_text(f"{state.now:%H:%M}")
        for page, tab in self.tabs.items():
            tab.setChecked(page is state.page)
        self.tabs[Page.HALL].show_alert(len(state.alerts.help))
        self.tabs[Page.CARE].show_alert(sum(row.late for row in state.alerts.care))
        self.tabs[Page.DEVICES].show_alert(faulty(state, Device.TERMINALS)[0])
        for device, lamp in self.lamps.items():
            lit, where = faulty(state, device)
            sentence = tr(f"fault.{device.value}" if lit else f"fault.{device.value}_well", where=where)
            lamp.show_fault(lit, sentence)

    def switch_language(self) -> None:
        """The other language, at once."""
        words = self._desktop.words
        words.speak("en" if words.language == "zh_CN" else "zh_CN")

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desktop.theme.color("brand"))

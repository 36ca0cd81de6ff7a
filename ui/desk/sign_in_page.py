"""Sign-in, unlocking, and the moment before the store is open. Owns the two fields; keeps nothing typed."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.demo_content import demo_sign_in
from kiosk.model.ticket import CounterState
from ui.desk.parts import Action, Chips, Desktop, clear, margins
from ui.desk.state import DeskState, Device, Screen
from ui.widgets.card import Card, Notice
from ui.widgets.field import Field
from ui.widgets.icon import Icon
from ui.widgets.text import Text


class SignInPage(QWidget):
    """One card in the middle of the paper."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self._shown: tuple[object, ...] = ()
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(1)
        self._card = Card(theme, padding=56)
        self._card.setFixedWidth(theme.px(680))
        self._card.body.setSpacing(theme.px(20))
        middle.addWidget(self._card)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)
        self._build()

    def _build(self) -> None:
        theme, tr, body = self._desktop.theme, self._desktop.tr, self._card.body
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        self._icon = Icon(theme, "clerk", size=52)
        self._title = Text(theme, "", "title", bold=True)
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        body.addLayout(head)
        self._hint = Text(theme, "", "body", ink="ink_soft")
        body.addWidget(self._hint)
        if self._desktop.presenter.session.around.settings.profile.demo:
            self._say_demo()
        self.login = Field(theme, tr("sign_in.login"))
        self.password = Field(theme, tr("sign_in.password"), secret=True)
        body.addWidget(self.login)
        body.addWidget(self.password)
        self._windows_label = Text(theme, tr("sign_in.window"), "small", ink="ink_soft")
        body.addWidget(self._windows_label)
        self._windows = QVBoxLayout()
        body.addLayout(self._windows)
        self.chips: Chips | None = None
        self.fault = Notice(theme, "", "warn", role="small")
        body.addWidget(self.fault)
        self.enter = Action(theme, tr("sign_in.enter"), tr("keys.enter"), "primary", height=84, role="lead")
        body.addWidget(self.enter)
        self.language = Action(theme, tr("language"), "", "quiet", height=52)
        body.addWidget(self.language)
        self.enter.clicked.connect(self._submit)
        self.login.edit.returnPressed.connect(self.password.edit.setFocus)
        self.password.edit.returnPressed.connect(self._submit)
        self.language.clicked.connect(self._switch_language)

    def _say_demo(self) -> None:
        """A demo tells how to come in; no other profile has these accounts."""
        login, password = demo_sign_in()
        text = self._desktop.tr("sign_in.demo", login=login, password=password)
        self._card.body.addWidget(Notice(self._desktop.theme, text, "info", role="small"))

    def render_state(self, state: DeskState) -> None:
        """Show the page for ``state``; typed text stays."""
        theme, tr, page = self._desktop.theme, self._desktop.tr, state.sign_in
        shown = (state.screen, page, state.busy, state.clerk, state.faults.get(Device.STORE))
        if shown == self._shown:
            return
        self._shown = shown
        locked, opening = state.screen is Screen.LOCKED, state.screen is Screen.OPENING
        title = "opening" if opening else "sign_in.locked_title" if locked else "sign_in.title"
        self._title.set_text(tr(title))
        fault = tr(f"sign_in.{page.fault}") if page.fault else ""
        hint = tr("sign_in.locked_hint") if locked else tr("opening_hint") if opening else ""
        if opening and state.faults.get(Device.STORE):
            hint, fault = "", tr("sign_in.no_store")
        self._hint.set_text(hint)
        self._hint.setVisible(bool(hint))
        self.fault.set_text(fault)
        if locked and state.clerk is not None:
            self.login.edit.setText(state.clerk.login)
        self.login.edit.setReadOnly(locked)
        self.enter.setText(tr("sign_in.unlock" if locked else "sign_in.enter"))
        for widget in (self.login, self.password, self.enter):
            widget.setVisible(not opening)
        self.enter.setEnabled(not state.busy)
        lost = page.fault == "window_taken" or page.window != state.window
        self._show_windows(state, visible=not opening and (lost or not locked))
        if page.fault or locked:
            self.password.edit.clear()
        if not opening:
            (self.password if self.login.text() else self.login).edit.setFocus()
        self._card.setFixedWidth(theme.px(680))

    def _show_windows(self, state: DeskState, *, visible: bool) -> None:
        desktop = self._desktop
        clear(self._windows)
        self._windows_label.setVisible(visible and bool(state.sign_in.windows))
        if not visible or not state.sign_in.windows:
            return
        options = []
        for counter in state.sign_in.windows:
            taken = counter.state is not CounterState.OFFLINE and counter.staff_id is not None
            note = f" · {desktop.tr('sign_in.in_use')}" if taken else ""
            options.append((counter.code, desktop.tr("window", w=counter.code) + note))
        for start in range(0, len(options), 3):
            chips = Chips(desktop.theme, options[start : start + 3], desktop.presenter.session.choose_window)
            chips.show_value(state.sign_in.window)
            self._windows.addWidget(chips)
        margins(self._windows, desktop.theme, 0, 0, 0, 8, 10)

    @Slot()
    def _submit(self) -> None:
        self._desktop.presenter.session.sign_in(self.login.text(), self.password.text())

    @Slot()
    def _switch_language(self) -> None:
        words = self._desktop.words
        words.speak("en" if words.language == "zh_CN" else "zh_CN")

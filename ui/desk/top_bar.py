"""The green line at the top: who sits where, what became of the call, lamps, clock. Draws no conclusions."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.model.ticket import MarkKind, TicketState
from ui.desk.parts import Action, Desktop, Lamp, Tick, margins, on_press
from ui.desk.state import DeskState, Device
from ui.widgets.text import Text

HEIGHT = 76
_ICONS = {Device.PRINTER: "printer", Device.SERVER: "cloud", Device.STORE: "house"}


class TopBar(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        theme, session = desktop.theme, desktop.presenter.session
        self.setFixedHeight(theme.px(HEIGHT))
        row = QHBoxLayout(self)
        margins(row, theme, 32, 0, 32, 0, 24)
        self._window = Text(theme, "", "body", bold=True, ink="on_brand")
        self._clerk = Text(theme, "", "body", ink="on_brand")
        self._busy = Text(theme, "", "small", ink="on_brand")
        row.addWidget(self._window)
        row.addWidget(self._clerk)
        row.addWidget(self._busy)
        for name, act in (("lock", session.lock), ("sign_out", session.sign_out), ("language", self._switch)):
            button = Action(theme, desktop.tr(name), "", "bar", height=44)
            button.setMaximumWidth(button.sizeHint().width())
            on_press(button, act)
            row.addWidget(button)
        row.addStretch(1)
        self.ticks = {name: Tick(theme) for name in ("shown", "spoken", "printed")}
        for tick in self.ticks.values():
            row.addWidget(tick)
        self._unsent = Text(theme, "", "small", ink="on_brand")
        row.addWidget(self._unsent)
        self.lamps = {device: Lamp(theme, _ICONS[device], desktop.tr(f"lamp.{device.value}")) for device in Device}
        for device, lamp in self.lamps.items():
            on_press(lamp, partial(desktop.presenter.explain_fault, device))
            row.addWidget(lamp)
        self._clock = Text(theme, "", "lead", bold=True, ink="on_brand")
        row.addWidget(self._clock)

    def render_state(self, state: DeskState) -> None:
        """Show ``state``."""
        tr = self._desktop.tr
        self._window.set_text(tr("window", w=state.window))
        self._clerk.set_text(state.clerk.name if state.clerk else "")
        self._busy.set_text(tr("busy") if state.busy else "")
        self._unsent.set_text(tr("alone") if state.unsent is None else tr("not_sent", n=state.unsent))
        self._clock.set_text(f"{state.now:%H:%M}")
        self._show_ticks(state)
        for device, lamp in self.lamps.items():
            fault = state.faults.get(device, "")
            key = f"fault.{device.value}" if fault else f"fault.{device.value}_well"
            lamp.show_fault(bool(fault), tr(key))

    def _show_ticks(self, state: DeskState) -> None:
        ticket = state.ticket
        called = ticket is not None and ticket.state in (TicketState.CALLED, TicketState.SERVING)
        for name, tick in self.ticks.items():
            tick.setVisible(called)
            if ticket is not None and called:
                on = {**{kind.value: kind in state.marks for kind in MarkKind}, "printed": ticket.printed}[name]
                tick.show_state(self._desktop.tr(f"ticks.{name}" if on else f"ticks.not_{name}"), on)

    def _switch(self) -> None:
        words = self._desktop.words
        words.speak("en" if words.language == "zh_CN" else "zh_CN")

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desktop.theme.color("brand"))

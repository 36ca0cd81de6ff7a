"""The keyboard of the desk: one table from key to action. A key works only while no text is being typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from kiosk.model.ticket import TicketState
from ui.desk.parts import Desktop
from ui.desk.queue_column import options
from ui.desk.state import Choice, Screen, Tab

K = Qt.Key
Act = Callable[[], None]


class Keys:
    """Looks up what a key does in the present state; ``press`` returns False for a key that does nothing."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop, self._presenter = desktop, desktop.presenter

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says. GUI thread."""
        if self._presenter.state.screen is not Screen.DESK or event.isAutoRepeat():
            return False
        act = self._with_ctrl(event.key()) if event.modifiers() & Qt.KeyboardModifier.ControlModifier else None
        if act is None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            act = self._plain(event.key())
        if act is None:
            return False
        act()
        return True

    def _with_ctrl(self, key: int) -> Act | None:
        appeals, session = self._presenter.appeals, self._presenter.session
        table: dict[int, Act] = {
            K.Key_Z: self._presenter.calling.undo,
            K.Key_N: appeals.new,
            K.Key_L: session.lock,
            K.Key_Q: session.sign_out,
            K.Key_Return: self._confirm,
            K.Key_Enter: self._confirm,
        }
        return table.get(key)

    def _confirm(self) -> None:
        """Ctrl+Enter: whatever is being written is done."""
        state, appeals = self._presenter.state, self._presenter.appeals
        if state.tab is Tab.MINE:
            appeals.take_step()
        elif state.form.registered is not None:
            appeals.answer()
        else:
            appeals.register()

    def _plain(self, key: int) -> Act | None:
        if key == K.Key_Escape:
            return self._presenter.dismiss
        if K.Key_0 <= key <= K.Key_9:
            return self._digit(key - K.Key_0)
        if self._presenter.state.choice is not None:
            return None
        return self._always(key) or self._at_window(key)

    def _always(self, key: int) -> Act | None:
        calling, appeals = self._presenter.calling, self._presenter.appeals
        state = self._presenter.state
        table: dict[int, Act] = {
            K.Key_Z: calling.undo,
            K.Key_B: calling.resume if state.paused else lambda: calling.ask(Choice.PAUSE),
            K.Key_G: calling.acknowledge,
            K.Key_E: lambda: appeals.show(Tab.REGISTER),
            K.Key_M: lambda: appeals.show(Tab.MINE),
            K.Key_Y: appeals.why,
            K.Key_C: calling.clear_card if state.clears_in is not None else _nothing,
        }
        if not state.day_open:
            table[K.Key_O] = calling.open_day
        return table.get(key)

    def _at_window(self, key: int) -> Act | None:
        """What is possible depends on who is at the window."""
        calling, state = self._presenter.calling, self._presenter.state
        ticket = state.ticket
        if ticket is None:
            free = state.day_open and not state.paused
            return calling.call_next if key == K.Key_Space and free else None
        table: dict[int, Act] = {K.Key_T: lambda: calling.ask(Choice.TRANSFER), K.Key_X: calling.left}
        if ticket.state is TicketState.CALLED:
            table |= {
                K.Key_R: calling.recall,
                K.Key_N: calling.no_show,
                K.Key_A: calling.arrived,
                K.Key_Return: calling.arrived,
                K.Key_Enter: calling.arrived,
            }
        else:
            table |= {K.Key_H: lambda: calling.ask(Choice.HOLD), K.Key_F: calling.finish}
            if state.served is not None and state.served.no_card == "identity_unchecked":
                table[K.Key_I] = calling.check_identity
        return table.get(key)

    def _digit(self, digit: int) -> Act | None:
        """A digit answers the open question, takes a step of the unfolded appeal, or calls a parked number back."""
        state = self._presenter.state
        if state.choice is not None:
            if digit == 0:
                return self._presenter.calling.toggle_head if state.choice is Choice.TRANSFER else None
            answers = options(self._desktop, state, state.choice)
            return answers[digit - 1][1] if digit <= len(answers) else None
        if state.tab is Tab.MINE and state.picked is not None:
            return lambda: self._presenter.appeals.take_numbered(digit)
        return (lambda: self._presenter.call_back_place(digit)) if state.ticket is None else None


def _nothing() -> None:
    """The key has its meaning only while a card counts down."""

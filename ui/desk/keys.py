"""The keyboard of the desk: one table from key to action, shown by F1 as it is. Call boxes are keyboards (HID).

A key works only while no text is being typed, and counts once: repeats of a held key and bounces are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from kiosk.model.ticket import TicketState
from ui.desk.answers import answers
from ui.desk.page_actions import page_actions
from ui.desk.parts import Desktop
from ui.desk.presenter import DeskPresenter
from ui.desk.state import Choice, DeskState, Page, Screen, Tab

K = Qt.Key
Act = Callable[[DeskPresenter], None]
When = Callable[[DeskState], bool]
BOUNCE_S = 0.25
"""The same key again within this time is one press."""


def _always(_state: DeskState) -> bool:
    return True


def _free(state: DeskState) -> bool:
    return state.ticket is None and state.day_open and not state.paused


def _called(state: DeskState) -> bool:
    return state.ticket is not None and state.ticket.state is TicketState.CALLED


def _serving(state: DeskState) -> bool:
    return state.ticket is not None and state.ticket.state is TicketState.SERVING


def _taken(state: DeskState) -> bool:
    return state.ticket is not None


def _selected(state: DeskState) -> bool:
    return state.selected.startswith("ticket:")


def _unchecked(state: DeskState) -> bool:
    return _serving(state) and state.served is not None and state.served.no_card == "identity_unchecked"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``name`` is the text below ``desk.act`` and what a call box may be set to; ``group`` the heading below
    ``desk.keys.group``.
    """

    name: str
    group: str
    keys: tuple[Qt.Key, ...]
    act: Act
    when: When = _always
    ctrl: bool = False

    def written(self) -> str:
        """The keys as a person reads them."""
        parts = [QKeySequence(key).toString() for key in self.keys[:1]]
        return ("Ctrl " if self.ctrl else "") + parts[0]


def _confirm(presenter: DeskPresenter) -> None:
    """Whatever is being written is done."""
    state, appeals = presenter.state, presenter.appeals
    if state.tab is Tab.MINE:
        appeals.take_step()
    elif state.form.registered is not None:
        appeals.answer()
    else:
        appeals.register()


def _asks(choice: Choice) -> Act:
    return lambda presenter: presenter.calling.ask(choice)


def _page(page: Page) -> Act:
    return lambda presenter: presenter.overseeing.show(page)


def _tab(tab: Tab) -> Act:
    return lambda presenter: presenter.appeals.show(tab)


TABLE: tuple[Shortcut, ...] = (
    Shortcut("next", "call", (K.Key_Space,), lambda p: p.calling.call_next(), _free),
    Shortcut("recall", "call", (K.Key_R,), lambda p: p.calling.recall(), _called),
    Shortcut("no_show", "call", (K.Key_N,), lambda p: p.calling.no_show(), _called),
    Shortcut("arrived", "call", (K.Key_Return, K.Key_Enter, K.Key_A), lambda p: p.calling.arrived(), _called),
    Shortcut("finish", "call", (K.Key_F,), lambda p: p.calling.finish(), _serving),
    Shortcut("left", "call", (K.Key_X,), lambda p: p.calling.left(), _taken),
    Shortcut("transfer", "call", (K.Key_T,), _asks(Choice.TRANSFER), _taken),
    Shortcut("hold", "call", (K.Key_H,), _asks(Choice.HOLD), _serving),
    Shortcut("undo", "call", (K.Key_Z,), lambda p: p.calling.undo()),
    Shortcut("undo", "", (K.Key_Z,), lambda p: p.calling.undo(), ctrl=True),
    Shortcut("pause", "call", (K.Key_B,), _asks(Choice.PAUSE), lambda s: not s.paused),
    Shortcut("resume", "call", (K.Key_B,), lambda p: p.calling.resume(), lambda s: s.paused),
    Shortcut("without_ticket", "call", (K.Key_W,), lambda p: p.calling.without_ticket(), _free),
    Shortcut("select_next", "queue", (K.Key_Down,), lambda p: p.step(1)),
    Shortcut("select_former", "queue", (K.Key_Up,), lambda p: p.step(-1)),
    Shortcut("pick", "queue", (K.Key_P,), lambda p: p.ask_about_selected(Choice.PICK), _selected),
    Shortcut("reclass", "queue", (K.Key_U,), lambda p: p.ask_about_selected(Choice.RECLASS), _selected),
    Shortcut("reprint", "queue", (K.Key_J,), lambda p: p.reprint(), lambda s: _selected(s) or _taken(s)),
    Shortcut("check_identity", "visitor", (K.Key_I,), lambda p: p.calling.check_identity(), _unchecked),
    Shortcut("clear_card", "visitor", (K.Key_C,), lambda p: p.calling.clear_card(), lambda s: s.clears_in is not None),
    Shortcut("register_tab", "visitor", (K.Key_E,), _tab(Tab.REGISTER)),
    Shortcut("mine_tab", "visitor", (K.Key_M,), _tab(Tab.MINE)),
    Shortcut("new_form", "visitor", (K.Key_N,), lambda p: p.appeals.new(), ctrl=True),
    Shortcut("confirm", "visitor", (K.Key_Return, K.Key_Enter), _confirm, ctrl=True),
    Shortcut("why", "visitor", (K.Key_Y,), lambda p: p.appeals.why()),
    Shortcut("acknowledge", "desk", (K.Key_G,), lambda p: p.alerting.acknowledge()),
    Shortcut("open_day", "desk", (K.Key_O,), lambda p: p.overseeing.open_day(), lambda s: not s.day_open),
    Shortcut("explain_faults", "desk", (K.Key_L,), lambda p: p.explain_faults()),
    Shortcut("dismiss", "desk", (K.Key_Escape,), lambda p: p.dismiss()),
    Shortcut("lock", "desk", (K.Key_L,), lambda p: p.session.lock(), ctrl=True),
    Shortcut("sign_out", "desk", (K.Key_Q,), lambda p: p.session.sign_out(), ctrl=True),
    Shortcut("keys", "pages", (K.Key_F1, K.Key_Question), lambda p: p.show_keys()),
    *(
        Shortcut(f"page_{page.value}", "pages", (Qt.Key(K.Key_F2 + place),), _page(page))
        for place, page in enumerate(Page)
    ),
    Shortcut("forward", "", (), lambda p: p.forward(), _taken),
)
"""``group`` is empty for what the table on the screen names elsewhere or only a call box has."""

BOX_KEYS: dict[str, Qt.Key] = {
    "enter": K.Key_Enter, "plus": K.Key_Plus, "minus": K.Key_Minus, "asterisk": K.Key_Asterisk, "slash": K.Key_Slash,
    "period": K.Key_Period, "comma": K.Key_Comma, "delete": K.Key_Delete, "backspace": K.Key_Backspace,
    **{f"f{n}": Qt.Key(K.Key_F1 + n - 1) for n in range(13, 25)},
}  # fmt: skip
"""Keys of a call box as the setting ``desk.box`` names them: those of a numeric pad, and F13 to F24."""


def read_box(setting: str) -> Mapping[Qt.Key, str]:
    """``enter=next plus=recall`` as a table from key to action; what is not known is left out."""
    names = {shortcut.name for shortcut in TABLE}
    pairs = (part.partition("=") for part in setting.lower().split())
    return {BOX_KEYS[key]: name for key, _, name in pairs if key in BOX_KEYS and name in names}


_STEPPING = (K.Key_Up, K.Key_Down)


class Keys:
    """Looks up what a key does in the present state; ``press`` returns False for a key that does nothing."""

    def __init__(self, desktop: Desktop, write_reason: Callable[[], None], speak: Callable[[], None]) -> None:
        self._desktop, self._presenter = desktop, desktop.presenter
        self._write_reason, self._speak = write_reason, speak
        self._box = read_box(desktop.presenter.session.around.settings.desk.box)
        self._pressed: dict[int, float] = {}

    def press(self, event: QKeyEvent, *, typing: bool = False) -> bool:
        """Do what the key says. While text is typed only function keys, Ctrl and Esc are keys. GUI thread."""
        stepping = event.key() in _STEPPING
        if self._presenter.state.screen is not Screen.DESK or (event.isAutoRepeat() and not stepping):
            return False
        act = self._find(event, typing=typing)
        if act is None:
            return False
        if stepping or self._fresh(event):
            act()
        return True

    def _fresh(self, event: QKeyEvent) -> bool:
        """Not the bounce of the same key."""
        now, key = self._presenter.session.around.monotonic(), event.keyCombination().toCombined()
        before = self._pressed.get(key)
        self._pressed[key] = now
        return before is None or now - before >= BOUNCE_S

    def _find(self, event: QKeyEvent, *, typing: bool) -> Callable[[], None] | None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        function = K.Key_F1 <= key <= K.Key_F35
        if typing and not (ctrl or function or key == K.Key_Escape):
            return None
        if key == K.Key_F9:
            return self._speak
        if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return None
        pad = bool(modifiers & Qt.KeyboardModifier.KeypadModifier) or key > K.Key_F12
        if pad and not ctrl and key in self._box:
            return self._boxed(self._box[key])
        if not ctrl and K.Key_0 <= key <= K.Key_9:
            return self._digit(key - K.Key_0)
        return self._plain(key, ctrl=ctrl)

    def _plain(self, key: Qt.Key, *, ctrl: bool) -> Callable[[], None] | None:
        state = self._presenter.state
        asked = state.choice is not None and not ctrl
        if asked and key == K.Key_W and state.choice is Choice.TRANSFER:
            return self._next_window
        for shortcut in TABLE:
            if key not in shortcut.keys or shortcut.ctrl != ctrl or not shortcut.when(state):
                continue
            if not asked or shortcut.group == "pages" or shortcut.name == "dismiss":
                return partial(shortcut.act, self._presenter)
        return None

    def _boxed(self, name: str) -> Callable[[], None]:
        """A key of the call box does its one action, or nothing; it never falls through to another meaning."""
        state = self._presenter.state
        for shortcut in TABLE:
            if shortcut.name == name and shortcut.when(state) and state.choice is None:
                return partial(shortcut.act, self._presenter)
        return _nothing

    def _digit(self, digit: int) -> Callable[[], None] | None:
        """A digit answers the open question, acts on the page, takes a step of the unfolded appeal, or calls a parked
        number back.
        """
        state = self._presenter.state
        if state.choice is not None:
            if digit == 0:
                return self._presenter.calling.next_place if state.choice is Choice.TRANSFER else self._write_reason
            offered = answers(self._desktop, state)
            return offered[digit - 1].act if digit <= len(offered) else None
        if state.page is not Page.RECEPTION:
            possible = page_actions(self._presenter)
            return possible[digit - 1].act if 0 < digit <= len(possible) and possible[digit - 1].possible else None
        if state.tab is Tab.MINE and state.picked is not None:
            return lambda: self._presenter.appeals.take_numbered(digit)
        return (lambda: self._presenter.call_back_place(digit)) if state.ticket is None else None

    def _next_window(self) -> None:
        """The next window a transferred visitor may wait for, then any again."""
        state = self._presenter.state
        codes = ["", *(counter.code for counter in state.windows if counter.code != state.window)]
        wish = state.asked.window if state.asked else ""
        self._presenter.calling.wish_window(codes[(codes.index(wish) + 1) % len(codes)] if wish in codes else "")


def _nothing() -> None:
    """This key of the call box has no meaning now."""

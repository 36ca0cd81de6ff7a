"""One front in a process of its own that does what it is told on standard input: ``window.py ROLE PROFILE``.

The real terminal, window, threads and store of ``main.py ROLE``; a hand presses and reads (``ui.tour.hand``). Each
order is a JSON list, verb and arguments; each answer is one line of JSON.
"""

from __future__ import annotations

import itertools
import json
import queue
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt

from kiosk.settings import load
from ui.app import build_application
from ui.assembly.outside import real_outside
from ui.terminal import Terminal
from ui.tour.hand import Hand

PATIENCE_S = 60.0


class Window:
    """The verbs that may be ordered."""

    def __init__(self, role: str, terminal: Terminal, scratch: Path) -> None:
        self._role, self._terminal = role, terminal
        self._hand = Hand(terminal, scratch)

    def press(self, name: str) -> None:
        self._hand.until(f"button {name}", lambda: self._enabled(name), PATIENCE_S)
        self._hand.press(self._role, name)

    def _enabled(self, name: str) -> bool:
        button = self._hand.find(self._role, name)
        return button is not None and button.isEnabled()

    def type(self, digits: str) -> None:
        self._hand.keypad(digits)

    def sees(self, *texts: str) -> str:
        """Wait until every text is there; everything that is written then."""
        for text in texts:
            self._hand.until(text, lambda text=text: text in self.reads(), PATIENCE_S)  # type: ignore[misc]
        return self.reads()

    def reads(self) -> str:
        return self._hand.reads(self._role)

    def finds(self, name: str) -> None:
        self._hand.until(f"button {name}", lambda: self._hand.find(self._role, name), PATIENCE_S)

    def number(self) -> str:
        """The number on the ticket page."""
        touch = self._terminal.fronts.touch
        assert touch is not None
        self._hand.until("the ticket page", lambda: touch.presenter.state.issued, PATIENCE_S)
        issued = touch.presenter.state.issued
        assert issued is not None
        return issued.ticket.label

    def sign_in(self, login: str, password: str) -> None:
        desk = self._terminal.fronts.desk
        assert desk is not None
        self._hand.until("the sign-in page", desk.page, PATIENCE_S)
        page = desk.page()
        assert page is not None
        self._hand.until("the windows", lambda: desk.presenter.state.sign_in.windows, PATIENCE_S)
        self._hand.fill(page.sign_in.login.edit, login)
        self._hand.fill(page.sign_in.password.edit, password)
        page.sign_in.enter.click()

    def space(self) -> None:
        self._hand.key(self._role, Qt.Key.Key_Space)


def main() -> None:
    role, profile = sys.argv[1], Path(sys.argv[2])
    settings = load(profile)
    app = build_application()
    terminal = Terminal(app, profile, settings, (role,), real_outside(profile, settings))
    terminal.start()
    terminal.fronts.first_window().resize(1080, 1080)
    window = Window(role, terminal, profile.parent / "scratch")
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(
        target=lambda: [orders.put(line) for line in itertools.chain(sys.stdin, [""])], daemon=True
    ).start()
    while True:
        window._hand.turn(0.02)
        if orders.empty():
            continue
        order = orders.get()
        if not order:
            break
        verb, *arguments = json.loads(order)
        print(json.dumps(getattr(window, verb)(*arguments)), flush=True)
    terminal.stop()


if __name__ == "__main__":
    main()

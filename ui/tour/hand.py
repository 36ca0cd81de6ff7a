"""A visitor's and a clerk's hand: presses, types, waits, reads what stands on a screen, takes pictures.

Drives the real windows by synthetic mouse and key events; never calls a presenter. GUI thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.terminal import Terminal
from ui.wall.words import texts
from ui.widgets.keypad import KeyPad
from ui.widgets.pill import Pill
from ui.widgets.text import Text

PATIENCE_S = 12.0
SETTLE_S = 0.15


class TourError(Exception):
    """A screen did not show what it must."""


class Hand:
    """Acts on the windows of one terminal."""

    def __init__(self, terminal: Terminal, shots: Path) -> None:
        self.terminal, self._shots = terminal, shots
        self.pictures: list[str] = []
        shots.mkdir(parents=True, exist_ok=True)

    def window(self, role: str) -> QWidget:
        """The window of a front."""
        return self.terminal.fronts.all()[role].window

    # --- waiting and reading ---------------------------------------------------------------------------------

    def turn(self, seconds: float = SETTLE_S) -> None:
        """Let the application run."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.004)

    def until(self, what: str, condition: Callable[[], object], patience: float = PATIENCE_S) -> None:
        """Wait for ``condition``. Raises TourError naming ``what`` was expected."""
        end = time.monotonic() + patience
        while not condition():
            if time.monotonic() > end:
                raise TourError(f"expected: {what}")
            QApplication.processEvents()
            time.sleep(0.004)
        self.turn(0.03)

    def reads(self, role: str) -> str:
        """Everything written in a window, one text a line."""
        if role == "wall":
            wall = self.terminal.fronts.wall
            page = wall.page() if wall is not None else None
            return "\n".join(texts(page.words())) if page is not None else ""
        window = self.window(role)
        found = [text.text() for text in window.findChildren(Text) if text.isVisible()]
        found += [pill.text() for pill in window.findChildren(Pill) if pill.isVisible()]
        found += [b.text() for b in window.findChildren(QAbstractButton) if b.isVisible()]
        return "\n".join(found)

    def sees(self, role: str, *wanted: str) -> None:
        """Wait until every text stands in the window. Raises TourError with the first that is missing."""
        for text in wanted:
            self.until(f"{text!r} on the {role}", lambda text=text: text in self.reads(role))  # type: ignore[misc]

    def lacks(self, role: str, *unwanted: str) -> None:
        """Raise TourError when one of the texts stands in the window now."""
        shown = self.reads(role)
        for text in unwanted:
            if text in shown:
                raise TourError(f"not expected: {text!r} on the {role}")

    # --- acting ----------------------------------------------------------------------------------------------

    def find(self, role: str, name: str) -> QAbstractButton | None:
        """The visible button with this name."""
        for button in self.window(role).findChildren(QAbstractButton, name):
            if button.isVisible():
                return button
        return None

    def press(self, role: str, name: str) -> None:
        """Press a named button, waiting for it to be there and enabled."""

        def pressed() -> bool:
            # Found and pressed in one go: the screen may be built anew between two looks.
            button = self.find(role, name)
            if button is None or not button.isEnabled():
                return False
            click(button)
            return True

        self.until(f"button {name!r} on the {role}", pressed)
        self.turn()

    def keypad(self, digits: str) -> None:
        """Type on the touch screen's keypad."""
        for digit in digits:
            pad = self.window("touch").findChild(KeyPad, "keypad")
            if pad is None:
                raise TourError("expected: a keypad on the touch screen")
            click(pad.key(digit))
            self.turn(0.02)
        self.turn()

    def key(self, role: str, key: Qt.Key, control: bool = False) -> None:
        """Press a key of the desk."""
        modifiers = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        target = self.terminal.fronts.desk.page() if role == "desk" and self.terminal.fronts.desk else None
        send_key(target or self.window(role), key, modifiers)
        self.turn()

    def fill(self, field: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Write into a field as typing does."""
        field.setFocus()
        for sign in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, sign))
        self.turn(0.05)

    # --- pictures --------------------------------------------------------------------------------------------

    def shoot(self, name: str, *roles: str) -> None:
        """Numbered pictures of windows as they are now."""
        self.turn()
        for role in roles:
            file = f"{len(self.pictures) + 1:02d}-{name}-{role}.png"
            if not self.window(role).grab().save(str(self._shots / file)):
                raise TourError(f"the picture {file} could not be written")
            self.pictures.append(file)


def click(widget: QWidget) -> None:
    """Press and release in the middle."""
    middle = QPointF(widget.rect().center())
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        down = Qt.MouseButton.LeftButton if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
        event = QMouseEvent(
            kind, middle, widget.mapToGlobal(middle), Qt.MouseButton.LeftButton, down, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(widget, event)


def send_key(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Press and release a key."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers))

"""The big keypad for digits. Emits keys; keeps nothing that was typed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.theme import Theme
from ui.widgets.button import Button, Kind

ERASE = "erase"
CLEAR = "clear"
_ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (CLEAR, "0", ERASE))


class KeyPad(QWidget):
    """``pressed`` carries a digit, ``erase`` (last digit) or ``clear``. ``clear`` is the label of the clear key."""

    pressed = Signal(str)

    def __init__(self, theme: Theme, *, clear: str, erase: str, height: int = 150) -> None:
        super().__init__()
        self._keys: dict[str, Button] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(24))
        for row, keys in enumerate(_ROWS):
            for column, key in enumerate(keys):
                button = self._make(theme, key, clear, erase, height)
                grid.addWidget(button, row, column)
                self._keys[key] = button

    def key(self, name: str) -> Button:
        """The button of a digit, of ``erase`` or of ``clear``."""
        return self._keys[name]

    def _make(self, theme: Theme, key: str, clear: str, erase: str, height: int) -> Button:
        kind: Kind = "quiet" if key in (CLEAR, ERASE) else "secondary"
        label, icon = (clear, "") if key == CLEAR else ("", "erase") if key == ERASE else (key, "")
        button = Button(theme, label, kind, icon=icon, height=height, role="lead" if key == CLEAR else "title")
        button.setAccessibleName(erase if key == ERASE else label)
        button.setProperty("key", key)
        button.clicked.connect(self._press)
        return button

    @Slot()
    def _press(self) -> None:
        self.pressed.emit(self.sender().property("key"))

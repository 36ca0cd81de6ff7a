"""The table of keys over the room beside the queue, made from the one table in ``keys``. Esc or F1 closes it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.desk.keys import TABLE, Shortcut, read_box
from ui.desk.parts import Desktop, margins
from ui.desk.strips import scrolling
from ui.theme import Theme
from ui.widgets.paint import ground
from ui.widgets.text import Text

COLUMNS = (("call", "queue"), ("visitor", "desk", "question"), ("pages", "page", "box"))
_LINE_H = 40
_CAP_W = 132


class KeyLine(QWidget):
    """A key cap and what it does."""

    def __init__(self, theme: Theme, key: str, text: str) -> None:
        super().__init__()
        self._theme, self._key, self._text = theme, key, text
        self.setAccessibleName(f"{key} {text}")
        self.setFixedHeight(theme.px(_LINE_H))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("small")).horizontalAdvance(self._text)
        return QSize(self._theme.px(_CAP_W + 16) + width, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        cap = QRectF(0, theme.px(3), theme.px(_CAP_W), self.height() - theme.px(6))
        ground(painter, cap, theme, theme.color("surface"), radius=theme.px(8), border=theme.color("line"), border_px=1)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("small", bold=True))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.setFont(theme.font("small"))
        rest = QRectF(self.rect()).adjusted(theme.px(_CAP_W + 14), 0, 0, 0)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._text)


class KeysView(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        theme, tr = desktop.theme, desktop.tr
        column = QVBoxLayout(self)
        margins(column, theme, 36, 22, 36, 16, 12)
        head = QHBoxLayout()
        head.addWidget(Text(theme, tr("keys.title"), "lead", bold=True))
        head.addWidget(Text(theme, tr("keys.hint"), "small", ink="ink_soft", align="right"), 1)
        column.addLayout(head)
        inside = QWidget()
        row = QHBoxLayout(inside)
        margins(row, theme, 0, 0, 0, 0, 36)
        rows = self._groups(desktop)
        for groups in COLUMNS:
            box = QVBoxLayout()
            box.setSpacing(theme.px(2))
            for group in groups:
                box.addWidget(Text(theme, tr(f"keys.group.{group}"), "body", bold=True))
                for key, text in rows[group]:
                    box.addWidget(KeyLine(theme, key, text))
                box.addSpacing(theme.px(12))
            box.addStretch(1)
            row.addLayout(box, 1)
        column.addWidget(scrolling(inside), 1)

    def _groups(self, desktop: Desktop) -> dict[str, list[tuple[str, str]]]:
        tr = desktop.tr
        rows: dict[str, list[tuple[str, str]]] = {}
        for shortcut in TABLE:
            if shortcut.group:
                rows.setdefault(shortcut.group, []).append((_written(desktop, shortcut), tr(f"act.{shortcut.name}")))
        rows["pages"].append(("F9", tr("language")))
        rows["page"] = [("1 – 9", tr("keys.page_digits"))]
        rows["question"] = [("1 – 9", tr("keys.answer")), ("0", tr("keys.zero")), ("W", tr("keys.wish"))]
        box = read_box(desktop.presenter.session.around.settings.desk.box)
        rows["queue"].insert(0, ("1 – 9", tr("keys.call_back")))
        rows["box"] = [(_boxed(desktop, key), tr(f"act.{name}")) for key, name in box.items()]
        return rows


def _boxed(desktop: Desktop, key: Qt.Key) -> str:
    """What is printed on the key of a call box."""
    return desktop.tr("keys.enter") if key is Qt.Key.Key_Enter else QKeySequence(key).toString()


def _written(desktop: Desktop, shortcut: Shortcut) -> str:
    """Keys with a name of their own are written in the language of the screen."""
    named = {Qt.Key.Key_Space: "keys.space", Qt.Key.Key_Return: "keys.enter", Qt.Key.Key_Escape: "keys.esc"}
    first = shortcut.keys[0]
    text = desktop.tr(named[first]) if first in named else {Qt.Key.Key_Up: "↑", Qt.Key.Key_Down: "↓"}.get(first)
    return ("Ctrl " if shortcut.ctrl else "") + (text or shortcut.written().removeprefix("Ctrl "))

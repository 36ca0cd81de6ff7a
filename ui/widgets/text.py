"""Paragraphs set like print: lines of even length, no single character left alone, numbers kept with their units."""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.fonts import draw_text
from ui.theme import Role, Theme

Align = Literal["left", "center", "right"]
_LEADING = {"small": 1.4, "body": 1.4, "lead": 1.35, "title": 1.32, "display": 1.32, "number": 1.0}
_PHRASE = re.compile(r".+?(?:[，。；：！？][”’）]*|$)")
_WORD = re.compile(r"[^\s\u3000-\u9fff\uff00-\uffef]+")
_LONELY = 4
_SHORT = 3
_ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}


def keep_together(text: str) -> str:
    """A number stays with what it counts: the space beside a figure does not break."""
    return re.sub(r"(?<=\d) (?=\S)|(?<=\S) (?=\d)", "\u00a0", text)


class Text(QWidget):
    """Text that wraps (unless ``wrap`` is off). ``accent`` is a part of the text set in the brand colour."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: Role = "body",
        *,
        bold: bool = False,
        ink: str = "ink",
        align: Align = "left",
        accent: str = "",
        wrap: bool = True,
    ) -> None:
        super().__init__()
        self._theme, self._role, self._align, self._ink = theme, role, align, ink
        self._font = theme.font(role, bold=bold)
        self._line = QFontMetricsF(self._font).height() * 0.72 * _LEADING[role]
        self._text = self._accent = ""
        self._wraps = wrap
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_text(text, accent=accent)

    def text(self) -> str:
        """What is shown, as it was given."""
        return self._text

    def set_text(self, text: str, *, accent: str = "") -> None:
        """Show another text."""
        if (text, accent) == (self._text, self._accent):
            return
        self._text, self._accent = text, accent
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return self._wraps

    def heightForWidth(self, width: int) -> int:
        return round(len(self.lines(width)) * self._line)

    def lines(self, width: int) -> list[str]:
        """The lines as they are set in ``width`` pixels."""
        return [
            part[start : start + length].rstrip()
            for part in self._paragraphs()
            for start, length in self._wrap(part, width)
        ]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font)
        width = max((metrics.horizontalAdvance(part) for part in self._paragraphs()), default=0)
        return QSize(round(width) + 2, round(self._line * len(self._paragraphs())))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.size(self._role), round(self._line)) if self._wraps else self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        lines = self.lines(self.width())
        y = max(0.0, (self.height() - len(lines) * self._line) / 2)
        for line in lines:
            self._draw(painter, line, y)
            y += self._line

    def _draw(self, painter: QPainter, line: str, y: float) -> None:
        metrics = QFontMetricsF(self._font)
        x = (self.width() - metrics.horizontalAdvance(line)) * _ALIGN[self._align]
        baseline = y + (self._line - metrics.height()) / 2 + metrics.ascent()
        for piece, ink in self._pieces(line):
            draw_text(painter, QPointF(x, baseline), piece, self._font, self._theme.color(ink))
            x += metrics.horizontalAdvance(piece)

    def _pieces(self, line: str) -> list[tuple[str, str]]:
        """The line cut at the accent, each piece with its colour."""
        if not self._accent or self._accent not in line:
            return [(line, self._ink)]
        before, after = line.split(self._accent, 1)
        return [(before, self._ink), (self._accent, "brand"), (after, self._ink)]

    def _paragraphs(self) -> list[str]:
        return keep_together(self._text).split("\n") if self._text else []

    def _wrap(self, text: str, width: float) -> list[tuple[int, int]]:
        """(start, length) of each line: as few lines as fit; short texts break between phrases or evenly."""
        if not self._wraps:
            return [(0, len(text))]
        lines = self._break(text, width)
        lonely = lines[-1][1] < _LONELY
        if len(lines) < 2 or (len(lines) > _SHORT and not lonely):
            return lines
        return self._by_phrase(text, width, len(lines)) or self._balanced(text, width, len(lines))

    def _by_phrase(self, text: str, width: float, count: int) -> list[tuple[int, int]]:
        """Lines that end with a phrase of Chinese, or nothing when that takes more lines."""
        metrics = QFontMetricsF(self._font)
        lines: list[tuple[int, int]] = []
        for match in _PHRASE.finditer(text):
            start = lines[-1][0] if lines else 0
            if lines and metrics.horizontalAdvance(text[start : match.end()]) <= width:
                lines[-1] = start, match.end() - start
            elif metrics.horizontalAdvance(match.group()) <= width:
                lines.append((match.start(), len(match.group())))
            else:
                return []
        even = len(lines) > 1 and min(length for _, length in lines) >= _LONELY
        return lines if even and len(lines) <= count else []

    def _balanced(self, text: str, width: float, count: int) -> list[tuple[int, int]]:
        """Lines as even as possible, without cutting a word."""
        metrics = QFontMetricsF(self._font)
        longest = max(metrics.horizontalAdvance(word) for word in _WORD.findall(text) or [""])
        low, high = max(width / count, min(longest, width)), float(width)
        while high - low > 2:
            middle = (low + high) / 2
            if len(self._break(text, middle)) > count:
                low = middle
            else:
                high = middle
        return self._break(text, high)

    def _break(self, text: str, width: float) -> list[tuple[int, int]]:
        layout = self._layout(text)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            lines.append((line.textStart(), line.textLength()))
        layout.endLayout()
        return lines or [(0, 0)]

    def _layout(self, text: str) -> QTextLayout:
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        return layout

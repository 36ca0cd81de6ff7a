"""The rush as one picture: who waited when, what each window did, which promises were kept, what went wrong.

Chinese first, English below. Owns drawing only; every figure comes from the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from kiosk.errors import WorldError
from kiosk.phrases import Phrases
from ui.fonts import draw_text, font
from ui.theme import LIGHT
from ui.tour.rush.plan import DESKS
from ui.tour.rush.verdict import Report

WIDTH, HEIGHT = 1920, 1440
LEFT, RIGHT = 150, 60
TROUBLES = QRectF(LEFT, 150, WIDTH - LEFT - RIGHT, 108)
WAITING = QRectF(LEFT, 330, WIDTH - LEFT - RIGHT, 240)
WINDOWS = QRectF(LEFT, 670, WIDTH - LEFT - RIGHT, 300)
PROMISES = QRectF(LEFT, 1070, WIDTH - LEFT - RIGHT, 270)
TROUBLE_ROWS = 3
LATE = "#B3372F"
STEP = 0.25


def paint_rush(report: Report, path: Path) -> None:
    """Write the picture as PNG; the application must be there. Raises WorldError when the disk refuses."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.paper))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Picture(painter, report).paint()
    painter.end()
    if not image.save(str(path)):
        raise WorldError("rush_write", f"{path} could not be written.", "Free disk space, or choose another folder.")


class _Picture:
    def __init__(self, painter: QPainter, report: Report) -> None:
        self._painter, self._report = painter, report
        self._zh, self._en = Phrases("zh_CN"), Phrases("en")
        self._end = max(report.ended, report.minutes, 1.0)
        self._bars: Sequence[dict[str, Any]] = report.timeline

    def paint(self) -> None:
        self._incidents()
        self._waiting()
        self._windows()
        self._promises()
        self._words()

    # --- scales --------------------------------------------------------------------------------------------------

    def _x(self, minute: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, minute) / self._end

    def _box(self, frame: QRectF, begin: float, end: float, top: float, height: float, color: str) -> None:
        box = QRectF(self._x(begin), top, max(1.0, self._x(end) - self._x(begin)), height)
        self._painter.fillRect(box.intersected(frame), QColor(color))

    def _frame(self, frame: QRectF, key: str) -> None:
        self._painter.setPen(QPen(QColor(LIGHT.line), 1))
        self._painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        for minute in range(0, int(self._end) + 1, max(1, round(self._end / 12))):
            self._text(self._x(minute) - 8, frame.bottom() + 24, str(minute), 16, LIGHT.ink_soft)
        zh, en = self._zh.text(f"rush.{key}"), self._en.text(f"rush.{key}")
        self._text(LEFT, frame.top() - 16, f"{zh}  ·  {en}", 24, LIGHT.ink)

    def _text(self, x: float, baseline: float, text: str, size: int, color: str, bold: bool = False) -> None:
        draw_text(self._painter, QPointF(x, baseline), text, font(size, bold=bold), QColor(color))

    # --- panels --------------------------------------------------------------------------------------------------

    def _incidents(self) -> None:
        """A bar with its name for each, above, and a soft band through all panels."""
        height = TROUBLES.height() / TROUBLE_ROWS
        for row, incident in enumerate(self._report.incidents):
            begin, end = float(str(incident["began"])), float(str(incident["mended"]))
            for frame in (WAITING, WINDOWS, PROMISES):
                self._box(frame, begin, end, frame.top(), frame.height(), LIGHT.warn_soft)
            top = TROUBLES.top() + height * (row % TROUBLE_ROWS)
            self._box(TROUBLES, begin, end, top, 8, LATE)
            key = f"rush.trouble.{incident['trouble']}"
            name = self._zh.text(key, where=incident["where"]), self._en.text(key, where=incident["where"])
            self._text(self._x(begin), top + 26, " · ".join(name), 16, LIGHT.ink_soft)

    def _waiting(self) -> None:
        """People waiting over time; the darker part has priority."""
        minutes = [step * STEP for step in range(round(self._end / STEP) + 1)]
        everybody = [self._count(minute, ("urgent", "priority", "ordinary")) for minute in minutes]
        first = [self._count(minute, ("urgent", "priority")) for minute in minutes]
        highest = max([*everybody, 1])
        for counts, color in ((everybody, "#9CC5B8"), (first, LIGHT.brand)):
            points = [
                QPointF(self._x(m), self._height(WAITING, c / highest)) for m, c in zip(minutes, counts, strict=True)
            ]
            outline = QPolygonF([WAITING.bottomLeft(), *points, QPointF(self._x(minutes[-1]), WAITING.bottom())])
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(color))
            self._painter.drawPolygon(outline)
        self._frame(WAITING, "waiting")
        self._text(LEFT - 60, self._height(WAITING, 1) + 8, str(highest), 20, LIGHT.ink_soft)
        priority = self._both("priority")
        self._legend(WAITING, ((LIGHT.brand, priority),))

    def _count(self, minute: float, classes: tuple[str, ...]) -> int:
        return sum(
            bar["issued"] <= minute < (bar["called"] if bar["called"] is not None else self._end)
            for bar in self._bars
            if bar["class"] in classes
        )

    def _height(self, frame: QRectF, share: float) -> float:
        return frame.bottom() - frame.height() * share

    def _windows(self) -> None:
        """What each window did: amber on the way, green in talk."""
        height = WINDOWS.height() / len(DESKS)
        for row, desk in enumerate(DESKS):
            top = WINDOWS.top() + row * height
            self._text(40, top + height * 0.62, self._zh.text("rush.window", w=desk), 22, LIGHT.ink)
            for bar in self._bars:
                if bar["window"] != desk or bar["called"] is None:
                    continue
                served = bar["served"] if bar["served"] is not None else bar["called"]
                ended = bar["ended"] if bar["ended"] is not None else served
                self._box(WINDOWS, max(bar["called"], served - 1), served, top + 6, height - 12, LIGHT.now)
                self._box(WINDOWS, served, ended, top + 6, height - 12, LIGHT.brand)
        self._frame(WINDOWS, "desks")
        self._legend(WINDOWS, ((LIGHT.now, self._both("called")), (LIGHT.brand, self._both("serving"))))

    def _promises(self) -> None:
        """Each promise as a line from its lower to its upper bound, the wait as a dot."""
        called = [bar for bar in self._bars if bar["called"] is not None]
        highest = max([bar["high"] for bar in called] + [bar["called"] - bar["issued"] for bar in called] + [1])
        for bar in called:
            x, wait = self._x(bar["issued"]), bar["called"] - bar["issued"]
            low, high = (self._height(PROMISES, bar[side] / highest) for side in ("low", "high"))
            self._painter.setPen(QPen(QColor(LIGHT.line), 2))
            self._painter.drawLine(QPointF(x, low), QPointF(x, high))
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(LIGHT.brand if bar["low"] <= wait <= bar["high"] else LATE))
            self._painter.drawEllipse(QPointF(x, self._height(PROMISES, wait / highest)), 3.5, 3.5)
        self._frame(PROMISES, "promises")
        self._text(LEFT - 90, self._height(PROMISES, 1) + 8, f"{highest:.0f}", 20, LIGHT.ink_soft)
        self._text(LEFT - 90, self._height(PROMISES, 1) + 32, self._zh.text("rush.minutes"), 16, LIGHT.ink_soft)
        self._legend(PROMISES, ((LIGHT.brand, self._both("inside")), (LATE, self._both("outside"))))

    def _both(self, key: str) -> str:
        return f"{self._zh.text(f'rush.{key}')} · {self._en.text(f'rush.{key}')}"

    def _legend(self, frame: QRectF, entries: Sequence[tuple[str, str]]) -> None:
        """Dots with their meaning, right above the panel."""
        x, baseline, metrics = frame.right(), frame.top() - 16, QFontMetricsF(font(18))
        for color, text in reversed(entries):
            x -= metrics.horizontalAdvance(text)
            self._text(x, baseline, text, 18, LIGHT.ink_soft)
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(color))
            self._painter.drawEllipse(QPointF(x - 16, baseline - 7), 7, 7)
            x -= 56

    # --- words ---------------------------------------------------------------------------------------------------

    def _words(self) -> None:
        report = self._report
        share = report.promises.get("share")
        facts = {
            "minutes": round(report.minutes),
            "visitors": report.visitors,
            "desks": len(DESKS),
            "numbers": report.numbers,
            "calls": report.calls,
            "share": "-" if share is None else round(100 * share),
            "p95": report.wall.get("p95_ms", "-"),
            "received": report.centre.get("received", 0),
        }
        self._text(60, 66, self._zh.text("rush.title", **facts), 40, LIGHT.ink, bold=True)
        self._text(60, 104, self._en.text("rush.title", **facts), 22, LIGHT.ink_soft)
        key, color = ("kept", LIGHT.brand) if report.ok else ("broken", LATE)
        count = {"n": len(report.broken)}
        self._text(1180, 66, self._zh.text(f"rush.{key}", **count), 34, color, bold=True)
        self._text(1180, 104, self._en.text(f"rush.{key}", **count), 22, color)
        self._text(60, HEIGHT - 40, self._zh.text("rush.figures", **facts), 20, LIGHT.ink)
        self._text(60, HEIGHT - 14, self._en.text("rush.figures", **facts), 17, LIGHT.ink_soft)

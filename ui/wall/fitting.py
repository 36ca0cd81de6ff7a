"""What a panel of a given size can show: layout, scale, and the list of calls. Owns the choice; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize

from ui.wall.layout import STRIP_CHARACTERS, STRIP_LINES, Frame, Layout, frame_for, layout_for
from ui.wall.sizing import CallPlan, Need, need, plan_calls, reach
from ui.wall.state import CALLS_SHOWN, Shape
from ui.wall.window_page import number_size

WINDOW_LINES, WINDOW_CHARACTERS = 3, 7
"""The strip of a window at its fullest: 3 号窗口, 请 C004, 安静区."""

FULL_HD = QSize(1920, 1080)


@dataclass(frozen=True, slots=True)
class Panel:
    """The screen as it is: pixels of the window, millimetres from pixel to pixel, metres to the farthest reader."""

    width: int
    height: int
    pitch_mm: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """How the wall is drawn on a panel. ``factor`` is real pixels per reference pixel; ``area`` holds the calls."""

    frame: Frame
    factor: float
    area: QRectF
    plan: CallPlan
    beside: bool
    reads_to_m: float

    @property
    def shape(self) -> Shape:
        """What the presenter must know of it."""
        return Shape(self.frame.layout, self.plan.rows, self.beside)


def fit(panel: Panel, wanted: str, *, window: bool = False) -> Fitted:
    """The best the panel can do for its reader: first with everything, then without the waiting list beside the calls
    (it becomes a page of its own), each time with fewer calls before smaller ones. The wall of a ``window`` has one.
    """
    layout = layout_for(wanted, panel.width, panel.height)
    frame = frame_for(layout, panel.width, panel.height)
    factor = max(0.02, min(panel.width / frame.reference.width, panel.height / frame.reference.height))
    real = need(panel.distance_m, panel.pitch_mm)
    wanted_size = Need(real.number / factor, real.hanzi / factor)
    beside, area = True, frame.calls
    if window:
        beside, plan = False, _window_plan(frame, wanted_size)
    elif layout is Layout.STRIP:
        beside, plan = False, _strip_plan(frame, wanted_size)
    else:
        plan = plan_calls(_inner(area), area.height(), wanted_size, CALLS_SHOWN)
        if not plan.readable:
            beside, area = False, _whole(frame)
            plan = plan_calls(_inner(area), area.height(), wanted_size, CALLS_SHOWN)
    metres = reach(plan.number * factor, plan.place * factor, panel.pitch_mm)
    return Fitted(frame, factor, area, plan, beside, metres)


def _inner(area: QRectF) -> float:
    return area.width() - 96


def _whole(frame: Frame) -> QRectF:
    """The calls with the room of the waiting list."""
    if frame.portrait:
        return frame.calls.adjusted(0, 0, 0, frame.side.height())
    return QRectF(frame.calls.x(), frame.calls.y(), frame.reference.width - 2 * frame.calls.x(), frame.calls.height())


def _window_plan(frame: Frame, wanted: Need) -> CallPlan:
    height, width = frame.reference.height, frame.reference.width
    strip = frame.layout is Layout.STRIP
    size = min(height / WINDOW_LINES, width / WINDOW_CHARACTERS) if strip else number_size(frame)
    readable = size >= wanted.number and size >= wanted.hanzi
    return CallPlan(1, True, height, height, size, size, size, readable)


def _strip_plan(frame: Frame, wanted: Need) -> CallPlan:
    row = frame.reference.height / STRIP_LINES
    size = min(row, frame.reference.width / STRIP_CHARACTERS)
    readable = size >= wanted.number and size >= wanted.hanzi
    return CallPlan(STRIP_LINES, False, row, row, size, size, size, readable)

"""The Qt application: environment, style, unexpected errors, and which window stands on which screen.

Owns nothing of any front; a front is anything with a window, ``start`` and ``stop``.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol

from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QWidget

from ui.fonts import font

_log = logging.getLogger(__name__)

_FOREIGN = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "QT_STYLE_OVERRIDE", "QT_IM_MODULE")
"""Settings of other programs (opencv-python leaks two of them) that would change how our windows look."""

_QUIET = "qt.multimedia.symbolsresolver=false;qt.multimedia.ffmpeg*=false"
"""Qt lists every optional video library it did not find, and every clip it plays."""

_GAP = 12


class Front(Protocol):
    """One of touch, desk and wall, as the application sees it."""

    @property
    def window(self) -> QWidget:
        """The top-level widget."""

    @property
    def portrait(self) -> bool:
        """True for a front made for a tall screen."""

    def start(self) -> None:
        """Called once the window is placed."""

    def stop(self) -> None:
        """Called before the application ends; must let go of threads and devices."""


def clean_environment() -> None:
    """Software rendering unless a site says otherwise, and no settings of other Qt programs. Before QApplication."""
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    os.environ.setdefault("QT_LOGGING_RULES", _QUIET)
    for name in _FOREIGN:
        os.environ.pop(name, None)


def build_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, with our style and typeface."""
    clean_environment()
    app = QApplication(["reception", *arguments])
    app.setApplicationName("appeal-reception")
    app.setStyle("Fusion")
    app.setFont(font(16))
    return app


class UnexpectedErrors:
    """Counts exceptions nobody caught; a slot that raises would otherwise only print. Install once."""

    def __init__(self) -> None:
        self.count = 0

    def install(self) -> None:
        """Take the place of ``sys.excepthook``."""
        sys.excepthook = self.note

    def note(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log type and place, never the message: it may carry what a person typed."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.count += 1
        _log.error("unexpected %s\n%s", kind.__name__, "".join(traceback.format_tb(trace)))


class Placement(QObject):
    """Keeps each front on its screen: full screen with a screen per front, else side by side on one.

    ``screens`` may name the screen of a front (``{"wall": "HDMI-2"}``); the others take what is left, tall fronts
    the tall screens first. A front whose screen is unplugged hides and comes back with it.
    """

    def __init__(
        self, app: QApplication, fronts: Mapping[str, Front], screens: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._app, self._fronts, self._wanted = app, dict(fronts), dict(screens or {})
        self._at: dict[str, str] = {}
        app.screenAdded.connect(self._added)
        app.screenRemoved.connect(self._removed)

    def show(self) -> None:
        """Place and show every front, then start it."""
        self._place()
        for front in self._fronts.values():
            front.start()

    def stop(self) -> None:
        """Stop every front and close its window."""
        self._app.screenAdded.disconnect(self._added)
        self._app.screenRemoved.disconnect(self._removed)
        for front in self._fronts.values():
            front.stop()
            front.window.close()

    def _place(self) -> None:
        screens = self._app.screens()
        if len(screens) >= len(self._fronts) > 0 and (len(screens) > 1 or len(self._fronts) == 1):
            self._at = assign(self._fronts, self._wanted, screens)
            for name, front in self._fronts.items():
                self._fill(front, next(s for s in screens if s.name() == self._at[name]))
        else:
            self._tile(screens[0])

    def _fill(self, front: Front, screen: QScreen) -> None:
        front.window.setScreen(screen)
        front.window.setGeometry(screen.geometry())
        front.window.showFullScreen()

    def _tile(self, screen: QScreen) -> None:
        for front, place in zip(
            self._fronts.values(),
            tiles(screen.availableGeometry(), [f.portrait for f in self._fronts.values()]),
            strict=True,
        ):
            front.window.setGeometry(place)
            front.window.show()

    @Slot(QScreen)
    def _added(self, screen: QScreen) -> None:
        """A screen came (back): its front returns to it; in tiles nothing moves under a visitor's hand."""
        for name, at in self._at.items():
            if at == screen.name():
                self._fill(self._fronts[name], screen)

    @Slot(QScreen)
    def _removed(self, screen: QScreen) -> None:
        """A window manager would throw the window onto another front; it hides instead."""
        for name, at in self._at.items():
            if at == screen.name():
                self._fronts[name].window.hide()


def assign(fronts: Mapping[str, Front], wanted: Mapping[str, str], screens: Sequence[QScreen]) -> dict[str, str]:
    """Screen name of each front: as wanted, then tall fronts on tall screens, then in order."""
    free = {screen.name(): screen for screen in screens}
    chosen = {name: wanted[name] for name in fronts if wanted.get(name) in free}
    for name in chosen.values():
        free.pop(name)
    for name in sorted(fronts, key=lambda name: not fronts[name].portrait):
        if name in chosen:
            continue
        tall = fronts[name].portrait
        fitting = [key for key, s in free.items() if (s.geometry().height() > s.geometry().width()) == tall]
        chosen[name] = (fitting or list(free))[0]
        free.pop(chosen[name])
    return chosen


def tiles(area: QRect, portrait: Sequence[bool]) -> list[QRect]:
    """Places side by side: a tall column for each portrait front, the rest stacked beside, all in their own shape."""
    tall = [index for index, upright in enumerate(portrait) if upright]
    wide = [index for index, upright in enumerate(portrait) if not upright]
    column = min(area.height() * 9 // 16, area.width() * 3 // 8) if wide else area.width() // max(1, len(tall))
    places: dict[int, QRect] = {}
    for place, index in enumerate(tall):
        height = min(area.height(), column * 16 // 9)
        places[index] = QRect(area.x() + place * (column + _GAP), area.y(), column, height)
    left = area.x() + len(tall) * (column + _GAP)
    room = QRect(left, area.y(), area.right() - left + 1, area.height())
    for place, index in enumerate(wide):
        height = (room.height() - _GAP * (len(wide) - 1)) // len(wide)
        width = min(room.width(), height * 16 // 9)
        places[index] = QRect(room.x(), room.y() + place * (height + _GAP), width, min(height, width * 9 // 16))
    return [places[index] for index in range(len(portrait))]

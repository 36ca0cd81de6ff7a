"""The wall's window: puts the presenter's state on the page and keeps the second. Owns timers, decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.catalog import Catalog
from kiosk.model.staff import Actor
from kiosk.phrases import LANGUAGES, Phrases
from kiosk.ports import Clock
from kiosk.settings import Settings
from kiosk.settings.hall import Wall
from ui.tasks import TaskRunner
from ui.wall.chrome import WallPlate
from ui.wall.content import load_content
from ui.wall.fitting import Fitted, Panel, fit
from ui.wall.page import WallPage
from ui.wall.presenter import Time, WallPresenter
from ui.wall.sheets import Sheets
from ui.wall.sizing import FIGURE_INK, HANZI_INK
from ui.wall.state import CentresOnline, Page
from ui.wall.words import Both, Words, Writer, names_of

if TYPE_CHECKING:
    from ui.wall.media import MediaShow

_TICK_MS = 1000
_PLAUSIBLE_MM = (0.05, 20.0)
_LIKELY_MM = 0.63
"""Pixel pitch of a 55-inch screen, where the display says nothing sensible about its size."""

MEDIA_FOLDER = "media"
TOO_FAR, NO_WINDOW = "too_far", "no_window"


class WallFront(QObject):
    """GUI thread. ``window`` is placed by the application."""

    def __init__(
        self, presenter: WallPresenter, sheets: Sheets, plate: WallPlate, settings: Wall, media: MediaShow | None = None
    ) -> None:
        super().__init__()
        self.presenter, self._sheets, self._settings, self._media = presenter, sheets, settings, media
        self._layout = settings.layout
        self._window: WallPage | None = None  # while it is made, it already asks how large it may write
        self._window = self.window = WallPage(plate, self._fit)
        # Queued: the reports must not run inside the paint event.
        self.window.painted.connect(self._painted, Qt.ConnectionType.QueuedConnection)
        self.window.fitted_anew.connect(self._fitted_anew)
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._tick)
        presenter.changed, presenter.layout_wanted = self._render, self._change_layout
        if media is not None:
            presenter.media_seconds, self.window.media = media.seconds, self._picture
            media.changed = self.window.media_changed
        self._render()

    @property
    def portrait(self) -> bool:
        """The application places wide windows side by side; a wall takes any shape."""
        return self._layout == "portrait"

    def start(self) -> None:
        """Keep the second; the presenter follows the hall once it is connected."""
        self._second.start()
        if self._media is not None:
            self._media.start()

    def stop(self) -> None:
        """Stop following; the window stays until it is closed."""
        self._second.stop()
        self.presenter.stop()
        if self._media is not None:
            self._media.stop()

    def page(self) -> WallPage | None:
        """The page shown, once there is something on it."""
        return self.window if self.window.words() is not None else None

    def caption(self, text: str) -> None:
        """What is being said stands on the wall."""
        self.presenter.caption(text)

    def speaking(self, speaking: bool) -> None:
        """The loudspeaker is in use: films are silent."""
        if self._media is not None:
            self._media.duck(speaking)

    def centres_known(self, centres: tuple[int, int] | None) -> None:
        """Centres online, of those known."""
        self.presenter.centres_known(None if centres is None else CentresOnline(*centres))

    def facts(self) -> dict[str, str]:
        """For those who look after it (``TerminalStatus.facts``): what is shown, how old, how far it can be read."""
        state, fitted, pitch = self.presenter.state, self.window.fitted, self._pitch_mm()
        number, place = fitted.plan.number * fitted.factor, fitted.plan.place * fitted.factor
        smallest = min(self.window.smallest, 10_000)
        return {
            "page": state.page.value,
            "layout": fitted.frame.layout.value,
            "age_s": str(state.age_s),
            "calls": str(len(state.calls)),
            "rows": str(fitted.plan.rows),
            "pitch_mm": f"{pitch:.2f}",
            "number_mm": f"{number * FIGURE_INK * pitch:.0f}",
            "text_mm": f"{place * HANZI_INK * pitch:.0f}",
            "smallest_mm": f"{smallest * HANZI_INK * pitch:.0f}",
            "reads_to_m": f"{fitted.reads_to_m:.1f}",
        }

    def lamps(self) -> dict[str, str]:
        """Faults of this wall (``TerminalStatus.lamps``); "" is well."""
        return {
            "wall": self._fault(),
            "media": self._media.lamp if self._media is not None else "",
        }

    def _fault(self) -> str:
        board = self.presenter.state.board
        if self._settings.window and board is not None and not board.windows:
            return NO_WINDOW
        return "" if self.window.fitted.plan.readable else TOO_FAR

    def _fit(self, size: QSize) -> Fitted:
        panel = Panel(size.width(), size.height(), self._pitch_mm(), self._settings.distance_m)
        return fit(panel, self._layout, window=bool(self._settings.window))

    def _pitch_mm(self) -> float:
        """Millimetres from pixel to pixel, as set or as the display says."""
        # Not QWidget.screen(): PySide6 takes its answer for a child of the window, and deletes the screen with it.
        at = None if self._window is None else QGuiApplication.screenAt(self._window.geometry().center())
        screen = at or QGuiApplication.primaryScreen()
        if self._settings.pitch_mm > 0:
            return self._settings.pitch_mm * (screen.devicePixelRatio() if screen else 1.0)
        pitch = screen.physicalSize().width() / max(1, screen.size().width()) if screen else 0.0
        return pitch if _PLAUSIBLE_MM[0] <= pitch <= _PLAUSIBLE_MM[1] else _LIKELY_MM

    def _render(self) -> None:
        state = self.presenter.state
        if self._media is not None:
            self._media.show(state.page is Page.MEDIA)
        self.window.render_words(self._sheets.of(state), state.page)

    def _picture(self) -> QImage | None:
        return self._media.image if self._media is not None else None

    def _change_layout(self, layout: str) -> None:
        self._layout = layout
        self.window.refit()

    @Slot()
    def _fitted_anew(self) -> None:
        self.presenter.fit(self.window.fitted.shape)

    @Slot()
    def _tick(self) -> None:
        self.presenter.tick()

    @Slot()
    def _painted(self) -> None:
        self.presenter.painted()


def make_wall(
    settings: Settings, catalog: Catalog, actor: Actor, tasks: TaskRunner, clock: Clock, profile: Path
) -> WallFront:
    """The wall of a terminal. Raises InputError when the site's ``wall.toml`` does not fit."""
    centre, wall = settings.centre, settings.wall
    zh, en = (Phrases(language) for language in LANGUAGES)
    presenter = WallPresenter(actor, tasks, Time(clock), ZoneInfo(centre.time_zone), wall)
    plate = WallPlate(
        Both(centre.name_zh, centre.name_en), Both(centre.hours, centre.hours), Both(centre.hotline, centre.hotline)
    )
    sheets = Sheets(Words(Writer(zh, en, names_of(catalog))), load_content(profile))
    return WallFront(presenter, sheets, plate, wall, _make_media(wall, profile, tasks))


def _make_media(wall: Wall, profile: Path, tasks: TaskRunner) -> MediaShow | None:
    """Only where films are wanted: loading the player takes a wall's start 50 ms."""
    if Page.MEDIA not in wall.pages or wall.window:
        return None
    from ui.wall.media import MediaShow

    return MediaShow(profile / MEDIA_FOLDER, tasks, wall.media_volume)

"""Makes the fronts a terminal was configured for, before the store is there, and connects them when it is.

Owns construction only. To add a front: a folder in ``ui``, its role in ``settings/spec.py`` and a branch in ``Fronts``.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from kiosk.catalog import Catalog, load_catalog
from kiosk.errors import ReceptionError
from kiosk.model.staff import Actor
from kiosk.ports import Clock, SlipPrinter
from kiosk.settings import Settings
from ui.app import Front
from ui.translate import Translator

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from ui.announcer import Announcer
    from ui.bridge import Bridge
    from ui.desk.front import DeskFront
    from ui.pad.front import PadFront
    from ui.speaker.front import SpeakerFront
    from ui.speech import Speech
    from ui.tasks import Tasks
    from ui.touch.front import TouchFront
    from ui.wall.front import WallFront


class Host(Protocol):
    """What the fronts need from their terminal."""

    @property
    def profile(self) -> Path: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def bridge(self) -> Bridge: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def clock(self) -> Clock: ...


class Fronts:
    """The fronts of one terminal; those not configured are None. GUI thread."""

    def __init__(self, names: tuple[str, ...], host: Host) -> None:
        self._host = host
        self._catalog = load_catalog()
        self.speech = self._make_speech()
        self.touch: TouchFront | None = self._make_touch() if "touch" in names else None
        self.desk: DeskFront | None = self._make_desk() if "desk" in names else None
        self.wall: WallFront | None = self._make_wall(self._catalog) if "wall" in names else None
        self.pad: PadFront | None = self._make_pad() if "pad" in names else None
        self.speaker: SpeakerFront | None = self._make_speaker() if "speaker" in names else None
        self.announcer: Announcer | None = self._make_announcer() if self.wall or self.speaker else None

    def _make_touch(self) -> TouchFront:
        from ui.touch.front import TouchFront
        from ui.touch.session import Surroundings

        host = self._host
        around = Surroundings(host.tasks, host.clock, time.monotonic, host.settings, self._catalog, self.speech.say)
        return TouchFront(around, host.bridge.post)

    def _make_desk(self) -> DeskFront:
        from ui.desk.front import DeskFront
        from ui.desk.presenter import DeskPresenter
        from ui.desk.session import Surroundings

        host = self._host
        around = Surroundings(host.tasks, host.clock, time.monotonic, host.settings)
        return DeskFront(DeskPresenter(around), self._words(), self._catalog)

    def _make_wall(self, catalog: Catalog) -> WallFront:
        from ui.wall.front import make_wall

        host = self._host
        return make_wall(host.settings, catalog, self._system(), host.tasks, host.clock, host.profile)

    def _make_pad(self) -> PadFront:
        from ui.pad.front import PadFront
        from ui.pad.presenter import PadPresenter

        host = self._host
        terminal, languages = host.settings.terminal, host.settings.ui.languages
        visitor = Actor("visitor", None, frozenset(), terminal.code)
        presenter = PadPresenter(visitor, host.tasks, time.monotonic, terminal.counter, languages)
        return PadFront(presenter, self._words(), host.settings.centre)

    def _make_speaker(self) -> SpeakerFront:
        from ui.speaker.front import SpeakerFront
        from ui.speaker.presenter import SpeakerPresenter

        host = self._host
        language = host.settings.ui.languages[0]
        presenter = SpeakerPresenter(host.tasks, time.monotonic, self.speech.fault)
        return SpeakerFront(presenter, self._words(), host.settings.centre.name(language))

    def _make_speech(self) -> Speech:
        from ui.recordings import Recordings
        from ui.speech import CHIME, Speech
        from ui.voice import ClipBank, Espeak, Renderer

        voice = self._host.settings.voice
        renderer = None
        if voice.engine != "off":
            renderer = Renderer(ClipBank(Espeak(voice.words_per_minute)), Recordings(self._host.profile / "voice"))
        return Speech(renderer, self._host.bridge.post, CHIME.read_bytes(), self._volume)

    def _make_announcer(self) -> Announcer:
        from ui.announcer import Announcer
        from ui.wording import Sentences

        host = self._host
        announcer = Announcer(
            host.settings.voice,
            actor=self._system(),
            tasks=host.tasks,
            clock=host.clock,
            sentences=Sentences(host.settings.voice.languages, self._catalog),
            speech=self.speech,
        )
        if self.wall is not None:
            self.wall.presenter.board_read = announcer.board_read
            announcer.caption_changed = self.wall.caption
            announcer.speaking_changed = self.wall.speaking
        elif self.speaker is not None:
            self.speaker.presenter.board_read = announcer.board_read
            announcer.caption_changed = self.speaker.presenter.caption
        return announcer

    def _volume(self) -> int:
        """Per cent, by the time of day."""
        from ui.announcer import volume_at

        centre = self._host.settings.centre
        return volume_at(self._host.settings.voice, self._host.clock.now().astimezone(ZoneInfo(centre.time_zone)))

    def _system(self) -> Actor:
        return Actor("system", None, frozenset(), self._host.settings.terminal.code)

    def _words(self) -> Translator:
        return Translator(self._host.settings.ui.languages[0])

    def all(self) -> dict[str, Front]:
        """The fronts by role, for placement."""
        made: dict[str, Front | None] = {
            "touch": self.touch, "desk": self.desk, "wall": self.wall, "pad": self.pad, "speaker": self.speaker,
        }  # fmt: skip
        return {role: front for role, front in made.items() if front is not None}

    def first_window(self) -> QWidget:
        """The window whose first paint counts as the start."""
        return next(iter(self.all().values())).window

    def make_printer(self, installation: Installation) -> SlipPrinter | None:
        """The slip printer of a terminal with a touch screen."""
        if self.touch is None:
            return None
        from kiosk.printing.registry import make_printer
        from ui.print_queue import QtPrintQueue
        from ui.slip import QtSlipRaster

        settings = installation.settings
        raster, queue = QtSlipRaster(settings.centre.time_zone), QtPrintQueue(settings.printing.queue)
        return make_printer(settings, raster, queue, installation.profile / "slips")

    def connect(self, installation: Installation, printer: SlipPrinter | None) -> None:
        """The store is open: connect, and set up sound."""
        self.speech.start()
        if self.announcer is not None:
            self.announcer.connect(installation.services.calling)
        if self.touch is not None:
            self.touch.connect(installation.services, printer)
        if self.desk is not None:
            self.desk.presenter.connect(installation.services)
        if self.wall is not None:
            self.wall.presenter.connect(installation.services.board, installation.services.calling)
        if self.pad is not None:
            self.pad.presenter.connect(installation.services.ratings, installation.services.arrivals)
        if self.speaker is not None:
            self.speaker.presenter.connect(installation.services.board)
        self.store_state("")

    def store_failed(self, error: Exception) -> None:
        """The store could not be opened: every front says so in its own way."""
        if self.touch is not None:
            self.touch.presenter.store_failed(error)
        if self.desk is not None:
            self.desk.presenter.store_failed(error.code if isinstance(error, ReceptionError) else "store_unavailable")

    def store_state(self, code: str) -> None:
        """The store was lost (its fault's code) or is back (empty)."""
        if self.desk is not None:
            self.desk.presenter.store_failed(code)
        if self.touch is not None:
            self.touch.presenter.store_changed()
        self.journal_grew()

    def journal_grew(self) -> None:
        """Something happened in the hall."""
        if self.desk is not None:
            self.desk.presenter.journal_grew()
        if self.wall is not None:
            self.wall.presenter.journal_grew()
        if self.pad is not None:
            self.pad.presenter.journal_grew()
        if self.speaker is not None:
            self.speaker.presenter.journal_grew()

    def look_at_printer(self) -> None:
        """Carry the printer's state, as last known, to the lamp."""
        if self.desk is not None and self.touch is not None and self.touch.spool is not None:
            self.desk.presenter.printer_health(self.touch.spool.health)

    def sync_status(self, backlog: int, fault: str) -> None:
        """What waits for the centre, and what is wrong with the line."""
        if self.desk is not None:
            self.desk.presenter.sync_status(backlog, fault)

    def centres_known(self, centres: tuple[int, int] | None) -> None:
        """Centres of the platform that are online, of those known; None while nobody here knows."""
        if self.wall is not None:
            self.wall.centres_known(centres)

    def stop(self) -> None:
        """End the voice; the fronts themselves end with their placement."""
        if self.announcer is not None:
            self.announcer.stop()
        self.speech.stop()

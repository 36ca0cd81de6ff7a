"""A whole centre on one machine with fictional people: store, central server, and portraits before the real engine.

Used by ``demo`` and ``tour``. Owns a throw-away profile and what must be stopped afterwards; nothing here is part of
a real installation, and every screen of it says 演示.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import InputError
from kiosk.installation import ACTIVATION_KEY, Installation, make_profile, open_installation
from kiosk.model.staff import Actor, Role
from kiosk.settings import FILE_NAME, Settings, demo_settings, load, write
from kiosk.settings.spec import Sync
from recognition.sources.demo import DemoFeed
from recognition.sources.drawn import DrawnFeed
from recognition.sources.folder import people_in
from recognition.sources.picture import read_picture
from ui.assembly.demo_camera import DemoCamera
from ui.assembly.face import open_station
from ui.assembly.outside import real_outside

if TYPE_CHECKING:
    from recognition.sources.stage import StageFeed
    from sync.server.run import CentralServer
    from ui.terminal import Outside

PORTRAITS = Path(__file__).resolve().parents[2] / ".cache" / "demo-faces"
FACES = ("DEMO-0001", "DEMO-0002", "DEMO-0006")
"""Demo employees who agreed; portraits with two pictures or more are given to them in this order."""

Say = Callable[[str], None]


class DemoWorld:
    """Open it, hand ``outside`` to a terminal, close it. Not for the GUI thread."""

    def __init__(self, profile: Path | None, faces: Path | None, say: Say, *, enrol: bool = True) -> None:
        """``profile`` None: a temporary one, deleted by ``close``. ``faces``: one folder per person.

        ``enrol`` False: nobody has templates yet, a visitor will be enrolled before our eyes.
        """
        self._say, self._enrols = say, enrol
        self._temporary = None if profile else Path(tempfile.mkdtemp(prefix="reception-demo-"))
        self.profile = profile or self._temporary / "profile"  # type: ignore[operator]
        self.settings: Settings = replace(demo_settings(), sync=Sync(push_seconds=1, pull_seconds=2))
        self.portraits = _portraits(faces)
        self.feed = self._stage()
        self.camera = DemoCamera(self.feed, self._stage())
        self.server: CentralServer | None = None
        self._port = 0
        self._queue: itertools.cycle[tuple[str, int]] | None = None

    @property
    def shows_faces(self) -> bool:
        """False when no portraits are there: the drawn feed plays, and recognition is not shown."""
        return bool(self.portraits)

    def open(self) -> None:
        """Furnish, start the centre, join it. Raises WorldError or InputError, each saying what to do."""
        self._refuse_real_profile()
        make_profile(self.profile)
        write(self.profile, self.settings)
        self._say("starting the central server")
        self.start_server()
        self._say("furnishing the hall with fictional people")
        with ExitStack() as stack:
            installation = open_installation(self.profile, settings=self.settings)
            stack.callback(installation.close)
            self._furnish(installation)
            self._join(installation)

    def _refuse_real_profile(self) -> None:
        if (self.profile / FILE_NAME).exists() and not load(self.profile).profile.demo:
            raise InputError(
                "demo_profile_real",
                f"{self.profile} is a real installation; the demo would write fictional people into it.",
                "Leave --profile out, or name an empty directory.",
            )

    def close(self) -> None:
        """Stop the centre and delete a temporary profile."""
        self.stop_server()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # --- the centre ------------------------------------------------------------------------------------------

    def start_server(self) -> None:
        """Start (again) at the same address."""
        from sync.server.run import serve

        self.server = serve(None, self.profile / "server", port=self._port)
        self._port = self.server.port

    def stop_server(self) -> None:
        """The line is cut."""
        if self.server is not None:
            self.server.stop()
            self.server = None

    def _join(self, installation: Installation) -> None:
        from sync.client.enrolment import enrol, load_enrolment

        if load_enrolment(self.profile) is None and self.server is not None:
            bundle = self.server.bundle(self.settings.centre.name_zh)
            enrol(self.profile, installation.keys, installation.store.origin_id, bundle)

    # --- the hall --------------------------------------------------------------------------------------------

    def _furnish(self, installation: Installation) -> None:
        from kiosk.demo_data import seed
        from kiosk.store.sealing import new_keypair

        with installation.store.write() as work:
            if work.meta.get(ACTIVATION_KEY) is None:
                work.meta.put(ACTIVATION_KEY, "demo")
                work.set_discipline_key(new_keypair()[1])
        seed(installation)
        if self.shows_faces and self._enrols:
            self._say("enrolling the people who agreed")
            self._enrol(installation)
        system = installation.services.staff.system()
        if installation.services.days.current() is None:
            installation.services.days.open(system)

    def _enrol(self, installation: Installation) -> None:
        """The first pictures of each portrait with two or more, for people whose consent a clerk released."""
        station, _vault = open_station(installation)
        clerk = Actor("staff", None, frozenset({Role.DESK}), installation.settings.terminal.code)
        for number, (_name, pictures) in zip(FACES, self.known_portraits(), strict=False):
            with installation.store.read() as work:
                employee = work.people.by_number(number)
                enrolled = employee and work.enrolments.active_of(employee.id, installation.settings.terminal.code)
            if employee is None or enrolled:
                continue
            consent = installation.services.consents.released_of(employee.id)
            views = station.views([read_picture(path) for path in pictures[:-1]]).vectors
            installation.services.consents.enrol(consent, station.models, list(views), clerk)

    def known_portraits(self) -> list[tuple[str, list[Path]]]:
        """Portraits that can be enrolled and still have a picture left to be recognised by."""
        return [(name, pictures) for name, pictures in self.portraits.items() if len(pictures) > 1][: len(FACES)]

    def known(self) -> tuple[str, int] | None:
        """An enrolled visitor and the picture that was not enrolled."""
        return next(((name, len(pictures) - 1) for name, pictures in self.known_portraits()), None)

    def stranger(self) -> tuple[str, int] | None:
        """A visitor nobody enrolled."""
        known = {name for name, _ in self.known_portraits()}
        return next(((name, 0) for name in self.portraits if name not in known), None)

    # --- the camera ------------------------------------------------------------------------------------------

    def outside(self, *, take_turns: bool = False) -> Outside:
        """What the terminal is handed; with ``take_turns`` a known visitor and a stranger come by turns."""
        turns = [visitor for visitor in (self.known(), self.stranger()) if visitor]
        self._queue = itertools.cycle(turns) if take_turns and turns else None
        return real_outside(self.profile, self.settings, self._open_camera)

    def _stage(self) -> StageFeed:
        return DemoFeed(self.portraits) if self.portraits else DrawnFeed()

    def _open_camera(self) -> DemoCamera:
        if self._queue is not None:
            self.feed.stand(*next(self._queue))
        return self.camera


def _portraits(faces: Path | None) -> dict[str, list[Path]]:
    folder = faces or PORTRAITS
    if faces is None and not folder.is_dir():
        return {}
    return people_in(folder)

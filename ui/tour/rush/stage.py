"""The hall of the rush: PostgreSQL of our own, a profile for each terminal, clerks, a centre to report to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.installation import load_settings, make_profile, open_installation
from kiosk.model.staff import Role, StaffMember
from kiosk.settings import CounterSetting, Settings, demo_settings, write
from kiosk.settings.spec import Store, Sync, Terminal
from sync.server.embedded import EmbeddedPostgres
from ui.assembly.line import join_centre
from ui.tour.rush.plan import DESKS, KIOSKS, QUEUES, WALL
from ui.tour.rush.scaled_clock import ScaledClock

if TYPE_CHECKING:
    from kiosk.installation import Installation
    from sync.server.run import CentralServer

HEAD = "HQ"
"""The terminal that keeps house and holds the line to the centre."""
CUT = "K2"
"""This kiosk reaches the hall store as a database user of its own, so that it alone can be cut off."""


class Stage:
    """Set it up once; ``close`` ends the servers. Not thread-safe."""

    def __init__(self, folder: Path, clock: ScaledClock) -> None:
        self.folder, self.clock = folder, clock
        self.server: CentralServer | None = None
        self._port = 0
        self._postgres = EmbeddedPostgres(folder / "postgres")

    def open(self) -> None:
        """Start the servers, make the hall and open its day. Raises WorldError with what to do."""
        self._postgres.start()
        for name in ("hall", "hall_keys"):
            self._postgres.execute(f"CREATE DATABASE {name}")
        self.start_centre()
        for terminal in (HEAD, *KIOSKS, WALL, *(f"D{desk}" for desk in DESKS)):
            self._make_profile(terminal)
        with closing(self.open_terminal(HEAD)) as hall:
            self._furnish(hall)
            self._join(hall)
        self._give_own_user()

    def close(self) -> None:
        """Stop both servers."""
        self.stop_centre()
        self._postgres.stop()

    def profile(self, terminal: str) -> Path:
        """Where the installation of ``terminal`` lies."""
        return self.folder / terminal

    def open_terminal(self, terminal: str) -> Installation:
        """Its installation, on the clock of the rush."""
        profile = self.profile(terminal)
        return open_installation(profile, clock=self.clock, settings=load_settings(profile))

    # --- what can be cut ---------------------------------------------------------------------------------------

    def start_centre(self) -> None:
        """Start (again) at the same address."""
        from sync.server.run import serve

        self.server = serve(None, self.folder / "centre", port=self._port)
        self._port = self.server.port

    def stop_centre(self) -> None:
        """The line to the province is cut."""
        if self.server is not None:
            self.server.stop()
            self.server = None

    def cut_kiosk(self) -> None:
        """The kiosk CUT loses the hall store in the middle of whatever it does."""
        self._postgres.execute(f"ALTER ROLE {CUT.lower()} NOLOGIN")
        self._postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", CUT.lower())

    def mend_kiosk(self) -> None:
        """The kiosk CUT may reach the hall store again."""
        self._postgres.execute(f"ALTER ROLE {CUT.lower()} LOGIN")

    # --- making ------------------------------------------------------------------------------------------------

    def _make_profile(self, terminal: str) -> None:
        profile = self.profile(terminal)
        make_profile(profile)
        write(profile, self._settings(terminal))

    def _settings(self, terminal: str) -> Settings:
        base = demo_settings()
        store = Store(url=self._database("hall", terminal), subject_keys_url=self._database("hall_keys", terminal))
        return replace(
            base,
            terminal=Terminal(terminal),
            store=store,
            sync=Sync(push_seconds=1, pull_seconds=5),
            calling=replace(base.calling, desk_silent_seconds=180),
            counters=tuple(CounterSetting(desk, QUEUES[desk]) for desk in DESKS),
        )

    def _database(self, name: str, terminal: str) -> str:
        return self._postgres.address(name, CUT.lower() if terminal == CUT else "")

    def _furnish(self, hall: Installation) -> None:
        ids, roles = hall.services.context.ids, frozenset({Role.DESK, Role.REVIEWER})
        with hall.store.write() as work:
            for desk in DESKS:
                work.staff.put(StaffMember(ids.new(), f"rush{desk}", f"演示{desk}", roles))
        hall.services.days.open(hall.services.staff.system())

    def _join(self, hall: Installation) -> None:
        assert self.server is not None
        join_centre(hall, self.server.bundle(hall.settings.centre.name_zh))

    def _give_own_user(self) -> None:
        self._postgres.execute(f"CREATE ROLE {CUT.lower()} LOGIN SUPERUSER")

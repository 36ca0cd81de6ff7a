"""Opens one installation (a profile directory): settings, keys, store, catalogue, services. No Qt, no camera.

Owns the order in which things open and close; must not hold rules. Everything heavy is imported inside, so that a
first window can be painted before (docs/adr/0002).
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import activation
from kiosk.activation import Lapse
from kiosk.errors import ReceptionError, WorldError
from kiosk.ports import Clock, KeyStore, SystemClock, SystemDice, SystemIds
from kiosk.settings import FILE_NAME, Settings, load, write_default

if TYPE_CHECKING:
    from kiosk.services import Services
    from kiosk.services.spare import SpareDesk
    from kiosk.store import Store
    from kiosk.store.spare import SpareNumbers
    from kiosk.store.vault import Vault

_log = logging.getLogger(__name__)

ACTIVATION_KEY = activation.KEY
"""Row of the store with the activation record of the face module."""


class VaultDoor:
    """Opens this device's face vault on first use, and only after the face module was activated (DECISIONS 3)."""

    def __init__(self, profile: Path, keys: KeyStore, store: Store, clock: Clock, settings: Settings) -> None:
        self._profile = profile
        self._keys = keys
        self._store = store
        self._clock = clock
        self._settings = settings
        self._vault: Vault | None = None
        self._lock = threading.Lock()

    def active(self) -> bool:
        """True while faces may be matched here: there is an activation record, and nothing it rests on has changed."""
        return bool(self._record()) and self.lapse() is None

    def lapse(self) -> Lapse | None:
        """Why the activation record no longer holds; None while it holds, in a demo, and without any record."""
        text = self._record()
        if not text or self._settings.profile.demo:
            return None
        record = activation.from_text(text)
        return record.lapse(self._settings, self._clock.today()) if record else Lapse.UNREADABLE

    def open(self) -> Vault | None:
        """The vault, or None where the face module was never on. Raises WorldError for a wrong key or damaged file.

        Without an activation that holds, an existing vault still opens: withdrawals and purges must reach what lies
        there. Who matches or enrols asks ``active`` first.
        """
        from kiosk.store.vault import Vault, exists

        with self._lock:
            if self._vault is None and (self._record() or exists(self._profile)):
                self._vault = Vault(self._profile, self._keys, self._clock)
            return self._vault

    def _record(self) -> str:
        with self._store.read() as work:
            return work.meta.get(ACTIVATION_KEY) or ""

    def close(self) -> None:
        """Close the vault if it is open."""
        with self._lock:
            if self._vault is not None:
                self._vault.close()
                self._vault = None


@dataclass(frozen=True, slots=True)
class Installation:
    """An open profile. ``close`` releases the store and the vault."""

    profile: Path
    settings: Settings
    keys: KeyStore
    store: Store
    vault: VaultDoor
    services: Services

    def close(self) -> None:
        """Release everything; safe to call twice."""
        self.vault.close()
        spare = self.services.context.spare
        if spare is not None:
            spare.close()
        self.store.close()


def default_profile() -> Path:
    """Where an installation lies when no ``--profile`` is given."""
    from platformdirs import user_data_path

    return user_data_path("appeal-reception")


def open_installation(
    profile: Path, *, terminal: str | None = None, clock: Clock | None = None, settings: Settings | None = None
) -> Installation:
    """Open ``profile``, creating what is missing. Call on a worker thread: it takes about half a second.

    Raises InputError for bad settings and WorldError for keys, disk or database, each saying what to do.
    """
    from kiosk.calendar import load_calendar
    from kiosk.catalog import load_catalog
    from kiosk.services import build_services
    from kiosk.services.context import Context
    from kiosk.services.furnish import furnish
    from kiosk.store import open_store
    from kiosk.store.keystore import choose_keystore

    make_profile(profile)
    settings = settings or load_settings(profile)
    if terminal:
        settings = replace(settings, terminal=replace(settings.terminal, code=terminal))
    clock = clock or SystemClock(settings.centre.time_zone)
    keys, ids = choose_keystore(profile), SystemIds()
    place = settings.store
    store = open_store(place.url or None, profile, keys, clock, ids, place.subject_keys_url or None)
    vault = VaultDoor(profile, keys, store, clock, settings)
    context = Context(
        store=store,
        clock=clock,
        ids=ids,
        dice=SystemDice(),
        calendar=load_calendar(profile),
        catalog=load_catalog(),
        settings=settings,
        terminal=settings.terminal.code,
        vault=vault.open,
        spare=open_spare_numbers(profile, settings, keys),
    )
    furnish(context)
    return Installation(profile, settings, keys, store, vault, build_services(context))


def open_spare_numbers(profile: Path, settings: Settings, keys: KeyStore) -> SpareNumbers | None:
    """The reserve of a kiosk whose hall store is on another machine; None for every other terminal.

    A file that does not open is nothing to stop for: the kiosk works, but not while it is cut off.
    """
    if not settings.store.url or "touch" not in settings.terminal.fronts or not settings.hall.cut_off_numbers:
        return None
    from kiosk.store.spare import SpareNumbers

    try:
        return SpareNumbers(profile, keys)
    except ReceptionError as error:
        _log.warning("no numbers are kept for the time this kiosk is cut off: %s", error.code)
        return None


def open_spare_desk(profile: Path, settings: Settings) -> SpareDesk | None:
    """What this kiosk can do without its hall store; None when nothing. Opens no hall store; off the GUI thread."""
    from kiosk.services.spare import SpareDesk
    from kiosk.store.keystore import choose_keystore

    numbers = open_spare_numbers(profile, settings, choose_keystore(profile))
    clock = SystemClock(settings.centre.time_zone)
    return None if numbers is None else SpareDesk(numbers, settings, clock, SystemIds(), SystemDice())


def load_settings(profile: Path) -> Settings:
    """The profile's settings; a new profile gets the commented default file first. InputError names the bad line."""
    if not (profile / FILE_NAME).exists():
        write_default(profile)
    return load(profile)


def make_profile(profile: Path) -> None:
    """Create the directory, readable by its owner only. Raises WorldError when that is impossible.

    Passing through is left as it is: the embedded PostgreSQL of a server may run as another user.
    """
    try:
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = profile.stat().st_mode
        if mode & 0o066:
            profile.chmod(mode & 0o711)
    except OSError as error:
        raise WorldError(
            "profile_unwritable",
            f"The directory {profile} cannot be made or written.",
            "Choose another with --profile, or give this user the right to write there.",
        ) from error

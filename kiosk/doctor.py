"""Checks an installation and says what to do. Owns the frame and the checks of the domain.

What only the screens, the recogniser or the server know comes in as further ``Check`` values (fonts, sound, camera
driver, models); this module imports none of them. To add a check of the domain: write a function that returns a
``Verdict`` or raises a ReceptionError, and add a line to ``inner_checks``.
"""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kiosk.errors import ReceptionError
from kiosk.settings import FILE_NAME, Settings, load

if TYPE_CHECKING:
    from kiosk.store import Store

ENOUGH_DISK = 2 * 1024**3
LITTLE_DISK = 256 * 1024**2
SERVER_WAIT_S = 3.0
LIBRARIES = ("sqlalchemy", "sqlcipher3", "alembic", "cryptography", "keyring", "openpyxl", "PIL", "escpos", "segno")
OPTIONAL_LIBRARIES = {"usb": "pyusb", "serial": "pyserial"}
"""Needed for one kind of printer connection only."""


class Grade(StrEnum):
    """How serious a finding is. ``warn``: everything works in another way meanwhile."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found; ``remedy`` says what to do and is empty when all is well."""

    grade: Grade
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with the name of its check."""

    name: str
    grade: Grade
    what: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return asdict(self)


class Check(Protocol):
    """Something to look at: ``Look`` or anything of this shape."""

    @property
    def name(self) -> str:
        """Short name for the report."""

    def examine(self) -> Verdict:
        """Look. May raise ReceptionError, which counts as failed; may take some seconds."""


@dataclass(frozen=True, slots=True)
class Look:
    """A check made of a function."""

    name: str
    function: Callable[[], Verdict]

    def examine(self) -> Verdict:
        """Call the function."""
        return self.function()


def run_checks(checks: Iterable[Check]) -> list[Finding]:
    """Every check in order; a check that itself breaks is a failed one, never an exception."""
    return [_run(check) for check in checks]


def _run(check: Check) -> Finding:
    try:
        verdict = check.examine()
    except ReceptionError as error:
        verdict = Verdict(Grade.FAIL, error.what, error.remedy)
    except Exception as error:
        what = f"The check itself broke ({type(error).__name__})."
        verdict = Verdict(Grade.FAIL, what, "Report this with the log of the program.")
    return Finding(check.name, verdict.grade, verdict.what, verdict.remedy)


def report_text(findings: Sequence[Finding]) -> str:
    """One line a finding, its remedy indented below, and a summary."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.grade.value:<5}{finding.name:<14}{finding.what}")
        if finding.remedy:
            lines.append(f"{'':<19}-> {finding.remedy}")
    counts = ", ".join(f"{sum(f.grade is grade for f in findings)} {grade.value}" for grade in Grade)
    return "\n".join([*lines, counts])


def inner_checks(profile: Path) -> list[Check]:
    """The checks of the domain for the installation in ``profile``.

    They look, and make nothing that is not there; opening an older database upgrades it, as the program would.
    """
    checks: list[Check] = [
        Look("python", _python),
        Look("libraries", _libraries),
        Look("sqlite", _sqlite),
        Look("disk", partial(_disk, profile)),
        Look("content", partial(_content, profile)),
        Look("calendar", partial(_calendar, profile)),
    ]
    if not (profile / FILE_NAME).exists():
        return [*checks, Look("settings", partial(_no_installation, profile))]
    with_settings = {
        "settings": _settings,
        "clock": _clock,
        "keys": _keys,
        "database": _database,
        "rights": _rights,
        "vault": _vault,
        "calibration": _calibration,
        "camera": _camera,
        "printer": _printer,
        "server": _server,
    }
    return [*checks, *(Look(name, partial(function, profile)) for name, function in with_settings.items())]


def _python() -> Verdict:
    return Verdict(Grade.OK, f"Python {sys.version.split()[0]} on {sys.platform}")


def _libraries() -> Verdict:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        return Verdict(Grade.FAIL, f"Missing: {', '.join(missing)}.", "Run make run-environment.")
    return Verdict(Grade.OK, f"{len(LIBRARIES)} libraries of the domain are installed")


def _sqlite() -> Verdict:
    """The encrypted build and its version; raises the store's own error for an unsafe one."""
    from kiosk.store.engine import sqlite_version

    return Verdict(Grade.OK, f"SQLite {sqlite_version()} with SQLCipher")


def _disk(profile: Path) -> Verdict:
    there = next(folder for folder in (profile, *profile.resolve().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    what = f"{free / 1024**3:.1f} GB free where the profile lies"
    if free < LITTLE_DISK:
        return Verdict(Grade.FAIL, what, "Free disk space now: no new number can be stored.")
    if free < ENOUGH_DISK:
        return Verdict(Grade.WARN, what, "Free disk space soon.")
    return Verdict(Grade.OK, what)


def _content(profile: Path) -> Verdict:
    """Catalogue and face notice in both languages."""
    from kiosk.catalog import load_catalog
    from kiosk.notice import load_notice
    from kiosk.phrases import LANGUAGES

    settings = load(profile) if (profile / FILE_NAME).exists() else Settings()
    catalog = load_catalog()
    for language in LANGUAGES:
        load_notice(language, settings)
    return Verdict(Grade.OK, f"{len(catalog.categories)} categories, {len(catalog.units)} units, notice complete")


def _calendar(profile: Path) -> Verdict:
    """Whether the holidays of the days that due dates fall on are published."""
    from kiosk.calendar import load_calendar

    soon = datetime.now(UTC).date() + timedelta(days=60)
    if load_calendar(profile).is_provisional(soon):
        remedy = f"When {soon.year} is published, update chinesecalendar or write working_days.toml in the profile."
        return Verdict(Grade.WARN, f"The holidays of {soon.year} are not known; its due dates are provisional", remedy)
    return Verdict(Grade.OK, f"Working days are known to {soon.year}")


def _no_installation(profile: Path) -> Verdict:
    return Verdict(Grade.WARN, f"There is no installation in {profile}", "Start the terminal once, or pass --profile.")


def _settings(profile: Path) -> Verdict:
    settings = load(profile)
    kind = "demo" if settings.profile.demo else "production"
    return Verdict(Grade.OK, f"{kind}, centre {settings.centre.code}, terminal {settings.terminal.code}")


def _clock(profile: Path) -> Verdict:
    now = datetime.now(UTC)
    written = datetime.fromtimestamp((profile / FILE_NAME).stat().st_mtime, UTC)
    if written > now + timedelta(minutes=5):
        return Verdict(Grade.FAIL, "The clock is behind the files of this installation", "Set date and time.")
    local = now.astimezone(ZoneInfo(load(profile).centre.time_zone))
    return Verdict(Grade.OK, f"{local:%Y-%m-%d %H:%M} at the centre")


def _keys(profile: Path) -> Verdict:
    from kiosk.store.keystore import choose_keystore

    keys = choose_keystore(profile)
    keys.get("hall")
    return Verdict(Grade.OK, f"{type(keys).__name__} can be read")


def _database(profile: Path) -> Verdict:
    """Opens the store as the program does and checks both hash chains."""
    settings = load(profile)
    if not settings.store.url and not (profile / "hall.db").exists():
        return Verdict(Grade.WARN, "There is no database yet", "It is made when the terminal starts first.")
    with closing(_opened(profile, settings)) as store:
        if not store.login.owner:
            return Verdict(Grade.OK, "The hall store answers; doctor on the hall's server verifies the record")
        with store.read() as work:
            broken = work.journal.verify() or work.audit.verify()
            people = work.people.count()
    if broken is not None:
        return Verdict(Grade.FAIL, f"The record was changed at number {broken}", "Restore a backup; keep this file.")
    return Verdict(Grade.OK, f"{people} employees; journal and audit are whole")


def _opened(profile: Path, settings: Settings) -> Store:
    from kiosk.ports import SystemClock, SystemIds
    from kiosk.store import open_store
    from kiosk.store.keystore import choose_keystore

    clock, place = SystemClock(settings.centre.time_zone), settings.store
    keys, ids = choose_keystore(profile), SystemIds()
    return open_store(place.url or None, profile, keys, clock, ids, place.subject_keys_url or None)


def _rights(profile: Path) -> Verdict:
    """With whose rights this terminal uses the hall store: the least it needs, or too many."""
    settings = load(profile)
    if not settings.store.url:
        return Verdict(Grade.OK, "One machine: whoever opens the encrypted file may read all of it")
    with closing(_opened(profile, settings)) as store:
        login = store.login
    if login.owner:
        who = "a superuser" if login.superuser else "the owner of the hall store"
        remedy = "On the hall's server this is right; a terminal gets its own login: hall login CODE KIND."
        return Verdict(Grade.WARN, f"The login {login.name} is {who}: it may read and change everything", remedy)
    kinds = ", ".join(sorted(login.kinds))
    if not kinds:
        return Verdict(Grade.FAIL, f"The login {login.name} has no rights", "Run hall login on the hall's server.")
    return Verdict(Grade.OK, f"The login {login.name} has the rights of: {kinds}")


def _vault(profile: Path) -> Verdict:
    """Opens the vault only where one exists: a check must not create biometric storage."""
    from kiosk.ports import SystemClock
    from kiosk.store.keystore import choose_keystore
    from kiosk.store.vault import Vault, exists

    if not exists(profile):
        return Verdict(Grade.OK, "Face matching was never activated here")
    vault = Vault(profile, choose_keystore(profile), SystemClock())
    try:
        return Verdict(Grade.OK, f"{vault.count()} people enrolled on this device")
    finally:
        vault.close()


def _calibration(profile: Path) -> Verdict:
    """When the thresholds of the face match were measured, and on how many people."""
    from kiosk.calibration import CalibrationFile
    from kiosk.store.keystore import choose_keystore
    from kiosk.store.vault import exists

    if not exists(profile):
        return Verdict(Grade.OK, "Face matching was never activated here")
    record = CalibrationFile(profile, choose_keystore(profile)).read()
    if record is None:
        return Verdict(Grade.WARN, "No calibration: every match asks for digits", "Start the terminal, or calibrate.")
    return Verdict(Grade.OK, record.line())


def _camera(profile: Path) -> Verdict:
    """Whether the source is there; whether it gives pictures is for the recogniser's own check."""
    kind, _, place = load(profile).face.camera.partition(":")
    remedy = "Plug it in or correct face.camera; every other way to identify works meanwhile."
    if kind == "device":
        path = Path(f"/dev/video{place}" if place.isdigit() else place)
        there = sys.platform != "linux" or path.exists()
    else:
        there = kind == "demo" or Path(place).exists()
    if not there:
        return Verdict(Grade.WARN, f"The source of face.camera ({kind}) is not there", remedy)
    return Verdict(Grade.OK, f"Source: {kind}")


def _printer(profile: Path) -> Verdict:
    from kiosk.printing.escpos import probe
    from kiosk.printing.faults import HEALTHY, PrinterFault, fault_error

    printing = load(profile).printing
    if printing.kind != "escpos":
        return Verdict(Grade.OK, f"Kind: {printing.kind}")
    package = OPTIONAL_LIBRARIES.get(printing.device.partition(":")[0])
    code = probe(printing.device)
    if code == HEALTHY:
        return Verdict(Grade.OK, "The ticket printer is ready")
    error = fault_error(PrinterFault(code))
    remedy = f"Install {package}." if code == PrinterFault.DRIVER and package else error.remedy
    return Verdict(Grade.WARN, error.what, f"{remedy} Numbers are shown on the screen meanwhile.")


def _server(profile: Path) -> Verdict:
    address = load(profile).sync.server_url
    if not address:
        return Verdict(Grade.OK, "Stand-alone: no central server is set")
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), SERVER_WAIT_S).close()
    except OSError as error:
        what = f"The central server does not answer ({error.strerror or type(error).__name__})"
        return Verdict(Grade.WARN, what, "Check network and sync.server_url; the hall goes on and sends later.")
    return Verdict(Grade.OK, "The central server answers")

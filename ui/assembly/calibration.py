"""Calibration, connected to vault, record and audit of this device; the command ``calibrate`` and the doctor's line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.calibration import CalibrationFile, CalibrationRecord
from kiosk.errors import WorldError
from kiosk.installation import Installation, open_installation
from kiosk.model.staff import Actor
from recognition.calibrate import Rates, Scale
from recognition.calibrate_commands import add_commands as add_calibrate
from recognition.engines import create as create_engine
from recognition.model_cards import FOLDER as MODELS
from recognition.tuning import Site, thresholds_of
from recognition.types import Engine
from recognition.vote import Lessons, Thresholds
from recognition.weights import model_cache

if TYPE_CHECKING:
    from kiosk.store.vault import Vault


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``calibrate``."""
    add_calibrate(commands, calibration_desk)


def fallback(installation: Installation) -> Thresholds:
    """What holds until this device is calibrated: every match is asked about, so no lead over the second counts; none
    below what the engine calls one person. Raises InputError ``engine_unknown``."""
    face = installation.settings.face
    return Thresholds(face.ask_threshold, face.sure_threshold, margin=0.0, floor=engine_of(installation).agreement)


def engine_of(installation: Installation) -> Engine:
    """The engine of this device; nothing is loaded."""
    return create_engine(installation.settings.face.engine, model_cache(), installation.profile / MODELS)


def site_of(installation: Installation, vault: Vault, engine: Engine, actor: Actor) -> Site:
    """What calibrating this device takes. ``actor`` stands in the audit."""
    face = installation.settings.face

    def note(record: CalibrationRecord) -> None:
        detail = {"people": record.people, "searches": record.searches, "calibrated": record.calibrated}
        found = {"sure": record.sure, "ask": record.ask, "margin": record.margin, "fpir": record.fpir}
        with installation.store.write() as work:
            work.audit.add(actor, "face.calibrated", None, "calibrate", {**detail, **found})

    return Site(
        load=vault.load,
        models="+".join(engine.models),
        scale=Scale(engine.agreement, engine.crowd),
        fallback=fallback(installation),
        rates=Rates(face.fpir, face.ask_fpir),
        file=CalibrationFile(installation.profile, installation.keys),
        now=installation.services.context.clock.now,
        note=note,
    )


def standing(installation: Installation, people: int, models: str) -> Thresholds:
    """What decides by the record of this device, if it covers a gallery of so many people; else every match asks."""
    record = CalibrationFile(installation.profile, installation.keys).read()
    return thresholds_of(record) if record and record.covers(people, models) else fallback(installation)


def lessons_of(installation: Installation) -> Lessons:
    """What 'not me' taught so far, in every process of this hall. Reads the store: not for the GUI thread."""
    with installation.store.read() as work:
        pairs, strikes = work.face_blocks.all(), work.face_strikes.all()
    return Lessons(frozenset(frozenset(pair) for pair in pairs), strikes)


def not_activated() -> WorldError:
    """What an operator reads who asks for faces where matching is off."""
    return WorldError("face_not_activated", "Face matching is not activated here.", "See `main.py face status`.")


class HallCalibration:
    """The hall as ``calibrate`` needs it (``recognition.calibrate_commands.CalibrationDesk``)."""

    def __init__(self, installation: Installation) -> None:
        """Raises WorldError ``face_not_activated`` while not activated. Loads no model."""
        vault = installation.vault.open() if installation.vault.active() else None
        if vault is None:
            raise not_activated()
        self._installation = installation
        self.site = site_of(installation, vault, engine_of(installation), installation.services.staff.system())

    @property
    def centre(self) -> str:
        """Its name in Chinese."""
        return self._installation.settings.centre.name_zh

    def local(self, at: datetime) -> datetime:
        """The time at the centre."""
        return at.astimezone(ZoneInfo(self._installation.settings.centre.time_zone))


@contextmanager
def calibration_desk(profile: Path) -> Iterator[HallCalibration]:
    """Open the installation for one command."""
    installation = open_installation(profile)
    try:
        yield HallCalibration(installation)
    finally:
        installation.close()

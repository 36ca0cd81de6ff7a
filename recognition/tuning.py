"""Keeps the thresholds of a running device equal to its gallery: measured anew after every enrolment and withdrawal.

Owns when to measure and what holds meanwhile; the measurement is ``calibrate``. Between the moment a gallery outgrew
its last calibration and the end of the next one, every match is asked about.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.calibration import CalibrationFile, CalibrationRecord
from kiosk.errors import ReceptionError, WorldError
from recognition.calibrate import Calibration, Progress, Rates, Scale, calibrate
from recognition.vote import Policy, Thresholds

log = logging.getLogger(__name__)

Templates = Sequence[tuple[UUID, NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Site:
    """What calibrating one device takes. ``load(models)`` gives the vault's templates, which may be overwritten after
    use; ``scale`` is the engine's; ``note`` hears of each record that was written (audit)."""

    load: Callable[[str], Templates]
    models: str
    scale: Scale
    fallback: Thresholds
    rates: Rates
    file: CalibrationFile
    now: Callable[[], datetime]
    note: Callable[[CalibrationRecord], None]

    def measure(self, people: Sequence[NDArray[np.float32]], progress: Progress = lambda share: None) -> Calibration:
        """Calibrate from the templates of ``people``."""
        return calibrate(people, self.models, self.fallback, self.scale, self.rates, progress)

    def keep(self, calibration: Calibration) -> CalibrationRecord:
        """Write the record, then audit it. Raises WorldError when the disk refuses."""
        record = record_of(calibration, self.now())
        self.file.write(record)
        self.note(record)
        return record


class Tuner:
    """``refresh`` may be called from any thread that may wait: 1,000 people with 4 views take about half a second."""

    def __init__(self, policy: Policy, site: Site) -> None:
        self._policy, self._site = policy, site
        self._alone = threading.Lock()
        self._mark = b""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Measure on a thread of its own: nobody waits for it, matches are asked about meanwhile."""
        self._thread = threading.Thread(target=self._first, name="calibration")
        self._thread.start()

    def stop(self) -> None:
        """Wait for what ``start`` began."""
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> None:
        """Measure again when the templates changed since the last time, and decide by what was found."""
        with self._alone:
            people = [views for _, views in self._site.load(self._site.models)]
            try:
                mark = _mark(people)
                if mark != self._mark:
                    self._policy.replace(self._settle(people))
                    self._mark = mark
            finally:
                overwrite(people)

    def _first(self) -> None:
        try:
            self.refresh()
        except ReceptionError as fault:
            log.warning("nothing was calibrated: %s", fault.code)

    def _settle(self, people: Sequence[NDArray[np.float32]]) -> Thresholds:
        site = self._site
        record = site.file.read()
        if not self._mark and record is not None and _measured_on(record, people, site):
            return thresholds_of(record)
        if record is None or not record.covers(len(people), site.models):
            self._policy.replace(site.fallback)
        calibration = site.measure(people)
        try:
            site.keep(calibration)
        except WorldError as fault:
            log.warning("the calibration holds until the next start only: %s", fault.code)
        return calibration.thresholds


def record_of(calibration: Calibration, at: datetime) -> CalibrationRecord:
    """What is kept of a calibration."""
    found, rates = calibration.thresholds, calibration.rates
    return CalibrationRecord(
        models=calibration.models,
        people=calibration.people,
        views=calibration.views,
        searches=calibration.searches,
        fpir=rates.sure,
        ask_fpir=rates.ask,
        ask=found.ask,
        sure=found.sure,
        margin=found.margin,
        calibrated=found.calibrated,
        crowd=found.crowd,
        floor=found.floor,
        alike=calibration.alike,
        at=at,
    )


def thresholds_of(record: CalibrationRecord) -> Thresholds:
    """What decides by this record."""
    return Thresholds(record.ask, record.sure, record.margin, record.calibrated, record.crowd, record.floor)


def overwrite(people: Sequence[NDArray[np.float32]]) -> None:
    """Zeros over templates that were lent, where the lender allows it."""
    for views in people:
        if views.flags.writeable:
            views.fill(0)


def _measured_on(record: CalibrationRecord, people: Sequence[NDArray[np.float32]], site: Site) -> bool:
    """Whether the record of an earlier run was made of what lies in the vault now, for the same rates."""
    counts = (len(people), sum(len(views) for views in people))
    same = (record.models, record.people, record.views) == (site.models, *counts)
    scale = (record.crowd, record.floor) == (site.scale.crowd, site.scale.floor) or not record.calibrated
    return same and scale and (record.fpir, record.ask_fpir) == (site.rates.sure, site.rates.ask)


def _mark(people: Sequence[NDArray[np.float32]]) -> bytes:
    """Changes with the templates; lives in memory only."""
    digest = hashlib.blake2b(b"templates", digest_size=16)
    for views in people:
        digest.update(np.ascontiguousarray(views).data)
    return digest.digest()

"""The record of the last calibration of this device: thresholds and counts, sealed against change.

Owns the record, its file and when it still holds. Must not measure anything (``recognition/calibrate.py`` does). Holds
no vector and nothing about one person. The file carries a keyed hash (HMAC-SHA-256, key in the key store): a changed
file, or one of another installation, counts as none, and every match is then asked about.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kiosk.errors import WorldError
from kiosk.ports import KeyStore

FILE_NAME = "calibration.json"
GROWTH_ALLOWED = 1.1
"""A gallery grown or shrunk beyond this factor since it was measured is not covered any more: FPIR grows with the
gallery, and in a smaller one everybody stands further above the crowd."""

_KEY = "calibration"


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """``fpir`` and ``ask_fpir``: stated shares of strangers taken for somebody, or asked for digits. ``ask``, ``sure``,
    ``margin``: scores, from which the mean cosine of the ``crowd`` after the best was taken; ``floor``: the cosine
    needed in any case. ``calibrated`` False: too few people, every match is asked about. ``alike``: members
    who have a look-alike."""

    models: str
    people: int
    views: int
    searches: int
    fpir: float
    ask_fpir: float
    ask: float
    sure: float
    margin: float
    calibrated: bool
    crowd: int
    floor: float
    alike: int
    at: datetime

    def covers(self, people: int, models: str) -> bool:
        """Whether a gallery of so many people made by ``models`` is still about the one that was measured."""
        return (
            models == self.models and people <= self.people * GROWTH_ALLOWED and self.people <= people * GROWTH_ALLOWED
        )

    def line(self) -> str:
        """For ``doctor`` and ``face status``."""
        measured = f"{self.at:%Y-%m-%d} on {self.people} people, {self.searches} searches"
        if not self.calibrated:
            return f"not calibrated ({measured}): too few people, every match asks for digits"
        return f"calibrated {measured}: sure at {self.sure:.3f} for FPIR {self.fpir:g}"


class CalibrationFile:
    """The file in the profile of this device. Any thread; reading and writing take a few milliseconds."""

    def __init__(self, profile: Path, keys: KeyStore) -> None:
        self._path = profile / FILE_NAME
        self._keys = keys

    def read(self) -> CalibrationRecord | None:
        """The record; None when there is none, or when it was changed or written elsewhere."""
        secret = self._keys.get(_KEY)
        try:
            outer = json.loads(self._path.read_bytes())
            body = str(outer["record"])
            if secret is None or not hmac.compare_digest(_seal(secret, body), str(outer["seal"])):
                return None
            values = json.loads(body)
            return CalibrationRecord(**{**values, "at": datetime.fromisoformat(values["at"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, record: CalibrationRecord) -> None:
        """Write whole or not at all. Raises WorldError ``calibration_unwritten`` when the disk refuses."""
        secret = self._keys.get(_KEY)
        if secret is None:
            secret = os.urandom(32)
            self._keys.put(_KEY, secret)
        body = json.dumps({**asdict(record), "at": record.at.isoformat()}, sort_keys=True)
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"record": body, "seal": _seal(secret, body)}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise WorldError(
                "calibration_unwritten",
                f"The calibration could not be written: {error.strerror}.",
                "Free disk space, or make the folder writable; it is measured again at the next start.",
            ) from error


def _seal(secret: bytes, body: str) -> str:
    return hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()

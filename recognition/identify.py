"""Searches the people of one gallery for the face in a picture: the part of ``identify IMAGE`` that knows no vault.

An operator's command (DECISIONS 27): ids and scores only; the caller opens the vault, writes the audit row, and prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.model.face import FaceHint, Liveness
from recognition.gallery import Candidate, Gallery
from recognition.gates import PHOTOGRAPH, assess
from recognition.sources.files import shown_name
from recognition.sources.picture import read_picture
from recognition.track import central
from recognition.types import Engine, Gate
from recognition.vote import Thresholds, decide


@dataclass(frozen=True, slots=True)
class PictureResult:
    """What one picture led to. ``gate`` says what is wrong with the picture; with no face ``ranking`` is empty."""

    file: str
    faces: int
    gate: Gate | None
    ranking: tuple[Candidate, ...]
    hint: FaceHint | None


def identify_pictures(
    pictures: Iterable[Path], engine: Engine, gallery: Gallery, thresholds: Thresholds, count: int = 3
) -> Iterator[PictureResult]:
    """The best ``count`` candidates for the central face of each picture, and the decision.

    Loads the models at the first picture. Raises InputError for a picture that cannot be read; vectors are overwritten
    before the result is yielded. Not for the GUI thread.
    """
    engine.load()
    for path in pictures:
        frame = read_picture(path)
        faces = engine.detect(frame)
        face = central(frame, faces)
        gate = assess(frame, faces, face, PHOTOGRAPH).gate
        if face is None:
            yield PictureResult(shown_name(path), 0, gate, (), None)
            continue
        probe = engine.embed(frame, face)
        ranking = gallery.search(probe, max(count, thresholds.wanted))
        probe.fill(0.0)
        hint = decide(ranking, thresholds, liveness=Liveness.NONE, synthetic=frame.synthetic)
        yield PictureResult(shown_name(path), len(faces), gate, tuple(ranking[:count]), hint)

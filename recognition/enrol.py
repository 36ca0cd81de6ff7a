"""Makes templates' views from pictures of one person. Knows nothing of consent (kiosk.services checks it first) and
keeps nothing: the caller stores the vectors in the vault or forgets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError
from recognition.crowd import standing
from recognition.gallery import Candidate, Gallery
from recognition.gates import PHOTOGRAPH, GateLimits, assess
from recognition.track import central
from recognition.types import Engine, Frame, Gate, Vector
from recognition.vectors import fused, lowest_agreement, wipe
from recognition.vote import Thresholds

MIN_EYE_PX = 36.0
"""Pixels between the eyes of a view that is kept: sface's own template has 35, so nothing is enlarged."""
ENROLMENT_PHOTOGRAPH = replace(PHOTOGRAPH, min_eye_px=MIN_EYE_PX)
LOOK_ALIKES_AT_MOST = 20
"""More are counted as so many: the answer to the clerk would be the same."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentViews:
    """``vectors``: float32 (count, dim), unit rows. ``refused``: index of the picture and why it was not used."""

    vectors: NDArray[np.float32]
    refused: tuple[tuple[int, Gate], ...]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Enrolled people the newcomer resembles: ``found`` scored above the ask threshold, best first.

    ``doubles``: how many of them scored above the sure threshold, as one person enrolled under two numbers would, or
    somebody enrolling as somebody else.
    """

    found: tuple[Candidate, ...] = ()
    doubles: int = 0

    @property
    def people(self) -> tuple[UUID, ...]:
        """Their ids, best first."""
        return tuple(candidate.person_id for candidate in self.found)


def look_alikes(views: NDArray[np.float32], gallery: Gallery, thresholds: Thresholds, person_id: UUID) -> LookAlikes:
    """Search the gallery with the template that would be stored.

    ``views``: float32 (count, dim), rotated as the gallery is. ``person_id`` is whom the template is for: an older
    enrolment of the same person is no look-alike.
    """
    probe = fused(views)
    ranking = gallery.search(probe, LOOK_ALIKES_AT_MOST + thresholds.wanted + 1)
    probe.fill(0)
    others = [candidate for candidate in ranking if candidate.person_id != person_id]
    # Whoever is told has a whole crowd after them: the last of a ranking stand out of nobody.
    told = others[:LOOK_ALIKES_AT_MOST]
    standings = [standing([c.score for c in others[place:]], thresholds.crowd) for place in range(len(told))]
    alike = tuple(c for c, score in zip(told, standings, strict=True) if score >= thresholds.ask)
    return LookAlikes(alike, sum(score >= thresholds.sure for score in standings))


def views_of(frames: Iterable[Frame], engine: Engine, *, limits: GateLimits = ENROLMENT_PHOTOGRAPH) -> EnrolmentViews:
    """Unit vectors of the usable pictures, each with exactly one person before the camera.

    Takes about 0.15 s a picture; not for the GUI thread. Raises InputError ``enrolment_no_view`` when no picture is
    usable and ``enrolment_views_differ`` when they do not show one and the same person.
    """
    engine.load()
    vectors: list[Vector] = []
    try:
        return _views(frames, engine, limits, vectors)
    finally:
        wipe(vectors)


def _views(frames: Iterable[Frame], engine: Engine, limits: GateLimits, vectors: list[Vector]) -> EnrolmentViews:
    """``vectors`` is filled here and overwritten by the caller."""
    refused: list[tuple[int, Gate]] = []
    for index, frame in enumerate(frames):
        faces = engine.detect(frame)
        face = central(frame, faces)
        gate = assess(frame, faces, face, limits).gate
        if face is None or gate is not None:
            refused.append((index, gate or Gate.NO_FACE))
        else:
            vectors.append(engine.embed(frame, face))
    if not vectors:
        reasons = sorted({gate.name.lower() for _, gate in refused})
        raise InputError(
            "enrolment_no_view",
            f"No picture is usable for enrolment ({', '.join(reasons) or 'none given'}).",
            "Take new pictures: one person, from the front, in even light.",
        )
    if lowest_agreement(vectors) < engine.agreement:
        raise InputError(
            "enrolment_views_differ",
            "The pictures do not show one and the same person clearly enough.",
            "Take all views again, of one person alone.",
        )
    return EnrolmentViews(np.stack(vectors), tuple(refused))

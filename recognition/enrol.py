"""Makes templates' views from pictures of one person. Knows nothing of consent (kiosk.services checks it first) and
keeps nothing: the caller stores the vectors in the vault or forgets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError
from recognition.gates import PHOTOGRAPH, GateLimits, assess
from recognition.track import central
from recognition.types import Engine, Frame, Gate, Vector
from recognition.vectors import lowest_agreement


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentViews:
    """``vectors``: float32 (count, dim), unit rows. ``refused``: index of the picture and why it was not used.
    ``models``: ids to be stored beside the vectors."""

    vectors: NDArray[np.float32]
    refused: tuple[tuple[int, Gate], ...]
    models: tuple[str, ...]


def views_of(frames: Iterable[Frame], engine: Engine, *, limits: GateLimits = PHOTOGRAPH) -> EnrolmentViews:
    """Unit vectors of the usable pictures, each with exactly one person before the camera.

    Takes about 40 ms a picture; not for the GUI thread. Raises InputError ``enrolment_no_view`` when no picture is
    usable and ``enrolment_views_differ`` when they do not show one and the same person.
    """
    engine.load()
    vectors: list[Vector] = []
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
    return EnrolmentViews(np.stack(vectors), tuple(refused), engine.models)

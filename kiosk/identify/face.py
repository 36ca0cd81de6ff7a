"""By face (人脸): turns the hint of the recogniser into what the person is asked. Pure rules.

A hint opens nothing. It becomes a question only for an active employee with a valid consent, from a live, real
picture; everything else is "unknown", which the screen answers with the other ways and without blame.
"""

from __future__ import annotations

from kiosk.identify.way import Way
from kiosk.model.face import FaceHint, HintKind
from kiosk.model.visit import Method, Proof


def question(hint: FaceHint, employed: bool, consented: bool, *, demo: bool) -> HintKind:
    """What to ask: sure -> "are you W*?", ask -> last digits of the staff number, unknown -> another way.

    ``employed`` and ``consented`` (witnessed, unexpired) are how the person of the hint stands at this moment.
    Outside a demo, synthetic pictures and pictures without proof of life are unknown (DECISIONS 2).
    """
    if hint.person_id is None or not (employed and consented):
        return HintKind.UNKNOWN
    if not demo and (hint.synthetic or not hint.live):
        return HintKind.UNKNOWN
    return hint.kind


def proof(hint: FaceHint, *, demo: bool) -> Proof:
    """Strength of proof once the person confirmed: with proof of life only outside a demo (DECISIONS 7)."""
    return Proof.FACE_LIVE if hint.live and not hint.synthetic and not demo else Proof.FACE_CONFIRMED


def way() -> Way:
    """The way."""
    return Way(Method.FACE, Proof.FACE_CONFIRMED)

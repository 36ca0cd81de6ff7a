"""By face (人脸): turns the hint of the recogniser into what the person is asked. Pure rules.

A hint opens nothing. It becomes a question only for an active employee with a valid consent, from a real picture of
somebody alive; everything else is "unknown", which the screen answers with the other ways and without blame.
"""

from __future__ import annotations

from kiosk.identify.way import Way
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Method, Proof


def question(hint: FaceHint, employed: bool, consented: bool, *, demo: bool) -> HintKind:
    """What to ask: sure -> "are you W*?", ask -> last digits of the staff number, unknown -> another way.

    ``employed`` and ``consented`` (witnessed, unexpired) are how the person of the hint stands at this moment. Whoever
    was not asked to move is asked for the digits at most, so that nothing personal is shown to a picture. Outside a
    demo, synthetic pictures and pictures without proof of life are unknown (DECISIONS 2).
    """
    if hint.person_id is None or not (employed and consented):
        return HintKind.UNKNOWN
    if demo or (hint.live and not hint.synthetic):
        return hint.kind
    unasked = hint.liveness is Liveness.PASSIVE and not hint.synthetic and hint.kind is not HintKind.UNKNOWN
    return HintKind.ASK if unasked else HintKind.UNKNOWN


def proof(hint: FaceHint, *, demo: bool) -> Proof:
    """Strength of proof once the person confirmed (DECISIONS 7).

    A face without an asked movement is worth no more than the digits typed after it: a picture and four digits must
    not open what a number does not.
    """
    if demo:
        return Proof.FACE_CONFIRMED
    return Proof.FACE_LIVE if hint.live and not hint.synthetic else Proof.NUMBER


def way() -> Way:
    """The way."""
    return Way(Method.FACE, Proof.FACE_LIVE)

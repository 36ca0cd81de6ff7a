"""The face as a hint: who is asked what, and who is never asked."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identify.face import proof, question
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Proof

HINT = FaceHint(HintKind.SURE, UUID(int=1), 0.7, 0.2, Liveness.CHALLENGED, synthetic=False)
HINTS = st.builds(
    replace,
    st.just(HINT),
    kind=st.sampled_from(HintKind),
    liveness=st.sampled_from(Liveness),
    synthetic=st.booleans(),
    person_id=st.sampled_from([UUID(int=1), None]),
)


@pytest.mark.parametrize("kind", list(HintKind))
def test_a_live_person_with_consent_is_asked_what_the_recogniser_says(kind: HintKind) -> None:
    assert question(replace(HINT, kind=kind), employed=True, consented=True, demo=False) is kind


@pytest.mark.parametrize("kind", [HintKind.SURE, HintKind.ASK])
def test_whoever_was_not_asked_to_move_is_asked_for_digits(kind: HintKind) -> None:
    passive = replace(HINT, kind=kind, liveness=Liveness.PASSIVE)
    assert question(passive, employed=True, consented=True, demo=False) is HintKind.ASK


@pytest.mark.parametrize(
    ("hint", "employed", "consented"),
    [
        (replace(HINT, person_id=None), True, True),
        (replace(HINT, liveness=Liveness.NONE), True, True),
        (replace(HINT, kind=HintKind.UNKNOWN, liveness=Liveness.PASSIVE), True, True),
        (replace(HINT, synthetic=True), True, True),
        (replace(HINT, liveness=Liveness.PASSIVE, synthetic=True), True, True),
        (HINT, True, False),
        (HINT, False, True),
    ],
)
def test_everybody_else_is_unknown(hint: FaceHint, employed: bool, consented: bool) -> None:
    assert question(hint, employed, consented, demo=False) is HintKind.UNKNOWN


def test_a_demo_shows_synthetic_pictures_but_never_without_consent() -> None:
    drawn = replace(HINT, liveness=Liveness.NONE, synthetic=True)
    assert question(drawn, employed=True, consented=True, demo=True) is HintKind.SURE
    assert question(drawn, employed=True, consented=False, demo=True) is HintKind.UNKNOWN


@given(HINTS)
def test_a_name_is_shown_only_to_somebody_who_moved(hint: FaceHint) -> None:
    """'Are you W*?' shows who the picture was taken for; outside a demo a picture never leads there."""
    if question(hint, employed=True, consented=True, demo=False) is HintKind.SURE:
        assert hint.live and not hint.synthetic


@given(HINTS, st.booleans())
def test_proof_of_life_is_claimed_only_for_a_live_real_picture_outside_a_demo(hint: FaceHint, demo: bool) -> None:
    strong = proof(hint, demo=demo) is Proof.FACE_LIVE
    assert strong == (hint.live and not hint.synthetic and not demo)


@given(HINTS)
def test_a_picture_and_four_digits_are_worth_no_more_than_a_number(hint: FaceHint) -> None:
    assert proof(hint, demo=False).strong == (hint.live and not hint.synthetic)

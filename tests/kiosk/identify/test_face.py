"""The face as a hint: who is asked what, and who is never asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identify.face import FaceStanding, proof, question
from kiosk.model.face import FaceHint, HintKind
from kiosk.model.visit import Proof

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HINT = FaceHint(HintKind.SURE, UUID(int=1), 0.7, 0.2, live=True, synthetic=False)
STANDING = FaceStanding(employed=True, consented=True, expires_at=NOW + timedelta(days=1))


@pytest.mark.parametrize("kind", list(HintKind))
def test_a_live_person_with_consent_is_asked_what_the_recogniser_says(kind: HintKind) -> None:
    assert question(replace(HINT, kind=kind), STANDING, NOW, demo=False) is kind


@pytest.mark.parametrize(
    ("hint", "standing"),
    [
        (replace(HINT, person_id=None), STANDING),
        (replace(HINT, live=False), STANDING),
        (replace(HINT, synthetic=True), STANDING),
        (HINT, replace(STANDING, consented=False)),
        (HINT, replace(STANDING, employed=False)),
        (HINT, replace(STANDING, expires_at=NOW)),
    ],
)
def test_everybody_else_is_unknown(hint: FaceHint, standing: FaceStanding) -> None:
    assert question(hint, standing, NOW, demo=False) is HintKind.UNKNOWN


def test_a_demo_shows_synthetic_pictures_but_never_without_consent() -> None:
    drawn = replace(HINT, live=False, synthetic=True)
    assert question(drawn, STANDING, NOW, demo=True) is HintKind.SURE
    assert question(drawn, replace(STANDING, consented=False), NOW, demo=True) is HintKind.UNKNOWN


@given(st.builds(replace, st.just(HINT), live=st.booleans(), synthetic=st.booleans()), st.booleans())
def test_proof_of_life_is_claimed_only_for_a_live_real_picture_outside_a_demo(hint: FaceHint, demo: bool) -> None:
    strong = proof(hint, demo=demo) is Proof.FACE_LIVE
    assert strong == (hint.live and not hint.synthetic and not demo)

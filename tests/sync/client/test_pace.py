"""Back-off: spread out, bounded, obedient to Retry-After; parked directions ask again slowly."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sync.client.faults import PARKING, Cure, SyncError, fault_of
from sync.client.pace import CAP_S, Pace
from sync.wire import Problem


@given(st.integers(0, 10_000), st.integers(1, 40), st.none() | st.floats(0, 900))
def test_a_pause_is_between_what_was_asked_and_the_cap(seed: int, failures: int, asked: float | None) -> None:
    pace = Pace(dice=random.Random(seed))
    for _ in range(failures):
        pause = pace.failed(SyncError(Cure.RETRY, "busy", retry_after=asked))
    assert (asked or 0.0) <= pause <= (asked or 0.0) + CAP_S
    pace.succeeded()
    assert pace.failed(SyncError(Cure.RETRY, "busy")) <= 2.0


def test_a_storm_is_spread() -> None:
    """300 halls that fail together do not come back together: no second holds more than 5 times its share."""
    waits = []
    for hall in range(300):
        pace = Pace(dice=random.Random(hall))
        for _ in range(8):
            wait = pace.failed(SyncError(Cure.RETRY, "busy"))
        waits.append(int(wait))
    assert max(waits.count(second) for second in set(waits)) <= 5


def test_parked_directions_probe_every_five_minutes() -> None:
    for cure in PARKING:
        assert 240 <= Pace().failed(SyncError(cure, "x")) <= 360


def test_each_answer_has_its_cure() -> None:
    def cure(status: int, code: str) -> Cure:
        return fault_of(Problem(title="x", status=status, code=code), None).cure

    assert cure(401, "token_invalid") is Cure.SIGN_IN
    assert cure(403, "device_revoked") is Cure.SIGN_IN
    assert cure(409, "gap") is Cure.REWIND
    assert cure(409, "fork") is Cure.FORK
    assert cure(410, "cursor_gone") is Cure.RELOAD
    assert cure(413, "too_large") is Cure.SHRINK
    assert cure(422, "envelope_invalid") is Cure.BISECT
    assert cure(400, "digest_wrong") is Cure.RETRY
    assert cure(426, "protocol_unknown") is Cure.UPGRADE
    assert {cure(status, "x") for status in (408, 425, 429, 500, 502, 503, 504)} == {Cure.RETRY}

"""What a network says about frames, what it is shown, and that nothing passes unasked without one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.liveness import in_use, interval
from benchmarks.liveness_tries import Stand, Try, networks
from recognition.liveness import CardLiveness, networks_of, passive
from recognition.liveness.network import surroundings
from recognition.liveness.passive import NETWORK_LIMIT
from recognition.model_cards import installed_cards
from recognition.types import Box
from tests.recognition.card_files import liveness_card, projection, write_card
from tests.recognition.conftest import face_at, textured_frame


class Fixed:
    """Says what it is told, frame by frame."""

    def __init__(self, *scores: float) -> None:
        self.scores = iter(scores)

    def score(self, _frame, _face) -> float:
        return next(self.scores)


FRAME = textured_frame()
VIEWS = [(textured_frame(number), face_at()) for number in range(2)]


def test_without_a_network_nothing_passes_unasked():
    assert not passive(VIEWS, None)


def test_nothing_seen_is_nothing_proved():
    assert not passive([], Fixed())


@pytest.mark.parametrize(("scores", "passed"), [((0.9, 0.8), True), ((0.9, 0.3), False), ((0.1, 0.2), False)])
def test_the_mean_of_all_frames_decides(scores, passed):
    assert passive(VIEWS, Fixed(*scores)) is passed


@given(st.floats(-40, 620), st.floats(-40, 340), st.floats(1, 500), st.floats(1, 340), st.floats(1, 10))
def test_surroundings_lie_inside_the_frame(x, y, width, height, crop):
    seen = surroundings(FRAME, Box(x, y, width, height), crop)
    assert 1 <= seen.shape[0] <= FRAME.height
    assert 1 <= seen.shape[1] <= FRAME.width


def test_surroundings_are_centred_where_there_is_room():
    seen = surroundings(FRAME, Box(300, 160, 40, 40), 2.0)
    np.testing.assert_array_equal(seen, FRAME.pixels[140:220, 280:360])


def test_every_added_liveness_model_must_agree(tmp_path):
    """Two cards, one of which calls everything dead: the lowest score counts. Other models are left alone."""
    assert networks_of(None) is None and networks_of(tmp_path) is None
    for name, live in (("hopeful", 8.0), ("doubtful", -8.0)):
        folder = tmp_path / name
        folder.mkdir()
        weights = np.zeros((768, 3), "f4")
        weights[:, 1] = live / 768
        content = projection(weights=weights)
        write_card(folder, liveness_card(name=name, input__mean=[0.0] * 3, input__scale=[1.0] * 3), content, content)
        (folder / f"{name}.toml").rename(folder / "card.toml")
    face, frame = face_at(), FRAME
    hopeful = CardLiveness(installed_cards(tmp_path)[1]).score(frame, face)
    assert hopeful > 0.9
    assert networks_of(tmp_path).score(frame, face) < 0.1


def test_minifasnet_fills_the_slot(faces_dir):
    network = networks(faces_dir.parent / "models")
    if network is None:
        pytest.skip("no MiniFASNet files in models beside the photographs")
    made, rng = Stand(faces_dir).presentation(Try("phone", 0))
    frame = next(made.frames(rng, (640, 360)))
    score = network.score(frame, face_at(x=320, y=160))
    assert 0.0 <= score <= 1.0
    assert passive([(frame, face_at(x=320, y=160))], network) is (score >= NETWORK_LIMIT)


@pytest.mark.parametrize("kind", ["print_matte", "print_bent_tight", "print_folded", "mask_cut_out", "phone"])
def test_photographs_of_real_people_are_not_heads(faces_dir, kind):
    assert not Stand(faces_dir).passes(Try(kind, 3))


@pytest.mark.parametrize("seed", [2, 3])
def test_the_same_people_on_simulated_heads_are(faces_dir, seed):
    assert Stand(faces_dir).passes(Try("genuine", seed))


@given(st.integers(1, 500).flatmap(lambda tries: st.tuples(st.integers(0, tries), st.just(tries))))
def test_the_interval_holds_the_share_and_is_never_empty(counts):
    hits, tries = counts
    low, high = interval(hits, tries)
    assert 0.0 <= low <= hits / tries + 1e-9 <= high + 2e-9 <= 1.0 + 3e-9
    assert high > low


def test_no_accepted_try_is_no_proof():
    assert interval(0, 36)[1] == pytest.approx(0.096, abs=0.001)


@pytest.mark.parametrize(("turn", "both"), [(0.0, 0.0), (0.06, 0.0412), (1.0, 1.0)])
def test_nearer_protects_from_nothing_in_the_reported_share(turn, both):
    assert in_use(turn) == pytest.approx(both)

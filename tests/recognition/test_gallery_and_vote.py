"""Exact search, snapshots that never change under a reader, and the three-way decision."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.face import HintKind, Liveness
from recognition.gallery import Candidate, Gallery
from recognition.vectors import fused, lowest_agreement, unit
from recognition.vote import Thresholds, decide

DIM = 8
SITE = Thresholds(ask=0.4, sure=0.6, margin=0.1, calibrated=True)


def people(count):
    return [UUID(int=number + 1) for number in range(count)]


def views(seed, count=3):
    drawn = np.random.default_rng(seed).normal(size=(count, DIM))
    return np.stack([unit(row) for row in drawn])


def candidates(*scores):
    return [Candidate(person, score) for person, score in zip(people(len(scores)), scores, strict=True)]


@given(st.integers(1, 30), st.integers(0, 1000))
def test_search_is_exact(count, seed):
    gallery = Gallery(DIM)
    templates = {person: views(seed + number) for number, person in enumerate(people(count))}
    gallery.put_all(templates)
    probe = views(seed + 999, 1)[0]
    expected = sorted(((float(fused(rows) @ probe), person) for person, rows in templates.items()), reverse=True)
    found = gallery.snapshot.search(probe, 2)
    assert [candidate.score for candidate in found] == pytest.approx([score for score, _ in expected[:2]], abs=1e-5)


def test_an_empty_gallery_finds_nobody():
    assert Gallery(DIM).snapshot.search(views(1, 1)[0]) == []


def test_a_reader_keeps_its_snapshot_while_people_come_and_go():
    gallery = Gallery(DIM)
    ann, bob = people(2)
    gallery.put(ann, views(1))
    before = gallery.snapshot
    gallery.put(bob, views(2))
    gallery.remove([ann, ann])
    assert before.people == (ann,)
    assert gallery.snapshot.people == (bob,)
    with pytest.raises(ValueError, match="read-only"):
        before.matrix[0, 0] = 1
    gallery.clear()
    assert len(gallery) == 0


def test_enrolling_again_replaces():
    gallery = Gallery(DIM)
    (ann,) = people(1)
    gallery.put(ann, views(1))
    gallery.put(ann, views(2))
    assert len(gallery) == 1
    assert gallery.snapshot.search(fused(views(2)))[0].score == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("wrong", [np.zeros((0, DIM)), np.zeros((2, DIM + 1)), np.zeros(DIM)])
def test_vectors_of_another_shape_are_refused(wrong):
    with pytest.raises(ValueError, match="shape"):
        Gallery(DIM).put(people(1)[0], wrong)


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ((0.7, 0.3), HintKind.SURE),
        ((0.7,), HintKind.SURE),
        ((0.7, 0.65), HintKind.ASK),
        ((0.5, 0.1), HintKind.ASK),
        ((0.3, 0.1), HintKind.UNKNOWN),
        ((), HintKind.UNKNOWN),
    ],
)
def test_three_zones(scores, kind):
    hint = decide(candidates(*scores), SITE, liveness=Liveness.NONE, synthetic=False)
    assert hint.kind is kind
    assert (hint.person_id is None) == (kind is HintKind.UNKNOWN)
    assert not hint.live


@given(st.lists(st.floats(-1, 1), max_size=5))
def test_without_calibration_nothing_is_sure(scores):
    rule = Thresholds(ask=0.4, sure=0.6, margin=0.1)
    hint = decide(candidates(*sorted(scores, reverse=True)), rule, liveness=Liveness.NONE, synthetic=True)
    assert hint.kind is not HintKind.SURE
    assert hint.synthetic


def test_agreement_is_the_worst_pair():
    one, other = np.eye(2, dtype=np.float32)
    assert lowest_agreement([one]) == 1.0
    assert lowest_agreement([one, one, other]) == 0.0
    assert fused([one, other]) == pytest.approx([np.sqrt(0.5)] * 2)
    assert unit(np.zeros(2)).tolist() == [0.0, 0.0]

"""Exact search, and a memory in which nobody ever sees half a change and nothing of somebody removed stays."""

from __future__ import annotations

import threading
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from recognition import gallery as rooms
from recognition.gallery import Gallery
from recognition.pipeline import Pipeline
from recognition.types import Stage
from recognition.vectors import fused, unit, wipe
from recognition.vote import Policy, Thresholds

DIM = 8


def people(count: int) -> list[UUID]:
    return [UUID(int=number + 1) for number in range(count)]


def views(seed: int, count: int = 3, dim: int = DIM) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, dim))
    return np.stack([unit(row) for row in drawn])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks with few people."""
    monkeypatch.setattr(rooms, "BLOCK_ROWS", 8)
    monkeypatch.setattr(rooms, "WRITE_ROWS", 3)
    monkeypatch.setattr(rooms, "SPLIT_ROWS", 5)


def naive(templates: dict[UUID, np.ndarray], probe: np.ndarray) -> list[float]:
    return sorted((float(fused(rows) @ probe) for rows in templates.values()), reverse=True)


class AgainstNaive(RuleBasedStateMachine):
    """Whoever comes, goes and comes again: the best are those that comparing with everybody finds."""

    def __init__(self) -> None:
        super().__init__()
        self.gallery = Gallery(DIM)
        self.known: dict[UUID, np.ndarray] = {}

    @rule(number=st.integers(0, 40), seed=st.integers(0, 1000))
    def put(self, number: int, seed: int) -> None:
        self.known[people(41)[number]] = views(seed)
        self.gallery.put(people(41)[number], views(seed))

    @rule(start=st.integers(0, 30), count=st.integers(1, 11), seed=st.integers(0, 1000))
    def put_all(self, start: int, count: int, seed: int) -> None:
        many = {person: views(seed + n) for n, person in enumerate(people(41)[start : start + count])}
        self.known.update(many)
        self.gallery.put_all(many)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.known)), min_size=1, max_size=5))
        self.gallery.remove([*gone, UUID(int=999)])
        for person in gone:
            self.known.pop(person, None)

    @rule(seed=st.integers(0, 1000), count=st.integers(1, 12))
    def search(self, seed: int, count: int) -> None:
        probe = views(seed, 1)[0]
        found = self.gallery.search(probe, count)
        assert [one.score for one in found] == pytest.approx(naive(self.known, probe)[:count], abs=1e-5)
        for one in found:
            assert one.score == pytest.approx(float(fused(self.known[one.person_id]) @ probe), abs=1e-5)

    @invariant()
    def everybody_is_there(self) -> None:
        assert self.gallery.people == set(self.known) and len(self.gallery) == len(self.known)


TestAgainstNaive = AgainstNaive.TestCase
TestAgainstNaive.settings = given_settings(max_examples=25, stateful_step_count=25, deadline=None)


@given(st.integers(2, 20), st.integers(0, 100))
def test_equal_scores_come_in_the_order_of_enrolment(count: int, seed: int) -> None:
    gallery, same = Gallery(DIM), np.eye(DIM, dtype=np.float32)[seed % DIM : seed % DIM + 1]
    for person in people(count):
        gallery.put(person, same)
    assert [one.person_id for one in gallery.search(same[0], 3)] == people(count)[:3]


def test_an_empty_gallery_and_a_broken_probe_find_nobody() -> None:
    gallery = Gallery(DIM)
    assert gallery.search(views(1, 1)[0]) == []
    gallery.put(people(1)[0], views(1))
    assert gallery.search(np.full(DIM, np.nan, np.float32)) == []
    assert gallery.search(np.full(DIM, np.inf, np.float32)) == []


def test_a_gallery_that_is_not_complete_finds_nobody() -> None:
    gallery = Gallery(DIM)
    gallery.put(people(1)[0], views(1))
    gallery.suspend()
    assert gallery.search(fused(views(1))) == [] and not gallery.ready
    gallery.resume()
    assert gallery.search(fused(views(1)))[0].person_id == people(1)[0]


def test_a_session_waits_for_a_gallery_that_is_being_loaded(script_engine, make_face, make_frame) -> None:
    engine = script_engine(lambda number: [make_face()])
    gallery = Gallery(engine.dim)
    gallery.suspend()
    steps = Pipeline(engine, gallery, Policy(Thresholds(ask=0.4, sure=0.6, margin=0.1)))
    state = steps.begin()
    for number in range(40):
        state, verdict = steps.step(make_frame(number), state)
        assert verdict is not None and verdict.stage is not Stage.DECIDED and verdict.hint is None
    gallery.put(people(1)[0], np.eye(1, engine.dim, dtype=np.float32))
    gallery.resume()
    stages = []
    for number in range(40, 60):
        state, verdict = steps.step(make_frame(number), state)
        stages += [verdict.stage] if verdict else []
    assert Stage.DECIDED in stages
    steps.wipe(state)


def test_removing_overwrites_the_row_and_its_place_is_used_again() -> None:
    gallery = Gallery(DIM)
    ann, bob, eve = people(3)
    gallery.put_all({ann: views(1), bob: views(2)})
    memory = gallery._blocks[0].rows
    assert fused(views(1)).tobytes() in memory.tobytes()
    gallery.remove([ann, ann])
    assert fused(views(1)).tobytes() not in memory.tobytes()
    gallery.put(eve, views(3))
    assert gallery._blocks[0].rows is memory and len(gallery._people) == 2
    gallery.clear()
    assert not memory.any() and len(gallery) == 0


def test_enrolling_again_replaces_in_place() -> None:
    gallery = Gallery(DIM)
    (ann,) = people(1)
    gallery.put(ann, views(1))
    gallery.put(ann, views(2))
    assert len(gallery) == 1
    assert gallery.search(fused(views(2)))[0].score == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "wrong", [np.zeros((0, DIM)), np.zeros((2, DIM + 1)), np.zeros(DIM), np.full((1, DIM), np.nan)]
)
def test_vectors_that_cannot_be_compared_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="views must"):
        Gallery(DIM).put(people(1)[0], wrong)


def test_readers_beside_a_writer_see_whole_rows_of_people_who_are_there() -> None:
    """Each person has one of two templates, all ones or all minus ones: half a row would score in between."""
    gallery, crowd = Gallery(DIM), people(30)
    always, comes, goes = crowd[:10], crowd[10:20], crowd[20:]
    plus, minus = np.full((1, DIM), DIM**-0.5, np.float32), np.full((1, DIM), -(DIM**-0.5), np.float32)
    gallery.put_all(dict.fromkeys(always, plus))
    stop, wrong, searched = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            found = gallery.search(plus[0], 30)
            searched.append(len(found))
            scores = {round(abs(one.score), 4) for one in found}
            if scores != {1.0} or not {one.person_id for one in found} >= set(always):
                wrong.append(scores)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(150):
        gallery.put_all(dict.fromkeys(always, minus if turn % 2 else plus))
        gallery.put_all(dict.fromkeys(comes, plus))
        gallery.remove(goes if turn % 2 else comes)
        if turn % 2 == 0:
            gallery.put_all(dict.fromkeys(goes, minus))
    stop.set()
    for reader in readers:
        reader.join()
    assert searched and wrong == []


def test_somebody_removed_during_a_search_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = Gallery(DIM)
    ann, bob = people(2)
    gallery.put_all({ann: views(1), bob: views(2)})
    rank = gallery._rank

    def rank_and_withdraw(probe: np.ndarray, count: int) -> list[rooms.Candidate]:
        found = rank(probe, count)
        gallery.remove([ann])
        return found

    monkeypatch.setattr(gallery, "_rank", rank_and_withdraw)
    assert [one.person_id for one in gallery.search(fused(views(1)))] == [bob]


def test_wiping_reaches_rows_lists_and_matrices() -> None:
    matrix, one = views(1), views(2, 1)[0]
    wipe([*matrix, one])
    assert not matrix.any() and not one.any()
    matrix = views(1)
    wipe([matrix])
    assert not matrix.any()
    wipe([])
